"""Approvals and tasks of service requests."""

# A route describes its handler: it shows in the OpenAPI document. Fields describe a model.
# ruff: noqa: D101, D103

from __future__ import annotations

from typing import Any

from pydantic import Field

from services.gateway.api.incidents import Incident, incident_id_of
from services.gateway.api.meant import tenant_of
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Query, Shape

routes = Routes(
    "orders", "Approvals and tasks of service requests: who is asked, what they said, and what is to be done."
)


class ApprovalList(Shape):
    incidents: list[Incident]


class ApprovalsQuery(Query):
    tenant_id: Id | None = None


class Deciding(Body):
    approve: bool = Field(description="False rejects: the request is canceled, and the requester told why.")
    comment: str = Field("", max_length=2000)


class Naming(Body):
    person_id: Id


class TaskAssignment(Body):
    assignee_id: Id | None = Field(None, description="Staff granted the client; left out: nobody.")


class TaskEnd(Body):
    skipped: bool = False
    reason: str = Field("", max_length=2000, description="Needed where it is skipped.")


_COMMAND: dict[str, Any] = {
    "scope": "incidents:write",
    "returns": Incident,
    "conflicts": True,
    "matches_revision": True,
    "idempotency": "service",
    "keeps_answer": True,
}


@routes.get(
    "/approvals",
    "List what waits for your approval",
    scope="incidents:read",
    query=ApprovalsQuery,
    returns=ApprovalList,
)
def list_approvals(call: Call) -> Answer:
    """The newest first. Programs decide nothing, so nothing waits for them."""
    tenant_id = tenant_of(call.caller, call.query.tenant_id) if call.query.tenant_id else ""
    return {"incidents": Incident.all_of(backends().orders.waiting(call.caller, tenant_id))}


@routes.post("/incidents/{incident_id}/approval", "Approve or reject", body=Deciding, **_COMMAND)
def decide_approval(call: Call, incident_id: str) -> Answer:
    """403 own_request: nobody approves what they asked for themselves; not_an_approver: the step is decided by others."""
    body: Deciding = call.body
    return _command(backends().orders.decide, call, incident_id, approve=body.approve, comment=body.comment)


@routes.post(
    "/incidents/{incident_id}/approval/delegate", "Let somebody decide for you", body=Naming, **_COMMAND
)
def delegate_approval(call: Call, incident_id: str) -> Answer:
    """In the present step: somebody of the client's own."""
    return _command(backends().orders.delegate, call, incident_id, person_id=call.body.person_id)


@routes.post("/incidents/{incident_id}/approval/approvers", "Name one more approver", body=Naming, **_COMMAND)
def appoint_approver(call: Call, incident_id: str) -> Answer:
    """Staff, for the present step: somebody of the client's own."""
    return _command(backends().orders.appoint, call, incident_id, person_id=call.body.person_id)


@routes.post(
    "/incidents/{incident_id}/tasks/{task_id}/assign",
    "Assign a task",
    body=TaskAssignment,
    body_required=False,
    **_COMMAND,
)
def assign_task(call: Call, incident_id: str, task_id: str) -> Answer:
    assignee = call.body.assignee_id or ""
    return _command(backends().orders.assign_task, call, incident_id, task_id=task_id, assignee_id=assignee)


@routes.post(
    "/incidents/{incident_id}/tasks/{task_id}/end",
    "Finish or skip a task",
    body=TaskEnd,
    body_required=False,
    **_COMMAND,
)
def end_task(call: Call, incident_id: str, task_id: str) -> Answer:
    """409 task_planned: tasks of an earlier stage come first. A request is resolved once none is open."""
    body: TaskEnd = call.body
    return _command(
        backends().orders.end_task,
        call,
        incident_id,
        task_id=task_id,
        skipped=body.skipped,
        reason=body.reason,
    )


def _command(method: Any, call: Call, incident_id: str, **fields: Any) -> dict[str, Any]:
    named = incident_id_of(call, incident_id)
    done = method(call.caller, named, idempotency_key=call.idempotency_key, revision=call.revision, **fields)
    return Incident.of(done)
