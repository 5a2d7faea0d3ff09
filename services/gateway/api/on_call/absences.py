"""When people cannot be on call."""

# A route describes its handler; it shows in the OpenAPI document.

from __future__ import annotations

from fairlead.triage.v1 import on_call_pb2
from services.gateway.api.on_call.bodies import AbsenceBody
from services.gateway.api.on_call.own_routes import routes
from services.gateway.api.on_call.shapes import OnCallAbsence, OnCallAbsenceList
from services.gateway.api.routes import Answer, Call, backends


@routes.get(
    "/on-call/absences", "See who is unavailable when", scope="on-call:read", returns=OnCallAbsenceList
)
def list_absences(call: Call) -> Answer:
    """Those that are not over, the earliest first. Days away of work profiles count as well, and are listed there."""
    return {"absences": OnCallAbsence.all_of(backends().on_call.absences(call.caller))}


@routes.post(
    "/on-call/absences",
    "Say that somebody is unavailable",
    scope="on-call:write",
    body=AbsenceBody,
    returns=OnCallAbsence,
    status=201,
)
def add_absence(call: Call) -> Answer:
    """On no schedule are they on call then. Staff say it of themselves; dispatchers and administrators of anybody."""
    body: AbsenceBody = call.body
    wanted = on_call_pb2.OnCallAbsence(reason=body.reason)
    wanted.person.person_id = body.person_id or call.caller.person_id
    wanted.start_time.FromDatetime(body.start_time)
    wanted.end_time.FromDatetime(body.end_time)
    return OnCallAbsence.of(backends().on_call.add_absence(call.caller, wanted))


@routes.delete("/on-call/absences/{absence_id}", "Take it back", scope="on-call:write")
def remove_absence(call: Call, absence_id: str) -> Answer:
    """One that has begun ends now."""
    backends().on_call.remove_absence(call.caller, absence_id)
