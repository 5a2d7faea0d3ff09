"""Classify, prioritize, assign: by people, and by triage, which never overrules a person."""

from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidArgument, InvalidState
from services.incidents.domain import priority as priorities
from services.incidents.domain import texts
from services.incidents.domain.facts import Assigned, Change, Classified, Prioritized, chained, changed
from services.incidents.domain.incident import (
    TECHNICIAN,
    Actor,
    Decision,
    Impact,
    Incident,
    Kind,
    Priority,
    Urgency,
)
from services.incidents.domain.lifecycle import Command, Side, next_state

# The source of what a catalog item says of all that are ordered from it.
CATALOG = "catalog"
# The source of what a technician decided for all that is part of a major incident.
MAJOR = "major"
# The source of a decision that assigns to nobody for now.
HELD = "maintenance"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A group, a person of it, or neither (the pool)."""

    group_id: str = ""
    group_name: str = ""
    assignee_id: str = ""
    assignee_name: str = ""

    def __bool__(self) -> bool:
        return bool(self.group_id or self.assignee_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageDecision:
    """What triage decided about one incident; a part whose decision is None is left as it is."""

    incident_id: str
    event_id: str
    category: str = ""
    kind: Kind | None = None
    classification: Decision | None = None
    impact: Impact | None = None
    urgency: Urgency | None = None
    priority: Priority | None = None
    prioritization: Decision | None = None
    assignment: Assignment = Assignment()
    assignment_decision: Decision | None = None

    @property
    def is_held(self) -> bool:
        """Whether a maintenance window keeps it from being assigned for now."""
        return self.assignment_decision is not None and self.assignment_decision.source == HELD


def classify(
    incident: Incident,
    category: str,
    kind: Kind | None,
    decision: Decision,
    actor: Actor,
    side: Side,
    now: datetime,
) -> Change:
    """Sets category and kind; either may be left out, not both."""
    category = texts.optional("category", category, texts.MAX_CATEGORY)
    if not category and kind is None:
        raise InvalidArgument("value_missing", "Say a category or a kind.", field="category")
    state = next_state(incident.state, Command.CLASSIFY, side, incident.is_assigned)
    return changed(
        incident,
        actor,
        now,
        (Classified(incident.category, decision.reason),),
        state=state,
        category=category or incident.category,
        kind=kind or incident.kind,
        classification_decision=decision,
    )


def prioritize(
    incident: Incident,
    impact: Impact | None,
    urgency: Urgency | None,
    priority: Priority | None,
    decision: Decision,
    actor: Actor,
    side: Side,
    now: datetime,
) -> Change:
    """Sets impact, urgency and priority; what is left out stays, and the matrix decides a missing priority."""
    state = next_state(incident.state, Command.PRIORITIZE, side, incident.is_assigned)
    impact, urgency = impact or incident.impact, urgency or incident.urgency
    decided = priority or priorities.from_matrix(impact, urgency)
    if decided is None:
        message = "Say a priority, or both impact and urgency."
        raise InvalidArgument("value_missing", message, field="priority")
    if not decision.reason and priority is None and impact and urgency:
        reason = priorities.matrix_reason(impact, urgency)
        decision = Decision(decision.source, reason, decision.confidence)
    return changed(
        incident,
        actor,
        now,
        (Prioritized(incident.priority, decision.reason),),
        state=state,
        impact=impact,
        urgency=urgency,
        priority=decided,
        priority_decision=decision,
    )


def assign(
    incident: Incident, to: Assignment, decision: Decision, actor: Actor, side: Side, now: datetime
) -> Change:
    """Gives it to a group, to a person, or back to the pool. A person alone keeps the group it had."""
    if to.assignee_id and not to.group_id:
        to = Assignment(
            incident.assignment_group_id, incident.assignment_group_name, to.assignee_id, to.assignee_name
        )
    state = next_state(incident.state, Command.ASSIGN, side, bool(to))
    fact = Assigned(incident.assignee_id, incident.assignment_group_id, decision.reason)
    return changed(
        incident,
        actor,
        now,
        (fact,),
        state=state,
        assignment_group_id=to.group_id,
        assignment_group_name=texts.shortened(to.group_name, texts.MAX_NAME),
        assignee_id=to.assignee_id,
        assignee_name=texts.shortened(to.assignee_name, texts.MAX_NAME),
        assignment_decision=decision,
    )


def apply_triage(incident: Incident, decision: TriageDecision, actor: Actor, now: datetime) -> Change | None:
    """Triage's decisions as one change; None when a person had decided everything already.

    Raises InvalidState("incident_finished") for one that is resolved, closed or canceled.
    """
    if incident.is_finished:
        raise InvalidState("incident_finished", "There is nothing left to decide.", state=incident.state)
    change: Change | None = None
    present = incident
    if decision.classification and not _is_persons(present.classification_decision):
        part = classify(
            present, decision.category, decision.kind, decision.classification, actor, Side.STAFF, now
        )
        change, present = part, part.after
    if decision.prioritization and not _is_persons(present.priority_decision):
        part = prioritize(
            present,
            *(decision.impact, decision.urgency, decision.priority, decision.prioritization),
            *(actor, Side.STAFF, now),
        )
        change = chained(change, part) if change else part
        present = change.after
    if decision.assignment_decision and decision.assignment and not _is_persons(present.assignment_decision):
        part = assign(present, decision.assignment, decision.assignment_decision, actor, Side.STAFF, now)
        change = chained(change, part) if change else part
    elif change and decision.is_held and not present.is_assigned:
        # Nobody is told of it; whoever looks sees why nobody has it.
        change = replace(
            change, after=replace(change.after, assignment_decision=decision.assignment_decision)
        )
    return change


def decided_by_people(incident: Incident) -> tuple[str, ...]:
    """What triage leaves as it is, since a person decided it."""
    decisions = {
        "classification": incident.classification_decision,
        "prioritization": incident.priority_decision,
        "assignment": incident.assignment_decision,
    }
    return tuple(name for name, decision in decisions.items() if _is_persons(decision))


def technicians(reason: str) -> Decision:
    """A person's own decision."""
    return Decision(TECHNICIAN, texts.optional("reason", reason, texts.MAX_REASON))


def _is_persons(decision: Decision | None) -> bool:
    """Somebody decided it for this one, or for all of its kind: of an item of the catalog, of a major incident."""
    return decision is not None and (decision.is_persons or decision.source in (CATALOG, MAJOR))
