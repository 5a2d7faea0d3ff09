"""What was put aside: read, released to a client, or discarded."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from chassis.errors import AlreadyExists, InvalidArgument, NotFound
from chassis.tenancy import Caller
from fairlead.intake.v1 import submission_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.admin.choices import Choices, tenant_choices
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
_LONGEST_SENDER = 320
# More of the same sender are not counted.
_COUNTED = 50
_QUARANTINED = submission_pb2.SUBMISSION_STATE_QUARANTINED
_DISCARDED = submission_pb2.SUBMISSION_STATE_DISCARDED
_BY_RULE = "person_rejected"
REASONS = (
    "mail_domain_unknown",
    "client_unclear",
    "person_unknown",
    "message_unparsable",
    "message_too_large",
    "headers_too_large",
    "sender_missing",
    "mail_loop",
    "staff_reply_unmatched",
    _BY_RULE,
)


@quarantine.get("/console/admin/quarantine")
@overseers_only
def list_submissions() -> str:
    """Newest first, in pages; `state=discarded` shows what was put away; `reason` and `sender` narrow it."""
    state = _DISCARDED if request.args.get("state") == "discarded" else _QUARANTINED
    reason, sender = request.args.get("reason", ""), request.args.get("sender", "").strip()[:_LONGEST_SENDER]
    wanted = {"reason": reason if reason in REASONS else "", "sender": sender}
    found = if_there(
        lambda: gateway().backends.submissions.list(
            current_caller(), state=state, page_size=PAGE, page_token=page_token(), **wanted
        )
    )
    return admin_page(
        "quarantine.html",
        "quarantine",
        submissions=None if found is None else list(found.submissions),
        discarded=state == _DISCARDED,
        quarantine_label=quarantine_label,
        plain_address=plain_address,
        reasons=[(each, quarantine_label(each)) for each in REASONS],
        wanted=wanted,
        next=next_address(found.next_page_token) if found else "",
        first=first_address(),
    )


@quarantine.get("/console/admin/submissions/<submission_id>")
@overseers_only
def show_submission(submission_id: str) -> str:
    """One submission as it was read, and for administrators the bytes as they came."""
    return _page(submission_id, {})


@quarantine.get("/console/admin/submissions/<submission_id>/raw")
@overseers_only
def download_raw(submission_id: str) -> Response:
    """The bytes as they came, for a mail program. Administrators only; the service says so."""
    chunks = gateway().backends.submissions.raw(current_caller(), submission_id)
    # The first chunk is fetched now, so that a refusal is still a page and not a broken download.
    first = next(chunks, b"")

    def stream() -> Any:
        yield first
        yield from chunks

    answer = Response(stream(), content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{submission_id}.eml"'
    return answer


@quarantine.post("/console/admin/submissions/<submission_id>/release")
@overseers_only
def release(submission_id: str) -> Any:
    """Files it under a client and sends it on. Administrators only; the service says so.

    `learn`: "domain" gives the client the sender's whole domain. `others`: what else waits from there goes along.
    """

    def act() -> str:
        caller, tenant_id = current_caller(), request.form.get("tenant", "")
        backends = gateway().backends
        # The submission must be theirs first; a client that is not is told like one that is not there.
        kept = backends.submissions.get(caller, submission_id)
        if tenant_id not in dict(tenant_choices(caller)):
            raise Refused(tenant=_("Choose a client."))
        of_domain = request.form.get("learn") == "domain"
        if of_domain:
            domain = kept.sender_address.rpartition("@")[2]
            _or_refused(lambda: backends.tenants.add_mail_domain(caller, tenant_id, domain))
        backends.submissions.release(caller, submission_id, tenant_id)
        if not request.form.get("others"):
            return address(_HOME, "released")
        sender = kept.sender_address
        done = backends.submissions.release_all(
            caller, tenant_id, f"@{sender.rpartition('@')[2]}" if of_domain else sender
        )
        return address(_HOME, "released_some" if done.more or done.failed else "released_all")

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


def plain_address(written: str) -> str:
    """An address whose domain cannot be mistaken for another: foreign letters in it are shown as they are resolved."""
    local, at, domain = written.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return written


def _or_refused(do: Callable[[], Any]) -> None:
    """What is wrong with a domain is said where it was asked for."""
    try:
        do()
    except AlreadyExists as error:
        raise Refused(learn=_("Another client has this domain.")) from error
    except InvalidArgument as error:
        public = _("Anybody may have a mailbox there: let this address alone belong to the client.")
        raise Refused(
            learn=public if error.reason == "mail_domain_public" else _("Please check this.")
        ) from error


def _page(submission_id: str, problems: Problems) -> str:
    caller = current_caller()
    submission = gateway().backends.submissions.get(caller, submission_id)
    allowed = is_administrator(caller)
    by_rule = submission.state == _DISCARDED and submission.quarantine_reason == _BY_RULE
    is_open = submission.state == _QUARANTINED or (by_rule and not submission.decided_by)
    clients = if_there(lambda: tenant_choices(caller)) or []
    return admin_page(
        "submission.html",
        "quarantine",
        submission=submission,
        sign=submission_sign(submission.state),
        is_open=is_open,
        may_discard=submission.state == _QUARANTINED,
        raw=_raw_if_there(caller, submission_id) if allowed else None,
        clients=clients,
        candidates=_of(clients, submission),
        sender=plain_address(submission.sender_address),
        domain=plain_address(submission.sender_address).rpartition("@")[2],
        others=_others(caller, submission) if allowed and is_open else {},
        decided_by=_name_of(caller, submission.decided_by),
        quarantine_label=quarantine_label,
        typed=request.form,
        problems=problems,
        once_key=next_key(problems),
    )


def _of(clients: Choices, submission: submission_pb2.Submission) -> Choices:
    return [one for one in clients if one[0] in submission.candidate_tenant_ids]


def _others(caller: Caller, submission: submission_pb2.Submission) -> dict[str, int]:
    """How many more wait from the same address, and from its domain."""
    sender = submission.sender_address
    if "@" not in sender:
        return {}

    def count(wanted: str) -> int:
        page = gateway().backends.submissions.list(
            caller, state=_QUARANTINED, sender=wanted, page_size=_COUNTED
        )
        return sum(one.submission_id != submission.submission_id for one in page.submissions)

    return {"address": count(sender), "domain": count(f"@{sender.rpartition('@')[2]}")}


def _name_of(caller: Caller, subject: str) -> str:
    """Who decided, by name; "" for a rule, or where they cannot be asked about."""
    if not subject.startswith("person:"):
        return ""
    try:
        found = gateway().backends.people.get(caller, subject.removeprefix("person:"))
    except NotFound:
        return ""
    return found.display_name


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
