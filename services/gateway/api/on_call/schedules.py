"""Schedules, their shifts and overrides."""

# A route describes its handler; it shows in the OpenAPI document.
# ruff: noqa: D103

from __future__ import annotations

from datetime import timedelta

from fairlead.triage.v1 import on_call_pb2
from services.gateway.api.on_call.bodies import (
    ImportBody,
    NowQuery,
    OnCallScheduleBody,
    OnCallScheduleChange,
    OverrideBody,
    ShiftQuery,
)
from services.gateway.api.on_call.own_routes import routes
from services.gateway.api.on_call.shapes import (
    Imported,
    OnCallNow,
    OnCallNowList,
    OnCallSchedule,
    OnCallScheduleList,
    OnCallShift,
    OnCallShiftList,
)
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.api.shapes import fill
from services.gateway.auth.context import gateway


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
