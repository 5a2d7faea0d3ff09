"""What is answered about an incident."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, RUF012

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from google.protobuf.message import Message
from pydantic import Field

from services.gateway.api import words
from services.gateway.api.order_shapes import Order
from services.gateway.api.shapes import Shape, Time


class Party(Shape):
    person_id: str | None = None
    address: str | None = None
    name: str | None = None


class Hold(Shape):
    awaiting: words.AwaitedParty | None = None
    reason: str
    start_time: Time | None = None
    approval: bool = Field(False, description="It waits for its approvers.")


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
    """Another incident, and what it is to this one; of the same client, but for parent and children (staff alone see those)."""

    kind: words.LinkKind
    incident_id: str
    number: str = Field(examples=["ACME-1042"])
    title: str
    state: words.IncidentState
    tenant_id: str


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
    merged_into_incident_id: str | None = Field(
        None, description="While it is merged: the one that goes on in its place."
    )
    merge_time: Time | None = None
    order: Order | None = Field(None, description="What was ordered from the catalog.")
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
