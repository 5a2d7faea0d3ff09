"""What people and time do to an approval."""

from dataclasses import replace
from datetime import datetime

from chassis.errors import InvalidState, NotFound, PermissionDenied
from services.incidents.domain import texts
from services.incidents.domain.approval.record import (
    Approval,
    Approver,
    Entry,
    Roster,
    State,
    Step,
    Verdict,
    What,
)


def begin(
    steps: tuple[Step, ...],
    requester_id: str,
    roster: Roster,
    now: datetime,
    also_own: tuple[str, ...] = (),
) -> Approval:
    """The first step is asked. No steps: approved at once, which whoever needs approval does not ask for."""
    fresh = Approval(steps=steps, requester_id=requester_id, also_own=also_own, step_time=now)
    if not steps:
        return _ended(fresh, State.APPROVED, Entry(What.APPROVED, 0, now))
    return _asking(fresh, 0, roster, now)


def decide(
    approval: Approval, verdict: Verdict, by: Approver, comment: str, roster: Roster, now: datetime
) -> Approval:
    """Their word on the present step; the last one needed begins the next step, and a rejection ends it all.

    Who decided already says nothing new with the same word: the approval as it was. Raises PermissionDenied: own_request,
    not_an_approver; InvalidState("approval_ended").
    """
    comment = texts.optional("comment", comment, texts.MAX_COMMENT)
    step = _open_step(approval)
    approval = as_of(approval, roster)
    if approval.is_own_of(by.person_id) and not step.own_allowed:
        raise PermissionDenied("own_request", "Nobody approves what they asked for themselves.")
    _require_in(approval.asked, by, step)
    if verdict is Verdict.REJECT:
        entry = Entry(What.REJECTED, approval.step, now, by, comment)
        return _ended(approval, State.REJECTED, entry)
    if by.person_id in approval.agreed:
        return approval
    entry = Entry(What.APPROVED, approval.step, now, by, comment)
    return _onward(replace(approval, history=(*approval.history, entry)), roster, now)


def delegate(approval: Approval, by: Approver, to: Approver, roster: Roster, now: datetime) -> Approval:
    """An approver who has not decided gives their place in the present step to somebody who has none.

    Raises PermissionDenied("not_an_approver"), NotFound("person_not_found"), InvalidState: approval_ended, own_request,
    approver_already.
    """
    step = _open_step(approval)
    approval = as_of(approval, roster)
    _require_in(approval.still_asked, by, step)
    return _naming(approval, What.DELEGATED, by, to, roster, now)


def appoint(approval: Approval, by: Approver, who: Approver, roster: Roster, now: datetime) -> Approval:
    """Whoever runs the matter names one more who decides in the present step. Raises as `delegate` does."""
    _open_step(approval)
    return _naming(as_of(approval, roster), What.APPOINTED, by, who, roster, now)


def reconsider(approval: Approval, roster: Roster, now: datetime) -> Approval:
    """As it stands with the people of this moment: where the last who was missing left, it goes on."""
    if approval.present is None:
        return approval
    return _onward(as_of(approval, roster), roster, now)


def withdraw(approval: Approval, by: Approver, reason: str, now: datetime) -> Approval:
    """What was asked for is not wanted any more."""
    _open_step(approval)
    reason = texts.optional("reason", reason, texts.MAX_REASON)
    return _ended(approval, State.WITHDRAWN, Entry(What.WITHDRAWN, approval.step, now, by, reason))


def tick(approval: Approval, now: datetime) -> Approval:
    """What time has done by now: one reminder, however late it is asked, or the end."""
    due, step = approval.next_due_time, approval.present
    if due is None or step is None or now < due:
        return approval
    if step.expire_after and now >= approval.step_time + step.expire_after:
        return _ended(approval, State.EXPIRED, Entry(What.EXPIRED, approval.step, now))
    return replace(approval, history=(*approval.history, Entry(What.REMINDED, approval.step, now)))


def known_to(approval: Approval | None) -> tuple[Approver, ...]:
    """Whoever is asked, or said something: they may read what became of it."""
    if approval is None:
        return ()
    spoke = (entry.by for entry in approval.history if entry.by is not None)
    return tuple({one.person_id: one for one in (*approval.asked, *spoke)}.values())


def eligible(approval: Approval, roster: Roster) -> tuple[Approver, ...]:
    """Who may decide in the present step, by what the directory says now; in a fixed order, each once."""
    step = approval.present
    if step is None:
        return ()
    named = {one.person_id: one for one in step.people}
    if roster.people is not None:
        named = {one: roster.people[one] for one in named if one in roster.people}
    for role in step.roles:
        named |= {one.person_id: one for one in roster.roles.get(role, ())}
    for group in step.groups:
        named |= {one.person_id: one for one in roster.groups.get(group, ())}
    for entry in approval.here(What.DELEGATED, What.APPOINTED):
        if entry.what is What.DELEGATED and entry.by is not None:
            named.pop(entry.by.person_id, None)
        if entry.person is not None:
            named[entry.person.person_id] = entry.person
    if not step.own_allowed:
        named = {one: who for one, who in named.items() if not approval.is_own_of(one)}
    return tuple(sorted(named.values(), key=lambda one: one.person_id))


def _open_step(approval: Approval) -> Step:
    if approval.present is None:
        message = "It was decided already."
        raise InvalidState("approval_ended", message, state=approval.state)
    return approval.present


def _require_in(asked: tuple[Approver, ...], by: Approver, step: Step) -> None:
    if not any(one.person_id == by.person_id for one in asked):
        raise PermissionDenied("not_an_approver", "This step is decided by others.", step=step.name)


def as_of(approval: Approval, roster: Roster) -> Approval:
    """The same with the people of this moment."""
    return replace(approval, asked=eligible(approval, roster))


def _asking(approval: Approval, step: int, roster: Roster, now: datetime) -> Approval:
    entry = Entry(What.ASKED, step, now)
    begun = replace(approval, step=step, step_time=now, history=(*approval.history, entry))
    return as_of(begun, roster)


def _onward(approval: Approval, roster: Roster, now: datetime) -> Approval:
    if approval.still_needed:
        return approval
    if approval.step + 1 < len(approval.steps):
        return _asking(approval, approval.step + 1, roster, now)
    return replace(approval, state=State.APPROVED, asked=())


def _naming(
    approval: Approval, what: What, by: Approver, who: Approver, roster: Roster, now: datetime
) -> Approval:
    if not who.person_id:
        raise NotFound("person_not_found", "There is no such person.")
    step = _open_step(approval)
    if approval.is_own_of(who.person_id) and not step.own_allowed:
        raise InvalidState("own_request", "Nobody approves what they asked for themselves.")
    if any(one.person_id == who.person_id for one in approval.asked):
        raise InvalidState("approver_already", "They decide in this step already.", person_id=who.person_id)
    entry = Entry(what, approval.step, now, by, person=who)
    return as_of(replace(approval, history=(*approval.history, entry)), roster)


def _ended(approval: Approval, state: State, entry: Entry) -> Approval:
    return replace(approval, state=state, asked=(), history=(*approval.history, entry))
