"""Submissions: what came in, the quarantine included."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from typing import Literal

from flask import Response
from pydantic import Field

from chassis.tenancy import Caller
from fairlead.intake.v1 import submission_pb2
from services.gateway.api import words
from services.gateway.api.meant import tenant_of
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, PageQuery, Shape, Time
from services.gateway.backends.words import number_of

routes = Routes("submissions", "What came in by mail, portal and API, and what became of it.")


class Submission(Shape):
    """One raw inbound item."""

    submission_id: str
    tenant_id: str | None = Field(None, description="Left out while no client is known.")
    channel: words.SubmissionChannel | None = None
    state: words.SubmissionState
    sender_address: str | None = None
    sender_name: str | None = None
    person_id: str | None = None
    subject: str | None = None
    text: str | None = None
    verified: bool
    incident_id: str | None = None
    incident_number: str | None = None
    joined: bool
    quarantine_reason: str | None = None
    problems: list[str] = []
    message_id: str | None = None
    raw_size: int
    receive_time: Time | None = None
    accept_time: Time | None = None
    recipients: list[str] = []
    candidate_tenant_ids: list[str] = Field(
        [], description="Of what is quarantined: for which clients it may be, as far as that is known."
    )
    decided_by: str | None = Field(None, description="Who put it away, of what is discarded.")
    decision: str | None = None
    revision: int


class SubmissionPage(Shape):
    submissions: list[Submission]
    next_page_token: str | None = None


class SubmissionQuery(PageQuery):
    state: words.SubmissionState | None = None
    tenant_id: Id | None = None
    reason: str = Field("", max_length=50, pattern=r"^[a-z_]*$", description="A quarantine reason.")
    sender: str = Field("", max_length=320, description="An address, or @ and a domain.")


class Release(Body):
    tenant_id: Id = Field(description="Id or slug of the client.")
    learn: Literal["address", "domain"] = Field(
        "address",
        description="What belongs to this client from now on: the sender's address alone, or everybody of its domain.",
    )


class ReleaseAll(Body):
    """Everything that waits from one sender, or from one domain."""

    tenant_id: Id = Field(description="Id or slug of the client.")
    sender: str = Field(
        max_length=320, pattern=r"^[^@\s]*@[^@\s]+$", description="An address, or @ and a domain."
    )
    learn: Literal["address", "domain"] = "address"


class NotReleased(Shape):
    submission_id: str
    reason: str = Field(examples=["transition_not_allowed"])


class ReleasedAll(Shape):
    released: list[str] = Field(description="Their ids.")
    failed: list[NotReleased]
    more: bool = Field(description="There were more than are released at once: ask again.")


class Discard(Body):
    reason: str = Field("", max_length=500)


@routes.get(
    "/submissions",
    "List submissions",
    scope="submissions:read",
    query=SubmissionQuery,
    returns=SubmissionPage,
)
def list_submissions(call: Call) -> Answer:
    """Newest first. `state=quarantined` shows the quarantine to administrators and dispatchers."""
    query: SubmissionQuery = call.query
    page = backends().submissions.list(
        call.caller,
        state=number_of(submission_pb2.SubmissionState.DESCRIPTOR, query.state),
        tenant_id=query.tenant_id or "",
        reason=query.reason,
        sender=query.sender,
        page_size=query.page_size,
        page_token=query.page_token,
    )
    answer = {"submissions": Submission.all_of(page.submissions)}
    return {**answer, "next_page_token": page.next_page_token} if page.next_page_token else answer


@routes.get("/submissions/{submission_id}", "Get a submission", scope="submissions:read", returns=Submission)
def get_submission(call: Call, submission_id: str) -> Answer:
    return Submission.of(backends().submissions.get(call.caller, submission_id))


@routes.get(
    "/submissions/{submission_id}/raw",
    "Download the bytes as they came",
    scope="submissions:read",
    media_type="application/octet-stream",
)
def download_submission(call: Call, submission_id: str) -> Answer:
    """Verbatim. Provider administrators alone."""
    chunks = backends().submissions.raw(call.caller, submission_id)
    # The first chunk is fetched now, so that a refusal is still a problem and not a broken download.
    first = next(chunks, b"")

    def stream():
        yield first
        yield from chunks

    headers = {
        "Content-Disposition": f'attachment; filename="{submission_id}.eml"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return Response(stream(), 200, headers, content_type="application/octet-stream")


@routes.post(
    "/submissions/{submission_id}/release",
    "Release from quarantine",
    scope="submissions:write",
    body=Release,
    returns=Submission,
    conflicts=True,
)
def release_submission(call: Call, submission_id: str) -> Answer:
    """Files it under a client and sends it on; the sender is a requester of this client from now on.

    With `learn: domain`, mail of everybody in the sender's domain is filed under this client. Refused for domains where
    anybody may have a mailbox (`mail_domain_public`), and for those of another client (`mail_domain_taken`).
    """
    tenant_id = tenant_of(call.caller, call.body.tenant_id)
    if call.body.learn == "domain":
        kept = backends().submissions.get(call.caller, submission_id)
        _learn(call.caller, tenant_id, kept.sender_address)
    return Submission.of(backends().submissions.release(call.caller, submission_id, tenant_id))


@routes.post(
    "/submissions/release",
    "Release all of one sender",
    scope="submissions:write",
    body=ReleaseAll,
    returns=ReleasedAll,
    conflicts=True,
)
def release_submissions(call: Call) -> Answer:
    """The newest first, up to a bound at once. Each for itself: what cannot be released is named with its reason."""
    tenant_id = tenant_of(call.caller, call.body.tenant_id)
    # Asked even where nothing waits: a client that is not the caller's is not found.
    backends().tenants.get(call.caller, tenant_id)
    if call.body.learn == "domain":
        _learn(call.caller, tenant_id, call.body.sender)
    done = backends().submissions.release_all(call.caller, tenant_id, call.body.sender)
    failed = [{"submission_id": each, "reason": reason} for each, reason in done.failed.items()]
    return {"released": done.released, "failed": failed, "more": done.more}


def _learn(caller: Caller, tenant_id: str, sender: str) -> None:
    backends().tenants.add_mail_domain(caller, tenant_id, sender.rpartition("@")[2])


@routes.post(
    "/submissions/{submission_id}/discard",
    "Discard from quarantine",
    scope="submissions:write",
    body=Discard,
    body_required=False,
    returns=Submission,
    conflicts=True,
)
def discard_submission(call: Call, submission_id: str) -> Answer:
    """The bytes are kept; it is shown no more."""
    return Submission.of(backends().submissions.discard(call.caller, submission_id, call.body.reason))
