"""A client's manager reads the months that are closed, in the portal; nobody else of the client, and nothing else."""

from collections.abc import Callable

import pytest

from chassis.clock import now
from chassis.errors import NotFound
from fairlead.sla.v1 import statement_pb2, statement_service_pb2
from tests.component.gateway_pages.test_strangers import without_reference
from tests.harness.gateway import ACME, LUMEN, Room
from tests.harness.portal import Reader

HOME = "/t/acme/statements"
ONE, DRAFT, FOREIGN, NONE = (f"{HOME}/{id}" for id in ("stm_1", "stm_2", "stm_3", "stm_4"))
FILES = [f"{ONE}/{form}" for form in ("json", "csv", "pdf")]
Readers = Callable[..., Reader]


@pytest.fixture
def stated(room: Room) -> Room:
    """What the service level service would show to staff: a closed month of acme's, a draft, and one of lumen's."""
    known = {
        one.statement_id: one
        for one in (
            _statement("stm_1", ACME, "CLOSED"),
            _statement("stm_2", ACME, "DRAFT"),
            _statement("stm_3", LUMEN, "CLOSED"),
        )
    }
    answers = room.sla.answers
    answers["ListStatements"] = statement_service_pb2.ListStatementsResponse(
        statements=[known["stm_1"], known["stm_2"]]
    )
    answers["GetStatement"] = lambda request, caller: (
        known.get(request.statement_id) or NotFound("statement_not_found")
    )
    answers["ListStatementLines"] = lambda request, caller: statement_service_pb2.ListStatementLinesResponse(
        lines=[_line()], next_page_token="more"
    )
    answers["ExportStatement"] = [statement_service_pb2.ExportStatementResponse(chunk=b"as it is")]
    return room


def test_a_manager_finds_closed_months_in_the_menu_and_reads_them(reader: Readers, stated: Room) -> None:
    mia = reader("per_mia")
    assert f'href="{HOME}"' in mia.get("/t/acme/").text
    page = mia.get(HOME).text
    assert ONE in page and DRAFT not in page
    for text in ("October 2026", "95.12% kept", "€123.45"):
        assert text in page
    assert list(stated.sla.requests["ListStatements"][-1].tenant_ids) == [ACME]
    page = mia.get(ONE).text
    assert "Slow answers" in page and "Approved" in page
    assert '<a class="fl-row-title" href="/t/acme/incidents/ACME-1042">ACME-1042</a> Resolution' in page


def test_promises_are_chosen_by_outcome_and_turned_page_by_page(reader: Readers, stated: Room) -> None:
    page = reader("per_mia").get(f"{ONE}?outcome=breached&page=two").text
    asked = stated.sla.requests["ListStatementLines"][-1]
    assert (asked.outcome, asked.page_token) == ("breached", "two")
    assert f"{ONE}?outcome=breached&amp;page=more#fl-lines" in page
    assert f'"{ONE}?outcome=breached#fl-lines"' in page


def test_a_manager_takes_the_files_along(reader: Readers, stated: Room) -> None:
    mia = reader("per_mia")
    for address in FILES:
        answer = mia.get(address)
        assert answer.data == b"as it is"
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_for_requesters_staff_and_strangers_there_are_none(reader: Readers, stated: Room) -> None:
    for person in ("per_ana", "per_leo", "per_tom", "per_ada", "per_eve"):
        somebody = reader(person)
        for address in (HOME, ONE, *FILES):
            assert somebody.get(address).status_code == 404
    assert HOME not in reader("per_ana").get("/t/acme/").text
    assert stated.sla.requests["ExportStatement"] == stated.sla.requests["ListStatementLines"] == []


def test_drafts_and_anothers_statements_look_exactly_like_missing_ones(reader: Readers, stated: Room) -> None:
    mia = reader("per_mia")
    missing = mia.get(NONE)
    assert missing.status_code == 404
    for address in (DRAFT, FOREIGN):
        answer = mia.get(address)
        assert answer.status_code == 404
        assert without_reference(answer.text, address) == without_reference(missing.text, NONE)
        for form in ("json", "csv", "pdf"):
            assert mia.get(f"{address}/{form}").status_code == 404
    assert stated.sla.requests["ExportStatement"] == []


def _statement(statement_id: str, tenant_id: str, state: str) -> statement_pb2.Statement:
    made = statement_pb2.Statement(
        statement_id=statement_id,
        tenant_id=tenant_id,
        contract_name="Gold",
        period="2026-10",
        statement_revision=1,
        time_zone="Europe/Paris",
        state=f"STATEMENT_STATE_{state}",
        currency="EUR",
        credit_minor=12_345,
    )
    made.totals.attainment_bp = 9512
    made.totals.targets.add(target="resolution", met=39, breached=2, attainment_bp=9512)
    made.credits.add(
        clause_id="4.1",
        text="Slow answers",
        amount_minor=12_345,
        currency="EUR",
        state="CREDIT_STATE_APPROVED",
    )
    made.close_time.FromDatetime(now())
    return made


def _line() -> statement_pb2.StatementLine:
    return statement_pb2.StatementLine(
        number="ACME-1042",
        target="resolution",
        cycle=1,
        outcome="breached",
        goal_seconds=3600,
        elapsed_seconds=7200,
    )
