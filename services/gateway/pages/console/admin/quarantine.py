"""What was put aside: read, released to a client, or discarded."""

from typing import Any

from flask import Blueprint, request

from chassis.errors import NotFound
from chassis.tenancy import Caller
from fairlead.intake.v1 import submission_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.admin.choices import tenant_choices
from services.gateway.pages.console.admin.doing import Problems, Refused, address, next_key, submitted
from services.gateway.pages.console.admin.frame import (
    PAGE,
    ROOT,
    admin_page,
    first_address,
    if_there,
    is_administrator,
    next_address,
    page_token,
)
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.console.signals import quarantine_label, submission_sign
from services.gateway.pages.language import gettext as _

quarantine = Blueprint("admin_quarantine", __name__)
_HOME = f"{ROOT}/quarantine"
# As much of a raw message as a page shows; the rest is for a download.
_RAW_SHOWN = 200_000
_QUARANTINED = submission_pb2.SUBMISSION_STATE_QUARANTINED
_DISCARDED = submission_pb2.SUBMISSION_STATE_DISCARDED


@quarantine.get("/console/admin/quarantine")
@overseers_only
def list_submissions() -> str:
    """Newest first, in pages; `state=discarded` shows what was put away."""
    state = _DISCARDED if request.args.get("state") == "discarded" else _QUARANTINED
    found = if_there(
        lambda: gateway().backends.submissions.list(
            current_caller(), state=state, page_size=PAGE, page_token=page_token()
        )
    )
    return admin_page(
        "quarantine.html",
        "quarantine",
        submissions=None if found is None else list(found.submissions),
        discarded=state == _DISCARDED,
        quarantine_label=quarantine_label,
        next=next_address(found.next_page_token) if found else "",
        first=first_address(),
    )


@quarantine.get("/console/admin/submissions/<submission_id>")
@overseers_only
def show_submission(submission_id: str) -> str:
    """One submission as it was read, and for administrators the bytes as they came."""
    return _page(submission_id, {})


@quarantine.post("/console/admin/submissions/<submission_id>/release")
@overseers_only
def release(submission_id: str) -> Any:
    """Files it under a client and sends it on. Administrators only; the service says so."""

    def act() -> str:
        caller, tenant_id = current_caller(), request.form.get("tenant", "")
        if tenant_id not in dict(tenant_choices(caller)):
            # A client that is not theirs is told like one that is not there; the submission must be theirs first.
            gateway().backends.submissions.get(caller, submission_id)
            raise Refused(tenant=_("Choose a client."))
        gateway().backends.submissions.release(caller, submission_id, tenant_id)
        return address(_HOME, "released")

    return submitted(act, lambda problems: _page(submission_id, problems))


@quarantine.post("/console/admin/submissions/<submission_id>/discard")
@overseers_only
def discard(submission_id: str) -> Any:
    """Puts it away for good, with a reason. It stays readable."""

    def act() -> str:
        reason = request.form.get("reason", "").strip()
        if not reason:
            gateway().backends.submissions.get(current_caller(), submission_id)
            raise Refused(reason=_("Say why, for whoever looks later."))
        gateway().backends.submissions.discard(current_caller(), submission_id, reason)
        return address(_HOME, "discarded")

    return submitted(act, lambda problems: _page(submission_id, problems))


def _page(submission_id: str, problems: Problems) -> str:
    caller = current_caller()
    submission = gateway().backends.submissions.get(caller, submission_id)
    allowed = is_administrator(caller)
    return admin_page(
        "submission.html",
        "quarantine",
        submission=submission,
        sign=submission_sign(submission.state),
        is_open=submission.state == _QUARANTINED,
        raw=_raw_if_there(caller, submission_id) if allowed else None,
        clients=if_there(lambda: tenant_choices(caller)) or [],
        quarantine_label=quarantine_label,
        typed=request.form,
        problems=problems,
        once_key=next_key(problems),
    )


def _raw_if_there(caller: Caller, submission_id: str) -> str | None:
    try:
        return if_there(lambda: _raw(caller, submission_id))
    except NotFound:
        return None


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
