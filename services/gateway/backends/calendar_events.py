"""What stands in an iCalendar document (RFC 5545) that somebody hands in: stretches of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chassis.errors import InvalidArgument

LARGEST = 500_000
MOST_EVENTS = 100
# What a parser of other people's files may stumble over.
_MALFORMED = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Stretch:
    """One event: [start_time, end_time), UTC."""

    start_time: datetime
    end_time: datetime
    summary: str


def stretches_of(document: str, zone_key: str, now: datetime) -> list[Stretch]:
    """Those that are not over, the earliest first; what has no zone of its own is read in this one.

    Raises InvalidArgument("calendar_unreadable"), ("calendar_recurs") for events that repeat, ("calendar_too_large").
    """
    # Late: few requests bring a calendar, and importing it takes a quarter of a second.
    from icalendar import Calendar

    if len(document) > LARGEST:
        raise InvalidArgument("calendar_too_large", "At most 500 kB.", field="calendar")
    try:
        calendar = Calendar.from_ical(document)
        found = [one for one in _stretches(calendar, ZoneInfo(zone_key)) if one.end_time > now]
    except _MALFORMED as error:
        raise InvalidArgument(
            "calendar_unreadable", "This is no iCalendar document.", field="calendar"
        ) from error
    if len(found) > MOST_EVENTS:
        raise InvalidArgument("calendar_too_large", "At most 100 events.", field="calendar")
    return sorted(found, key=lambda one: (one.start_time, one.end_time))


def _stretches(calendar: Any, zone: ZoneInfo) -> Iterator[Stretch]:
    for event in calendar.walk("VEVENT"):
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        if any(name in event for name in ("RRULE", "RDATE")):
            raise InvalidArgument(
                "calendar_recurs", "Events that repeat are not taken: make a layer.", field="calendar"
            )
        start = event.decoded("DTSTART")
        end = event.decoded("DTEND") if "DTEND" in event else start + _length(event, start)
        first, last = _instant(start, zone), _instant(end, zone)
        if first < last:
            yield Stretch(first, last, str(event.get("SUMMARY", ""))[:200])


def _length(event: Any, start: Any) -> timedelta:
    """A whole day for a date without an end (RFC 5545, 3.6.1)."""
    if "DURATION" in event:
        return event.decoded("DURATION")
    return timedelta(0) if isinstance(start, datetime) else timedelta(days=1)


def _instant(value: Any, zone: ZoneInfo) -> datetime:
    if not isinstance(value, date):
        raise ValueError("neither a date nor a time")
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC).replace(microsecond=0)
