"""A row of the queue: the read model of one incident, built from what other services announce.

Announcements may come twice and out of order. Of the incident the greater revision wins; of each clock the
greater sequence. So the same announcements give the same row whatever their order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class SlaState(StrEnum):
    """How a clock, or the worst of several, stands."""

    PENDING = "pending"  # nothing heard from the service level service yet
    NO_CONTRACT = "no_contract"
    OK = "ok"
    AT_RISK = "at_risk"
    BREACHED = "breached"
    PAUSED = "paused"
    MET = "met"


# The worst of several clocks is what a technician must see.
_WORST_FIRST = (SlaState.BREACHED, SlaState.AT_RISK, SlaState.OK, SlaState.PAUSED, SlaState.MET)

OPEN_STATES = frozenset({"new", "assigned", "in_progress", "on_hold"})


@dataclass(frozen=True)
class Hold:
    """Whom an incident awaits, why, and since when (UTC). approval: its approvers say when it goes on."""

    awaiting: str
    reason: str
    start_time: datetime
    approval: bool = False


@dataclass(frozen=True)
class IncidentFacts:
    """What a row shows of its incident, as one announcement of the incidents service carried it."""

    incident_id: str
    provider_id: str
    tenant_id: str
    incident_revision: int
    number: str
    title: str
    kind: str
    state: str
    priority: int
    category: str
    requester_name: str
    assignment_group_id: str
    assignment_group_name: str
    assignee_id: str
    assignee_name: str
    channel: str
    verified: bool
    create_time: datetime
    update_time: datetime
    hold: Hold | None = None
    needs_dispatcher: bool = False
    in_maintenance: bool = False
    major_number: str = ""  # of the major incident that it belongs to
    resolve_time: datetime | None = None  # None while it is open


@dataclass(frozen=True)
class QueueClock:
    """One target's clock as last announced. due_time is UTC, None while paused or stopped."""

    target: str
    state: SlaState
    due_time: datetime | None
    sequence: int
    cycle: int = 1


@dataclass(frozen=True)
class QueueForecast:
    """The clock likeliest to breach, as last announced. chance is None once nothing is forecast any more.

    Of so many similar incidents of the same client, so many breached.
    """

    target: str
    chance: float | None
    similar_incidents: int
    similar_breached: int
    sequence: int


@dataclass(frozen=True)
class QueueRow:
    """One incident as the queue shows it; revision 0 until it is saved."""

    incident_id: str
    provider_id: str
    tenant_id: str
    facts: IncidentFacts | None = None  # None while only clocks were heard of
    clocks: Mapping[str, QueueClock] = field(default_factory=dict)
    has_contract: bool = True
    revision: int = 0
    forecast: QueueForecast | None = None

    @property
    def is_open(self) -> bool:
        return self.facts is not None and self.facts.state in OPEN_STATES

    @property
    def due_time(self) -> datetime | None:
        """The next due time among running clocks; None when none runs."""
        due = [clock.due_time for clock in self.clocks.values() if clock.due_time is not None]
        return min(due, default=None)

    @property
    def sla_state(self) -> SlaState:
        """The worst of the clocks that still run; when none runs, how they ended."""
        if not self.has_contract:
            return SlaState.NO_CONTRACT
        states = {clock.state for clock in self.clocks.values()}
        return next((state for state in _WORST_FIRST if state in states), SlaState.PENDING)

    @property
    def breach_risk(self) -> float | None:
        """The chance that a promise will be broken, 0 to 1; None where nothing is forecast. A broken one is certain for as
        long as it runs on: it is still to be done.
        """
        if any(clock.state is SlaState.BREACHED and clock.due_time for clock in self.clocks.values()):
            return 1.0
        return self.forecast.chance if self.forecast else None


def with_facts(row: QueueRow, facts: IncidentFacts) -> QueueRow:
    """The row after an announcement of the incident; the same row when that is no news."""
    if row.facts is not None and facts.incident_revision <= row.facts.incident_revision:
        return row
    return replace(row, facts=facts)


