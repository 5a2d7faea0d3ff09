"""Service level statements for billing systems: pulled by cursor, each line of them, and as files."""

# A route is described by its handler; it shows in the OpenAPI document.
# ruff: noqa: D103

from __future__ import annotations

from typing import Any

from fairlead.sla.v1 import statement_pb2
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import fill
from services.gateway.api.statement_bodies import (
    CreditTermsBody,
    DecisionBody,
    DraftBody,
    ExclusionBody,
    LineQuery,
    StatementQuery,
    VoidBody,
)
from services.gateway.api.statement_shapes import (
    CreditTerms,
    Exclusion,
    ExclusionList,
    KeyList,
    LinePage,
    Statement,
    StatementKey,
    StatementLine,
    StatementPage,
)
from services.gateway.auth.context import gateway
from services.gateway.auth.statement_files import statement_answer

routes = Routes(
    "statements",
    "What was promised in a month, what became of it, and what is owed: drafted, closed, sealed. For billing systems, "
    "see docs/billing.md.",
)


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
    return statement_answer(gateway(), call.caller, statement_id, "json")


@routes.get(
    "/statements/{statement_id}/csv",
    "Download a statement's lines",
    scope="statements:read",
    media_type="text/csv",
)
def download_statement_csv(call: Call, statement_id: str) -> Answer:
    """RFC 4180, a record for each line."""
    return statement_answer(gateway(), call.caller, statement_id, "csv")


@routes.get(
    "/statements/{statement_id}/pdf",
    "Download a statement to read",
    scope="statements:read",
    media_type="application/pdf",
)
def download_statement_pdf(call: Call, statement_id: str) -> Answer:
    """In the client's colors and the caller's language; broken and excluded promises first."""
    return statement_answer(gateway(), call.caller, statement_id, "pdf")


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
