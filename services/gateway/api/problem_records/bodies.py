"""What is sent about a problem."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from pydantic import Field

from services.gateway.api import words
from services.gateway.api.shapes import Body, Id, Line, PageQuery, Query, Words

_LONGEST = 20_000


class NewProblem(Body):
    title: Line | None = Field(None, description="Left out: that of the incident.")
    description: str = Field("", max_length=_LONGEST)
    configuration_item: str = Field("", max_length=200)
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    priority: words.Priority | None = Field(None, description="Left out: by impact and urgency.")
    incident_id: Id | None = Field(
        None, description="Id or number of the incident it was found by.", examples=["ACME-1042"]
    )


class ProblemChange(Body):
    """What is left out stays."""

    title: Line | None = None
    description: str | None = Field(None, max_length=_LONGEST)
    configuration_item: str | None = Field(None, max_length=200)
    cause: str | None = Field(None, max_length=_LONGEST, description="The root cause.")
    workaround: str | None = Field(None, max_length=_LONGEST, description="In words for staff.")
    client_text: str | None = Field(
        None,
        max_length=10_000,
        description="The workaround in words for clients. Where it is published, it is shown at once.",
    )
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    priority: words.Priority | None = Field(
        None, description="Left out: by impact and urgency, where either is given."
    )


class ProblemAssignment(Body):
    """Either may be left out; both left out: nobody has it."""

    assignment_group_id: Id | None = None
    assignee_id: Id | None = None


class ProblemNote(Body):
    text: Words = Field(max_length=_LONGEST)


class ProblemReason(Body):
    reason: str = Field("", max_length=2000)


class ProblemNeedsReason(Body):
    reason: Words = Field(max_length=2000)


class ProblemSolution(Body):
    kind: words.SolutionKind
    text: Words = Field(max_length=10_000, description="For staff.")
    change_number: str = Field("", max_length=40, description="Needed where a change solved it.")


class Publishing(Body):
    tenant_ids: list[Id] = Field(min_length=1, max_length=200, description="Clients that it concerns.")
    withdraw: bool = Field(False, description="True: they read it no more.")


class ProblemLink(Body):
    incident_id: Id = Field(description="Id or number.", examples=["ACME-1042"])


class ResolvingConcerned(Body):
    incident_ids: list[Id] = Field(
        [], max_length=500, description="None: every open one that the caller is granted."
    )
    text: Words = Field(max_length=10_000, description="Each requester reads it.")
    code: words.ResolutionCode


class ProblemQuery(PageQuery):
    state: words.ProblemState | None = None
    change_number: str = Field("", max_length=40, description="Solved by this change.")
    item_id: Id | None = Field(None, description="Those that name this configuration item.")
    query: str = Field("", max_length=200, description="In number, title or configuration item.")


class ProblemTimelineQuery(Query):
    after_seq: int = Field(0, ge=0, le=2**53 - 1)
    page_size: int = Field(50, ge=1, le=200)
