"""Incidents: open, list, read, answer, and every command of their life."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, RUF012

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from flask import Response
from google.protobuf.message import Message
from pydantic import ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from chassis.errors import InvalidArgument, NotFound, Unavailable
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.intake.v1 import submission_pb2
from services.gateway.api import words
from services.gateway.api.meant import fields_as_sent, tenant_of
from services.gateway.api.routes import PREFIX, Answer, Call, Routes, backends, respond
from services.gateway.api.shapes import Body, Email, Id, Line, Locale, Moment, PageQuery, Shape, Time
from services.gateway.api.submissions import Submission
from services.gateway.backends.words import number_of

routes = Routes("incidents", "The record: what happened, who asked, who works on it.")

_IMPACT = incident_pb2.Impact.DESCRIPTOR
_URGENCY = incident_pb2.Urgency.DESCRIPTOR
_KIND = incident_pb2.IncidentKind.DESCRIPTOR
_STATE = incident_pb2.IncidentState.DESCRIPTOR


class Party(Shape):
    person_id: str | None = None
    address: str | None = None
    name: str | None = None


class Hold(Shape):
    awaiting: words.AwaitedParty | None = None
    reason: str
    start_time: Time | None = None


class Resolution(Shape):
    code: str
    text: str
    resolve_time: Time | None = None


class Rating(Shape):
    """How satisfied the requester is with the present resolution."""

    score: int = Field(ge=1, le=5)
    comment: str
    rate_time: Time | None = None
    change_until_time: Time | None = Field(None, description="Until when the requester may change it.")


class Decision(Shape):
    """Why something was decided, in words for people."""

    source: str
    reason: str
    confidence: float


class IncidentLink(Shape):
    """Another incident of the same client, and what it is to this one."""

    kind: words.LinkKind
    incident_id: str
    number: str = Field(examples=["ACME-1042"])
    title: str
    state: words.IncidentState


class FormAnswer(Shape):
    """One answered field, as it was asked then."""

    field: str = Field(examples=["start"])
    kind: str = Field(examples=["date"])
    label: dict[str, str] = Field(description="By language: en, fr.")
    value: Any = None
    text: dict[str, str] = Field(description="As people read it, by language.")

    @classmethod
    def of(cls, message: Message, **more: Any) -> dict[str, Any]:
        shown = super().of(message, **more)
        with suppress(ValueError):
            shown["value"] = json.loads(shown["value"])
        return shown


class FilledForm(Shape):
    form_id: str
    version: int
    title: dict[str, str]
    answers: list[FormAnswer]


class Incident(Shape):
    """One incident. The description is left out of lists."""

    incident_id: str = Field(examples=["inc_01jd8q4k3v7x2m9t6b5n0c1r8e"])
    tenant_id: str
    number: str = Field(examples=["ACME-1042"])
    kind: words.IncidentKind | None = None
    state: words.IncidentState
    title: str
    description: str | None = None
    requester: Party | None = None
    participants: list[Party] = []
    channel: str | None = None
    verified: bool = Field(description="False: opened by a mail whose sender could not be authenticated.")
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    priority: words.Priority | None = None
    category: str | None = None
    assignment_group_id: str | None = None
    assignment_group_name: str | None = None
    assignee_id: str | None = None
    assignee_name: str | None = None
    hold: Hold | None = None
    resolution: Resolution | None = None
    rating: Rating | None = None
    create_time: Time | None = None
    update_time: Time | None = None
    first_response_time: Time | None = None
    close_time: Time | None = None
    close_due_time: Time | None = Field(
        None, description="When silence closes it; there only while it is resolved."
    )
    revision: int
    reopen_count: int
    submission_id: str | None = None
    classification_decision: Decision | None = None
    priority_decision: Decision | None = None
    assignment_decision: Decision | None = None
    follows_incident_id: str | None = None
    form: FilledForm | None = Field(None, description="What was filled in. Left out of lists.")
    links: list[IncidentLink] = Field([], description="Left out of lists and of what commands answer.")


class IncidentPage(Shape):
    incidents: list[Incident]
    next_page_token: str | None = None


class Actor(Shape):
    subject: str
    name: str


class Attachment(Shape):
    """A file; its bytes are at /incidents/{incident_id}/attachments/{attachment_id}."""

    attachment_id: str = Field(examples=["att_01jd8q4k3v7x2m9t6b5n0c1r8e"])
    name: str = Field(examples=["screenshot.png"])
    content_type: str = Field(
        description="Found in the bytes, whatever the sender said.", examples=["image/png"]
    )
    size: int = Field(description="In bytes.")
    sha256: str
    scan: str | None = Field(
        None,
        description="What the virus scanner says, where there is one: `clean`; `waiting`, held until it has looked; "
        "`infected`, never handed out.",
    )
    finding: str | None = Field(None, description="What was found in an infected file.")


class TimelineEntry(Shape):
    entry_id: str
    incident_id: str
    fact: str
    time: Time | None = None
    actor: Actor | None = None
    visibility: words.Visibility | None = None
    text: str | None = None
    reason: str | None = None
    changes: dict[str, str] = {}
    attachments: list[Attachment] = []
    seq: int


class Timeline(Shape):
    entries: list[TimelineEntry]
    next_after_seq: int | None = Field(None, description="Left out when there is no more.")


class RequesterBody(Body):
    """For whom: a person of the client, or an address with a name."""

    person_id: Id | None = None
    email: Email | None = None
    name: str | None = Field(None, max_length=200)


class NewIncident(Body):
    """What is known about it. The rest is decided by triage within a second or two."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "anyOf": [
                {"required": [name], "properties": {name: {"type": "string"}}} for name in ("title", "form")
            ]
        },
    )

    form: Id | None = Field(None, description="A published form of the client that is filled in: see /forms.")
    title: Line | None = Field(
        None,
        validate_default=True,
        description="Needed without a form.",
        examples=["The printer on floor 2 is on fire"],
    )
    description: str = Field("", max_length=50_000)
    tenant_id: Id | None = Field(
        None, description="Id or slug of the client. Needed only when the token covers several."
    )
    requester: RequesterBody | None = None
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    kind: words.IncidentKind | None = None
    category: str | None = Field(None, max_length=100)
    attachment_ids: list[Id] = Field([], max_length=20, description="Your own uploads: see /attachments.")
    answers: dict[str, Any] = Field(
        {}, description="By field. A wrong one is named by its JSON pointer: `errors[].pointer`."
    )
    locale: Locale | None = Field(
        None, description="In which language title and description are made of answers."
    )

    @field_validator("title")
    @classmethod
    def _title_or_form(cls, title: str | None, info: ValidationInfo) -> str | None:
        if not title and not info.data.get("form"):
            raise PydanticCustomError("missing", "Field required")
        return title


