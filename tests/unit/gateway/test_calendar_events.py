"""Calendars that people hand in, as stretches of time."""

from datetime import UTC, datetime

import pytest

from chassis.errors import InvalidArgument
from services.gateway.backends.calendar_events import stretches_of

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ZONE = (
    "BEGIN:VTIMEZONE\nTZID:Home\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0300\n"
    "TZOFFSETTO:+0300\nEND:STANDARD\nEND:VTIMEZONE\n"
)


def read(*events: str, zone: str = "Europe/Paris", head: str = "") -> list[tuple[datetime, datetime]]:
    body = "".join(f"BEGIN:VEVENT\nUID:1\n{event}\nEND:VEVENT\n" for event in events)
    document = f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{body}END:VCALENDAR\n"
    return [(one.start_time, one.end_time) for one in stretches_of(document, zone, NOW)]


@pytest.mark.parametrize(
    ("event", "start", "end"),
    [
        ("DTSTART:20260701T080000Z\nDTEND:20260701T100000Z", (7, 1, 8), (7, 1, 10)),
        ("DTSTART:20260701T080000\nDURATION:PT90M", (7, 1, 6), (7, 1, 7, 30)),
        (
            "DTSTART;TZID=America/New_York:20260701T080000\nDTEND;TZID=America/New_York:20260701T090000",
            (7, 1, 12),
            (7, 1, 13),
        ),
        ("DTSTART;VALUE=DATE:20260701", (6, 30, 22), (7, 1, 22)),
    ],
)
def test_times_are_read_as_they_are_written_and_without_a_zone_in_the_schedules(
    event: str, start: tuple[int, ...], end: tuple[int, ...]
):
    assert read(event) == [(datetime(2026, *start, tzinfo=UTC), datetime(2026, *end, tzinfo=UTC))]


def test_a_zone_that_the_document_brings_along_counts():
    event = "DTSTART;TZID=Home:20260701T080000\nDTEND;TZID=Home:20260701T090000"
    assert read(event, head=ZONE)[0][0] == datetime(2026, 7, 1, 5, tzinfo=UTC)


def test_what_is_over_or_canceled_or_has_no_length_is_left_out():
    assert (
        read(
            "DTSTART:20250701T080000Z\nDTEND:20250701T100000Z",
            "STATUS:CANCELLED\nDTSTART:20260701T080000Z\nDTEND:20260701T100000Z",
            "DTSTART:20260701T080000Z",
        )
        == []
    )


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("", "calendar_unreadable"),
        ("hello", "calendar_unreadable"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR\n", "calendar_unreadable"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR\n", "calendar_unreadable"),
        ("BEGIN:VCALENDAR\n" * 5_000, "calendar_unreadable"),
        ("x" * 500_001, "calendar_too_large"),
    ],
)
def test_what_is_no_calendar_is_refused(document: str, reason: str):
    with pytest.raises(InvalidArgument) as refused:
        stretches_of(document, "UTC", NOW)
    assert refused.value.reason == reason


def test_events_that_repeat_and_too_many_are_refused():
    event = "DTSTART:20260701T080000Z\nDTEND:20260701T100000Z"
    for events, reason in (
        ((f"{event}\nRRULE:FREQ=DAILY",), "calendar_recurs"),
        ((event,) * 101, "calendar_too_large"),
    ):
        with pytest.raises(InvalidArgument) as refused:
            read(*events)
        assert refused.value.reason == reason