def with_clock(row: QueueRow, clock: QueueClock) -> QueueRow:
    """The row after an announcement of a clock; the same row when that is no news."""
    known = row.clocks.get(clock.target)
    if known is not None and (clock.cycle, clock.sequence) <= (known.cycle, known.sequence):
        return row
    return replace(row, clocks={**row.clocks, clock.target: clock}, has_contract=True)


def with_forecast(row: QueueRow, forecast: QueueForecast) -> QueueRow:
    """The row after an announcement of its chances; the same row when that is no news."""
    if row.forecast is not None and forecast.sequence <= row.forecast.sequence:
        return row
    return replace(row, forecast=forecast)


def without_contract(row: QueueRow) -> QueueRow:
    """The row of an incident whose client has no contract."""
    return row if row.clocks else replace(row, has_contract=False)


@dataclass(frozen=True)
class QueueFilter:
    """Empty fields filter nothing; no states means those still open."""

    tenant_ids: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    priorities: frozenset[int] = frozenset()
    assignee_id: str = ""
    unassigned: bool = False
    assignment_group_id: str = ""
    sla_states: frozenset[SlaState] = frozenset()
    category: str = ""
    query: str = ""
    needs_dispatcher: bool = False
    kinds: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    assigned_to_me: bool = False  # settled by `for_person` before anything is looked for


def for_person(wanted: QueueFilter, person_id: str) -> QueueFilter:
    """The filter as this person means it: theirs are the incidents assigned to them, nobody's if they are no person."""
    if not wanted.assigned_to_me:
        return wanted
    return replace(wanted, assigned_to_me=False, assignee_id=person_id or "nobody", unassigned=False)


class QueueSort(StrEnum):
    """The orders in which the queue can be read."""

    PRIORITY = "priority"  # P1 first, then the earliest due time
    DUE_TIME = "due_time"  # earliest first, rows without one last
    UPDATE_TIME = "update_time"  # latest change first
    BREACH_RISK = "breach_risk"  # greatest first, then the earliest due time; rows without one last


@dataclass(frozen=True)
class QueueCounts:
    """What the tabs and filters of the queue show."""

    total: int = 0
    mine: int = 0
    unassigned: int = 0
    at_risk: int = 0
    breached: int = 0
    needs_dispatcher: int = 0
    waiting: int = 0
    resolved: int = 0
    by_view: Mapping[str, int] = field(default_factory=dict)
    by_priority: Mapping[int, int] = field(default_factory=dict)
    by_tenant: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Tally:
    """How many open rows share what the counts tell apart."""

    tenant_id: str
    priority: int
    assignee_id: str
    sla_state: SlaState
    needs_dispatcher: bool
    state: str
    count: int


@dataclass(frozen=True)
class Totals:
    """Tallies added up by all that counts tell apart: whoever looks, only what is theirs is left to find."""

    counts: QueueCounts
    by_assignee: Mapping[str, int]

    def seen_by(self, person_id: str) -> QueueCounts:
        """The counts of a queue as this person sees it."""
        return replace(self.counts, mine=self.by_assignee.get(person_id, 0) if person_id else 0)


def totals_of(tallies: Iterable[Tally]) -> Totals:
    """Everything that is counted, in one go: a long queue of many clients has thousands of tallies."""
    total = needing = 0
    assignees, slas, states = Counter[str](), Counter[SlaState](), Counter[str]()
    priorities, tenants = Counter[int](), Counter[str]()
    for tally in tallies:
        count = tally.count
        total += count
        needing += count if tally.needs_dispatcher else 0
        assignees[tally.assignee_id or ""] += count
        slas[tally.sla_state] += count
        states[tally.state] += count
        priorities[tally.priority] += count
        tenants[tally.tenant_id] += count
    counts = QueueCounts(
        total=total,
        unassigned=assignees[""],
        at_risk=slas[SlaState.AT_RISK],
        breached=slas[SlaState.BREACHED],
        needs_dispatcher=needing,
        waiting=states["on_hold"],
        by_priority=dict(sorted(priorities.items())),
        by_tenant=dict(sorted(tenants.items())),
    )
    return Totals(counts, assignees)
