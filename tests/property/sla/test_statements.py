"""Statements: what holds for any life of an incident, any clauses, and any edit of a sealed file."""

import copy
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.clients.signing import is_signed
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.clock import replay
from services.sla.domain.clock_set import ClockSet, Header
from services.sla.domain.contract import Terms
from services.sla.domain.statements.credit import Band, Clause, ClauseBasis, CreditCount, CreditTerms
from services.sla.domain.statements.line import lines_of
from services.sla.domain.statements.objection import Contest, Somebody
from services.sla.domain.statements.period import Period
from services.sla.domain.statements.statement import Summary
from services.sla.domain.statements.verifying import Unverified, verify_files
from tests.property.sla.strategies import calendars, contracts, lives
from tests.unit.sla.statements.samples import CREDITS, JUNE, keys, sealed_file

ADA = Somebody("person:per_ada", "Ada")


@st.composite
def stories(draw):
    """An incident with its terms, and an instant that cuts its life in two."""
    pair = {name: BusinessTime(draw(calendars(name))) for name in ("cal_a", "cal_b")}
    terms, facts = Terms(draw(contracts()), pair), draw(lives())
    record = ClockSet("inc_a", "prv_a", "ten_a", Header(number="ACME-1", revision=1)).with_facts(facts)
    return record.with_terms(terms), terms, facts[0].time + timedelta(minutes=draw(st.integers(0, 4000)))


def period(start, days):
    return Period("any", "UTC", start, start + timedelta(days=days))


@settings(max_examples=60, deadline=None)
@given(stories())
def test_every_verdict_stands_in_exactly_one_of_the_periods_that_follow_one_another(story):
    record, terms, cut = story
    first, second = period(cut - timedelta(days=400), 400), period(cut, 400)
    stated = lines_of(record, terms, first, {}, {}) + lines_of(record, terms, second, {}, {})
    whole = lines_of(record, terms, Period("any", "UTC", first.start, second.end), {}, {})
    assert sorted((one["target"], one["cycle"]) for one in stated) == sorted(
        (one["target"], one["cycle"]) for one in whole
    )
    clocks = {(c.run.track.key, c.cycle): c for c in replay(record.facts, terms, second.end)}
    for one in stated:
        assert (one["outcome"] == "breached") == clocks[one["target"], one["cycle"]].breached


@settings(max_examples=60, deadline=None)
@given(stories(), st.data())
def test_order_and_repetition_of_facts_change_no_line(story, data):
    record, terms, cut = story
    facts = data.draw(st.permutations([*record.facts, *record.facts[:2]]))
    shuffled = replace(record, facts=tuple(facts))
    asked = period(cut - timedelta(days=30), 60)
    assert lines_of(shuffled, terms, asked, {}, {}) == lines_of(record, terms, asked, {}, {})


@settings(max_examples=60, deadline=None)
@given(stories(), st.booleans())
def test_paused_seconds_by_party_add_up_and_a_refused_contest_changes_no_outcome(story, conceded):
    record, terms, cut = story
    asked = period(cut - timedelta(days=30), 60)
    contests = {
        str(fact.sequence): Contest("inc_a", str(fact.sequence), ADA, "Why?", cut).answered(
            ADA, conceded, "So.", cut
        )
        for fact in record.facts
    }
    plain, contested = (lines_of(record, terms, asked, {}, given) for given in ({}, contests))
    for before, after in zip(plain, contested, strict=True):
        assert sum(pause["seconds"] for pause in before["pauses"]) == before["paused_seconds"]
        assert after["conceded_seconds"] == (before["paused_seconds"] if conceded else 0)
        if not conceded or before["outcome"] == "breached":
            assert after["outcome"] == before["outcome"]


minor = st.integers(0, 10**9)
priorities = st.lists(st.integers(1, 5), max_size=2, unique=True).map(tuple)
bands = st.lists(
    st.builds(Band, st.integers(1, 10_000), st.integers(1, 10**7), st.integers(0, 10_000)),
    min_size=1,
    max_size=3,
)


@st.composite
def clauses(draw, name):
    per_breach = draw(st.booleans())
    floor = draw(minor)
    return Clause(
        name,
        "Any",
        ClauseBasis.PER_BREACH if per_breach else ClauseBasis.ATTAINMENT,
        priorities=draw(priorities),
        amount_minor=draw(st.integers(1, 10**7)) if per_breach else 0,
        fee_bp=draw(st.integers(0, 10_000)) if per_breach else 0,
        bands=() if per_breach else tuple(draw(bands)),
        floor_minor=floor,
        cap_minor=draw(st.sampled_from((0, floor, floor + 5_000))),
    )


