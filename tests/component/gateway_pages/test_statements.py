"""The statements of a month, as administrators draft, watch, close and decide them."""

from collections.abc import Callable

import pytest

from chassis.clock import now
from chassis.errors import InvalidState
from fairlead.sla.v1 import contract_pb2, contract_service_pb2, statement_pb2, statement_service_pb2
from tests.harness.gateway import ACME, Room
from tests.harness.portal import Reader

HOME = "/console/admin/statements"
ONE = f"{HOME}/stm_1"
Readers = Callable[..., Reader]


@pytest.fixture
def stated(room: Room) -> Room:
    """Acme goes by the provider's default contract, and has one statement, a draft of October."""
    contracts = [contract_pb2.Contract(contract_id="ctr_default", name="Standard")]
    room.sla.answers["ListContracts"] = contract_service_pb2.ListContractsResponse(contracts=contracts)
    _is(room, _statement())
    return room


def test_a_month_is_drafted_by_the_contract_that_the_client_goes_by(reader: Readers, stated: Room) -> None:
    answer = reader("per_ada").post(HOME, page=HOME, tenant_id=ACME, period="2026-10")
    assert answer.headers["Location"] == f"{ONE}?done=statement_drafted"
    asked = stated.sla.requests["DraftStatement"][-1]
    assert (asked.tenant_id, asked.contract_id, asked.period) == (ACME, "ctr_default", "2026-10")


def test_a_month_that_has_not_begun_is_refused_and_stays_typed(reader: Readers, stated: Room) -> None:
    stated.sla.answers["DraftStatement"] = InvalidState("period_not_begun")
    answer = reader("per_ada").post(HOME, page=HOME, tenant_id=ACME, period="2027-10")
    assert answer.status_code == 409
    assert "This month has not begun." in answer.text
    assert 'value="2027-10"' in answer.text


def test_dispatchers_read_and_change_nothing(reader: Readers, stated: Room) -> None:
    tom = reader("per_tom")
    assert "Draft a month" not in tom.get(HOME).text
    assert "Close the month" not in tom.get(ONE).text
    for form in (HOME, f"{ONE}/close", f"{ONE}/credits/4.1"):
        assert tom.post(form, page=HOME, decision="approve").status_code == 403
    assert stated.sla.requests["CloseStatement"] == stated.sla.requests["DecideCredit"] == []


def test_while_it_is_gathered_the_page_says_how_far_and_looks_again(reader: Readers, stated: Room) -> None:
    ada = reader("per_ada")
    assert "Refresh" not in ada.get(ONE).headers
    _is(stated, _statement(gathering=True, incidents_done=40, incidents_total=100))
    page = ada.get(ONE)
    assert page.headers["Refresh"]
    assert "40 of 100 incidents" in page.text
    assert 'max="100" value="40"' in page.text


def test_it_is_closed_and_its_credits_are_decided_with_a_reason(reader: Readers, stated: Room) -> None:
    ada = reader("per_ada")
    assert "/json" not in ada.get(ONE).text
    answer = ada.post(f"{ONE}/close", page=ONE)
    assert answer.headers["Location"] == f"{ONE}?done=statement_closing"
    assert stated.sla.requests["CloseStatement"][-1].statement_id == "stm_1"

    closed = _statement(state="STATEMENT_STATE_CLOSED", currency="EUR", credit_minor=12_345)
    closed.close_time.FromDatetime(now())
    closed.credits.add(
        clause_id="4.1", text="Slow", amount_minor=12_345, currency="EUR", state="CREDIT_STATE_PROPOSED"
    )
    _is(stated, closed)
    page = ada.get(ONE).text
    assert f"{ONE}/json" in page
    assert "€123.45" in page
    assert "95.12%" in page
    assert ada.post(f"{ONE}/credits/4.1", page=ONE, decision="void", reason=" ").status_code == 422
    assert stated.sla.requests["DecideCredit"] == []
    ada.post(f"{ONE}/credits/4.1", page=ONE, decision="void", reason="Goodwill")
    decided = stated.sla.requests["DecideCredit"][-1]
    assert (decided.state, decided.reason) == (statement_pb2.CREDIT_STATE_VOIDED, "Goodwill")


def _is(room: Room, statement: statement_pb2.Statement) -> None:
    for method in ("DraftStatement", "CloseStatement", "DecideCredit", "GetStatement"):
        room.sla.answers[method] = statement
    room.sla.answers["ListStatements"] = statement_service_pb2.ListStatementsResponse(statements=[statement])


def _statement(**fields: object) -> statement_pb2.Statement:
    given = {"state": "STATEMENT_STATE_DRAFT", **fields}
    shown = statement_pb2.Statement(
        statement_id="stm_1",
        tenant_id=ACME,
        contract_name="Standard",
        period="2026-10",
        statement_revision=1,
        time_zone="Europe/Paris",
        **given,
    )
    shown.totals.attainment_bp = 9512
    return shown
