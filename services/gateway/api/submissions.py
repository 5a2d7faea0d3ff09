"""Submissions: what came in, the quarantine included."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from flask import Response
from pydantic import Field

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
    revision: int


class SubmissionPage(Shape):
    submissions: list[Submission]
    next_page_token: str | None = None


class SubmissionQuery(PageQuery):
    state: words.SubmissionState | None = None
    tenant_id: Id | None = None


class Release(Body):
    tenant_id: Id = Field(description="Id or slug of the client.")


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
    """Files it under a client and sends it on."""
    tenant_id = tenant_of(call.caller, call.body.tenant_id)
    return Submission.of(backends().submissions.release(call.caller, submission_id, tenant_id))


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
