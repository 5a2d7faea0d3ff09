"""Service level statements for billing systems: pulled by cursor, each line of them, and as files."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import BeforeValidator, Field, StringConstraints

from fairlead.sla.v1 import statement_pb2
from services.gateway.api import words
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Line, Moment, PageQuery, Shape, Time, Words, fill
from services.gateway.auth.context import gateway
from services.gateway.auth.statement_files import statement_brand

routes = Routes(
    "statements",
    "What was promised in a month, what became of it, and what is owed: drafted, closed, sealed. For billing systems, "
    "see docs/billing.md.",
)

Month = Annotated[str, StringConstraints(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Minor = Annotated[int, Field(ge=0, le=9_007_199_254)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000)]
# JSON Schema counts 3.0 among the integers.
PriorityNumber = Annotated[
    int,
    Field(ge=1, le=5),
    BeforeValidator(lambda given: int(given) if isinstance(given, float) and given.is_integer() else given),
]
ClauseId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]


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


class StatementQuery(PageQuery):
    tenant_id: list[Id] = Field([], description="Left out: every client that the caller may see.")
    contract_id: Id | None = None
    feed: bool = Field(
        False,
        description="Closed ones, oldest first, a few seconds after closing. Keep `next_page_token` of the last page, and "
        "go on from there next time.",
    )


class LineQuery(PageQuery):
    outcome: Literal["met", "breached", "excluded"] | None = None


class DraftBody(Body):
    tenant_id: Id
    contract_id: Id
    period: Month = Field(examples=["2026-10"])


class VoidBody(Body):
    reason: Line


class ExclusionBody(Body):
    incident_id: Id
    target: Line = Field(examples=["resolution"])
    cycle: int = Field(1, ge=1, le=10_000)
    reason: Words = Field(max_length=2000)


class DecisionBody(Body):
    approve: bool


class Band(Body):
    below_bp: int = Field(ge=1, le=10_000)
    amount_minor: Minor = 0
    fee_bp: BasisPoints = 0


class Clause(Body):
    clause_id: ClauseId
    text: Line
    basis: Literal["per_breach", "attainment"]
    targets: list[Line] = Field([], max_length=20)
    priorities: list[PriorityNumber] = Field([], max_length=5)
    amount_minor: Minor = 0
    fee_bp: BasisPoints = 0
    bands: list[Band] = Field([], max_length=20)
    floor_minor: Minor = 0
    cap_minor: Minor = 0


class CreditTermsBody(Body):
    effective_time: Moment | None = Field(None, strict=False)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(examples=["EUR"])
    fee_minor: Minor
    cap_minor: Minor = 0
    clauses: list[Clause] = Field(min_length=1, max_length=50)


@routes.get(
    "/statements", "List statements", scope="statements:read", query=StatementQuery, returns=StatementPage
)
def list_statements(call: Call) -> Answer:
    """Newest period first; as a feed, closed ones in the order they were closed in."""
    query: StatementQuery = call.query
    found = backends().statements.list(
        call.caller,
        tenant_ids=query.tenant_id,
        contract_id=query.contract_id or "",
        feed=query.feed,
        page_size=query.page_size,
        page_token=query.page_token,
    )
    return _paged({"statements": [_statement(each) for each in found.statements]}, found.next_page_token)


@routes.post(
    "/statements",
    "Draft a month's statement",
    scope="statements:write",
    body=DraftBody,
    returns=Statement,
    status=202,
    conflicts=True,
)
def draft_statement(call: Call) -> Answer:
    """Makes it, or gathers its lines anew; a closed one is answered as it is."""
    body: DraftBody = call.body
    return _statement(backends().statements.draft(call.caller, body.tenant_id, body.contract_id, body.period))


@routes.get("/statements/{statement_id}", "Get a statement", scope="statements:read", returns=Statement)
def get_statement(call: Call, statement_id: str) -> Answer:
    return _statement(backends().statements.get(call.caller, statement_id))


@routes.get(
    "/statements/{statement_id}/lines",
    "List a statement's lines",
    scope="statements:read",
    query=LineQuery,
    returns=LinePage,
)
def list_statement_lines(call: Call, statement_id: str) -> Answer:
    query: LineQuery = call.query
    found = backends().statements.lines(
        call.caller,
        statement_id,
        outcome=query.outcome or "",
        page_size=query.page_size,
        page_token=query.page_token,
    )
    return _paged({"lines": StatementLine.all_of(found.lines)}, found.next_page_token)


@routes.get(
    "/statements/{statement_id}/json",
    "Download the sealed statement",
    scope="statements:read",
    media_type="application/octet-stream",
    conflicts=True,
)
def download_statement_json(call: Call, statement_id: str) -> Answer:
    """What `fairlead statement verify` checks; closed statements only."""
    return _file(call, statement_id, "json")


@routes.get(
    "/statements/{statement_id}/csv",
    "Download a statement's lines",
    scope="statements:read",
    media_type="text/csv",
)
def download_statement_csv(call: Call, statement_id: str) -> Answer:
    """RFC 4180, a record for each line."""
    return _file(call, statement_id, "csv")


@routes.get(
    "/statements/{statement_id}/pdf",
    "Download a statement to read",
    scope="statements:read",
    media_type="application/pdf",
)
def download_statement_pdf(call: Call, statement_id: str) -> Answer:
    """In the client's colors and the caller's language; broken and excluded promises first."""
    return _file(call, statement_id, "pdf")


@routes.post(
    "/statements/{statement_id}/close",
    "Close a month",
    scope="statements:write",
    returns=Statement,
    status=202,
    conflicts=True,
)
def close_statement(call: Call, statement_id: str) -> Answer:
    """For good, once it is over. Closing again changes nothing; `incidents_done` tells how far it is."""
    return _statement(backends().statements.close(call.caller, statement_id))


@routes.post(
    "/statements/{statement_id}/credits/{clause_id}/approve",
    "Approve a credit",
    scope="statements:write",
    returns=Statement,
    conflicts=True,
)
def approve_credit(call: Call, statement_id: str, clause_id: str) -> Answer:
    return _statement(backends().statements.decide_credit(call.caller, statement_id, clause_id, True))


@routes.post(
    "/statements/{statement_id}/credits/{clause_id}/void",
    "Void a credit",
    scope="statements:write",
    body=VoidBody,
    returns=Statement,
    conflicts=True,
)
def void_credit(call: Call, statement_id: str, clause_id: str) -> Answer:
    decided = backends().statements.decide_credit(
        call.caller, statement_id, clause_id, False, call.body.reason
    )
    return _statement(decided)


@routes.get(
    "/statements/{statement_id}/exclusions",
    "List exclusions",
    scope="statements:read",
    returns=ExclusionList,
)
def list_exclusions(call: Call, statement_id: str) -> Answer:
    """Those of the statement's contract and client, newest first."""
    return {"exclusions": Exclusion.all_of(backends().statements.exclusions(call.caller, statement_id))}


