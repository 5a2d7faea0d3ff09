"""What is answered about statements, their lines, credits, exclusions, keys and terms."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, RUF012

from __future__ import annotations

from pydantic import Field

from services.gateway.api import words
from services.gateway.api.shapes import Shape, Time


class Somebody(Shape):
    subject: str
    name: str


class PartySeconds(Shape):
    awaiting: str
    seconds: int


class Reason(Shape):
    incident_id: str
    number: str
    why: str = Field(description="late_fact, exclusion or contest.")


class TargetTotals(Shape):
    target: str
    met: int
    breached: int
    excluded: int
    attainment_bp: int | None = Field(
        None, description="Basis points, rounded down; absent without any verdict."
    )


class Totals(Shape):
    lines: int
    met: int
    breached: int
    excluded: int
    attainment_bp: int | None = None
    elapsed_seconds: int
    paused_seconds: int
    pauses: list[PartySeconds] = []
    targets: list[TargetTotals] = []


class Credit(Shape):
    clause_id: str = Field(examples=["4.1"])
    text: str
    basis: str = Field(description="per_breach or attainment.")
    met: int
    breached: int
    attainment_bp: int | None = None
    computed_minor: int = Field(description="Before floor and caps.")
    amount_minor: int = Field(description="In whole minor units of the currency.", examples=[25000])
    currency: str = Field(examples=["EUR"])
    idempotency_key: str = Field(
        description="Post each key once.", examples=["ten_01j….ctr_01j….2026-10.r1.4.1"]
    )
    supersedes_key: str | None = Field(
        None, description="The credit of an earlier revision that this one replaces."
    )
    state: words.CreditState
    decided_by: Somebody | None = None
    decide_time: Time | None = None
    reason: str | None = None


class Statement(Shape):
    statement_id: str = Field(examples=["stm_01jd8q4k3v7x2m9t6b5n0c1r8e"])
    tenant_id: str
    contract_id: str
    contract_name: str
    period: str = Field(examples=["2026-10"])
    time_zone: str
    start_time: Time | None = None
    end_time: Time | None = Field(None, description="The first instant that belongs to it no more.")
    statement_revision: int = Field(description="From 1; each supersedes the one before it.")
    state: words.StatementState
    gathering: bool
    incidents_done: int
    incidents_total: int
    failure: str | None = None
    reasons: list[Reason] = Field([], description="Why a further revision was made.")
    supersedes_id: str | None = None
    superseded_by_id: str | None = None
    closed_by: Somebody | None = None
    close_time: Time | None = None
    sequence: int = Field(description="Place in the contract's chain; 0 until it is closed.")
    sha256: str | None = None
    previous_sha256: str | None = None
    key_id: str | None = None
    totals: Totals | None = None
    credits: list[Credit] = []
    credit_minor: int
    currency: str | None = None
    revision: int


class StatementPage(Shape):
    statements: list[Statement]
    next_page_token: str | None = None


class PriorityPeriod(Shape):
    priority: int
    from_time: Time | None = None


class ContestAnswer(Shape):
    by: Somebody | None = None
    words: str
    time: Time | None = None
    conceded: bool


class ContestedPause(Shape):
    pause_id: str
    awaiting: str
    start_time: Time | None = None
    end_time: Time | None = None
    seconds: int
    contested_by: Somebody | None = None
    contest_words: str
    contest_time: Time | None = None
    answer: ContestAnswer | None = None


class LineExclusion(Shape):
    reason: str
    proposed_by: Somebody | None = None
    propose_time: Time | None = None
    approved_by: Somebody | None = None
    approve_time: Time | None = None


class StatementLine(Shape):
    """One promise, by the names and values of the sealed file."""

    incident_id: str
    number: str = Field(examples=["ACME-1042"])
    target: str = Field(examples=["resolution"])
    cycle: int
    contract_version: int
    calendar_id: str
    calendar_version: int
    priority: int
    priorities: list[PriorityPeriod] = []
    start_time: Time | None = None
    due_time: Time | None = None
    stop_time: Time | None = Field(None, description="Absent: not stopped within the period.")
    decide_time: Time | None = None
    goal_seconds: int
    elapsed_seconds: int
    paused_seconds: int
    pauses: list[PartySeconds] = []
    contested_pauses: list[ContestedPause] = []
    conceded_seconds: int
    outcome: str = Field(description="met, breached or excluded.")
    basis: str = Field(description="clock, conceded_pause or exclusion.")
    exclusion: LineExclusion | None = None


class LinePage(Shape):
    lines: list[StatementLine]
    next_page_token: str | None = None


class Exclusion(Shape):
    exclusion_id: str
    contract_id: str
    incident_id: str
    number: str
    target: str
    cycle: int
    reason: str
    proposed_by: Somebody | None = None
    propose_time: Time | None = None
    state: words.ExclusionState
    decided_by: Somebody | None = None
    decide_time: Time | None = None


class ExclusionList(Shape):
    exclusions: list[Exclusion]


class StatementKey(Shape):
    key_id: str
    pem: str
    public_key: str
    fingerprint: str = Field(description="sha256 over the key's 32 bytes.")
    current: bool


class KeyList(Shape):
    keys: list[StatementKey]


class BandView(Shape):
    below_bp: int
    amount_minor: int
    fee_bp: int


class ClauseView(Shape):
    clause_id: str
    text: str
    basis: str = Field(description="per_breach or attainment.")
    targets: list[str] = []
    priorities: list[int] = []
    amount_minor: int
    fee_bp: int
    bands: list[BandView] = []
    floor_minor: int
    cap_minor: int


class CreditTerms(Shape):
    contract_id: str
    version: int
    effective_time: Time | None = None
    currency: str
    fee_minor: int
    cap_minor: int
    clauses: list[ClauseView]
