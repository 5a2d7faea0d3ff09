"""One escalation under way: which step, who was called when, and what ended it. Pure."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from services.triage.domain.escalation.policy import Policy, Step, Target, Trigger
from services.triage.domain.oncall.piece import Watcher

# In these nobody has taken an incident in hand yet.
UNATTENDED = frozenset({"new", "assigned"})
OVER = frozenset({"resolved", "closed", "canceled", "merged"})


class State(Enum):
    """How an escalation stands."""

    RUNNING = "running"
    ACKNOWLEDGED = "acknowledged"
    STOPPED = "stopped"  # somebody works on it, or nobody need any more
    EXHAUSTED = "exhausted"  # everybody was called and nobody answered


@dataclass(frozen=True)
class Concern:
    """The incident it is about, as a page tells of it."""

    incident_id: str
    provider_id: str
    tenant_id: str
    number: str
    title: str
    priority: int
    channel: str = ""
    configuration_item: str = ""


@dataclass(frozen=True)
class Page:
    """One person called once. step and round count from 0; via: what named them."""

    page_id: str
    watcher: Watcher
    step: int
    round: int
    time: datetime
    via: str


@dataclass(frozen=True)
class Escalation:
    """policy: as it was when this began, so that editing it changes nothing that is under way.

    step, round: the next to come while it runs, counted from 0; next_time: when, None once it is over. held_by: the maintenance
    window that it waits for.
    """

    escalation_id: str
    concern: Concern
    policy: Policy
    trigger: Trigger
    start_time: datetime
    next_time: datetime | None
    state: State = State.RUNNING
    step: int = 0
    round: int = 0
    pages: tuple[Page, ...] = ()
    # Steps at which nobody could be called, as (round, step).
    unmanned: tuple[tuple[int, int], ...] = ()
    end_time: datetime | None = None
    ended_by: Watcher | None = None
    reason: str = ""
    held_by: str = ""
    revision: int = 0

    @property
    def is_running(self) -> bool:
        return self.state is State.RUNNING

    def called(self, person_id: str) -> bool:
        """Whether this person was paged."""
        return any(page.watcher.person_id == person_id for page in self.pages)

    def page(self, page_id: str) -> Page | None:
        return next((page for page in self.pages if page.page_id == page_id), None)

    def held(self, window_id: str, until: datetime) -> "Escalation":
        """Calls nobody before the maintenance window is over."""
        return replace(self, next_time=until, held_by=window_id)

    def ended(self, state: State, now: datetime, by: Watcher | None, reason: str) -> "Escalation":
        """The same where it is over already."""
        if not self.is_running:
            return self
        return replace(
            self, state=state, end_time=now, next_time=None, ended_by=by, reason=reason, held_by=""
        )

    def advanced(self, now: datetime, people_of: "PeopleOf") -> "Advance":
        """What happens when its time has come. Steps for which nobody is there are passed over at once."""
        moved = replace(self, held_by="")
        paged: list[Page] = []
        while moved.is_running and not paged:
            if moved.round >= moved.policy.rounds:
                reason = "nobody_answered" if moved.pages else "nobody_to_call"
                moved = moved.ended(State.EXHAUSTED, now, None, reason)
                break
            paged = moved._calls(now, people_of)
            moved = moved._after(now, paged)
        return Advance(moved, tuple(paged))

    def _calls(self, now: datetime, people_of: "PeopleOf") -> list[Page]:
        called: dict[str, Page] = {}
        for target in self.policy.steps[self.step].targets:
            for watcher in people_of(target):
                page_id = page_id_of(self.escalation_id, self.round, self.step, watcher.person_id)
                page = Page(page_id, watcher, self.step, self.round, now, target.name)
                called.setdefault(watcher.person_id, page)
        return list(called.values())

    def _after(self, now: datetime, paged: Sequence[Page]) -> "Escalation":
        step, round_ = self.step + 1, self.round
        if step == len(self.policy.steps):
            step, round_ = 0, round_ + 1
        wait = timedelta(minutes=self.policy.steps[self.step].wait_minutes)
        unmanned = () if paged else ((self.round, self.step),)
        return replace(
            self,
            step=step,
            round=round_,
            next_time=now + wait if paged else now,
            pages=(*self.pages, *paged),
            unmanned=(*self.unmanned, *unmanned),
        )

    @property
    def next_step(self) -> Step | None:
        """Who would be called next; None where nobody is."""
        if not self.is_running or self.round >= self.policy.rounds:
            return None
        return self.policy.steps[self.step]


@dataclass(frozen=True)
class Escalated:
    """It began, reached its next step, or everybody was called in vain."""


@dataclass(frozen=True)
class Paged:
    """Somebody is called."""

    page: Page


@dataclass(frozen=True)
class Acknowledged:
    """Somebody answered."""


Fact = Escalated | Paged | Acknowledged
PeopleOf = Callable[[Target], Sequence[Watcher]]


@dataclass(frozen=True)
class Advance:
    """An escalation after its time came, and whom it calls thereby."""

    escalation: Escalation
    paged: tuple[Page, ...] = field(default=())

    @property
    def facts(self) -> tuple[Fact, ...]:
        return (Escalated(), *(Paged(page) for page in self.paged))


def started(policy: Policy, concern: Concern, trigger: Trigger, key: str, now: datetime) -> Escalation:
    """key: what it is about, so that hearing of it again starts no second one."""
    return Escalation(escalation_id_of(concern.incident_id, trigger, key), concern, policy, trigger, now, now)


def escalation_id_of(incident_id: str, trigger: Trigger, key: str) -> str:
    """The same for the same incident, trigger and occasion."""
    return "esc_" + _digest(incident_id, trigger.value, key)


def page_id_of(escalation_id: str, round_: int, step: int, person_id: str) -> str:
    """The same however often a step is tried."""
    return "pag_" + _digest(escalation_id, str(round_), str(step), person_id)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:26]
