"""Statements, credits, exclusions, pauses."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.probes import Probe
from tests.matrix.rest.asking import ask

_MONTH = {"tenant_id": "{tenant_id}", "contract_id": "{contract_id}", "period": "2026-01"}
_CLAUSE = {"clause_id": "1", "text": "Late", "basis": "per_breach", "amount_minor": 1}
_TERMS = {"currency": "EUR", "fee_minor": 1, "clauses": [_CLAUSE]}


def _about(surface: str, record: Any = a.statement, **more: Any) -> Probe:
    return ask(surface, record=record, **more)


PROBES = [
    ask("GET /statements", owner="client_manager", listing=True, shows="stm_", record=a.statement),
    ask(
        "GET /statements",
        query={"tenant_id": "{tenant_id}"},
        record=a.tenant,
        owner="client_manager",
        listing=True,
        shows="statements",
        by="tenant",
    ),
    ask(
        "GET /statements",
        query={"feed": "true"},
        owner="api_client",
        listing=True,
        shows="statements",
        by="feed",
    ),
    _about("POST /statements", a.contract, json={**_MONTH, "tenant_id": "{own_tenant_id}"}, shows="ctr_"),
    _about(
        "POST /statements",
        a.tenant,
        json={**_MONTH, "contract_id": "{own_contract_id}"},
        shows="ten_",
        by="tenant",
    ),
    _about("GET /statements/{statement_id}", owner="client_manager"),
    _about("GET /statements/{statement_id}/lines", owner="client_manager", shows="inc_"),
    _about("GET /statements/{statement_id}/json", owner="client_manager", shows="fairlead.statement/1"),
    _about("GET /statements/{statement_id}/csv", owner="client_manager"),
    _about("GET /statements/{statement_id}/pdf", owner="client_manager", shows="%PDF"),
    _about("POST /statements/{statement_id}/close"),
    _about("POST /statements/{statement_id}/credits/{clause_id}/approve", path={"clause_id": "4.1"}),
    _about(
        "POST /statements/{statement_id}/credits/{clause_id}/void",
        a.statement,
        path={"clause_id": "5"},
        json={"reason": "Goodwill"},
    ),
    _about("GET /statements/{statement_id}/exclusions", owner="client_manager", shows="exclusions"),
    _about(
        "POST /statements/{statement_id}/exclusions",
        a.stated_incident,
        json={"incident_id": "{incident_id}", "target": "first_response", "reason": "storm"},
        owner="technician",
    ),
    _about(
        "POST /exclusions/{exclusion_id}/decide",
        a.exclusion,
        json={"approve": False},
        owner="client_manager",
        fresh=True,
    ),
    _about("GET /contracts/{contract_id}/credit-terms", a.credit_terms, owner="client_manager"),
    _about("PUT /contracts/{contract_id}/credit-terms", a.credit_terms, json=_TERMS),
    ask(
        "GET /statement-keys",
        owner="api_client",
        ownerless="it names nobody: public keys are everybody's",
        shows="PUBLIC KEY",
    ),
    _about("GET /incidents/{incident_id}/pauses", a.pause, owner="requester"),
    _about(
        "POST /incidents/{incident_id}/pauses/{pause_id}/contest",
        a.pause,
        json={"words": "Why?"},
        owner="client_manager",
        fresh=True,
    ),
    _about(
        "POST /incidents/{incident_id}/pauses/{pause_id}/answer",
        a.contested_pause,
        json={"conceded": True, "words": "So."},
        fresh=True,
    ),
]
