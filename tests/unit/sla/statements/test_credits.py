"""What is owed for broken promises."""

from dataclasses import replace

import pytest

from chassis.errors import InvalidArgument, InvalidState
from services.sla.domain.statements.credit import (
    Band,
    Clause,
    ClauseBasis,
    CreditCount,
    check_terms,
    terms_from,
)
from services.sla.domain.statements.forms import COLUMNS, csv_form
from services.sla.domain.statements.statement import CreditState, Statement, StatementState
from tests.unit.sla.statements.samples import ADA, BEN, CREDITS, JUNE, at, incident, line, lines, opened


def credits(stated, terms=CREDITS):
    count = CreditCount(terms)
    for one in stated:
        count.add(one)
    return {credit["clause_id"]: credit for credit in count.credits("ten.ctr.2024-06.r1")}


def resolutions(met, breached, priority=3):
    return [line(outcome="met", priority=priority)] * met + [
        line(outcome="breached", priority=priority)
    ] * breached


def test_each_breach_costs_its_amount_and_the_cap_of_the_period_comes_last():
    owed = credits(resolutions(100, 1, priority=1))
    assert (owed["4.1"]["computed_minor"], owed["4.1"]["amount_minor"]) == (25_000, 25_000)
    many = credits(resolutions(10, 4, priority=1))
    assert many["4.1"]["amount_minor"] == 75_000
    assert (many["4.2"]["computed_minor"], many["4.2"]["amount_minor"]) == (50_000, 0)


@pytest.mark.parametrize(
    "met, breached, owed", [(99, 1, 0), (989, 11, 12_000), (94, 6, 25_000), (5, 5, 50_000), (0, 0, 0)]
)
def test_the_lowest_band_that_was_missed_counts(met, breached, owed):
    found = credits(resolutions(met, breached)).get("4.2")
    assert (found["amount_minor"] if found else 0) == owed


def test_attainment_is_compared_unrounded():
    assert credits(resolutions(98_999, 1_001))["4.2"]["attainment_bp"] == 9_899
    assert not credits(resolutions(99_000, 1_000))


def test_a_floor_lifts_and_a_cap_cuts():
    clause = Clause("1", "Late", ClauseBasis.PER_BREACH, fee_bp=1, floor_minor=100, cap_minor=120)
    terms = replace(CREDITS, clauses=(clause,), fee_minor=500_000, cap_minor=0)
    assert [credits(resolutions(0, n), terms)["1"]["amount_minor"] for n in (1, 2, 3)] == [100, 100, 120]


def test_an_excluded_promise_costs_nothing():
    assert not credits([line(outcome="excluded", priority=1)] * 5)


def test_a_share_of_the_fee_is_rounded_half_up():
    clause = Clause("1", "Late", ClauseBasis.PER_BREACH, fee_bp=50)
    for fee, owed in ((99, 0), (100, 1), (299, 1), (300, 2)):
        found = credits(resolutions(0, 1), replace(CREDITS, clauses=(clause,), fee_minor=fee, cap_minor=0))
        assert (found["1"]["amount_minor"] if found else 0) == owed


def test_a_credit_has_a_key_of_its_own_for_period_revision_and_clause():
    count = CreditCount(CREDITS)
    count.add(line(outcome="breached", priority=1))
    made = count.credits("ten.ctr.2024-06.r2", "ten.ctr.2024-06.r1")[0]
    assert made["idempotency_key"] == "ten.ctr.2024-06.r2.4.1"
    assert made["supersedes_key"] == "ten.ctr.2024-06.r1.4.1"


def test_terms_survive_being_written():
    assert terms_from(CREDITS.data(), "ctr_a", "prv_a", "ten_a") == CREDITS


@pytest.mark.parametrize(
    "terms, field",
    [
        (replace(CREDITS, currency="eur"), "currency"),
        (replace(CREDITS, fee_minor=-1), "fee_minor"),
        (replace(CREDITS, clauses=()), "clauses"),
        (replace(CREDITS, clauses=CREDITS.clauses * 2), "clauses[2].clause_id"),
        (replace(CREDITS, clauses=(Clause("1", "x", ClauseBasis.PER_BREACH),)), "clauses[0].amount_minor"),
        (replace(CREDITS, clauses=(Clause("1", "x", ClauseBasis.ATTAINMENT),)), "clauses[0].bands"),
        (replace(CREDITS, clauses=(Clause("1", "x", ClauseBasis.ATTAINMENT, bands=(Band(0, 1),)),)), "clauses[0].bands[0]"),
        (replace(CREDITS, clauses=(Clause("1", "x", ClauseBasis.PER_BREACH, amount_minor=1, floor_minor=3, cap_minor=2),)), "clauses[0].floor_minor"),
    ],
)  # fmt: skip
def test_terms_that_make_no_sense_are_refused_by_field(terms, field):
    with pytest.raises(InvalidArgument) as refused:
        check_terms(terms)
    assert refused.value.values["field"] == field


def closed():
    content = {"credits": credits_list()}
    made = Statement("stm_a", "prv_a", "ten_a", "ctr_a", "Gold", JUNE, content=content)
    return replace(made, state=StatementState.CLOSED, wanted="")


def credits_list():
    return [*credits(resolutions(0, 1, priority=1)).values()]


def test_a_credit_is_decided_once_and_the_same_decision_again_is_no_change():
    approved = closed().decided("4.1", CreditState.APPROVED, ADA, "", at(1))
    assert approved.credit_state("4.1") is CreditState.APPROVED
    assert approved.decided("4.1", CreditState.APPROVED, BEN, "", at(2)) is approved
    with pytest.raises(InvalidState, match="credit_decided"):
        approved.decided("4.1", CreditState.VOIDED, BEN, "No.", at(2))
    with pytest.raises(InvalidArgument, match="words_missing"):
        closed().decided("4.1", CreditState.VOIDED, BEN, " ", at(2))
    with pytest.raises(InvalidArgument, match="credit_unknown"):
        closed().decided("9", CreditState.APPROVED, BEN, "", at(2))


def test_a_draft_is_closed_only_after_its_month_and_a_closed_one_stays():
    draft = Statement("stm_a", "prv_a", "ten_a", "ctr_a", "Gold", JUNE)
    with pytest.raises(InvalidState, match="period_not_over"):
        draft.closing(ADA, JUNE.end)
    assert closed().closing(ADA, at(10**6)) == closed()
    with pytest.raises(InvalidState, match="statement_closed"):
        closed().redrafted()


def test_csv_is_rfc_4180_and_no_cell_is_a_formula():
    from services.sla.domain.statements.objection import Exclusion

    record = incident("inc_a", opened(), ("responded", 10), ("resolved", 90), number='AC"ME,1')
    waived = Exclusion(
        "exc", "prv_a", "ten_a", "ctr_a", "inc_a", "ACME-1", "resolution", 1, "=1+1\nsaid", ADA, at(1)
    ).decided(BEN, True, at(2))
    head = {"statement_id": "stm_a", "period": {"name": "2024-06"}, "revision": 1}
    text = b"".join(csv_form(head, lines(record, exclusions=[waived]))).decode()
    assert text.startswith(",".join(COLUMNS) + "\r\n")
    assert text.count("\r\n") == 3 and text.endswith("\r\n")
    assert '"AC""ME,1"' in text and '"\'=1+1\nsaid"' in text
