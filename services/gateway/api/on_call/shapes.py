"""What is answered about on-call duty."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from pydantic import Field

from services.gateway.api import words
from services.gateway.api.shapes import Shape, Time


class OnCallPerson(Shape):
    person_id: str
    name: str


class RestrictionView(Shape):
    weekdays: list[int]
    start: str
    end: str


class LayerView(Shape):
    name: str
    people: list[OnCallPerson]
    start: str = Field(description="The first hand-off: a local time.")
    turn_count: int
    turn_unit: words.TurnUnit
    restrictions: list[RestrictionView]
    until: str | None = None


class OverrideView(Shape):
    override_id: str
    person: OnCallPerson | None = None
    start_time: Time | None = None
    end_time: Time | None = None
    reason: str
    made_by: str


class OnCallAbsence(Shape):
    absence_id: str | None = Field(None, description="Left out where a work profile's days away say so.")
    person: OnCallPerson | None = None
    start_time: Time | None = None
    end_time: Time | None = None
    reason: str
    made_by: str


class OnCallAbsenceList(Shape):
    absences: list[OnCallAbsence]


class OnCallSchedule(Shape):
    schedule_id: str
    name: str
    time_zone: str
    layers: list[LayerView]
    overrides: list[OverrideView]
    absences: list[OnCallAbsence] = Field(description="When those whom it names are unavailable.")
    revision: int


class OnCallScheduleList(Shape):
    schedules: list[OnCallSchedule]


class OnCallShift(Shape):
    start_time: Time | None = None
    end_time: Time | None = None
    person: OnCallPerson | None = Field(None, description="Left out: nobody is on call.")
    source: str
    override_id: str | None = None


class OnCallShiftList(Shape):
    shifts: list[OnCallShift]


class OnCallNow(Shape):
    schedule_id: str
    schedule_name: str
    person: OnCallPerson | None = Field(None, description="Left out: nobody.")
    source: str
    override_id: str | None = None
    until: Time | None = None
    next: OnCallPerson | None = None
    gap_start_time: Time | None = Field(None, description="The next gap within two weeks.")
    gap_end_time: Time | None = None


class OnCallNowList(Shape):
    on_call: list[OnCallNow]


class OnCallFeed(Shape):
    feed_id: str
    schedule_id: str | None = Field(None, description="Left out: the person's own shifts by every schedule.")
    schedule_name: str | None = None
    create_time: Time | None = None
    url: str = Field("", description="For a calendar program. Whoever has it reads the shifts.")


class OnCallFeedList(Shape):
    feeds: list[OnCallFeed]


class Imported(Shape):
    added: int = Field(description="How many were new.")
    schedule: OnCallSchedule
