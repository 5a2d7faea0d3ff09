"""Statements, credits, exclusions, pauses."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.probes import Probe

_STATEMENT = {"statement_id": "{statement_id}"}
_PAUSE = {"incident_id": "{incident_id}", "pause_id": "{pause_id}"}
_MONTH = {"tenant_id": "{tenant_id}", "contract_id": "{contract_id}", "period": "2026-01"}
_CLAUSE = {"clause_id": "1", "text": "Late", "basis": "per_breach", "amount_minor": 1}


def _about(method: str, request: dict[str, Any], record: Any = a.statement, **more: Any) -> Probe:
    return Probe(f"sla StatementService.{method}", request, record, **more)


def _pauses(method: str, request: dict[str, Any], record: Any, owner: str, **more: Any) -> Probe:
    return Probe(f"sla PauseService.{method}", request, record, owner, **more)


PROBES = [
    _about("DraftStatement", {**_MONTH, "tenant_id": "{own_tenant_id}"}, a.contract, shows="ctr_"),
    _about(
        "DraftStatement", {**_MONTH, "contract_id": "{own_contract_id}"}, a.tenant, shows="ten_", by="tenant"
    ),
    _about("CloseStatement", _STATEMENT),
    _about("GetStatement", _STATEMENT, owner="client_manager"),
    _about("ListStatements", {}, None, owner="client_manager", listing=True, shows="stm_"),
    _about(
        "ListStatements",
        {"tenant_ids": ["{tenant_id}"]},
        a.tenant,
        owner="client_manager",
        listing=True,
        by="tenant",
    ),
    _about("ListStatements", {"feed": True}, None, owner="api_client", listing=True, shows="{", by="feed"),
    _about("ListStatementLines", _STATEMENT, owner="client_manager", shows="inc_"),
    _about(
        "ExportStatement",
        {**_STATEMENT, "format": "STATEMENT_FORMAT_JSON"},
        owner="client_manager",
        shows="chunk",
    ),
    _about("DecideCredit", {**_STATEMENT, "clause_id": "4.1", "state": "CREDIT_STATE_APPROVED"}),
    _about(
        "ProposeExclusion",
        {**_STATEMENT, "incident_id": "{incident_id}", "target": "first_response", "cycle": 1}
        | {"reason": "storm"},
        a.stated_incident,
        owner="technician",
    ),
    _about(
        "DecideExclusion", {"exclusion_id": "{exclusion_id}"}, a.exclusion, owner="client_manager", fresh=True
    ),
    _about("ListExclusions", _STATEMENT, a.statement, owner="client_manager", shows="exc_"),
    _about(
        "SetCreditTerms",
        {"terms": {"contract_id": "{contract_id}", "currency": "EUR", "fee_minor": 1, "clauses": [_CLAUSE]}},
        a.credit_terms,
    ),
    _about("GetCreditTerms", {"contract_id": "{contract_id}"}, a.credit_terms, owner="client_manager"),
    _about(
        "ListStatementKeys",
        {},
        None,
        ownerless="it names nobody: public keys are everybody's",
        shows="PUBLIC KEY",
    ),
    _pauses("ListPauses", {"incident_id": "{incident_id}"}, a.pause, "requester"),
    _pauses("ContestPause", {**_PAUSE, "words": "Why?"}, a.pause, "client_manager", fresh=True),
    _pauses(
        "AnswerContest",
        {**_PAUSE, "conceded": True, "words": "So."},
        a.contested_pause,
        "admin",
        fresh=True,
    ),
]
