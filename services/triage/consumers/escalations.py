"""What begins and ends the calling of people."""

from typing import Any

from chassis.bus import Event
from fairlead.incidents.v1 import incident_pb2
from services.triage.consumers.reports import report_of
from services.triage.domain.escalation.policy import Trigger
from services.triage.domain.escalation.run import Concern
from services.triage.domain.oncall.piece import Watcher
from services.triage.domain.queue import QueueRow
from services.triage.use_cases.escalating import Ending, Occasion

_BEGIN = frozenset({"incident_opened", "prioritized", "reopened"})
# Somebody works on it …
_WORKED_ON = frozenset({"assigned", "acknowledged", "held"})
# … or nobody need any more.
_OVER = frozenset({"resolved", "confirmed", "closed", "canceled", "merged"})
TARGETS = {"target_warned": Trigger.WARNED, "target_breached": Trigger.BREACHED}


def occasion_of(event: Event, message: Any) -> Occasion | None:
    """What may begin one: an incident that was opened or reopened, or got another priority.

    Not what belongs to a major incident: that has its own people, and would call the same ones once for each client.
    """
    incident = message.incident
    if event.fact not in _BEGIN or incident.major_id:
        return None
    state = incident_pb2.IncidentState.Name(incident.state).removeprefix("INCIDENT_STATE_").lower()
    concern = Concern(
        incident_id=incident.incident_id,
        provider_id=incident.provider_id,
        tenant_id=incident.tenant_id,
        number=incident.number,
        title=incident.title,
        priority=incident.priority,
        channel=incident.channel,
        configuration_item=incident.configuration_item,
    )
    opened = event.fact == "incident_opened"
    by_person = message.actor.subject.startswith("person:")
    return Occasion(
        concern,
        Trigger.OPENED,
        # Once for each time that it was opened.
        str(incident.reopen_count),
        state,
        heeds_rules=opened or (event.fact == "prioritized" and not by_person),
        report=report_of(message) if opened else None,
    )


def ending_of(event: Event, message: Any) -> Ending | None:
    """What ends one: a person gave it to somebody or took it in hand, or it is over."""
    incident, actor = message.incident, message.actor
    kind, _, person_id = actor.subject.partition(":")
    by = Watcher(person_id, actor.name) if kind == "person" else None
    if event.fact not in _OVER and not (event.fact in _WORKED_ON and by):
        return None
    return Ending(
        provider_id=event.provider_id,
        tenant_id=event.tenant_id,
        incident_id=incident.incident_id,
        reason=event.fact,
        by=by,
        opened_alone=event.fact in _WORKED_ON,
    )


def target_occasion(event: Event, message: Any, row: QueueRow | None) -> Occasion | None:
    """A promise to the client that is at risk, or broken."""
    trigger = TARGETS.get(event.fact)
    facts = row.facts if row else None
    if trigger is None or facts is None:
        return None
    clock = message.clock
    concern = Concern(
        incident_id=facts.incident_id,
        provider_id=facts.provider_id,
        tenant_id=facts.tenant_id,
        number=facts.number,
        title=facts.title,
        priority=int(facts.priority),
        channel=facts.channel,
    )
    # Once for each promise and cycle.
    return Occasion(concern, trigger, f"{clock.kind}:{clock.name}:{clock.cycle}", facts.state)
