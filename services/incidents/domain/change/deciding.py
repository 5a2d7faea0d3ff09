"""Who has to agree to a change, and what their word does to it."""

from dataclasses import replace
from datetime import datetime, timedelta

from chassis.errors import InvalidState
from services.incidents.domain import approval as approvals
from services.incidents.domain.approval import Approver, Roster, Verdict, What
from services.incidents.domain.catalog import CLIENT_MANAGER
from services.incidents.domain.change.life import ChangeCommand, next_change_state
from services.incidents.domain.change.record import (
    ChangeFact,
    ChangeHappening,
    ChangeKind,
    ChangeRecord,
    ChangeState,
    ChangeStep,
    stepped,
)
from services.incidents.domain.change.risk import Level
from services.incidents.domain.incident import Actor

# Dispatchers and administrators of the provider who work for the client.
CHANGE_MANAGER = "change_manager"
# How long an approval waits, and when its approvers are reminded.
_REMIND, _EXPIRE = timedelta(days=1), timedelta(days=14)


def steps_for(change: ChangeRecord) -> tuple[approvals.Step, ...]:
    """Who has to agree: a change manager, two of them where much is at risk; then the client where it is asked."""
    managers = _step("Change managers", CHANGE_MANAGER)
    if change.kind is ChangeKind.EMERGENCY:
        return (managers,)
    if change.risk in (Level.HIGH, Level.CRITICAL):
        managers = replace(managers, rule=approvals.Rule.SOME, count=2)
    if not change.client_facing:
        return (managers,)
    return managers, _step("Client managers", CLIENT_MANAGER)


def decide(
    change: ChangeRecord,
    verdict: Verdict,
    by: Approver,
    comment: str,
    roster: Roster,
    actor: Actor,
    now: datetime,
) -> ChangeStep | None:
    """Somebody's word on it. Raises as `domain.approval.decide`."""
    next_change_state(change, ChangeCommand.DECIDE)
    approval = _approval(change)
    after = approvals.decide(approval, verdict, by, comment, roster, now)
    if after == approval or len(after.history) == len(approval.history):
        return None
    said = ChangeHappening(
        ChangeFact.DECIDED, after.history[len(approval.history)].comment, {"verdict": verdict}
    )
    return _after_approval(change, after, (said,), actor, now)


def appoint(
    change: ChangeRecord, by: Approver, who: Approver, roster: Roster, actor: Actor, now: datetime
) -> ChangeStep:
    """One more who decides in the present step. Raises as `domain.approval.appoint`."""
    next_change_state(change, ChangeCommand.APPOINT)
    after = approvals.appoint(_approval(change), by, who, roster, now)
    named = ChangeHappening(ChangeFact.EDITED, "", {"approver": who.name})
    return stepped(change, actor, now, named, *asked_since(change, after), approval=after)


def tick(change: ChangeRecord, actor: Actor, now: datetime) -> ChangeStep | None:
    """What time has done to its approval by now."""
    if change.approval is None or change.state is not ChangeState.REQUESTED:
        return None
    after = approvals.tick(change.approval, now)
    return None if after == change.approval else _after_approval(change, after, (), actor, now)


def asked_since(change: ChangeRecord, after: approvals.Approval) -> tuple[ChangeHappening, ...]:
    """Whom the new lines of its approval ask; `after` may be the first one it has."""
    known = len(change.approval.history) if change.approval and change.approval.is_waiting else 0
    happened = []
    for entry in after.history[known:]:
        name = after.steps[entry.step].name
        if entry.what is What.ASKED:
            happened.append(ChangeHappening(ChangeFact.ASKED, "", {"step": name}, after.still_asked))
        elif entry.what is What.REMINDED:
            happened.append(ChangeHappening(ChangeFact.ASKED, "", {"reminder": name}, after.still_asked))
        elif entry.what is What.APPOINTED and entry.person is not None:
            happened.append(ChangeHappening(ChangeFact.ASKED, "", {"step": name}, (entry.person,)))
    return tuple(happened)


def _step(name: str, role: str) -> approvals.Step:
    return approvals.Step(name=name, roles=(role,), remind_after=_REMIND, expire_after=_EXPIRE)


def _approval(change: ChangeRecord) -> approvals.Approval:
    if change.approval is None:
        raise InvalidState("transition_not_allowed", "It waits for nobody.", state=change.state)
    return change.approval


def _after_approval(
    change: ChangeRecord,
    after: approvals.Approval,
    said: tuple[ChangeHappening, ...],
    actor: Actor,
    now: datetime,
) -> ChangeStep:
    states = {
        approvals.State.APPROVED: (ChangeState.APPROVED, ChangeFact.APPROVED),
        approvals.State.REJECTED: (ChangeState.REJECTED, ChangeFact.REJECTED),
        approvals.State.EXPIRED: (ChangeState.REJECTED, ChangeFact.REJECTED),
    }
    state, fact = states.get(after.state, (change.state, None))
    reason = "expired" if after.state is approvals.State.EXPIRED else ""
    ended = (ChangeHappening(fact, reason),) if fact else ()
    happened = (*said, *asked_since(change, after), *ended)
    return stepped(change, actor, now, *happened, state=state, approval=after)
