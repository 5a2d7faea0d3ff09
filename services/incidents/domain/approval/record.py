"""An approval as it is kept: its steps, who is asked, and everything that happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

MOST_REMINDERS = 3


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
        return tuple(one for one in self.asked if one.person_id not in self.agreed)

    @property
    def still_needed(self) -> int:
        """How many more must agree in the present step."""
        if self.present is None:
            return 0
        if self.present.rule is Rule.ALL:
            # Nobody to ask is not everybody's consent.
            return len(self.still_asked) or (0 if self.agreed else 1)
        wanted = self.present.count if self.present.rule is Rule.SOME else 1
        return max(0, wanted - len(self.agreed))

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
        reminders = self.here(What.REMINDED)
        if self.present.remind_after and len(reminders) < MOST_REMINDERS:
            last = reminders[-1].time if reminders else self.step_time
            times.append(last + self.present.remind_after)
        if self.present.expire_after:
            times.append(self.step_time + self.present.expire_after)
        return min(times, default=None)

    @property
    def agreed(self) -> frozenset[str]:
        """Who approved the present step."""
        return frozenset(one.by.person_id for one in self.here(What.APPROVED) if one.by)

    def is_own_of(self, person_id: str) -> bool:
        """Whether they asked for it, for themselves or for somebody."""
        return bool(person_id) and person_id in (self.requester_id, *self.also_own)

    def here(self, *what: What) -> tuple[Entry, ...]:
        """What of these happened in the present step, in order."""
        return tuple(one for one in self.history if one.step == self.step and one.what in what)
