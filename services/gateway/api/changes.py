"""Changes: planned work on configuration items, and the times in which nothing is to be changed."""

# A route describes its handler; it shows in the OpenAPI document.
# ruff: noqa: D103

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response

from fairlead.incidents.v1 import change_pb2
from services.gateway.api.change_shapes import (
    AppointingBody,
    Change,
    ChangeBody,
    ChangeEntry,
    ChangeFields,
    ChangeList,
    ChangeQuery,
    ChangeUpdate,
    ChangeWithHistory,
    Conflict,
    ConflictList,
    DecidingBody,
    FinishingBody,
    Freeze,
    FreezeBody,
    FreezeList,
    PeriodQuery,
    Saying,
    SchedulingBody,
    TyingBody,
)
from services.gateway.api.item_shapes import ConfigurationItem
from services.gateway.api.meant import tenant_of
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import fill
from services.gateway.auth.context import gateway
from services.gateway.backends.busy_times import busy_times
from services.gateway.backends.change_calendar import MEDIA_TYPE, calendar_of
from services.gateway.backends.words import number_of

routes = Routes("changes", "Planned work on configuration items: risk, approval, window, and how it went.")

_READ, _WRITE = "changes:read", "changes:write"
_COMMAND: dict[str, Any] = {
    "scope": _WRITE,
    "returns": Change,
    "conflicts": True,
    "matches_revision": True,
    "idempotency": "service",
    "keeps_answer": True,
}


@routes.get("/changes", "List changes", scope=_READ, query=ChangeQuery, returns=ChangeList)
def list_changes(call: Call) -> Answer:
    """The newest first; of a period the soonest first, all at once."""
    wanted: ChangeQuery = call.query
    fields: dict[str, Any] = {
        "tenant_id": tenant_of(call.caller, wanted.tenant_id) if wanted.tenant_id else "",
        "shared": wanted.shared,
        "states": [number_of(change_pb2.ChangeState.DESCRIPTOR, wanted.state)] if wanted.state else [],
        "words": wanted.query,
        "item_id": wanted.item_id or "",
    }
    if wanted.start_time and wanted.end_time:
        found = backends().changes.period(call.caller, wanted.start_time, wanted.end_time, **fields)
        return {"changes": Change.all_of(found)}
    return ChangeList.of(
        backends().changes.list(
            call.caller, **fields, page_size=wanted.page_size, page_token=wanted.page_token
        )
    )


@routes.post(
    "/changes",
    "Draft a change",
    scope=_WRITE,
    body=ChangeBody,
    returns=Change,
    status=201,
    conflicts=True,
    idempotency="service",
    keeps_answer=True,
)
def create_change(call: Call) -> Answer:
    owner = "" if call.body.shared else tenant_of(call.caller, call.body.tenant_id)
    wanted = _filled(call.body, tenant_id=owner, shared=call.body.shared)
    return Change.of(backends().changes.create(call.caller, wanted, call.idempotency_key))


@routes.get("/changes/{change_id}", "Get a change", scope=_READ, returns=ChangeWithHistory)
def get_change(call: Call, change_id: str) -> Answer:
    """By id or number."""
    found = backends().changes.get(call.caller, change_id)
    return Change.of(
        found.change,
        items=ConfigurationItem.all_of(found.items),
        entries=ChangeEntry.all_of(found.entries),
        asked=found.asked,
    )


@routes.put(
    "/changes/{change_id}",
    "Write a draft",
    scope=_WRITE,
    body=ChangeUpdate,
    returns=Change,
    conflicts=True,
)
def update_change(call: Call, change_id: str) -> Answer:
    """Replaces what was written; a window that is left out stays."""
    wanted = _filled(call.body, change_id=change_id, revision=call.body.revision)
    return Change.of(backends().changes.update(call.caller, wanted))


@routes.post("/changes/{change_id}/request", "Ask for approval", body=Saying, body_required=False, **_COMMAND)
def request_change(call: Call, change_id: str) -> Answer:
    """A standard change has it at once."""
    return _moved(call, "request", change_id)


@routes.post(
    "/changes/{change_id}/withdraw", "Make it a draft again", body=Saying, body_required=False, **_COMMAND
)
def withdraw_change(call: Call, change_id: str) -> Answer:
    """What was approved is asked for anew."""
    return _moved(call, "withdraw", change_id)


@routes.post("/changes/{change_id}/decide", "Approve or reject", body=DecidingBody, **_COMMAND)
def decide_change(call: Call, change_id: str) -> Answer:
    """For whoever is asked in the present step."""
    return Change.of(
        backends().changes.decide(
            call.caller, change_id, not call.body.approve, call.body.comment, call.idempotency_key
        )
    )


@routes.post("/changes/{change_id}/approvers", "Name one more who decides", body=AppointingBody, **_COMMAND)
def appoint_change_approver(call: Call, change_id: str) -> Answer:
    """In the present step."""
    found = backends().changes.appoint(call.caller, change_id, call.body.person_id, call.idempotency_key)
    return Change.of(found)


