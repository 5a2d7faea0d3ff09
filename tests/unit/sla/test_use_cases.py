"""Hearing facts and firing what is due, with everything around in memory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.sla.domain.clock_set import Header
from services.sla.domain.contract import Contract, Target, TargetKind
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.versions import ContractRecord, agreed
from services.sla.use_cases import Firing, Heard, Hearing, TermsBook
from tests.unit.sla.fakes import ALWAYS, FakeCalendars, FakeContracts, FakeSets, as_service

NOON = datetime(2024, 6, 14, 12, tzinfo=UTC)


def contract(version=1, effective=NOON - timedelta(days=1), tenant_id="ten", contract_id="ctr", goal=3600):
    promised = (Target(TargetKind.RESOLUTION, 3, goal, "cal", 50),)
    return Contract(
        contract_id, "prv", tenant_id, "Gold", promised, version, effective, create_time=effective
    )


class Stage:
    def __init__(self, *records):
        self.now = NOON
        self.sets = FakeSets()
        self.contracts = FakeContracts(*records)
        self.failures = []
        book = TermsBook(self.contracts, FakeCalendars(ALWAYS))
        self.hearing = Hearing(self.sets, book, as_service, lambda: self.now)
        self.firing = Firing(
            self.sets, book, as_service, lambda: self.now, lambda id, error: self.failures.append(id)
        )

    def hear(self, incident_id, *kinds, tenant_id="ten", time=NOON):
        facts = tuple(
            Fact(f"{incident_id}:{n}{kind}", n, FactKind(kind), time, priority=3 if kind == "opened" else 0)
            for n, kind in enumerate(kinds, 1)
        )
        heard = Heard(incident_id, "prv", tenant_id, Header(revision=len(kinds)), facts)
        return self.hearing.hear([heard])


@pytest.fixture
def stage():
    return Stage(ContractRecord("ctr", "prv", "ten", (contract(),), 1))


def test_a_batch_of_openings_costs_one_read_of_contracts_and_one_write(stage):
    heard = [
        Heard(f"inc_{n}", "prv", "ten", Header(), (Fact(f"{n}", 1, FactKind.OPENED, NOON, priority=3),))
        for n in range(100)
    ]
    assert stage.hearing.hear(heard) == set()
    assert (stage.contracts.reads, stage.sets.puts) == (1, 1)
    assert len(stage.sets.told) == 100


def test_hearing_the_same_again_saves_nothing(stage):
    stage.hear("inc", "opened")
    stage.hear("inc", "opened")
    assert stage.sets.puts == 1
    assert stage.sets.kept["inc"].revision == 1


def test_beaten_by_another_it_decides_anew(stage):
    stage.hear("inc", "opened")

    def once(kept):
        kept["inc"] = replace(kept["inc"], revision=kept["inc"].revision + 1)
        stage.sets.interfere = lambda kept: None

    stage.sets.interfere = once
    assert stage.hear("inc", "opened", "resolved") == set()
    assert stage.sets.told == [("inc", "started"), ("inc", "met")]


def test_one_that_others_keep_changing_is_given_back(stage):
    stage.hear("inc", "opened")

    def always(kept):
        kept["inc"] = replace(kept["inc"], revision=kept["inc"].revision + 1)

    stage.sets.interfere = always
    assert stage.hear("inc", "opened", "resolved") == {"inc"}


def test_what_is_due_fires_once(stage):
    stage.hear("inc", "opened")
    stage.now = NOON + timedelta(hours=2)
    assert stage.firing.fire() == 1
    assert stage.firing.fire() == 0
    assert [fact for _, fact in stage.sets.told] == ["started", "warned", "breached"]


def test_a_watcher_that_is_beaten_tells_nothing(stage):
    stage.hear("inc", "opened")
    stage.now = NOON + timedelta(hours=2)

    def other(kept):
        kept["inc"] = replace(kept["inc"], revision=kept["inc"].revision + 1)

    stage.sets.interfere = other
    stage.firing.fire()
    assert [fact for _, fact in stage.sets.told] == ["started"]


def test_one_that_cannot_be_replayed_does_not_hold_up_the_others(stage):
    stage.hear("inc_bad", "opened")
    stage.hear("inc_good", "opened")
    stage.sets.kept["inc_bad"] = replace(stage.sets.kept["inc_bad"], contract_id="ctr_gone")
    stage.now = NOON + timedelta(hours=2)
    stage.firing.fire()
    assert stage.failures == ["inc_bad"]
    assert ("inc_good", "breached") in stage.sets.told
    assert stage.firing.fire() == 0
    stage.now += timedelta(minutes=1)
    stage.firing.fire()
    assert stage.failures == ["inc_bad", "inc_bad"]


def test_one_that_was_set_aside_waits_no_longer_when_the_clock_steps_back(stage):
    stage.hear("inc", "opened")
    stage.sets.kept["inc"] = replace(stage.sets.kept["inc"], contract_id="ctr_gone")
    stage.now = NOON + timedelta(hours=2)
    stage.firing.fire()
    stage.sets.kept["inc"] = replace(stage.sets.kept["inc"], contract_id="ctr")
    assert stage.firing.fire() == 0
    stage.now -= timedelta(minutes=30)
    assert stage.firing.fire() == 1
    assert ("inc", "breached") in stage.sets.told


def test_what_was_told_is_not_told_again_when_the_clock_steps_back(stage):
    stage.hear("inc", "opened")
    stage.now = NOON + timedelta(hours=2)
    stage.firing.fire()
    for place, minutes in enumerate((-120, -10, 20, 180), 1):
        stage.now = NOON + timedelta(minutes=minutes)
        stage.firing.fire()
        stage.hear("inc", "opened", *["responded"] * place)
        standing = stage.sets.kept["inc"].standings["resolution.1"]
        assert (standing.state, standing.decide_time) == ("breached", NOON + timedelta(hours=1))
    assert stage.sets.kept["inc"].revision == 6
    assert [fact for _, fact in stage.sets.told] == ["started", "warned", "breached"]


def test_the_own_contract_goes_before_the_default_and_only_from_its_effective_time():
    default = ContractRecord("ctr_d", "prv", "", (contract(tenant_id="", contract_id="ctr_d"),))
    own = ContractRecord(
        "ctr", "prv", "ten", (contract(effective=NOON), contract(2, NOON + timedelta(days=7)))
    )
    for moment, expected in (
        (NOON - timedelta(days=2), None),
        (NOON - timedelta(hours=1), ("ctr_d", 1)),
        (NOON, ("ctr", 1)),
        (NOON + timedelta(days=8), ("ctr", 2)),
    ):
        found = agreed([default, own], "ten", moment)
        assert (found and (found.contract_id, found.version)) == expected


def test_an_incident_keeps_the_terms_it_was_opened_under(stage):
    stage.hear("inc", "opened")
    [record] = stage.contracts.records
    later = contract(2, NOON - timedelta(hours=1), goal=60)
    stage.contracts.records = [replace(record, versions=(*record.versions, later))]
    stage.now = NOON + timedelta(minutes=10)
    stage.hear("inc", "opened", "resolved")
    assert stage.sets.told[-1] == ("inc", "met")
    assert stage.sets.kept["inc"].contract_version == 1
