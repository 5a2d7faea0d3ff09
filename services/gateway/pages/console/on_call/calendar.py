"""Shifts as an iCalendar document (RFC 5545), for programs that subscribe to it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from fairlead.triage.v1 import on_call_service_pb2 as answers
from services.gateway.pages.language import gettext as _

# How often a program may look again.
_REFRESH = timedelta(hours=1)


def calendar_of(read: answers.ReadFeedResponse, host: str, now: datetime) -> bytes:
    """Times are UTC; a shift keeps its UID as long as it begins when it does, and SEQUENCE grows with its schedule."""
    # Late: few requests are for a calendar, and importing it takes a quarter of a second.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Fairlead//On call//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", read.feed.schedule_name or _("On call"))
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for one in read.shifts:
        calendar.add_component(_event(one, bool(read.feed.schedule_id), host, now))
    return calendar.to_ical()


def _event(one: answers.OnCallFeedShift, of_schedule: bool, host: str, now: datetime) -> Any:
    from icalendar import Event

    shift = one.shift
    event = Event()
    event.add("uid", f"{one.uid}@{host}")
    event.add("sequence", one.sequence)
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", shift.start_time.ToDatetime(tzinfo=UTC).replace(microsecond=0))
    event.add("dtend", shift.end_time.ToDatetime(tzinfo=UTC).replace(microsecond=0))
    who = shift.person.name if of_schedule else _("On call")
    event.add("summary", f"{who}: {one.schedule_name}")
    if shift.source:
        event.add("description", shift.source)
    # Whoever is on call is not away.
    event.add("transp", "TRANSPARENT")
    return event