@routes.post(
    "/changes/{change_id}/schedule",
    "Settle its window",
    body=SchedulingBody,
    body_required=False,
    **_COMMAND,
)
def schedule_change(call: Call, change_id: str) -> Answer:
    """Where something serious speaks against it, only with accept_conflicts (409, conflicts_not_accepted)."""
    body: SchedulingBody = call.body
    window = fill(change_pb2.ChangeWindow(), body.window) if body.window else None
    return Change.of(
        backends().changes.schedule(
            call.caller, change_id, window, body.accept_conflicts, call.idempotency_key, call.revision
        )
    )


@routes.post("/changes/{change_id}/start", "Begin", body=Saying, body_required=False, **_COMMAND)
def start_change(call: Call, change_id: str) -> Answer:
    """Within its window; an emergency may begin before."""
    return _moved(call, "start", change_id)


@routes.post("/changes/{change_id}/finish", "Say how it ended", body=FinishingBody, **_COMMAND)
def finish_change(call: Call, change_id: str) -> Answer:
    """Done, failed, or backed out."""
    ending = number_of(change_pb2.ChangeState.DESCRIPTOR, call.body.ending)
    return Change.of(
        backends().changes.finish(
            call.caller, change_id, ending, call.body.outcome, call.idempotency_key, call.revision
        )
    )


@routes.post("/changes/{change_id}/review", "Close it with what was learned", body=Saying, **_COMMAND)
def review_change(call: Call, change_id: str) -> Answer:
    return _moved(call, "review", change_id)


@routes.post("/changes/{change_id}/cancel", "Cancel it", body=Saying, **_COMMAND)
def cancel_change(call: Call, change_id: str) -> Answer:
    """Before it has begun; the text says why."""
    return _moved(call, "cancel", change_id)


@routes.post("/changes/{change_id}/incidents", "Tie an incident to it", body=TyingBody, **_COMMAND)
def tie_change_incident(call: Call, change_id: str) -> Answer:
    """One that it resolves or that it caused; untie takes that back."""
    body: TyingBody = call.body
    tie = number_of(change_pb2.ChangeTie.DESCRIPTOR, body.tie)
    return Change.of(
        backends().changes.tie(
            call.caller, change_id, body.incident_id, tie, body.untie, call.idempotency_key
        )
    )


@routes.get("/changes/{change_id}/conflicts", "See what speaks against it", scope=_READ, returns=ConflictList)
def list_change_conflicts(call: Call, change_id: str) -> Answer:
    """Other changes on the same or dependent items, freezes, maintenance windows, and the client's business hours."""
    change = backends().changes.get(call.caller, change_id).change
    busy = busy_times(backends(), call.caller, change)
    found = backends().changes.conflicts(call.caller, change.change_id, busy)
    return {"conflicts": Conflict.all_of(found)}


@routes.get("/incidents/{incident_id}/changes", "List an incident's changes", scope=_READ, returns=ChangeList)
def list_incident_changes(call: Call, incident_id: str) -> Answer:
    """Those that resolve it, and those that caused it."""
    return {"changes": Change.all_of(backends().changes.of_incident(call.caller, incident_id))}


@routes.get(
    "/changes.ics", "Read changes as a calendar", scope=_READ, query=PeriodQuery, media_type="text/calendar"
)
def read_change_calendar(call: Call) -> Answer:
    """iCalendar (RFC 5545): each planned change with its window."""
    now = gateway().clock()
    start = call.query.start_time or now - timedelta(days=31)
    end = call.query.end_time or now + timedelta(days=92)
    found = backends().changes.period(call.caller, start, end)
    return Response(calendar_of(found, gateway().settings.origin), content_type=MEDIA_TYPE)


@routes.get("/change-freezes", "List freezes", scope=_READ, returns=FreezeList)
def list_change_freezes(call: Call) -> Answer:
    """Those that are not over, the soonest first."""
    return {"freezes": Freeze.all_of(backends().changes.freezes(call.caller))}


@routes.post("/change-freezes", "Freeze changes", scope=_WRITE, body=FreezeBody, returns=Freeze, status=201)
def create_change_freeze(call: Call) -> Answer:
    """A stretch of time in which nothing is to be changed, for a client or for all of them."""
    body: FreezeBody = call.body
    owner = tenant_of(call.caller, body.tenant_id) if body.tenant_id else ""
    wanted = fill(change_pb2.ChangeFreeze(), body.model_copy(update={"tenant_id": None}), tenant_id=owner)
    return Freeze.of(backends().changes.add_freeze(call.caller, wanted))


@routes.delete("/change-freezes/{freeze_id}", "End a freeze", scope=_WRITE)
def delete_change_freeze(call: Call, freeze_id: str) -> Answer:
    backends().changes.delete_freeze(call.caller, freeze_id)


def _moved(call: Call, verb: str, change_id: str) -> Answer:
    text = call.body.text if call.body else ""
    return Change.of(
        backends().changes.move(call.caller, verb, change_id, text, call.idempotency_key, call.revision)
    )


def _filled(body: ChangeFields, **more: Any) -> change_pb2.Change:
    """Whose it is is said apart: the client may be said by its slug."""
    plain = body.model_copy(update={"tenant_id": None}) if isinstance(body, ChangeBody) else body
    filled: change_pb2.Change = fill(change_pb2.Change(), plain, **more)
    return filled
