"""A clock is a pure replay: the same facts over the same terms give the same clocks, in whatever order,
however often and however late the facts arrived.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.sla.domain.contract import ReopenRule, Target, TargetKind, TargetLevel, Terms, Track
from services.sla.domain.facts import Fact, FactKind, history
from services.sla.domain.instants import SECOND, micros, moment_of
from services.sla.domain.lifecycle import Course, begins, ends
from services.sla.domain.run import Mode, Run

_RESOLUTION = Track(TargetLevel.CLIENT, TargetKind.RESOLUTION)


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


@dataclass(frozen=True, slots=True)
class WarningPoint:
    """One warning point: per cent of the goal, when it is reached, and whether it was."""

    percent: int
    time: datetime
    given: bool


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
    name: str = ""
    level: TargetLevel = TargetLevel.CLIENT
    # All points, those to come only while running; warning_time and warned are the first one's.
    warnings: tuple[WarningPoint, ...] = ()
    # The resolution's code, where its target excludes what was resolved so: proposed, for a person to approve.
    exclusion: str = ""
    # "resolution.1": the client's clock that an operational or vendor one serves.
    serves: str = ""

    @property
    def key(self) -> str:
        """What tells it from the incident's other clocks."""
        return f"{self.run.track.key}.{self.cycle}"


def replay(facts: Iterable[Fact], terms: Terms, at: datetime) -> list[Clock]:
    """The clocks of one incident at a time, by level, kind, name and cycle; none before it was opened.

    Facts later than `at` are left out. First response is stopped by the first public answer of staff, by the
    resolution or by closing. A subject without a target withdraws the clock until there is one again.
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
        self._cycles: dict[Track, list[Run]] = {track: [] for track in terms.contract.tracks}
        self._priorities: dict[int, int] = {}
        self._course = Course()

    def shown(self) -> Iterable[tuple[Run, int]]:
        for cycles in self._cycles.values():
            for run in cycles:
                if run.promised:
                    yield run, self._priorities.get(id(run), self._course.subject.priority)

    def take(self, instant: int, fact: Fact) -> None:
        if fact.kind is FactKind.OPENED and self._course.opened:
            return
        running = self._running()
        for run in running:
            run.advance(instant)
        before, after = self._course, self._course.after(fact)
        self._course = after
        if fact.kind in (FactKind.CANCELED, FactKind.MERGED):
            for run in running:
                run.cancel()
            return
        # Ended before they are aimed anew: what lies with another group now was measured as it lay.
        for run in running:
            self._end(run, fact, before)
            run.awaiting = after.awaiting
            if after.subject != before.subject:
                self._aim(run)
        if fact.kind is FactKind.ABSORBED and fact.since is not None:
            for run in running:
                if run.track.level is TargetLevel.CLIENT and run.cycle == 1:
                    run.absorb(micros(fact.since))
        if after.opened:
            for track, targets in self._terms.contract.tracks.items():
                self._go_on(track, targets[0], fact, before, instant)

    def _running(self) -> list[Run]:
        # Only the last cycle of a promise can be running.
        return [runs[-1] for runs in self._cycles.values() if runs and runs[-1].stopped_at is None]

    def _end(self, run: Run, fact: Fact, before: Course) -> None:
        """Stops the running cycle of a promise if the fact ends it."""
        if not ends(run.track, self._terms.contract.tracks[run.track][0], fact, before, self._course):
            return
        run.stop()
        if run.target and fact.code in run.target.excluded_codes:
            run.exclusion = fact.code

    def _go_on(self, track: Track, target: Target, fact: Fact, before: Course, instant: int) -> None:
        """Begins the next cycle of a promise that is not running, if the fact has it so."""
        last = self._cycles[track][-1] if self._cycles[track] else None
        if last and last.stopped_at is None:
            return  # reopened before its end was heard: that will be replayed in its place
        if begins(track, target, fact, before, self._course):
            self._begin(Run(track, last.cycle + 1 if last else 1, instant))
        elif last and fact.kind is FactKind.REOPENED:
            self._reopen(track, last, instant)

    def _begin(self, run: Run) -> None:
        run.awaiting = self._course.awaiting
        if run.track.level is not TargetLevel.CLIENT:
            served = self._cycles.get(_RESOLUTION)
            run.serves = f"{_RESOLUTION.key}.{served[-1].cycle}" if served else ""
        self._aim(run)
        self._cycles[run.track].append(run)

    def _aim(self, run: Run) -> None:
        target = self._terms.contract.choose(run.track, self._course.subject)
        run.aim(target, self._terms.calendars[target.calendar_id] if target else run.time)
        if run.breached_at is None:
            self._priorities[id(run)] = self._course.subject.priority

    def _reopen(self, track: Track, last: Run, instant: int) -> None:
        if track.level is not TargetLevel.CLIENT:
            return
        target = self._terms.contract.choose(track, self._course.subject)
        rule = target.reopen_rule if target else None
        if rule is None:
            if track != _RESOLUTION:
                return
            rule = self._terms.contract.reopen_rule
        if rule is ReopenRule.NEW_CYCLE:
            self._begin(Run(track, last.cycle + 1, instant))
        elif rule is ReopenRule.RESET:
            self._begin(last.set_back(instant))
        elif last.breached_at is None:
            self._begin(last.continued(instant))


def _clock(run: Run, priority: int, until: int) -> Clock:
    run.advance(until)
    state, due = _standing(run)
    target, time = run.target, run.time
    warnings = _warnings(run, state)
    return Clock(
        kind=run.kind,
        cycle=run.cycle,
        state=state,
        priority=priority,
        goal_seconds=target.goal_seconds if target else 0,
        start_time=moment_of(run.start),
        due_time=_moment(due),
        warning_time=warnings[0].time if warnings else None,
        stop_time=_moment(run.stopped_at),
        elapsed_seconds=run.counted // SECOND,
        paused_seconds=run.paused // SECOND,
        warned=bool(run.warned),
        breached=run.breached_at is not None,
        breach_time=_moment(run.breached_at),
        awaiting=run.awaiting if run.stopped_at is None else "",
        calendar_id=time.calendar.calendar_id if time else "",
        calendar_version=time.calendar.version if time else 0,
        run=run,
        name=run.track.name,
        level=run.track.level,
        warnings=warnings,
        exclusion=run.exclusion,
        serves=run.serves,
    )


def _standing(run: Run) -> tuple[ClockState, int | None]:
    """State and due instant."""
    if run.canceled:
        return ClockState.CANCELED, run.due
    if run.stopped_at is not None:
        return (ClockState.MISSED if run.breached_at is not None else ClockState.MET), run.due
    if run.breached_at is not None:
        return ClockState.BREACHED, run.due
    if run.mode is Mode.WITHDRAWN:
        return ClockState.CANCELED, None
    if run.mode is Mode.PAUSED:
        return ClockState.PAUSED, None
    return ClockState.RUNNING, run.reached(run.goal)


def _warnings(run: Run, state: ClockState) -> tuple[WarningPoint, ...]:
    given = [WarningPoint(percent, moment_of(instant), True) for percent, instant in run.warned]
    if state is not ClockState.RUNNING:
        return tuple(given)
    to_come = run.warnings_to_come()
    return (
        *given,
        *(WarningPoint(percent, moment_of(run.reached(amount)), False) for percent, amount in to_come),
    )


def _moment(instant: int | None) -> datetime | None:
    return None if instant is None else moment_of(instant)
