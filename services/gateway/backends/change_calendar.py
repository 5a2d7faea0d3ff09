"""Changes as an iCalendar document (RFC 5545), for calendar programs."""

from collections.abc import Iterable
from datetime import UTC

from fairlead.incidents.v1 import change_pb2 as changes
from services.gateway.backends.words import word_of

MEDIA_TYPE = "text/calendar; charset=utf-8"
_SURE = frozenset(
    {
        changes.CHANGE_STATE_SCHEDULED,
        changes.CHANGE_STATE_IN_PROGRESS,
        changes.CHANGE_STATE_DONE,
        changes.CHANGE_STATE_FAILED,
        changes.CHANGE_STATE_BACKED_OUT,
        changes.CHANGE_STATE_REVIEWED,
    }
)


def calendar_of(found: Iterable[changes.Change], origin: str) -> bytes:
    """Each with its window; what is not scheduled yet is tentative."""
    # Late: few requests are for a calendar, and importing it takes a quarter of a second.
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//Fairlead//Changes//EN")
    calendar.add("version", "2.0")
    for change in found:
        event = Event()
        event.add("uid", f"{change.change_id}@fairlead")
        # Without a METHOD that is when it was last changed (RFC 5545, 3.8.7.2): the same changes are the same document.
        event.add("dtstamp", change.update_time.ToDatetime(tzinfo=UTC))
        event.add("dtstart", change.window.start_time.ToDatetime(tzinfo=UTC))
        event.add("dtend", change.window.end_time.ToDatetime(tzinfo=UTC))
        event.add("sequence", change.revision)
        event.add("summary", f"{change.number} {change.title}")
        event.add("status", _status(change))
        event.add("url", f"{origin}/console/changes/{change.number}")
        event.add("categories", [word_of(changes.ChangeKind.DESCRIPTOR, change.kind) or ""])
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _status(change: changes.Change) -> str:
    if change.state in (changes.CHANGE_STATE_CANCELED, changes.CHANGE_STATE_REJECTED):
        return "CANCELLED"
    return "CONFIRMED" if change.state in _SURE else "TENTATIVE"
