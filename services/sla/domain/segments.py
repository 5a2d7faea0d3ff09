"""Explaining a clock: its life as segments, each counted or with the reason why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.clock import Clock, ClockState
from services.sla.domain.instants import SECOND, micros, moment_of
from services.sla.domain.run import Mode, Span


@dataclass(frozen=True)
class Segment:
    """A stretch [start, end) of one clock; `reason` is business_hours, outside_hours, holiday, paused,
    after_stop, before_reset or no_target. Counted segments add up to the elapsed time (to the goal, where the due time is
    still to come), paused ones to the paused time.
    """

    start_time: datetime
    end_time: datetime
    counted: bool
    reason: str
    seconds: int
    calendar_id: str
    calendar_version: int


def explain(clock: Clock) -> list[Segment]:
    """The segments from a clock's start to its stop, or to the time of the replay; for a running clock on to
    its due time, as it will be if nothing changes.
    """
    return [segment for span in _spans(clock) for segment in _segments(span)]


def _spans(clock: Clock) -> list[Span]:
    run, spans = clock.run, list(clock.run.spans)
    if clock.state is ClockState.RUNNING and clock.due_time is not None:
        due = micros(clock.due_time)
        if due > run.at:
            ahead = Span(run.at, due, Mode.COUNTING, run.time, 0)
            if spans and spans[-1].mode is Mode.COUNTING and spans[-1].time is run.time:
                ahead = Span(spans.pop().start, due, Mode.COUNTING, run.time, 0)
            spans.append(ahead)
    return spans


def _segments(span: Span) -> Iterator[Segment]:
    if span.mode is Mode.STOPPED:
        yield _segment(span.start, span.end, "after_stop", span.time)
    elif span.mode is Mode.RESET:
        yield _segment(span.start, span.end, "before_reset", span.time)
    elif span.time is None or span.mode is Mode.WITHDRAWN:
        yield _segment(span.start, span.end, "no_target", None)
    else:
        reason = "business_hours" if span.mode is Mode.COUNTING else "paused"
        at = span.start
        for start, end in span.time.stretches(span.start, span.end):
            yield from _closed(span.time, at, start)
            yield _segment(start, end, reason, span.time)
            at = end
        yield from _closed(span.time, at, span.end)


def _closed(time: BusinessTime, start: int, end: int) -> Iterator[Segment]:
    """A stretch in which the calendar is closed, cut at the local midnights where a holiday begins or ends."""
    at, reason = start, ""
    for cut, following in _reasons(time, start, end):
        if following != reason:
            if at < cut:
                yield _segment(at, cut, reason, time)
            at, reason = cut, following
    if at < end:
        yield _segment(at, end, reason, time)


def _reasons(time: BusinessTime, start: int, end: int) -> Iterator[tuple[int, str]]:
    zone = time.calendar.zone
    cut = start
    while cut < end:
        day = moment_of(cut).astimezone(zone).date()
        # A holiday explains only what would have been open without it.
        holiday = time.calendar.is_holiday(day) and bool(time.calendar.hours.get(day.isoweekday()))
        yield cut, "holiday" if holiday else "outside_hours"
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
        cut = max(micros(midnight.astimezone(UTC)), cut + SECOND)


def _segment(start: int, end: int, reason: str, time: BusinessTime | None) -> Segment:
    return Segment(
        start_time=moment_of(start),
        end_time=moment_of(end),
        counted=reason == "business_hours",
        reason=reason,
        seconds=(end - start) // SECOND,
        calendar_id=time.calendar.calendar_id if time else "",
        calendar_version=time.calendar.version if time else 0,
    )
