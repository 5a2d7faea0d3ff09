"""What is answered about an order: its approval and its tasks."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, RUF012

from __future__ import annotations

from pydantic import Field

from services.gateway.api import words
from services.gateway.api.shapes import Shape, Time


class Approver(Shape):
    person_id: str
    name: str


class ApprovalStep(Shape):
    name: str
    rule: words.ApprovalRule | None = None
    count: int = Field(description="How many must agree, where the rule is `some`.")
    roles: list[str] = []
    people: list[Approver] = []
    own_allowed: bool = Field(description="The requester may decide, too.")
    remind_after_seconds: int = Field(description="0: nobody is reminded.")
    expire_after_seconds: int = Field(description="0: it waits without end.")


class ApprovalEntry(Shape):
    what: str = Field(
        description="asked, approved, rejected, delegated, appointed, reminded, withdrawn, expired"
    )
    step: int
    time: Time | None = None
    by: Approver | None = None
    comment: str
    person: Approver | None = None


class Approval(Shape):
    state: words.ApprovalState
    steps: list[ApprovalStep]
    step: int = Field(description="The present one, from 0.")
    step_time: Time | None = None
    still_asked: list[Approver] = Field([], description="Who may decide in it and has not.")
    still_needed: int
    stuck: bool = Field(description="Fewer may decide than must agree: staff name somebody.")
    next_due_time: Time | None = Field(None, description="When somebody is reminded, or it ends by itself.")
    history: list[ApprovalEntry] = Field([], description="Left out of lists.")


class Task(Shape):
    task_id: str
    name: str
    stage: int
    state: words.TaskState
    assignment_group_id: str | None = None
    assignment_group_name: str | None = None
    assignee_id: str | None = None
    assignee_name: str | None = None
    due_time: Time | None = None
    end_time: Time | None = None
    reason: str | None = None


class Order(Shape):
    """What was ordered from the catalog."""

    item_id: str = Field(examples=["cat_01jd8q4k3v7x2m9t6b5n0c1r8e"])
    item_version: int
    name: dict[str, str] = Field(description="By language: en, fr.")
    approval: Approval | None = Field(None, description="Left out where nobody has to agree.")
    tasks: list[Task] = Field([], description="For staff. Left out of lists.")
    tasks_over: int
    tasks_all: int
