"""Approval: ordered steps, who decides in each, how many must agree; and everything that happened, in order.

It belongs to whatever waits for it (a service request, a change), which saves it as a part of itself. Who holds a role
and who is in a group is the directory's knowledge, so every function is handed a `Roster` of the moment: somebody who
left decides nothing more (what they agreed to stands), and somebody who came may decide at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied
from services.incidents.domain import texts

MOST_STEPS, MOST_NAMED = 10, 20
MOST_REMINDERS = 3
_LONGEST_WAIT = timedelta(days=90)


class Rule(StrEnum):
    """How many of a step's approvers must agree."""

    ANY = "any"
    ALL = "all"
    SOME = "some"  # as many as the step's count says


class State(StrEnum):
    """waiting is the only one that goes on."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Verdict(StrEnum):
    """What an approver says."""

    APPROVE = "approve"
    REJECT = "reject"


class What(StrEnum):
    """What an entry of the history tells."""

    ASKED = "asked"  # a step began
    APPROVED = "approved"
    REJECTED = "rejected"
    DELEGATED = "delegated"  # an approver gave their place in this step to somebody
    APPOINTED = "appointed"  # whoever runs the matter named one more who decides in this step
    REMINDED = "reminded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Approver:
    """Somebody who may decide, under the name they have."""

    person_id: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step as its template says it.

    roles ("client_manager"), people and groups (ids) name its approvers together. own_allowed: the requester may
    decide, too. remind_after, expire_after: none, and nobody is reminded or it waits without end.
    """

    name: str
    rule: Rule = Rule.ANY
    count: int = 0
    roles: tuple[str, ...] = ()
    people: tuple[Approver, ...] = ()
    groups: tuple[str, ...] = ()
    own_allowed: bool = False
    remind_after: timedelta | None = None
    expire_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """Who holds which role and who is in which group, at this moment."""

    roles: Mapping[str, tuple[Approver, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[Approver, ...]] = field(default_factory=dict)
    # Of those whom steps name themselves, who may still decide; None: nobody looked, and all of them may.
    people: Mapping[str, Approver] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened in one step. by: none where time did it. person: whom it names, where it names one."""

    what: What
    step: int
    time: datetime
    by: Approver | None = None
    comment: str = ""
    person: Approver | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """An approval under way or ended. asked: who may decide in the present step; empty once it ended. also_own: whoever
    asked for it in the requester's name: it is theirs as well.
    """

    steps: tuple[Step, ...]
    requester_id: str = ""
    also_own: tuple[str, ...] = ()
    state: State = State.WAITING
    step: int = 0
    step_time: datetime
    asked: tuple[Approver, ...] = ()
    history: tuple[Entry, ...] = ()

    @property
    def is_waiting(self) -> bool:
        return self.state is State.WAITING

    @property
    def present(self) -> Step | None:
        """The step that is decided now."""
        return self.steps[self.step] if self.is_waiting else None

    @property
    def end_time(self) -> datetime | None:
        return None if self.is_waiting else self.history[-1].time

    @property
    def still_asked(self) -> tuple[Approver, ...]:
        """Who may decide in the present step and has not."""
        return tuple(one for one in self.asked if one.person_id not in self._agreed)

    @property
    def still_needed(self) -> int:
        """How many more must agree in the present step."""
        if self.present is None:
            return 0
        if self.present.rule is Rule.ALL:
            # Nobody to ask is not everybody's consent.
            return len(self.still_asked) or (0 if self._agreed else 1)
        wanted = self.present.count if self.present.rule is Rule.SOME else 1
        return max(0, wanted - len(self._agreed))

    @property
    def is_stuck(self) -> bool:
        """Fewer may decide than must agree: somebody has to be appointed, or it is withdrawn."""
        return self.still_needed > len(self.still_asked)

    @property
    def next_due_time(self) -> datetime | None:
        """When time does something to it: a reminder, or its end."""
        if self.present is None:
            return None
        times = []
        reminders = self._here(What.REMINDED)
        if self.present.remind_after and len(reminders) < MOST_REMINDERS:
            last = reminders[-1].time if reminders else self.step_time
            times.append(last + self.present.remind_after)
        if self.present.expire_after:
            times.append(self.step_time + self.present.expire_after)
        return min(times, default=None)

    @property
    def _agreed(self) -> frozenset[str]:
        return frozenset(one.by.person_id for one in self._here(What.APPROVED) if one.by)

    def is_own_of(self, person_id: str) -> bool:
        """Whether they asked for it, for themselves or for somebody."""
        return bool(person_id) and person_id in (self.requester_id, *self.also_own)

    def _here(self, *what: What) -> tuple[Entry, ...]:
        return tuple(one for one in self.history if one.step == self.step and one.what in what)


def checked(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same steps, trimmed. Raises InvalidArgument naming the field."""
    if len(steps) > MOST_STEPS:
        raise InvalidArgument("steps_invalid", f"At most {MOST_STEPS} steps.", field="steps")
    return tuple(_checked(step, f"steps[{number}]") for number, step in enumerate(steps))


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
    if by.person_id in approval._agreed:
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
    for entry in approval._here(What.DELEGATED, What.APPOINTED):
        if entry.what is What.DELEGATED and entry.by is not None:
            named.pop(entry.by.person_id, None)
        if entry.person is not None:
            named[entry.person.person_id] = entry.person
    if not step.own_allowed:
        named = {one: who for one, who in named.items() if not approval.is_own_of(one)}
    return tuple(sorted(named.values(), key=lambda one: one.person_id))


def _checked(step: Step, at: str) -> Step:
    name = texts.required(f"{at}.name", step.name, texts.MAX_NAME)
    named = (*step.roles, *step.groups, *(one.person_id for one in step.people))
    if not 1 <= len(named) <= MOST_NAMED or not all(named):
        raise InvalidArgument("approvers_invalid", "Say who approves.", field=f"{at}.approvers")
    if step.rule is Rule.SOME and not 1 <= step.count <= MOST_NAMED:
        raise InvalidArgument("count_invalid", "Say how many must agree.", field=f"{at}.count")
    if step.rule is Rule.SOME and not step.roles and not step.groups and step.count > len(step.people):
        raise InvalidArgument("count_invalid", "There are not so many approvers.", field=f"{at}.count")
    for wait, where in ((step.remind_after, "remind_after"), (step.expire_after, "expire_after")):
        if wait is not None and not timedelta(minutes=1) <= wait <= _LONGEST_WAIT:
            raise InvalidArgument("wait_invalid", "A minute to ninety days.", field=f"{at}.{where}")
    return replace(step, name=name)


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
