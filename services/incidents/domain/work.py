"""Taking it in hand, waiting, and solving."""

from datetime import datetime

from chassis.errors import InvalidArgument, InvalidState
from services.incidents.domain import texts
from services.incidents.domain.facts import Acknowledged, Change, Fact, Held, Resolved, Resumed, changed
from services.incidents.domain.incident import Actor, AwaitedParty, Hold, Incident, Resolution
from services.incidents.domain.lifecycle import Command, Side, next_state

RESOLUTION_CODES = frozenset(
    # recovered: monitoring says that it is over.
    {"fixed", "workaround", "duplicate", "not_reproducible", "request_fulfilled", "no_action", "recovered"}
)


def acknowledge(incident: Incident, actor: Actor, side: Side, now: datetime) -> Change:
    """The assignee takes it in hand. A person does so for themselves; a program may pass it on.

    Raises InvalidState("not_the_assignee") for another person.
    """
    state = next_state(incident.state, Command.ACKNOWLEDGE, side, incident.is_assigned)
    kind, _, person_id = actor.subject.partition(":")
    if kind == "person" and person_id != incident.assignee_id:
        message = "Only the person it is assigned to can take it in hand."
        raise InvalidState("not_the_assignee", message, assignee_id=incident.assignee_id)
    taken = incident.acknowledge_time or now
    return changed(incident, actor, now, (Acknowledged(),), state=state, acknowledge_time=taken)


def hold(
    incident: Incident, awaiting: AwaitedParty | None, reason: str, actor: Actor, side: Side, now: datetime
) -> Change:
    """It waits for somebody, who is named, and for a reason."""
    state = next_state(incident.state, Command.HOLD, side, incident.is_assigned)
    if awaiting is None:
        raise InvalidArgument("value_missing", "Say whom it awaits.", field="awaiting")
    reason = texts.required("reason", reason, texts.MAX_REASON)
    return changed(incident, actor, now, (Held(),), state=state, hold=Hold(awaiting, reason, now))


def resume(incident: Incident, reason: str, actor: Actor, side: Side, now: datetime) -> Change:
    """The wait is over. Raises InvalidState("awaits_approval") where its approvers say when."""
    refuse_unapproved(incident)
    reason = texts.optional("reason", reason, texts.MAX_REASON)
    state = next_state(incident.state, Command.RESUME, side, incident.is_assigned)
    return changed(incident, actor, now, _resumed(incident, reason), state=state, hold=None)


def resolve(
    incident: Incident,
    code: str,
    text: str,
    close_due_time: datetime,
    actor: Actor,
    side: Side,
    now: datetime,
) -> Change:
    """Staff propose that it is solved. The words are for the requester, so they count as a first response.

    Raises InvalidState: awaits_approval; tasks_open, with their names.
    """
    state = next_state(incident.state, Command.RESOLVE, side, incident.is_assigned)
    refuse_unapproved(incident)
    refuse_unfulfilled(incident)
    if code not in RESOLUTION_CODES:
        raise InvalidArgument("resolution_code_unknown", f"{code!r} is no resolution code.", field="code")
    text = texts.required("text", text, texts.MAX_RESOLUTION)
    # A hold ends first, so that whoever counts the pause sees its end.
    facts: tuple[Fact, ...] = (*_resumed(incident, "resolved"), Resolved())
    # What monitoring says is over was in nobody's hand.
    by_service = actor.subject.startswith("service:")
    return changed(
        incident,
        actor,
        now,
        facts,
        state=state,
        hold=None,
        resolution=Resolution(code, text, now),
        close_due_time=close_due_time,
        first_response_time=incident.first_response_time or now,
        acknowledge_time=incident.acknowledge_time or (None if by_service else now),
    )


def refuse_unapproved(incident: Incident) -> None:
    """Raises InvalidState("awaits_approval")."""
    if incident.awaits_approval:
        raise InvalidState("awaits_approval", "It waits for its approvers; nobody else goes on with it.")


def refuse_unfulfilled(incident: Incident) -> None:
    """Raises InvalidState("tasks_open")."""
    if incident.order and incident.order.open_tasks:
        names = ", ".join(task.name for task in incident.order.open_tasks)
        message = f"Tasks are to be done or skipped first: {names}."
        raise InvalidState("tasks_open", message, count=len(incident.order.open_tasks), tasks=names[:500])


def _resumed(incident: Incident, reason: str) -> tuple[Resumed, ...]:
    return (Resumed(incident.hold.awaiting, reason),) if incident.hold else ()
