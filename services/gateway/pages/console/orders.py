"""A service request on the incident's page: who has to approve it, and its tasks."""

from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from chassis.errors import FairleadError, NotFound, PermissionDenied
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.console.incident import Trouble, whole_page
from services.gateway.pages.language import gettext as _
from services.gateway.pages.signs import explain

order_pages = Blueprint("console_orders", __name__)
_REFUSED = {"INVALID_ARGUMENT": 422, "UNAVAILABLE": 503, "RESOURCE_EXHAUSTED": 429}


@order_pages.post("/console/incidents/<number>/tasks/<task_id>")
@staff_only
def do_task(number: str, task_id: str) -> BaseResponse:
    """`do` is take, assign (to `person`), done or skip (with a reason)."""
    orders, form = gateway().backends.orders, request.form
    wanted = form.get("do", "")
    if wanted in ("take", "assign"):
        assignee = current_caller().person_id if wanted == "take" else form.get("person", "")
        return _do(number, "tasks", orders.assign_task, task_id=task_id, assignee_id=assignee)
    if wanted not in ("done", "skip"):
        raise NotFound("not_found", "There is no such page.")
    reason = form.get("reason", "").strip()
    return _do(number, "tasks", orders.end_task, task_id=task_id, skipped=wanted == "skip", reason=reason)


@order_pages.post("/console/incidents/<number>/approval/approvers")
@staff_only
def name_approver(number: str) -> BaseResponse:
    """One more who may decide: somebody of the client's, by mail address or id."""
    caller = current_caller()
    incident = gateway().backends.incidents.get(caller, number)
    wanted = request.form.get("person", "").strip()
    if "@" in wanted:
        people = gateway().backends.people.list(caller, tenant_id=incident.tenant_id, query=wanted).people
        wanted = next((one.person_id for one in people if one.email == wanted.lower()), "")
    return _do(number, "approval", gateway().backends.orders.appoint, person_id=wanted)


def _do(number: str, part: str, command: Any, **fields: Any) -> BaseResponse:
    caller = current_caller()
    incident = gateway().backends.incidents.get(caller, number)
    key = request.form.get("once", "")[:200]
    try:
        command(caller, incident.incident_id, idempotency_key=key, **fields)
    except (NotFound, PermissionDenied) as error:
        if error.reason not in ("person_not_found", "role_required"):
            raise
        return _refused(number, part, error)
    except FairleadError as error:
        return _refused(number, part, error)
    return redirect(f"/console/incidents/{incident.number}?done={part}", 303)


def _refused(number: str, part: str, error: FairleadError) -> Response:
    words = _("There is no such person.") if error.reason == "person_not_found" else explain(error)
    trouble = Trouble(part, words, {**request.form})
    return Response(whole_page(current_caller(), number, trouble), _REFUSED.get(error.status, 409))
