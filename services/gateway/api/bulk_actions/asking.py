"""Which incidents are meant, and what is to be done with each."""

from dataclasses import dataclass, replace
from typing import Any

from chassis.errors import (
    FairleadError,
    InvalidArgument,
    InvalidState,
    NotFound,
    PermissionDenied,
    Unavailable,
)
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_pb2 import Incident
from fairlead.triage.v1 import queue_service_pb2
from services.gateway.api.bulk_actions.shapes import BulkActionBody
from services.gateway.api.incident_actions.bodies import Assignment, Holding, Prioritization, Resolving
from services.gateway.api.routes import Call, backends
from services.gateway.api.shapes import fill
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of
from services.gateway.bulk import Row, RowResult, Step, offers
from services.gateway.bulk.action import MOST_ROWS
from services.gateway.bulk.macros import Macro

_NOT_FOUND = "incident_not_found"
_ACTIONS = ("assign", "prioritize", "hold", "resolve", "macro")


@dataclass(frozen=True)
class Meant:
    """One row as it would be kept. planned: what would be done with the incident, where it is there."""

    row: Row
    incident: Incident | None = None
    planned: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Asked:
    """steps: those of every row, where no macro says each row's own."""

    action: str
    rows: tuple[Meant, ...]
    steps: tuple[Step, ...] = ()
    macro: Macro | None = None


def asked_of(call: Call) -> Asked:
    """Raises NotFound where nothing of it is there, InvalidArgument, PermissionDenied."""
    body: BulkActionBody = call.body
    require_staff(call.caller)
    action = _action(body)
    macro = gateway().macros.get(call.caller, body.macro) if body.macro else None
    steps = () if macro else (_step(call.caller, action, body),)
    names = _named(call.caller, body)
    known = backends().incidents.named(call.caller, names)
    if names and not known:
        raise NotFound(_NOT_FOUND, "There is no such incident.")
    rows = tuple(_meant(call.caller, (name, known.get(name)), steps, macro) for name in names)
    return Asked(action, rows, steps, macro)


def require_staff(caller: Caller) -> None:
    """Raises PermissionDenied("role_required")."""
    if not caller.is_staff:
        raise PermissionDenied("role_required", "This needs the provider's staff.", roles="staff")


def _action(body: BulkActionBody) -> str:
    asked = [name for name in _ACTIONS if getattr(body, name) is not None]
    if len(asked) != 1:
        message = f"Ask for one of {', '.join(_ACTIONS)}."
        raise InvalidArgument("one_action_required", message, field="body")
    return asked[0]


def _step(caller: Caller, name: str, body: BulkActionBody) -> Step:
    read: dict[str, Any] = {
        "assign": _assign,
        "prioritize": _prioritize,
        "hold": _hold,
        "resolve": _resolve,
    }
    return Step(name, read[name](caller, getattr(body, name)), name == "assign" and body.keep_group)


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


def _meant(
    caller: Caller, named: tuple[str, Incident | None], steps: tuple[Step, ...], macro: Macro | None
) -> Meant:
    name, incident = named
    if incident is None:
        return Meant(_refused(Row("", name, 0), NotFound(_NOT_FOUND, "There is no such incident.")))
    row = Row(incident.incident_id, incident.number, incident.revision)
    planned = steps
    if macro:
        try:
            planned = gateway().planner.steps(caller, macro, incident)
        except Unavailable:
            raise
        except FairleadError as error:
            return Meant(_refused(row, error), incident)
        row = replace(row, steps=planned)
    if all(step.command in offers(incident, caller.person_id) for step in planned):
        return Meant(row, incident, planned)
    message = "This is not possible in the state that it is in."
    return Meant(_refused(row, InvalidState("transition_not_allowed", message)), incident)


def _refused(row: Row, error: FairleadError) -> Row:
    return replace(
        row, result=RowResult.REFUSED, status=error.status, reason=error.reason, message=error.message
    )