@routes.post(
    "/statements/{statement_id}/exclusions",
    "Propose to leave a promise out",
    scope="statements:write",
    body=ExclusionBody,
    returns=Exclusion,
    status=201,
    conflicts=True,
)
def propose_exclusion(call: Call, statement_id: str) -> Answer:
    body: ExclusionBody = call.body
    made = backends().statements.propose_exclusion(
        call.caller,
        statement_id,
        incident_id=body.incident_id,
        target=body.target,
        cycle=body.cycle,
        reason=body.reason,
    )
    return Exclusion.of(made)


@routes.post(
    "/exclusions/{exclusion_id}/decide",
    "Decide about an exclusion",
    scope="statements:write",
    body=DecisionBody,
    returns=Exclusion,
    conflicts=True,
)
def decide_exclusion(call: Call, exclusion_id: str) -> Answer:
    """By a provider administrator or the client's manager, never by the proposer."""
    return Exclusion.of(backends().statements.decide_exclusion(call.caller, exclusion_id, call.body.approve))


@routes.get(
    "/contracts/{contract_id}/credit-terms",
    "Get what is owed under a contract",
    scope="statements:read",
    returns=CreditTerms,
)
def get_credit_terms(call: Call, contract_id: str) -> Answer:
    return CreditTerms.of(backends().statements.credit_terms(call.caller, contract_id))


@routes.put(
    "/contracts/{contract_id}/credit-terms",
    "Agree what is owed under a contract",
    scope="statements:write",
    body=CreditTermsBody,
    returns=CreditTerms,
    conflicts=True,
)
def set_credit_terms(call: Call, contract_id: str) -> Answer:
    """Makes the next version, for the periods that start at or after its effective time."""
    terms = fill(statement_pb2.CreditTerms(), call.body, contract_id=contract_id)
    return CreditTerms.of(backends().statements.set_credit_terms(call.caller, terms))


@routes.get("/statement-keys", "List the keys that sign", scope="statements:read", returns=KeyList)
def list_statement_keys(call: Call) -> Answer:
    """Public keys, retired ones included."""
    return {"keys": StatementKey.all_of(backends().statements.keys(call.caller))}


def _file(call: Call, statement_id: str, form: str) -> Response:
    statement = backends().statements.get(call.caller, statement_id)
    brand = statement_brand(gateway(), call.caller, statement.tenant_id) if form == "pdf" else None
    chunks = backends().statements.export(call.caller, statement_id, form, brand)
    types = {"json": "application/octet-stream", "csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
    response = Response(chunks, content_type=types[form])
    name = f"statement-{statement.period}-r{statement.statement_revision}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _paged(answer: dict[str, Any], token: str) -> dict[str, Any]:
    return {**answer, **({"next_page_token": token} if token else {})}


def _statement(message: Any) -> dict[str, Any]:
    shown = Statement.of(message)
    _with_attainment(shown.get("totals"), message.totals)
    for one, of in zip(shown.get("totals", {}).get("targets", ()), message.totals.targets, strict=True):
        _with_attainment(one, of)
    for one, of in zip(shown["credits"], message.credits, strict=True):
        _with_attainment(one, of)
    return shown


def _with_attainment(shown: dict[str, Any] | None, message: Any) -> None:
    """0 is a figure; only what has no verdict has none."""
    if shown is not None and message.HasField("attainment_bp"):
        shown["attainment_bp"] = message.attainment_bp
