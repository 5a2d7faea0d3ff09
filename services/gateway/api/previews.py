"""Trying contracts, calendars and rules out: what would happen, without saving anything."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from pydantic import Field

from fairlead.sla.v1 import calendar_pb2, contract_pb2
from services.gateway.api import words
from services.gateway.api.contracts import CalendarBody, ContractBody, WindowView
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Moment, Shape, Time, fill

routes = Routes("previews", "What a contract, a calendar or the rules would do. Nothing is saved.")


class ContractDraft(Body):
    contract: ContractBody
    open_time: Moment | None = Field(
        None, strict=False, description="When an incident would be opened. Left out: now."
    )


class TargetPreview(Shape):
    kind: words.TargetKind
    priority: words.Priority
    goal_seconds: int
    calendar_id: str
    calendar_version: int
    warning_time: Time | None = None
    due_time: Time | None = None


class ContractPreview(Shape):
    open_time: Time | None = None
    targets: list[TargetPreview]


class CalendarDraft(Body):
    calendar: CalendarBody
    year: int = Field(0, ge=0, le=2999, description="0: the present one.")


class DayPreview(Shape):
    date: str
    windows: list[WindowView]
    open_seconds: int
    holiday: bool
    name: str | None = None
    override: bool
    clock_change_seconds: int = Field(description="How much longer or shorter than 24 hours the date is.")


class CalendarPreview(Shape):
    year: int
    days: list[DayPreview]


class Trial(Body):
    """What somebody might write."""

    subject: str = Field("", max_length=300)
    text: str = Field("", max_length=50_000)
    sender: str = Field("", max_length=254)
    channel: words.SubmissionChannel = "email"
    tenant_id: Id | None = None


class ConditionOutcome(Shape):
    holds: bool
    found: str | None = None


class RuleOutcome(Shape):
    rule_id: str
    name: str
    enabled: bool
    concerns: bool = Field(description="It is for every client, or for this one.")
    holds: bool
    conditions: list[ConditionOutcome]
    decided: list[str] = Field(description="What it was the first to set.")


class RuleTrial(Shape):
    rules: list[RuleOutcome]
    category: str
    kind: words.IncidentKind | None = None
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    priority: words.Priority | None = None
    assignment_group_id: str | None = None
    assignment_group_name: str | None = None
    assignee_name: str | None = None
    needs_dispatcher: bool


@routes.post(
    "/contracts/preview",
    "Try a contract out",
    scope="contracts:read",
    body=ContractDraft,
    returns=ContractPreview,
    idempotency="",
)
def preview_contract(call: Call) -> Answer:
    """When each promise would be due, by the engine that times incidents. For the provider's staff."""
    body: ContractDraft = call.body
    draft = fill(contract_pb2.Contract(), body.contract)
    return ContractPreview.of(backends().previews.contract(call.caller, draft, body.open_time))


@routes.post(
    "/calendars/preview",
    "Try a calendar out",
    scope="contracts:read",
    body=CalendarDraft,
    returns=CalendarPreview,
    idempotency="",
)
def preview_calendar(call: Call) -> Answer:
    """Every date of a year: open hours, holidays, changes of the clocks. For the provider's staff."""
    body: CalendarDraft = call.body
    draft = fill(calendar_pb2.Calendar(), body.calendar)
    return CalendarPreview.of(backends().previews.calendar(call.caller, draft, body.year))


@routes.post(
    "/rules/try",
    "Try the rules out",
    scope="rules:read",
    body=Trial,
    returns=RuleTrial,
    idempotency="",
)
def try_rules(call: Call) -> Answer:
    """Which rules would hold for something with these words, and what would be decided. For administrators."""
    body: Trial = call.body
    found = backends().rules.try_on(
        call.caller,
        tenant_id=body.tenant_id or "",
        subject=body.subject,
        text=body.text,
        sender=body.sender,
        channel=body.channel,
    )
    return RuleTrial.of(found)
