"""On-call schedules: who is on call when."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from fairlead.triage.v1 import on_call_pb2
from services.gateway.api import words
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Line, Moment, Query, Revision, Shape, Time, fill
from services.gateway.auth.context import gateway

routes = Routes("on-call", "Who is on call when: rotations in layers, with overrides; gaps are said.")

Wall = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$", max_length=16)
]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^[0-9]{2}:[0-9]{2}$")]


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


class OnCallSchedule(Shape):
    schedule_id: str
    name: str
    time_zone: str
    layers: list[LayerView]
    overrides: list[OverrideView]
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


class ImportBody(Body):
    person_id: Id
    calendar: str = Field(
        min_length=1,
        max_length=500_000,
        description="iCalendar (RFC 5545): at each of its events they are on call.",
    )


class Imported(Shape):
    added: int = Field(description="How many were new.")
    schedule: OnCallSchedule


class ShiftQuery(Query):
    start_time: Moment | None = Field(None, description="Left out: now.")
    end_time: Moment | None = Field(None, description="Left out: 14 days later.")


class NowQuery(Query):
    time: Moment | None = Field(None, description="Left out: now.")


@routes.get("/on-call/now", "See who is on call", scope="on-call:read", query=NowQuery, returns=OnCallNowList)
def list_on_call(call: Call) -> Answer:
    """By every schedule."""
    return {"on_call": OnCallNow.all_of(backends().on_call.now(call.caller, call.query.time))}


@routes.get("/on-call/schedules", "List on-call schedules", scope="on-call:read", returns=OnCallScheduleList)
def list_schedules(call: Call) -> Answer:
    return {"schedules": OnCallSchedule.all_of(backends().on_call.all(call.caller))}


@routes.post(
    "/on-call/schedules",
    "Make an on-call schedule",
    scope="on-call:write",
    body=OnCallScheduleBody,
    returns=OnCallSchedule,
    status=201,
    conflicts=True,
)
def create_schedule(call: Call) -> Answer:
    made = backends().on_call.create(call.caller, fill(on_call_pb2.OnCallSchedule(), call.body))
    return OnCallSchedule.of(made)


@routes.get(
    "/on-call/schedules/{schedule_id}",
    "Get an on-call schedule",
    scope="on-call:read",
    returns=OnCallSchedule,
)
def get_schedule(call: Call, schedule_id: str) -> Answer:
    return OnCallSchedule.of(backends().on_call.get(call.caller, schedule_id))


@routes.put(
    "/on-call/schedules/{schedule_id}",
    "Change an on-call schedule",
    scope="on-call:write",
    body=OnCallScheduleChange,
    returns=OnCallSchedule,
    conflicts=True,
)
def update_schedule(call: Call, schedule_id: str) -> Answer:
    """Its overrides stay as they are."""
    changed = fill(on_call_pb2.OnCallSchedule(), call.body, schedule_id=schedule_id)
    return OnCallSchedule.of(backends().on_call.update(call.caller, changed))


@routes.delete("/on-call/schedules/{schedule_id}", "Remove an on-call schedule", scope="on-call:write")
def delete_schedule(call: Call, schedule_id: str) -> Answer:
    backends().on_call.delete(call.caller, schedule_id)


@routes.get(
    "/on-call/schedules/{schedule_id}/shifts",
    "List shifts and gaps",
    scope="on-call:read",
    query=ShiftQuery,
    returns=OnCallShiftList,
)
def list_shifts(call: Call, schedule_id: str) -> Answer:
    """Without a hole: a stretch without a person is a gap. At most 400 days."""
    start = call.query.start_time or gateway().clock()
    end = call.query.end_time or start + timedelta(days=14)
    found = backends().on_call.shifts(call.caller, schedule_id, start, end)
    return {"shifts": OnCallShift.all_of(found)}


@routes.post(
    "/on-call/schedules/{schedule_id}/overrides",
    "Put somebody on call for a while",
    scope="on-call:write",
    body=OverrideBody,
    returns=OnCallSchedule,
    status=201,
    conflicts=True,
)
def add_override(call: Call, schedule_id: str) -> Answer:
    """Staff may put themselves on call; dispatchers and administrators anybody of the staff."""
    body = call.body
    wanted = on_call_pb2.OnCallOverride(reason=body.reason)
    wanted.person.person_id = body.person_id
    wanted.start_time.FromDatetime(body.start_time)
    wanted.end_time.FromDatetime(body.end_time)
    return OnCallSchedule.of(backends().on_call.add_override(call.caller, schedule_id, wanted))


@routes.post(
    "/on-call/schedules/{schedule_id}/overrides/import",
    "Take overrides from a calendar",
    scope="on-call:write",
    body=ImportBody,
    returns=Imported,
    conflicts=True,
)
def import_overrides(call: Call, schedule_id: str) -> Answer:
    """At most 100 events that are not over and do not repeat; taken again, nothing is doubled."""
    added, schedule = backends().on_call.import_overrides(
        call.caller, schedule_id, call.body.person_id, call.body.calendar, gateway().clock()
    )
    return {"added": added, "schedule": OnCallSchedule.of(schedule)}


@routes.delete(
    "/on-call/schedules/{schedule_id}/overrides/{override_id}",
    "Take an override back",
    scope="on-call:write",
)
def remove_override(call: Call, schedule_id: str, override_id: str) -> Answer:
    """One that has begun ends now."""
    backends().on_call.remove_override(call.caller, schedule_id, override_id)


@routes.get("/on-call/feeds", "List your calendar links", scope="on-call:read", returns=OnCallFeedList)
def list_feeds(call: Call) -> Answer:
    return {"feeds": [_feed(one) for one in backends().on_call.feeds(call.caller)]}


@routes.post(
    "/on-call/feeds",
    "Make a calendar link",
    scope="on-call:write",
    body=OnCallFeedBody,
    returns=OnCallFeed,
    status=201,
    conflicts=True,
)
def create_feed(call: Call) -> Answer:
    """iCalendar (RFC 5545): two weeks back, three months ahead."""
    return _feed(backends().on_call.create_feed(call.caller, call.body.schedule_id or ""))


@routes.delete("/on-call/feeds/{feed_id}", "Revoke a calendar link", scope="on-call:write")
def delete_feed(call: Call, feed_id: str) -> Answer:
    backends().on_call.delete_feed(call.caller, feed_id)


def _feed(feed: on_call_pb2.OnCallFeed) -> dict[str, Any]:
    return OnCallFeed.of(feed, url=f"{gateway().settings.origin}/on-call/{feed.token}.ics")
