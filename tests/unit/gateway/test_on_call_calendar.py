"""Shifts as calendar programs read them."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from fairlead.triage.v1 import on_call_pb2
from fairlead.triage.v1 import on_call_service_pb2 as answers
from services.gateway.pages.console.on_call.calendar import calendar_of
from services.gateway.pages.language import add_language

START = datetime(2026, 6, 1, 7, tzinfo=UTC)


@pytest.fixture
def page():
    app = Flask(__name__)
    add_language(app)
    with app.test_request_context("/?lang=en"):
        yield


def read(name: str, schedule_id: str = "ocs_1") -> answers.ReadFeedResponse:
    shift = on_call_pb2.OnCallShift(
        person=on_call_pb2.OnCallPerson(person_id="per_a", name=name), source="Primary"
    )
    shift.start_time.FromDatetime(START)
    shift.end_time.FromDatetime(START + timedelta(days=7))
    return answers.ReadFeedResponse(
        feed=on_call_pb2.OnCallFeed(schedule_id=schedule_id, schedule_name="Desk" if schedule_id else ""),
        shifts=[answers.OnCallFeedShift(uid="a1b2", sequence=4, shift=shift, schedule_name="Desk")],
    )


@pytest.mark.usefixtures("page")
def test_a_calendar_program_reads_each_shift_with_its_lasting_name_in_utc():
    name = "Marie-Ève Tremblay, of a very long family name; that has to be folded, and escaped \\ as well"
    raw = calendar_of(read(name), "northstar.example", START)
    calendar = Calendar.from_ical(raw)
    [event] = calendar.walk("VEVENT")
    assert (calendar["VERSION"], calendar["METHOD"], str(calendar["X-WR-CALNAME"])) == (
        "2.0",
        "PUBLISH",
        "Desk",
    )
    assert (str(event["UID"]), event["SEQUENCE"]) == ("a1b2@northstar.example", 4)
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (START, START + timedelta(days=7))
    assert str(event["SUMMARY"]) == f"{name}: Desk"
    assert b"DTSTART:20260601T070000Z\r\n" in raw
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


@pytest.mark.usefixtures("page")
def test_ones_own_calendar_says_on_call():
    [event] = Calendar.from_ical(calendar_of(read("Ana", ""), "x.example", START)).walk("VEVENT")
    assert str(event["SUMMARY"]) == "On call: Desk"
