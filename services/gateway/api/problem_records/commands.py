"""Changing problems."""

# A route describes its handler; it shows in the OpenAPI document.
# ruff: noqa: D103

from __future__ import annotations

from typing import Any

from fairlead.incidents.v1 import problem_pb2, problem_service_pb2
from services.gateway.api.incident_actions.bodies import Nothing
from services.gateway.api.problem_records.bodies import (
    NewProblem,
    ProblemAssignment,
    ProblemChange,
    ProblemLink,
    ProblemNeedsReason,
    ProblemNote,
    ProblemReason,
    ProblemSolution,
    Publishing,
    ResolvingConcerned,
)
from services.gateway.api.problem_records.own_routes import routes
from services.gateway.api.problem_records.shapes import ProblemRecord, ResolvedIncident, ResolvedIncidents
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.api.shapes import fill
from services.gateway.backends.words import number_of

_COMMAND: dict[str, Any] = {
    "scope": "incidents:write",
    "returns": ProblemRecord,
    "conflicts": True,
    "matches_revision": True,
    "idempotency": "service",
}
_OPTIONAL_BODY: dict[str, Any] = {**_COMMAND, "body_required": False}


@routes.post(
    "/problems",
    "Log a problem",
    scope="incidents:write",
    body=NewProblem,
    returns=ProblemRecord,
    status=201,
    idempotency="service",
)
def create_problem(call: Call) -> Answer:
    """Perhaps from an incident: then what is left out is taken from it."""
    new = fill(problem_service_pb2.CreateProblemRequest(idempotency_key=call.idempotency_key), call.body)
    return ProblemRecord.of(backends().problems.create(call.caller, new))


@routes.patch(
    "/problems/{problem_id}",
    "Write what is known",
    scope="incidents:write",
    body=ProblemChange,
    returns=ProblemRecord,
    conflicts=True,
    matches_revision=True,
)
def update_problem(call: Call, problem_id: str) -> Answer:
    """409 workaround_published: clients read the wording that was to be emptied; cause_missing and workaround_missing: a known
    error keeps both.
    """
    changed = problem_service_pb2.UpdateProblemRequest(problem_id=problem_id, revision=call.revision)
    return ProblemRecord.of(backends().problems.update(call.caller, fill(changed, call.body)))


@routes.post("/problems/{problem_id}/assign", "Assign a problem", body=ProblemAssignment, **_OPTIONAL_BODY)
def assign_problem(call: Call, problem_id: str) -> Answer:
    body: ProblemAssignment = call.body
    group = (
        backends().assignment_groups.get(call.caller, body.assignment_group_id)
        if body.assignment_group_id
        else None
    )
    return _command(
        backends().problems.assign,
        call,
        problem_id,
        assignment_group_id=group.group_id if group else "",
        assignment_group_name=group.name if group else "",
        assignee_id=body.assignee_id or "",
    )


@routes.post(
    "/problems/{problem_id}/notes", "Add a note to a problem", body=ProblemNote, **{**_COMMAND, "status": 201}
)
def note_problem(call: Call, problem_id: str) -> Answer:
    return _command(backends().problems.note, call, problem_id, text=call.body.text)


@routes.post("/problems/{problem_id}/investigate", "Look for the cause", body=Nothing, **_OPTIONAL_BODY)
def investigate_problem(call: Call, problem_id: str) -> Answer:
    """Also of a known error, whose cause turns out to be another."""
    return _command(backends().problems.investigate, call, problem_id)


@routes.post("/problems/{problem_id}/known-error", "Declare a known error", body=Nothing, **_OPTIONAL_BODY)
def declare_known_error(call: Call, problem_id: str) -> Answer:
    """Its cause and a workaround are written (409 cause_missing, workaround_missing)."""
    return _command(backends().problems.declare_known_error, call, problem_id)


@routes.post("/problems/{problem_id}/resolve", "Resolve a problem", body=ProblemSolution, **_COMMAND)
def resolve_problem(call: Call, problem_id: str) -> Answer:
    """Its incidents stay as they are: see resolve-incidents."""
    body: ProblemSolution = call.body
    kind = number_of(problem_pb2.SolutionKind.DESCRIPTOR, body.kind)
    return _command(
        backends().problems.resolve,
        call,
        problem_id,
        kind=kind,
        text=body.text,
        change_number=body.change_number,
    )


@routes.post("/problems/{problem_id}/close", "Close a problem", body=ProblemReason, **_OPTIONAL_BODY)
def close_problem(call: Call, problem_id: str) -> Answer:
    return _command(backends().problems.close, call, problem_id, reason=call.body.reason)


@routes.post("/problems/{problem_id}/reopen", "Reopen a problem", body=ProblemNeedsReason, **_COMMAND)
def reopen_problem(call: Call, problem_id: str) -> Answer:
    """Its workaround is shown again where it was published."""
    return _command(backends().problems.reopen, call, problem_id, reason=call.body.reason)


@routes.post("/problems/{problem_id}/cancel", "Cancel a problem", body=ProblemNeedsReason, **_COMMAND)
def cancel_problem(call: Call, problem_id: str) -> Answer:
    return _command(backends().problems.cancel, call, problem_id, reason=call.body.reason)


@routes.post("/problems/{problem_id}/publish", "Publish the workaround", body=Publishing, **_COMMAND)
def publish_workaround(call: Call, problem_id: str) -> Answer:
    """These clients read its wording for clients on their own incidents, as long as the problem is open, and nothing else of it."""
    body: Publishing = call.body
    return _command(
        backends().problems.publish, call, problem_id, tenant_ids=body.tenant_ids, withdraw=body.withdraw
    )


@routes.post("/problems/{problem_id}/incidents", "Link an incident", body=ProblemLink, **_COMMAND)
def link_incident(call: Call, problem_id: str) -> Answer:
    """Of any client whom the caller is granted."""
    return _command(backends().problems.link, call, problem_id, incident_id=call.body.incident_id)


@routes.delete(
    "/problems/{problem_id}/incidents/{incident_id}",
    "Unlink an incident",
    scope="incidents:write",
    conflicts=True,
)
def unlink_incident(call: Call, problem_id: str, incident_id: str) -> Answer:
    """A client without any other incident of it reads nothing of its workaround any more."""
    backends().problems.unlink(call.caller, problem_id, incident_id=incident_id)


@routes.post(
    "/problems/{problem_id}/resolve-incidents",
    "Resolve its incidents",
    body=ResolvingConcerned,
    returns=ResolvedIncidents,
    scope="incidents:write",
    conflicts=True,
    idempotency="service",
)
def resolve_concerned(call: Call, problem_id: str) -> Answer:
    """Of a resolved problem: each incident is resolved with this text, for itself and on its own clocks, and has its line."""
    body: ResolvingConcerned = call.body
    done = backends().problems.resolve_concerned(
        call.caller,
        problem_id,
        incident_ids=body.incident_ids,
        text=body.text,
        resolution_code=body.code,
        idempotency_key=call.idempotency_key,
    )
    return {"incidents": ResolvedIncident.all_of(done)}


def _command(method: Any, call: Call, problem_id: str, **fields: Any) -> dict[str, Any]:
    done = method(
        call.caller, problem_id, idempotency_key=call.idempotency_key, revision=call.revision, **fields
    )
    return ProblemRecord.of(done)
