"""What is sent and answered about bulk actions."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, RUF012

from __future__ import annotations

from typing import Literal

from pydantic import Field

from services.gateway.api import words
from services.gateway.api.incident_actions.bodies import Assignment, Holding, Prioritization, Resolving
from services.gateway.api.shapes import Body, Id, Shape, Time
from services.gateway.api.views import ViewFilter
from services.gateway.bulk.action import MOST_ROWS


class BulkActionBody(Body):
    """Which incidents, by id or number or by a filter of the queue; and one of the actions."""

    incidents: list[Id] = Field([], max_length=MOST_ROWS, description="Ids or numbers.")
    filter: ViewFilter | None = Field(
        None, description=f"Instead of them: what the queue shows, {MOST_ROWS} rows at most."
    )
    assign: Assignment | None = None
    keep_group: bool = Field(False, description="Assigning leaves each incident's group as it is.")
    prioritize: Prioritization | None = None
    hold: Holding | None = None
    resolve: Resolving | None = None
    macro: Id | None = Field(None, description="One of your macros or the shared ones, as it is now.")


class Problem(Shape):
    reason: str
    message: str


class BulkActionRow(Shape):
    incident: str = Field(description="Its number, or what it was called.")
    incident_id: str | None = None
    result: Literal["waiting", "done", "refused"]
    problem: Problem | None = Field(None, description="Why it was refused.")
    steps_done: int | None = Field(None, description="How many came through before one was refused.")


class Standing(Shape):
    """What an action may change, as it is now."""

    state: words.IncidentState
    category: str | None = None
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    priority: words.Priority | None = None
    assignee_name: str | None = None
    assignment_group_name: str | None = None


class PlannedStep(Shape):
    """One command, with what it would set; what is left out it would leave empty. Texts as they would be sent."""

    action: str
    category: str | None = None
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    priority: words.Priority | None = None
    assignee_id: str | None = None
    assignee_name: str | None = None
    assignment_group_id: str | None = None
    assignment_group_name: str | None = None
    awaiting: words.AwaitedParty | None = None
    reason: str | None = None
    code: str | None = None
    text: str | None = None


class BulkPreviewRow(BulkActionRow):
    now: Standing | None = None
    steps: list[PlannedStep] = []
    missing_language: words.Language | None = Field(
        None, description="The requester's, where the macro has no text in it and another is sent."
    )


class BulkPreview(Shape):
    action: str
    rows: list[BulkPreviewRow]


class BulkActionView(Shape):
    bulk_id: str
    action: str
    name: str | None = Field(None, description="The macro's.")
    state: Literal["held", "running", "done", "undone"]
    create_time: Time
    due_time: Time = Field(description="Until then it can be undone.")
    finish_time: Time | None = None
    done: int
    refused: int
    rows: list[BulkActionRow]


class BulkActionList(Shape):
    bulk_actions: list[BulkActionView]