class IncidentQuery(PageQuery):
    tenant_id: Id | None = None
    state: list[words.IncidentState] = []
    requester_id: Id | None = None
    assignee_id: Id | None = None
    updated_after: Moment | None = None
    mine: bool = False
    search: str = Field(
        "",
        max_length=200,
        description="Only those whose title has each of these words, or whose number they are.",
    )
    awaits_client: bool = Field(
        False, description="Only those that wait for the client's side: resolved, or on hold for them."
    )


class TimelineQuery(PageQuery):
    after_seq: int = Field(0, ge=0, le=2**53 - 1)
    page_token: str = Field("", max_length=0, description="Not used here: see after_seq.")


@routes.post(
    "/incidents",
    "Open an incident",
    scope="incidents:write",
    body=NewIncident,
    returns=Incident,
    status=201,
    also={202: Submission},
    conflicts=True,
    idempotency="service",
)
def open_incident(call: Call) -> Answer:
    """201 with the incident and its number; 202 with the submission when the record's service is away: it is
    kept, and becomes an incident as soon as the service is back. The same Idempotency-Key opens only one.
    """
    with fields_as_sent():
        fields = submission_fields(call.caller, call.body, call.idempotency_key)
        submission = backends().submissions.submit(call.caller, **fields)
    return _opened(call, submission)


