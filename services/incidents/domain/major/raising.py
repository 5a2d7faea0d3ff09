"""What becomes part of a major incident is as urgent as that: raised when it joins, put back when it leaves."""

from datetime import datetime

from services.incidents.domain import priority as priorities
from services.incidents.domain.decisions import MAJOR
from services.incidents.domain.facts import Change, Prioritized, changed
from services.incidents.domain.incident import OPEN_STATES, Actor, Decision, Impact, Incident, Urgency
from services.incidents.domain.major.record import Severity, Standing

IMPACTS = {Severity.SEV1: Impact.HIGH, Severity.SEV2: Impact.MEDIUM, Severity.SEV3: Impact.LOW}


def standing(incident: Incident) -> Standing:
    """How it is prioritized, to be put back to."""
    decision = incident.priority_decision
    return Standing(
        priority=incident.priority,
        impact=incident.impact,
        urgency=incident.urgency,
        source=decision.source if decision else "",
        reason=decision.reason if decision else "",
    )


def raised(incident: Incident, severity: Severity, actor: Actor, now: datetime) -> Change | None:
    """None where it is as urgent already, or has ended. Whoever disagrees sets it back, and it stays so."""
    impact, urgency = IMPACTS[severity], Urgency.HIGH
    priority = priorities.MATRIX[impact, urgency]
    if incident.state not in OPEN_STATES or incident.priority <= priority:
        return None
    # Webhooks read the reason as well: it speaks of no other client.
    reason = f"{priorities.matrix_reason(impact, urgency)}, raised with the matter that it is part of"
    return _set(incident, Standing(priority, impact, urgency, MAJOR, reason), actor, now)


def put_back(incident: Incident, before: Standing | None, actor: Actor, now: datetime) -> Change | None:
    """None where somebody decided since, or it was never raised."""
    decision = incident.priority_decision
    if before is None or incident.state not in OPEN_STATES or decision is None or decision.source != MAJOR:
        return None
    return _set(incident, before, actor, now)


def _set(incident: Incident, to: Standing, actor: Actor, now: datetime) -> Change:
    return changed(
        incident,
        actor,
        now,
        (Prioritized(incident.priority, to.reason),),
        priority=to.priority,
        impact=to.impact,
        urgency=to.urgency,
        priority_decision=Decision(to.source, to.reason) if to.source else None,
    )
