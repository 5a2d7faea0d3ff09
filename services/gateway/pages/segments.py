"""Why a due time is what it is: the stretches of a clock's life, as a page shows them to staff and clients."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fairlead.sla.v1 import clock_pb2
from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import in_each_language
from services.gateway.pages.moments import as_datetime, given


@dataclass(frozen=True)
class SegmentLine:
    """A stretch of a clock's life."""

    start_time: Any
    end_time: Any
    counted: bool
    reason: str
    seconds: int
    calendar_version: int
    # Still to come: how it will go on if nothing changes.
    planned: bool


def segment_lines(clock: clock_pb2.Clock, now: datetime) -> list[SegmentLine]:
    """The life of a clock that was explained. now: where the past ends and the plan begins."""
    return [line for segment in clock.segments for line in _lines(segment, now)]


def _lines(segment: clock_pb2.Segment, now: datetime) -> list[SegmentLine]:
    """One line; two for a stretch that is under way, which ends now and goes on as planned."""
    start, end = as_datetime(segment.start_time), as_datetime(segment.end_time)
    if not segment.HasField("end_time") or end <= now:
        return [_line(segment, start, given(segment, "end_time"), segment.seconds, planned=False)]
    if start >= now:
        return [_line(segment, start, end, segment.seconds, planned=True)]
    passed = min(int((now - start).total_seconds()), segment.seconds)
    return [
        _line(segment, start, now, passed, planned=False),
        _line(segment, now, end, segment.seconds - passed, planned=True),
    ]


def _line(segment: clock_pb2.Segment, start: Any, end: Any, seconds: int, planned: bool) -> SegmentLine:
    return SegmentLine(
        start_time=start,
        end_time=end,
        counted=segment.counted,
        reason=_reasons().get(segment.reason, segment.reason),
        seconds=seconds,
        calendar_version=segment.calendar_version,
        planned=planned,
    )


@in_each_language
def _reasons() -> dict[str, str]:
    return {
        "business_hours": _("Business hours"),
        "outside_hours": _("Outside business hours"),
        "holiday": _("Holiday"),
        "paused": _("On hold"),
        "after_stop": _("After it stopped"),
    }