@st.composite
def credit_terms(draw):
    made = tuple(draw(clauses(f"c{n}")) for n in range(draw(st.integers(1, 4))))
    return CreditTerms(
        "ctr", "prv", "ten", "EUR", draw(minor), made, draw(st.sampled_from((0, 1, 10**6, 10**9)))
    )


outcomes = st.lists(
    st.tuples(st.sampled_from(("met", "breached", "excluded")), st.integers(1, 5), st.integers(0, 10**6)),
    max_size=60,
)


def line(outcome, priority, seconds):
    return {
        "incident_id": "inc", "target": "resolution", "cycle": 1, "priority": priority, "outcome": outcome,
        "elapsed_seconds": seconds, "paused_seconds": seconds // 2,
        "pauses": [{"awaiting": "vendor", "seconds": seconds // 2}],
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(credit_terms(), outcomes)
def test_caps_and_floors_hold_and_totals_add_up(terms, drawn):
    summary = Summary(terms)
    for one in drawn:
        summary.add(line(*one))
    made = summary.credits("k")
    by_id = {clause.clause_id: clause for clause in terms.clauses}
    spent = 0
    for credit in made:
        clause, amount = by_id[credit["clause_id"]], credit["amount_minor"]
        assert amount >= 0 and isinstance(amount, int)
        if clause.cap_minor:
            assert amount <= clause.cap_minor
        cut = bool(terms.cap_minor) and spent + amount == terms.cap_minor
        assert cut or amount >= min(credit["computed_minor"], clause.cap_minor or amount)
        assert cut or amount >= clause.floor_minor
        spent += amount
    assert not terms.cap_minor or spent <= terms.cap_minor
    totals = summary.totals()
    assert totals["lines"] == len(drawn) == totals["met"] + totals["breached"] + totals["excluded"]
    assert totals["elapsed_seconds"] == sum(seconds for _, _, seconds in drawn)
    assert totals["paused_seconds"] == sum(pause["seconds"] for pause in totals["pauses"])
    assert len({credit["idempotency_key"] for credit in made}) == len(made)


@settings(max_examples=60, deadline=None)
@given(credit_terms(), outcomes, st.data())
def test_the_order_of_lines_changes_no_credit(terms, drawn, data):
    counts = []
    for order in (drawn, data.draw(st.permutations(drawn))):
        count = CreditCount(terms)
        for one in order:
            count.add(line(*one))
        counts.append(count.credits("k"))
    assert counts[0] == counts[1]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    signing = keys(tmp_path_factory.mktemp("keys"))
    stated = [line("met", 3, 100), line("breached", 1, 7), line("excluded", 2, 50)]
    first, link = sealed_file(stated, signing)
    second, _ = sealed_file(stated[:2], signing, link, replace(JUNE, name="2024-07"), terms=CREDITS)
    trusted = {key.key_id: key.raw for key in signing.public_keys()}
    return [("1", first), ("2", second)], lambda key_id, _: trusted.get(key_id)


def places(value, path=()):
    """Every place in a file that holds a plain value."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*path, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from places(inner, (*path, at))
    else:
        yield path


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_edit_of_any_value_breaks_the_chain(sealed, data):
    files, find_key = sealed
    assert len(verify_files(files, find_key, is_signed)) == 2
    edited = copy.deepcopy(files)
    file = edited[data.draw(st.integers(0, 1))][1]
    # The file's own copy of its key is there to be compared with a fingerprint; a given key is used in its stead. The
    # key id and algorithm beside the signature are for people: what counts is the key id that is sealed.
    loose = {("seal", "public_key"), ("seal", "key_id"), ("seal", "algorithm")}
    path = data.draw(st.sampled_from([place for place in places(file) if place not in loose]))
    inner = file
    for step in path[:-1]:
        inner = inner[step]
    before = inner[path[-1]]
    after = data.draw(
        st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=5)).filter(
            lambda value: value != before or type(value) is not type(before)
        )
    )
    inner[path[-1]] = after
    with pytest.raises(Unverified):
        verify_files(edited, find_key, is_signed)
