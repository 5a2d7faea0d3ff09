"""What is sent about on-call duty."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from services.gateway.api import words
from services.gateway.api.shapes import Body, Id, Line, Moment, Query, Revision

Wall = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$", max_length=16)
]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}:[0-9]{2}$")]


class OnCallFeedBody(Body):
    schedule_id: Id | None = Field(None, description="Left out: the caller's own shifts.")


class PersonBody(Body):
    person_id: Id


class Restriction(Body):
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field(
        [], max_length=7, description="0 is Monday. None: every day."
    )
    start: TimeOfDay
    end: TimeOfDay = Field(description="Not later than start: on the next day.")


class Layer(Body):
    name: Line = Field(max_length=80)
    people: list[PersonBody] = Field(min_length=1, max_length=100, description="In the order of their turns.")
    start: Wall = Field(description="The first hand-off: a local time of the schedule's zone.")
    turn_count: int = Field(1, ge=1, le=9_000)
    turn_unit: words.TurnUnit = "weeks"
    restrictions: list[Restriction] = Field([], max_length=21, description="None: in force at all hours.")
    until: Wall | None = None


class OnCallScheduleBody(Body):
    name: Line = Field(max_length=120)
    time_zone: str = Field(max_length=64, description="IANA name, such as Europe/Paris.")
    layers: list[Layer] = Field(min_length=1, max_length=20, description="Later ones cover earlier ones.")


class OnCallScheduleChange(OnCallScheduleBody):
    revision: Revision = 0


class OverrideBody(Body):
    person_id: Id
    start_time: Moment = Field(strict=False)
    end_time: Moment = Field(strict=False)
    reason: str = Field("", max_length=200)


class AbsenceBody(Body):
    person_id: Id | None = Field(None, description="Left out: the caller.")
    start_time: Moment = Field(strict=False)
    end_time: Moment = Field(strict=False)
    reason: str = Field("", max_length=200)


class ImportBody(Body):
    person_id: Id
    calendar: str = Field(
        min_length=1,
        max_length=500_000,
        description="iCalendar (RFC 5545): at each of its events they are on call.",
    )


class ShiftQuery(Query):
    start_time: Moment | None = Field(None, description="Left out: now.")
    end_time: Moment | None = Field(None, description="Left out: 14 days later.")


class NowQuery(Query):
    time: Moment | None = Field(None, description="Left out: now.")
