"""One action on many incidents: looked at, held while it can be undone, then done row by row."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from chassis.errors import InvalidArgument, NotFound, PermissionDenied
from chassis.ids import new_id
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_pb2 import Incident
from fairlead.triage.v1 import queue_service_pb2
from services.gateway.api.incident_actions.bodies import Assignment, Holding, Prioritization, Resolving
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Shape, Time, fill
from services.gateway.api.views import ViewFilter
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of
from services.gateway.bulk import BulkAction, Row, RowResult, Step, bulk_id_of, offers
from services.gateway.bulk.action import MOST_ROWS

routes = Routes(
    "bulk-actions", "One action on many incidents, which can be undone for some seconds. Staff only."
)
_NOT_FOUND = "incident_not_found"
_ACTIONS = ("assign", "prioritize", "hold", "resolve")


class BulkActionBody(Body):
    """Which incidents, by id or number or by a filter of the queue; and one of the actions."""

    incidents: list[Id] = Field([], max_length=MOST_ROWS, description="Ids or numbers.")
    filter: ViewFilter | None = Field(
        None, description=f"Instead of them: what the queue shows, {MOST_ROWS} rows at most."
    )
    assign: Assignment | None = None
    keep_group: bool = Field(False, description="Assigning leaves each incident's group as it is.")
    prioritize: Prioritization | None = None
    hold: Holding | None = None
    resolve: Resolving | None = None


class Problem(Shape):
    reason: str
    message: str


class BulkActionRow(Shape):
    incident: str = Field(description="Its number, or what it was called.")
    incident_id: str | None = None
    result: Literal["waiting", "done", "refused"]
    problem: Problem | None = Field(None, description="Why it was refused.")


class BulkPreview(Shape):
    action: str
    rows: list[BulkActionRow]


class BulkActionView(Shape):
    bulk_id: str
    action: str
    state: Literal["held", "running", "done", "undone"]
    create_time: Time
    due_time: Time = Field(description="Until then it can be undone.")
    finish_time: Time | None = None
    done: int
    refused: int
    rows: list[BulkActionRow]


class BulkActionList(Shape):
    bulk_actions: list[BulkActionView]


@routes.post(
    "/bulk-actions",
    "Ask for an action on many incidents",
    scope="incidents:write",
    body=BulkActionBody,
    returns=BulkActionView,
    status=202,
)
def create_bulk_action(call: Call) -> Answer:
    """Nothing is done before `due_time`: until then it can be undone. Then each row is done by itself, as its asker is
    granted at that moment, whether anybody looks or not. An incident that is not granted is refused as one that is not there.
    """
    action, step, rows = _asked(call)
    now = gateway().clock()
    asked = BulkAction(
        bulk_id=bulk_id_of(call.caller.subject, call.idempotency_key or new_id("req")),
        provider_id=call.caller.provider_id,
        subject=call.caller.subject,
        action=action,
        steps=(step,),
        rows=tuple(rows),
        create_time=now,
        due_time=now + timedelta(seconds=gateway().settings.bulk_undo_seconds),
        scopes=call.caller.scopes,
    )
    return _answer(gateway().bulk.begin(asked))


@routes.post(
    "/bulk-actions/preview",
    "What an action on many incidents would be refused",
    scope="incidents:read",
    body=BulkActionBody,
    returns=BulkPreview,
    idempotency="",
)
def preview_bulk_action(call: Call) -> Answer:
    """Each incident, and why it would be refused as it stands now. Nothing is asked."""
    action, _step, rows = _asked(call)
    return {"action": action, "rows": [_told(row) for row in rows]}


@routes.get("/bulk-actions", "List your bulk actions", scope="incidents:read", returns=BulkActionList)
def list_bulk_actions(call: Call) -> Answer:
    """The latest 50, the newest first. They are kept for 30 days."""
    _require_staff(call.caller)
    return {"bulk_actions": [_answer(one) for one in gateway().bulk.latest(call.caller)]}


@routes.get("/bulk-actions/{bulk_id}", "Get a bulk action", scope="incidents:read", returns=BulkActionView)
def get_bulk_action(call: Call, bulk_id: str) -> Answer:
    """With what became of each row so far."""
    _require_staff(call.caller)
    return _answer(gateway().bulk.get(call.caller, bulk_id))


@routes.post(
    "/bulk-actions/{bulk_id}/undo",
    "Undo a bulk action",
    scope="incidents:write",
    returns=BulkActionView,
    conflicts=True,
)
def undo_bulk_action(call: Call, bulk_id: str) -> Answer:
    """While it is held: nothing of it is done then. Afterwards `bulk_action_begun`."""
    _require_staff(call.caller)
    return _answer(gateway().bulk.undo(call.caller, bulk_id))


def _asked(call: Call) -> tuple[str, Step, list[Row]]:
    body: BulkActionBody = call.body
    _require_staff(call.caller)
    action, step = _step(call.caller, body)
    rows = [_row(call.caller, action, name) for name in _named(call.caller, body)]
    if rows and all(row.reason == _NOT_FOUND for row in rows):
        raise NotFound(_NOT_FOUND, "There is no such incident.")
    return action, step, rows


def _require_staff(caller: Caller) -> None:
    if not caller.is_staff:
        raise PermissionDenied("role_required", "This needs the provider's staff.", roles="staff")


def _step(caller: Caller, body: BulkActionBody) -> tuple[str, Step]:
    asked = [name for name in _ACTIONS if getattr(body, name) is not None]
    if len(asked) != 1:
        message = f"Ask for one of {', '.join(_ACTIONS)}."
        raise InvalidArgument("one_action_required", message, field="body")
    name = asked[0]
    read: dict[str, Any] = {
        "assign": _assign,
        "prioritize": _prioritize,
        "hold": _hold,
        "resolve": _resolve,
    }
    return name, Step(name, read[name](caller, getattr(body, name)), name == "assign" and body.keep_group)


def _assign(caller: Caller, body: Assignment) -> dict[str, Any]:
    group = assignee = None
    if body.assignment_group_id:
        group = backends().assignment_groups.get(caller, body.assignment_group_id)
    if body.assignee_id:
        assignee = backends().people.get(caller, body.assignee_id)
    return {
        "assignment_group_id": group.group_id if group else "",
        "assignment_group_name": group.name if group else "",
        "assignee_id": assignee.person_id if assignee else "",
        "assignee_name": assignee.display_name if assignee else "",
        "reason": body.reason,
    }


def _prioritize(_caller: Caller, body: Prioritization) -> dict[str, Any]:
    if not (body.priority or (body.impact and body.urgency)):
        message = "Give a priority, or both impact and urgency."
        raise InvalidArgument("priority_required", message, field="priority")
    return {
        "impact": number_of(incident_pb2.Impact.DESCRIPTOR, body.impact),
        "urgency": number_of(incident_pb2.Urgency.DESCRIPTOR, body.urgency),
        "priority": number_of(incident_pb2.Priority.DESCRIPTOR, body.priority),
        "reason": body.reason,
    }


def _hold(_caller: Caller, body: Holding) -> dict[str, Any]:
    awaiting = number_of(incident_pb2.AwaitedParty.DESCRIPTOR, body.awaiting)
    return {"awaiting": awaiting, "reason": body.reason}


def _resolve(_caller: Caller, body: Resolving) -> dict[str, Any]:
    return {"code": body.code, "text": body.text}


def _named(caller: Caller, body: BulkActionBody) -> list[str]:
    if bool(body.incidents) == (body.filter is not None):
        raise InvalidArgument("incidents_required", "Give incidents, or a filter.", field="incidents")
    if body.filter is None:
        return list(dict.fromkeys(body.incidents))
    wanted = fill(queue_service_pb2.QueueFilter(), body.filter)
    page = backends().queue.list(caller, wanted, page_size=MOST_ROWS)
    if page.next_page_token:
        message = f"The filter finds more than {MOST_ROWS}. Nothing was asked; narrow it."
        raise InvalidArgument("too_many_rows", message, field="filter", limit=MOST_ROWS)
    return [entry.incident_id for entry in page.entries]


def _row(caller: Caller, action: str, name: str) -> Row:
    try:
        incident = backends().incidents.get(caller, name)
    except NotFound as error:
        return Row("", name, 0, RowResult.REFUSED, error.status, error.reason, error.message)
    return _possible(caller, action, incident)


def _possible(caller: Caller, action: str, incident: Incident) -> Row:
    row = Row(incident.incident_id, incident.number, incident.revision)
    if action in offers(incident, caller.person_id):
        return row
    message = "This is not possible in the state that it is in."
    return Row(
        row.incident_id,
        row.number,
        row.revision,
        RowResult.REFUSED,
        "FAILED_PRECONDITION",
        "transition_not_allowed",
        message,
    )


def _told(row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {"incident": row.number, "result": row.result.value or "waiting"}
    if row.incident_id:
        told["incident_id"] = row.incident_id
    if row.result is RowResult.REFUSED:
        told["problem"] = {"reason": row.reason, "message": row.message}
    return told


def _answer(kept: BulkAction) -> dict[str, Any]:
    told: dict[str, Any] = {
        "bulk_id": kept.bulk_id,
        "action": kept.action,
        "state": kept.state.value,
        "create_time": _moment(kept.create_time),
        "due_time": _moment(kept.due_time),
        "done": kept.count(RowResult.DONE),
        "refused": kept.count(RowResult.REFUSED),
        "rows": [_told(row) for row in kept.rows],
    }
    if kept.finish_time:
        told["finish_time"] = _moment(kept.finish_time)
    return told


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