def submission_fields(caller: Caller, body: NewIncident, key: str) -> dict[str, Any]:
    """What intake is sent. Raises InvalidArgument for what is wrong already, NotFound("tenant_not_found")."""
    requester = body.requester or RequesterBody(name=None)
    if body.requester and bool(requester.person_id) == bool(requester.email):
        raise InvalidArgument("requester_required", "Name either person_id or email.", field="requester")
    return {
        "tenant_id": tenant_of(caller, body.tenant_id),
        "channel": submission_pb2.CHANNEL_API,
        "subject": body.title or "",
        "text": body.description,
        "requester_person_id": requester.person_id or "",
        "requester_email": requester.email or "",
        "requester_name": requester.name or "",
        "impact": number_of(_IMPACT, body.impact),
        "urgency": number_of(_URGENCY, body.urgency),
        "kind": number_of(_KIND, body.kind),
        "category": body.category or "",
        "attachment_ids": body.attachment_ids,
        "idempotency_key": key,
        "form_id": body.form or "",
        "answers": json.dumps(body.answers, sort_keys=True) if body.form else "",
        "locale": body.locale or "",
    }


def _opened(call: Call, submission: submission_pb2.Submission) -> Response:
    address = f"{PREFIX}/submissions/{submission.submission_id}"
    if submission.incident_id:
        try:
            incident = _shown(call, submission)
        except (Unavailable, NotFound):
            # Opened, but not to be read just now (or not by this program): the submission says its number.
            return respond(Submission.of(submission), 202, Location=address)
        shown = Incident.of(incident)
        etag = f'"{incident.revision}"'
        return respond(shown, 201, Location=f"{PREFIX}/incidents/{incident.incident_id}", ETag=etag)
    return respond(Submission.of(submission), 202, Location=address, Retry_After="2")


def _shown(call: Call, submission: submission_pb2.Submission) -> incident_pb2.Incident:
    """What it opened comes along as clients see it; staff see more, and what was there before has to be read."""
    if submission.HasField("opened") and not call.caller.is_staff:
        return submission.opened
    return backends().incidents.get(call.caller, submission.incident_id)


@routes.get("/incidents", "List incidents", scope="incidents:read", query=IncidentQuery, returns=IncidentPage)
def list_incidents(call: Call) -> Answer:
    """Newest first, of every client the token covers."""
    query: IncidentQuery = call.query
    fields: dict[str, Any] = {}
    if query.updated_after:
        fields["updated_after"] = query.updated_after
    page = backends().incidents.list(
        call.caller,
        tenant_id=query.tenant_id or "",
        states=[number_of(_STATE, state) for state in query.state],
        requester_id=query.requester_id or "",
        assignee_id=query.assignee_id or "",
        mine=query.mine,
        words=query.search,
        awaits_client=query.awaits_client,
        page_size=query.page_size,
        page_token=query.page_token,
        **fields,
    )
    return paged("incidents", Incident.all_of(page.incidents), page.next_page_token)


def paged(name: str, items: list[dict[str, Any]], next_page_token: str) -> dict[str, Any]:
    """A page of a list, with the token of the next one where there is one."""
    return {name: items, "next_page_token": next_page_token} if next_page_token else {name: items}


def incident_id_of(call: Call, incident_id: str) -> str:
    """The id of an incident that was named by it or by its number, for services that know ids alone. Raises NotFound."""
    if incident_id.startswith("inc_"):
        return incident_id
    return backends().incidents.get(call.caller, incident_id).incident_id


@routes.get("/incidents/{incident_id}", "Get an incident", scope="incidents:read", returns=Incident)
def get_incident(call: Call, incident_id: str) -> Answer:
    """By its id or its number."""
    return Incident.of(backends().incidents.get(call.caller, incident_id))


@routes.get(
    "/incidents/{incident_id}/timeline",
    "Read the timeline",
    scope="incidents:read",
    query=TimelineQuery,
    returns=Timeline,
)
def get_timeline(call: Call, incident_id: str) -> Answer:
    """Oldest first. Internal entries are given to the provider's staff alone."""
    query: TimelineQuery = call.query
    page = backends().incidents.timeline(call.caller, incident_id, query.after_seq, query.page_size)
    answer: dict[str, Any] = {"entries": TimelineEntry.all_of(page.entries)}
    if page.next_after_seq:
        answer["next_after_seq"] = page.next_after_seq
    return answer
