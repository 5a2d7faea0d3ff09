"""Trying contracts, calendars and rules out: what would happen, without saving anything."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from typing import Any

from flask import Response, json, request
from pydantic import Field

from fairlead.sla.v1 import calendar_pb2, contract_pb2, contract_service_pb2, simulation_pb2
from services.gateway.api import words
from services.gateway.api.contracts import CalendarBody, ContractBody, WindowView
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Moment, Shape, Time, fill

routes = Routes("previews", "What a contract, a calendar or the rules would do. Nothing is saved.")

# JSON, a line each.
_LINES = "application/x-ndjson"


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


class SimulationDraft(Body):
    """A month as the client's contract cuts it, or else from a time until another."""

    tenant_id: Id
    contract: ContractBody
    period: str | None = Field(None, pattern=r"^2[0-9]{3}-(0[1-9]|1[0-2])$", examples=["2026-10"])
    start_time: Moment | None = Field(None, strict=False)
    end_time: Moment | None = Field(None, strict=False)


class PromiseCounts(Shape):
    target: str | None = Field(None, description="Left out: all together.")
    met: int
    breached: int
    excluded: int
    running: int
    attainment_bp: int | None = Field(
        None, description="Basis points, rounded down; absent without any verdict."
    )


class MonthCredit(Shape):
    month: str = Field(examples=["2026-10"])
    amount_minor: int


class SimulatedCredits(Shape):
    currency: str = Field(examples=["EUR"])
    amount_minor: int
    months: list[MonthCredit]


class SimulatedSide(Shape):
    contract_name: str | None = None
    all: PromiseCounts
    targets: list[PromiseCounts]
    credits: SimulatedCredits | None = Field(
        None, description="Both sides go by the terms that hold at the period's end."
    )


class VerdictChange(Shape):
    incident_id: str
    number: str
    promise: str = Field(description="Target and cycle.", examples=["resolution.1"])
    as_agreed: str
    proposed: str


class ContractSimulation(Shape):
    start_time: Time | None = None
    end_time: Time | None = None
    incidents: int
    as_agreed: SimulatedSide
    proposed: SimulatedSide
    now_met: int
    now_breached: int
    changes: list[VerdictChange] = Field(description="The first 200 promises with another verdict.")
    facts_not_kept: list[str] = Field(
        description="What the proposed contract asks for and some incidents did not keep."
    )


class Trial(Body):
    """What somebody might write."""

    subject: str = Field("", max_length=300)
    text: str = Field("", max_length=50_000)
    sender: str = Field("", max_length=254)
    channel: words.SubmissionChannel = "email"
    tenant_id: Id | None = None
    configuration_item: str = Field("", max_length=255)


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
    "/contracts/simulate",
    "Replay a client's past under a proposed contract",
    scope="contracts:read",
    body=SimulationDraft,
    returns=ContractSimulation,
    also_media_type=_LINES,
    idempotency="",
)
def simulate_contract(call: Call) -> Answer:
    """Attainment, breaches and credits of incidents opened in a period, beside what was agreed. For administrators and dispatchers.

    With `Accept: application/x-ndjson` each line says how far it is (`done` of `total`), and the last has the
    `simulation`; an answer without one was broken off. Few run at once: beyond that it is refused with 429
    (`too_many_simulations`), and `Retry-After` says how long to wait.
    """
    asked = fill(contract_service_pb2.SimulateContractRequest(), call.body)
    steps = backends().previews.simulate(call.caller, asked)
    if request.accept_mimetypes.best_match(["application/json", _LINES]) == _LINES:
        return Response((json.dumps(_line(step)) + "\n" for step in steps), 200, content_type=_LINES)
    return _simulation([step for step in steps if step.HasField("simulation")][-1].simulation)


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
        configuration_item=body.configuration_item,
    )
    return RuleTrial.of(found)


def _line(step: contract_service_pb2.SimulateContractResponse) -> dict[str, Any]:
    how_far = {"done": step.done, "total": step.total}
    return {**how_far, "simulation": _simulation(step.simulation)} if step.HasField("simulation") else how_far


def _simulation(made: simulation_pb2.ContractSimulation) -> dict[str, Any]:
    shown = ContractSimulation.of(made)
    for name in ("as_agreed", "proposed"):
        side, of = shown[name], getattr(made, name)
        for one, counts in zip([side["all"], *side["targets"]], [of.all, *of.targets], strict=True):
            # 0 is a figure; only what has no verdict has none.
            if counts.HasField("attainment_bp"):
                one["attainment_bp"] = counts.attainment_bp
    return shown
