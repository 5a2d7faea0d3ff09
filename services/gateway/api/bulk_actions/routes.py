"""One action on many incidents: looked at, held while it can be undone, then done row by row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from chassis.ids import new_id
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.api.bulk_actions.asking import Meant, asked_of, require_staff
from services.gateway.api.bulk_actions.shapes import (
    BulkActionBody,
    BulkActionList,
    BulkActionView,
    BulkPreview,
)
from services.gateway.api.routes import Answer, Call, Routes
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.bulk import BulkAction, Row, RowResult, Step, bulk_id_of

routes = Routes(
    "bulk-actions", "One action on many incidents, which can be undone for some seconds. Staff only."
)
_WORDS = {
    "impact": incident_pb2.Impact.DESCRIPTOR,
    "urgency": incident_pb2.Urgency.DESCRIPTOR,
    "priority": incident_pb2.Priority.DESCRIPTOR,
    "awaiting": incident_pb2.AwaitedParty.DESCRIPTOR,
}


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
    asked = asked_of(call)
    now = gateway().clock()
    action = BulkAction(
        bulk_id=bulk_id_of(call.caller.subject, call.idempotency_key or new_id("req")),
        provider_id=call.caller.provider_id,
        subject=call.caller.subject,
        action=asked.action,
        steps=asked.steps,
        rows=tuple(one.row for one in asked.rows),
        create_time=now,
        due_time=now + timedelta(seconds=gateway().settings.bulk_undo_seconds),
        scopes=call.caller.scopes,
        name=asked.macro.name if asked.macro else "",
    )
    return _answer(gateway().bulk.begin(action))


@routes.post(
    "/bulk-actions/preview",
    "What an action on many incidents would do",
    scope="incidents:read",
    body=BulkActionBody,
    returns=BulkPreview,
    idempotency="",
)
def preview_bulk_action(call: Call) -> Answer:
    """Each incident as it is now and each step with what it would set, or why it would be refused. Nothing is asked."""
    asked = asked_of(call)
    rows = []
    for one in asked.rows:
        told = _planned(one)
        if asked.macro and one.incident and one.planned:
            missing = gateway().planner.missing_language(asked.macro, one.incident)
            told |= {"missing_language": missing} if missing else {}
        rows.append(told)
    return {"action": asked.action, "rows": rows}


@routes.get("/bulk-actions", "List your bulk actions", scope="incidents:read", returns=BulkActionList)
def list_bulk_actions(call: Call) -> Answer:
    """The latest 50, the newest first. They are kept for 30 days."""
    require_staff(call.caller)
    return {"bulk_actions": [_answer(one) for one in gateway().bulk.latest(call.caller)]}


@routes.get("/bulk-actions/{bulk_id}", "Get a bulk action", scope="incidents:read", returns=BulkActionView)
def get_bulk_action(call: Call, bulk_id: str) -> Answer:
    """With what became of each row so far."""
    require_staff(call.caller)
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
    require_staff(call.caller)
    return _answer(gateway().bulk.undo(call.caller, bulk_id))


def _planned(one: Meant) -> dict[str, Any]:
    told = _told(one.row)
    if one.incident:
        told["now"] = _standing(one.incident)
    if one.planned and one.incident:
        told["steps"] = [_step(step, one.incident) for step in one.planned]
    return told


def _standing(incident: Incident) -> dict[str, Any]:
    words = {
        "state": word_of(incident_pb2.IncidentState.DESCRIPTOR, incident.state),
        "category": incident.category,
        "impact": word_of(incident_pb2.Impact.DESCRIPTOR, incident.impact),
        "urgency": word_of(incident_pb2.Urgency.DESCRIPTOR, incident.urgency),
        "priority": word_of(incident_pb2.Priority.DESCRIPTOR, incident.priority),
        "assignee_name": incident.assignee_name,
        "assignment_group_name": incident.assignment_group_name,
    }
    return {name: word for name, word in words.items() if word}


def _step(step: Step, incident: Incident) -> dict[str, Any]:
    told: dict[str, Any] = {"action": step.command}
    fields = dict(step.fields)
    if step.keeps_group:
        fields["assignment_group_id"] = incident.assignment_group_id
        fields["assignment_group_name"] = incident.assignment_group_name
    for name, value in fields.items():
        word = word_of(_WORDS[name], value) if name in _WORDS else value
        # The kind stays as it is.
        if word and name != "kind":
            told[name] = word
    return told


def _told(row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {"incident": row.number, "result": row.result.value or "waiting"}
    if row.incident_id:
        told["incident_id"] = row.incident_id
    if row.result is RowResult.REFUSED:
        told["problem"] = {"reason": row.reason, "message": row.message}
        if row.steps_done:
            told["steps_done"] = row.steps_done
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
    if kept.name:
        told["name"] = kept.name
    if kept.finish_time:
        told["finish_time"] = _moment(kept.finish_time)
    return told


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
