"""A clock is a pure replay: the same facts over the same terms give the same clocks, in whatever order,
however often and however late the facts arrived.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.sla.domain.contract import DEFAULT_PRIORITY, ReopenRule, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind, history
from services.sla.domain.instants import SECOND, micros, moment_of
from services.sla.domain.run import Mode, Run


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    # Stopped in time.
    MET = "met"
    # Past due and not stopped, whether or not on hold.
    BREACHED = "breached"
    # Stopped too late.
    MISSED = "missed"
    # The incident was canceled, or nothing is promised for its present priority.
    CANCELED = "canceled"


@dataclass(frozen=True)
class Clock:
    """One target timed for one incident, as it stood at the time of the replay. Times are UTC."""

    kind: TargetKind
    cycle: int
    state: ClockState
    priority: int
    goal_seconds: int
    start_time: datetime
    # None while paused or withdrawn.
    due_time: datetime | None
    warning_time: datetime | None
    stop_time: datetime | None
    # Business time, on the calendars that were in force.
    elapsed_seconds: int
    paused_seconds: int
    warned: bool
    breached: bool
    # When it counted beyond its goal: the due time, or later when it was re-aimed into the past.
    breach_time: datetime | None
    awaiting: str
    calendar_id: str
    calendar_version: int
    run: Run = field(compare=False, repr=False)


def replay(facts: Iterable[Fact], terms: Terms, at: datetime) -> list[Clock]:
    """The clocks of one incident at a time, by kind and cycle; none before it was opened.

    Facts later than `at` are left out. First response is stopped by the first public answer of staff, by the
    resolution or by closing; it has one cycle. A priority without a target withdraws the clock until there
    is one again.
    """
    until = micros(at)
    incident = _Incident(terms)
    for instant, fact in history(facts, until):
        incident.take(instant, fact)
    return [_clock(run, priority, until) for run, priority in incident.shown()]


class _Incident:
    """The clocks of one incident while its facts are replayed."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._runs: list[Run] = []
        self._priorities: dict[int, int] = {}
        self._priority = DEFAULT_PRIORITY
        self._awaiting = ""

    def shown(self) -> Iterable[tuple[Run, int]]:
        promised = (run for run in self._runs if run.promised)
        for run in sorted(promised, key=lambda run: (run.kind, run.cycle)):
            yield run, self._priorities.get(id(run), self._priority)

    def take(self, instant: int, fact: Fact) -> None:
        if fact.kind is FactKind.OPENED:
            if not self._runs:
                self._priority = fact.priority or DEFAULT_PRIORITY
                for kind in TargetKind:
                    self._begin(Run(kind, 1, instant))
            return
        for run in self._runs:
            run.advance(instant)
        match fact.kind:
            case FactKind.PRIORITIZED:
                self._priority = fact.priority or DEFAULT_PRIORITY
                for run in self._open():
                    self._aim(run)
            case FactKind.HELD:
                self._await(fact.awaiting)
            case FactKind.RESUMED:
                self._await("")
            case FactKind.RESPONDED:
                self._end(run for run in self._open() if run.kind is TargetKind.FIRST_RESPONSE)
            case FactKind.RESOLVED | FactKind.CLOSED:
                self._end(self._open())
            case FactKind.CANCELED:
                for run in self._open():
                    run.cancel()
                    self._priorities[id(run)] = self._priority
            case FactKind.REOPENED:
                self._reopen(instant)

    def _open(self) -> list[Run]:
        return [run for run in self._runs if run.stopped_at is None]

    def _begin(self, run: Run) -> None:
        run.awaiting = self._awaiting
        self._aim(run)
        self._runs.append(run)

    def _aim(self, run: Run) -> None:
        target = self._terms.contract.target(run.kind, self._priority)
        run.aim(target, self._terms.calendars[target.calendar_id] if target else run.time)
        if run.breached_at is None:
            self._priorities[id(run)] = self._priority

    def _await(self, party: str) -> None:
        self._awaiting = party
        for run in self._open():
            run.awaiting = party

    def _end(self, runs: Iterable[Run]) -> None:
        for run in runs:
            run.stop()

    def _reopen(self, instant: int) -> None:
        self._await("")
        cycles = [run for run in self._runs if run.kind is TargetKind.RESOLUTION]
        if not cycles or cycles[-1].stopped_at is None:
            return  # nothing was stopped: its resolution is still on the way, and will be replayed in its place
        last = cycles[-1]
        if self._terms.contract.reopen_rule is ReopenRule.NEW_CYCLE:
            self._begin(Run(TargetKind.RESOLUTION, last.cycle + 1, instant))
        elif last.breached_at is None:
            self._begin(last.continued(instant))


def _clock(run: Run, priority: int, until: int) -> Clock:
    run.advance(until)
    state, due, warning = _standing(run)
    target, time = run.target, run.time
    return Clock(
        kind=run.kind,
        cycle=run.cycle,
        state=state,
        priority=priority,
        goal_seconds=target.goal_seconds if target else 0,
        start_time=moment_of(run.start),
        due_time=_moment(due),
        warning_time=_moment(warning),
        stop_time=_moment(run.stopped_at),
        elapsed_seconds=run.counted // SECOND,
        paused_seconds=run.paused // SECOND,
        warned=run.warned_at is not None,
        breached=run.breached_at is not None,
        breach_time=_moment(run.breached_at),
        awaiting=run.awaiting if run.stopped_at is None else "",
        calendar_id=time.calendar.calendar_id if time else "",
        calendar_version=time.calendar.version if time else 0,
        run=run,
    )


def _standing(run: Run) -> tuple[ClockState, int | None, int | None]:
    """State, due instant and warning instant."""
    if run.canceled:
        return ClockState.CANCELED, run.due, None
    warning = run.warned_at
    if run.stopped_at is not None:
        return (ClockState.MISSED if run.breached_at is not None else ClockState.MET), run.due, warning
    if run.breached_at is not None:
        return ClockState.BREACHED, run.due, warning
    if run.mode is Mode.WITHDRAWN:
        return ClockState.CANCELED, None, warning
    if run.mode is Mode.PAUSED:
        return ClockState.PAUSED, None, warning
    if warning is None and run.warning:
        warning = run.reached(run.warning)
    return ClockState.RUNNING, run.reached(run.goal), warning


def _moment(instant: int | None) -> datetime | None:
    return None if instant is None else moment_of(instant)
