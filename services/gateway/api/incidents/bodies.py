"""What is sent to open an incident, and to ask for incidents."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, RUF012

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.gateway.api import words
from services.gateway.api.shapes import Body, Email, Id, Line, Locale, Moment, PageQuery


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
