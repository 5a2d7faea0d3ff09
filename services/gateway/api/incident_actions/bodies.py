"""What a command on an incident is sent."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from services.gateway.api import words
from services.gateway.api.shapes import Body, Id, Line, Words

_REASON = Field("", max_length=2000)


class Text(Body):
    text: Words
    attachment_ids: list[Id] = Field(
        [], max_length=20, description="Your own uploads: see /incidents/{incident_id}/attachments."
    )


class Reason(Body):
    reason: str = _REASON


class Nothing(Body):
    """No fields."""


class Classification(Body):
    category: str = Field(min_length=1, max_length=100)
    kind: words.IncidentKind | None = None
    reason: str = _REASON


class Prioritization(Body):
    """Impact and urgency, of which the matrix makes a priority; or a priority itself."""

    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    priority: words.Priority | None = None
    reason: str = _REASON


class Assignment(Body):
    """Either may be left out; both left out puts it back into the pool."""

    assignment_group_id: Id | None = None
    assignee_id: Id | None = None
    reason: str = _REASON


class Holding(Body):
    awaiting: words.AwaitedParty
    reason: str = Field(min_length=1, max_length=2000)


class Resolving(Body):
    code: words.ResolutionCode
    text: Words = Field(description="What was done, for the requester to read.")


class Merging(Body):
    into: Id = Field(
        description="Id or number of the incident that goes on: an open one of the same client.",
        examples=["ACME-1042"],
    )
    people_join: bool | None = Field(
        None,
        description="Whether those who take part in this one take part in the other from now on, and are told. Left out: "
        "yes, unless a mail opened it whose sender had no part in the conversation it mentions.",
    )
    reason: str = Field("", max_length=2000, description="For staff.")


class Parent(Body):
    parent: Id | None = Field(None, description="Id or number; left out: it belongs to none any more.")


class Splitting(Body):
    entry_ids: list[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{1,100}:[0-9]{1,18}$")]] = Field(
        min_length=1, max_length=50, description="Lines of its timeline: what somebody said."
    )
    title: Line = Field(description="Of the new incident.")
    participants: list[str] | None = Field(
        None,
        max_length=50,
        description="Person ids or addresses of those who take part in this one. Left out: who wrote the lines.",
    )
    reason: str = Field("", max_length=2000, description="For staff.")


class TellingChildren(Body):
    text: Words
    resolution_code: words.ResolutionCode | None = Field(
        None, description="Resolves each child so, with the text; left out: it is a reply to each."
    )


class Rated(Body):
    score: int = Field(ge=1, le=5, description="1 is bad, 5 very good.")
    comment: str = Field("", max_length=2000)
