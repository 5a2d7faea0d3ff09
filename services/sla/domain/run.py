"""One clock in motion: time consumed, pauses, aims, and the moments at which it warned and breached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.contract import Target, TargetKind
from services.sla.domain.instants import SECOND


class Mode(StrEnum):
    """What a clock does with the time that passes."""

    COUNTING = "counting"
    PAUSED = "paused"
    # The contract promises nothing for the present priority.
    WITHDRAWN = "withdrawn"
    # Between a stop and a reopening.
    STOPPED = "stopped"


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

    def __init__(self, kind: TargetKind, cycle: int, start: int) -> None:
        self.kind = kind
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
        self.warned_at: int | None = None
        self.breached_at: int | None = None
        self.stopped_at: int | None = None
        self.canceled = False
        # Whether there ever was a target; a clock without one is never shown.
        self.promised = False

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

    @property
    def warning(self) -> int:
        """The counted time at which to warn; 0 for never."""
        return self.goal * self.target.warning_percent // 100 if self.target else 0

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
        following = Run(self.kind, self.cycle + 1, self.start)
        following.spans = list(self.spans)
        following.counted, following.paused = self.counted, self.paused
        following.at = self.at
        following._record(at, Mode.STOPPED, 0)
        following.at = at
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
        if self.warning and self.warned_at is None and reach >= self.warning:
            moment = self.reached(self.warning)
            if moment < to:
                self.warned_at = max(moment, self.at)
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
