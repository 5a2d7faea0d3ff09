"""How it ends, and how it comes back."""

from datetime import datetime

from chassis.errors import InvalidState
from services.incidents.domain import ordering, texts
from services.incidents.domain.facts import Canceled, Change, Closed, Confirmed, Reopened, changed
from services.incidents.domain.incident import Actor, Incident, State
from services.incidents.domain.lifecycle import Command, Side, next_state

SILENCE = "silence"


def confirm(incident: Incident, actor: Actor, side: Side, now: datetime) -> Change:
    """The client's side agrees that it is solved: it closes at once."""
    state = next_state(incident.state, Command.CONFIRM, side, incident.is_assigned)
    facts = (Confirmed(), Closed("confirmed"))
    return changed(incident, actor, now, facts, state=state, close_time=now, close_due_time=None)


def close(incident: Incident, reason: str, actor: Actor, side: Side, now: datetime) -> Change:
    """Staff, or silence, end what was resolved."""
    reason = texts.optional("reason", reason, texts.MAX_REASON)
    state = next_state(incident.state, Command.CLOSE, side, incident.is_assigned)
    return changed(incident, actor, now, (Closed(reason),), state=state, close_time=now, close_due_time=None)


def close_after_silence(incident: Incident, actor: Actor, now: datetime) -> Change | None:
    """The closing of an incident whose time has come; None when somebody spoke in the meantime."""
    due = incident.close_due_time
    if incident.state is not State.RESOLVED or due is None or due > now:
        return None
    return close(incident, SILENCE, actor, Side.STAFF, now)


def reopen(incident: Incident, reason: str, actor: Actor, side: Side, now: datetime) -> Change:
    """It was not solved after all: back to whoever has it. The history keeps the resolution."""
    reason = texts.optional("reason", reason, texts.MAX_REASON)
    state = next_state(incident.state, Command.REOPEN, side, incident.is_assigned)
    return changed(
        incident,
        actor,
        now,
        (Reopened(reason),),
        state=state,
        resolution=None,
        close_time=None,
        close_due_time=None,
        rating=None,
        reopen_count=incident.reopen_count + 1,
    )


def refuse_reopening(incident: Incident) -> InvalidState:
    """The error for a closed incident whose window is over."""
    message = "It was closed too long ago to come back; open a new one."
    closed = incident.close_time.isoformat() if incident.close_time else ""
    return InvalidState("reopen_window_over", message, state=incident.state, close_time=closed)


def cancel(incident: Incident, reason: str, actor: Actor, side: Side, now: datetime) -> Change:
    """It ends unsolved: withdrawn by the client before work began, or by staff. Its approval is withdrawn with it."""
    reason = texts.optional("reason", reason, texts.MAX_REASON)
    # What waits for approval was not begun.
    begun = State.NEW if incident.awaits_approval else incident.state
    state = next_state(begun, Command.CANCEL, side, incident.is_assigned)
    facts, order = ordering.withdrawn(incident.order, actor, reason, now)
    return changed(incident, actor, now, (*facts, Canceled(reason)), state=state, hold=None, order=order)
