"""Administration, first form: what was put aside, who the clients are, what could not be delivered."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from flask import Blueprint, Response, redirect, request

from chassis.errors import FairleadError, NotFound
from chassis.tenancy import Caller, Role
from fairlead.intake.v1 import submission_pb2
from fairlead.notify.v1 import delivery_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of
from services.gateway.pages.console import names
from services.gateway.pages.console.frame import overseers_only, render
from services.gateway.pages.console.signals import (
    delivery_sign,
    notification_label,
    quarantine_label,
    submission_sign,
)
from services.gateway.pages.language import gettext as _
from services.gateway.pages.signs import explain

admin = Blueprint("console_admin", __name__)
Part = TypeVar("Part")
_PAGE = 50
# As much of a raw message as a page shows; the rest is for a download.
_RAW_SHOWN = 200_000


@admin.get("/console/admin")
@overseers_only
def show_admin() -> str:
    """Quarantine, undelivered notifications and clients, each with its count."""
    caller = current_caller()
    failed, retrying = [_if_there(partial(_deliveries, caller, state)) for state in ("dead", "retrying")]
    told = [delivery.tenant_id for delivery in [*(failed or []), *(retrying or [])]]
    return render(
        "pages/console/admin.html",
        "admin",
        quarantined=_if_there(lambda: _submissions(caller, "quarantined")),
        failed=failed,
        retrying=retrying,
        tenants=_if_there(lambda: list(gateway().backends.tenants.all(caller))),
        clients=names.tenant_names(caller, told),
        delivery_sign=delivery_sign,
        notification_label=notification_label,
        quarantine_label=quarantine_label,
        done=_done_words().get(request.args.get("done", ""), ""),
        problem=_problem_words().get(request.args.get("problem", ""), ""),
    )


@admin.get("/console/admin/submissions/<submission_id>")
@overseers_only
def show_submission(submission_id: str) -> str:
    """One submission as it was read, and for administrators the bytes as they came."""
    return _submission_page(current_caller(), submission_id)


@admin.post("/console/admin/submissions/<submission_id>/release")
@overseers_only
def release(submission_id: str) -> Any:
    """Files it under a client and sends it on. Administrators only; the service says so."""
    caller, tenant_id = current_caller(), request.form.get("tenant", "")
    return _settle(submission_id, "released", lambda: _released(caller, submission_id, tenant_id))


@admin.post("/console/admin/submissions/<submission_id>/discard")
@overseers_only
def discard(submission_id: str) -> Any:
    """Puts it away for good, with a reason. It stays readable."""
    caller, reason = current_caller(), request.form.get("reason", "").strip()
    backend = gateway().backends.submissions
    return _settle(submission_id, "discarded", lambda: backend.discard(caller, submission_id, reason))


@admin.post("/console/admin/deliveries/<delivery_id>/redeliver")
@overseers_only
def redeliver(delivery_id: str) -> Response:
    """Tries a notification again."""
    try:
        gateway().backends.deliveries.redeliver(current_caller(), delivery_id)
    except NotFound:
        raise
    except FairleadError:
        return redirect("/console/admin?problem=redeliver", 303)  # type: ignore[return-value]
    return redirect("/console/admin?done=redelivered", 303)  # type: ignore[return-value]


def _released(caller: Caller, submission_id: str, tenant_id: str) -> Any:
    if tenant_id not in {tenant.tenant_id for tenant in gateway().backends.tenants.all(caller)}:
        raise NotFound("tenant_not_found", "There is no such client.")
    return gateway().backends.submissions.release(caller, submission_id, tenant_id)


def _settle(submission_id: str, done: str, settle: Callable[[], Any]) -> Any:
    try:
        settle()
    except NotFound as error:
        if error.reason == "submission_not_found":
            raise
        return _submission_page(current_caller(), submission_id, _("Choose a client.")), 422
    except FairleadError as error:
        return _submission_page(current_caller(), submission_id, explain(error)), 409
    return redirect(f"/console/admin?done={done}", 303)


def _submission_page(caller: Caller, submission_id: str, problem: str = "") -> str:
    backend = gateway().backends.submissions
    submission = backend.get(caller, submission_id)
    is_admin = Role.PROVIDER_ADMIN in caller.roles
    raw = _if_there(lambda: _raw(caller, submission_id)) if is_admin else None
    return render(
        "pages/console/submission.html",
        "admin",
        submission=submission,
        sign=submission_sign(submission.state),
        is_open=submission.state == submission_pb2.SUBMISSION_STATE_QUARANTINED,
        is_admin=is_admin,
        raw=raw,
        tenants=_if_there(lambda: list(gateway().backends.tenants.all(caller))) or [],
        quarantine_label=quarantine_label,
        problem=problem,
        discard_reason=request.form.get("reason", ""),
    )


def _raw(caller: Caller, submission_id: str) -> str:
    """The beginning of the raw message, for reading; bytes that are no text become marks."""
    found = bytearray()
    for chunk in gateway().backends.submissions.raw(caller, submission_id):
        found += chunk
        if len(found) > _RAW_SHOWN:
            break
    text = bytes(found[:_RAW_SHOWN]).decode("utf-8", "replace")
    return "".join(
        mark if mark.isprintable() or mark in "\n\t" else "\ufffd" for mark in text.replace("\r\n", "\n")
    )


def _submissions(caller: Caller, state: str) -> list[Any]:
    number = number_of(submission_pb2.SubmissionState.DESCRIPTOR, state)
    return [*gateway().backends.submissions.list(caller, state=number, page_size=_PAGE).submissions]


def _deliveries(caller: Caller, state: str) -> list[Any]:
    number = number_of(delivery_pb2.DeliveryState.DESCRIPTOR, state)
    return [*gateway().backends.deliveries.list(caller, state=number, page_size=_PAGE).deliveries]


def _if_there(ask: Callable[[], Part]) -> Part | None:
    try:
        return ask()
    except FairleadError:
        return None


def _done_words() -> dict[str, str]:
    return {
        "released": _("Released: it becomes an incident of the client."),
        "discarded": _("Discarded. It stays readable."),
        "redelivered": _("It will be sent again."),
    }


def _problem_words() -> dict[str, str]:
    return {"redeliver": _("It could not be sent again just now.")}
