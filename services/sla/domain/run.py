"""One clock in motion: time consumed, pauses, aims, and the moments at which it warned and breached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.contract import Target, TargetKind, Track
from services.sla.domain.instants import SECOND


class Mode(StrEnum):
    """What a clock does with the time that passes."""

    COUNTING = "counting"
    PAUSED = "paused"
    # The contract promises nothing for the present priority.
    WITHDRAWN = "withdrawn"
    # Between a stop and a reopening.
    STOPPED = "stopped"
    # Before the clock was set back.
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a clock's life in one mode on one calendar; `open` is its business time in microseconds."""

    start: int
    end: int
    mode: Mode
    time: BusinessTime | None
    open: int


class Run:
    """A clock from its start to its stop. All instants are microseconds; all calls come in order of time.

    Due is the first instant at which the counted time reaches the goal. The clock breaches when it counts
    at any instant after that; it is stopped in time if it had not breached and had not counted more than
    its goal. Once breached, neither due time nor verdict changes.
    """

    def __init__(self, track: Track, cycle: int, start: int) -> None:
        self.track = track
        self.cycle = cycle
        self.start = start
        self.at = start
        self.target: Target | None = None
        self.time: BusinessTime | None = None
        self.awaiting = ""
        self.spans: list[Span] = []
        self.counted = 0
        self.paused = 0
        self.due: int | None = None
        # (per cent, instant) of each warning point that was reached, in order.
        self.warned: list[tuple[int, int]] = []
        self.breached_at: int | None = None
        self.stopped_at: int | None = None
        self.canceled = False
        # Whether there ever was a target; a clock without one is never shown.
        self.promised = False
        # The resolution's code, where the target excludes what was resolved so.
        self.exclusion = ""
        # The client's cycle that this one is to serve, for operational and vendor targets.
        self.serves = ""

    @property
    def kind(self) -> TargetKind:
        return self.track.kind

    @property
    def mode(self) -> Mode:
        if self.stopped_at is not None:
            return Mode.STOPPED
        if self.target is None:
            return Mode.WITHDRAWN
        return Mode.PAUSED if self.awaiting in self.target.pausing_parties else Mode.COUNTING

    @property
    def goal(self) -> int:
        return self.target.goal_seconds * SECOND if self.target else 0

    def warnings_to_come(self) -> list[tuple[int, int]]:
        """(per cent, counted time) of the points not reached yet."""
        points = self.target.warnings[len(self.warned) :] if self.target else ()
        return [(percent, self.goal * percent // 100) for percent in points]

    def advance(self, to: int) -> None:
        """Lets time pass in the present mode."""
        mode = self.mode
        if mode is Mode.STOPPED:
            return
        opened = self.time.elapsed(self.at, to) if self.time and self.target else 0
        if mode is Mode.COUNTING:
            self._fire(opened, to)
            self.counted += opened
        elif mode is Mode.PAUSED:
            self.paused += opened
        self._record(to, mode, opened)
        self.at = to

    def aim(self, target: Target | None, time: BusinessTime | None) -> None:
        """From now on counts towards another goal, perhaps on another calendar; what is counted stays counted."""
        if self.stopped_at is None and self.breached_at is None:
            self.target, self.time = target, time
            self.promised = self.promised or target is not None

    def absorb(self, since: int) -> None:
        """Counts from an earlier opening on: that of an incident whose matter this one took over."""
        if self.stopped_at is not None or since >= self.start or self.time is None:
            return
        opened = self.time.elapsed(since, self.start)
        self.spans.insert(0, Span(since, self.start, Mode.COUNTING, self.time, opened))
        self.start = since
        self.counted += opened

    def stop(self) -> None:
        """Ends the clock at the present instant, with its verdict."""
        if self.stopped_at is not None:
            return None
        if self.target is None:
            return self.cancel()
        if self.breached_at is None:
            self.due = self.reached(self.goal)
            if self.counted > self.goal:
                # Re-aimed below what was consumed while paused: it could not fire, and yet came too late.
                self.breached_at = self.at
        self.stopped_at = self.at
        return None

    def cancel(self) -> None:
        """Ends the clock at the present instant without a verdict; a breach that happened stays."""
        if self.stopped_at is None:
            self.canceled = True
            self.stopped_at = self.at

    def continued(self, at: int) -> Run:
        """The next cycle, which goes on from what this one consumed."""
        following = Run(self.track, self.cycle + 1, self.start)
        following.spans = list(self.spans)
        following.counted, following.paused = self.counted, self.paused
        following.at = self.at
        following._record(at, Mode.STOPPED, 0)
        following.at = at
        return following

    def set_back(self, at: int) -> Run:
        """The next cycle, which keeps this one's start and counts from nothing."""
        following = self.continued(at)
        following.counted = following.paused = 0
        following.spans = [
            span if span.mode is Mode.STOPPED else replace(span, mode=Mode.RESET) for span in following.spans
        ]
        return following

    def reached(self, amount: int) -> int:
        """The first instant, past or to come, at which the counted time reaches an amount if it counts on."""
        missing = amount - self.counted
        if missing > 0 or not self.spans:
            assert self.time is not None
            return self.time.after(self.at, missing)
        before = 0
        for span in self.spans:
            if span.mode is Mode.COUNTING and span.time:
                if amount <= before + span.open:
                    return span.time.after(span.start, amount - before)
                before += span.open
        return self.at

    def _fire(self, opened: int, to: int) -> None:
        """Notes whether warning and breach come while counting up to an instant."""
        if self.breached_at is not None:
            return
        reach = self.counted + opened
        for percent, amount in self.warnings_to_come():
            if reach < amount or (moment := self.reached(amount)) >= to:
                break
            self.warned.append((percent, max(moment, self.at)))
        if reach >= self.goal:
            due = self.reached(self.goal)
            if due < to:
                self.due, self.breached_at = due, max(due, self.at)

    def _record(self, to: int, mode: Mode, opened: int) -> None:
        if to <= self.at:
            return
        last = self.spans[-1] if self.spans else None
        if last and last.mode is mode and last.time is self.time and last.end == self.at:
            self.spans[-1] = Span(last.start, to, mode, self.time, last.open + opened)
        else:
            self.spans.append(Span(self.at, to, mode, self.time, opened))
