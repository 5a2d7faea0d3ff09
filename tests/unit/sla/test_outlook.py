"""What lies ahead of a running clock: a chance for staff, with the same client's incidents as its basis."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.tenancy import Caller, Role
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock_set import ClockSet, clocks_at, settle
from services.sla.domain.contract import Contract, Target, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.forecast.outlook import LEAST_KNOWN, learned, opening_of
from services.sla.domain.versions import ContractRecord
from services.sla.use_cases import Forecasting, Showing, Shown, TermsBook
from tests.unit.sla.fakes import ALWAYS, FakeCalendars, FakeContracts, FakeSets

NOW = datetime(2024, 6, 3, 12, tzinfo=UTC)
GOAL = 4 * 3600
CONTRACT = Contract(
    "ctr", "prv", "", "Any", (Target(TargetKind.RESOLUTION, 0, GOAL, "cal"),),
    effective_time=NOW - timedelta(days=400), create_time=NOW,
)  # fmt: skip
TERMS = Terms(CONTRACT, {"cal": BusinessTime(Calendar("cal", "UTC", always_open=True))})
# Of both clients' incidents with a printer nine in ten breach, and few of the others do.
RATES = {"printer": 0.9, "mail": 0.1}


def incident(name, tenant, service, opened, hours=None, priority=3):
    facts = [Fact(f"{name}:1", 1, FactKind.OPENED, opened, priority=priority, service=service)]
    if hours is not None:
        facts.append(Fact(f"{name}:2", 2, FactKind.RESOLVED, opened + timedelta(hours=hours)))
    return ClockSet(name, "prv", tenant).with_facts(facts).with_terms(TERMS)


def past(each, tenants=("ten_a", "ten_b"), seed=1):
    chances, made = random.Random(seed), []
    for tenant in tenants:
        for service, rate in RATES.items():
            for number in range(each):
                hours = 6 if chances.random() < rate else chances.uniform(0.1, 3.9)
                opened = NOW - timedelta(days=5, minutes=chances.randrange(1000))
                made.append(incident(f"inc_{tenant}_{service}_{number}", tenant, service, opened, hours))
    return made


def forecast(outlook, record, at=NOW):
    [clock] = clocks_at(record, TERMS, at)
    return outlook.forecast(record, clock)


@pytest.fixture(scope="module")
def outlook():
    return learned([(record, TERMS) for record in past(60)], NOW)


def test_the_chance_is_that_of_incidents_like_it(outlook):
    printer, mail = (
        forecast(outlook, incident("inc", "ten_a", service, NOW - timedelta(seconds=1))) for service in RATES
    )
    assert printer.chance > 0.7 and mail.chance < 0.3
    assert printer.chance_at_opening == pytest.approx(printer.chance, abs=0.01)


def test_its_basis_are_incidents_of_the_same_client_alone():
    mixed = [*past(60, ["ten_a"]), *past(60, ["ten_b"])]
    found = forecast(
        learned([(record, TERMS) for record in mixed], NOW), incident("inc", "ten_a", "printer", NOW)
    )
    own = [record for record in mixed if record.tenant_id == "ten_a"]
    assert found.alike == ("tenant", "service", "priority") and found.incidents == len(own) / 2
    assert found.breached == sum("printer" in record.incident_id and hours(record) == 6 for record in own)


def hours(record):
    return (record.facts[-1].time - record.facts[0].time).total_seconds() / 3600


def test_a_client_of_whom_little_is_known_gets_none(outlook):
    assert forecast(outlook, incident("inc", "ten_new", "printer", NOW)) is None


def test_the_chance_grows_while_the_clock_runs(outlook):
    record = incident("inc", "ten_a", "mail", NOW - timedelta(hours=4))
    grown = [forecast(outlook, record, NOW - timedelta(hours=left)).chance for left in (4, 3, 2, 1, 0)]
    assert grown == sorted(grown) and grown[-1] > 2 * grown[0] and grown[-1] < 1


def test_what_has_a_verdict_is_not_forecast(outlook):
    over = incident("inc", "ten_a", "mail", NOW - timedelta(hours=3), 1)
    late = incident("inc", "ten_a", "mail", NOW - timedelta(hours=5))
    assert forecast(outlook, over) is None and forecast(outlook, late) is None


def test_too_few_outcomes_are_no_ground():
    few = past(LEAST_KNOWN, ["ten_a"])[: LEAST_KNOWN - 1]
    assert (
        forecast(learned([(one, TERMS) for one in few], NOW), incident("inc", "ten_a", "mail", NOW)) is None
    )


def test_what_triage_decides_at_once_is_known_at_the_opening_and_later_changes_are_not():
    record = incident("inc", "ten_a", "", NOW)
    soon = Fact("inc:5", 5, FactKind.PRIORITIZED, NOW + timedelta(minutes=1), priority=1)
    later = Fact("inc:6", 6, FactKind.PRIORITIZED, NOW + timedelta(hours=1), priority=5)
    assert opening_of(replace(record, facts=(later, soon, *record.facts))).said["priority"] == "1"


TECHNICIAN = Caller("person:per_t", "prv", frozenset({"ten_a"}), frozenset({Role.TECHNICIAN}))
MANAGER = Caller("person:per_m", "prv", frozenset({"ten_a"}), frozenset({Role.CLIENT_MANAGER}))


class Desk:
    """A provider with a past, and one incident that runs."""

    def __init__(self, records):
        self.sets, self.now, self.failures, self.waiting = FakeSets(), NOW, [], []
        for record in records:
            settled, _ = settle(record, TERMS, NOW)
            self.sets.kept[record.incident_id] = settled
        self.sets.kept["inc"] = incident("inc", "ten_a", "printer", NOW)
        calendars = FakeCalendars(ALWAYS)
        self.book = TermsBook(FakeContracts(ContractRecord("ctr", "prv", "", (CONTRACT,))), calendars)
        self.forecasting = Forecasting(
            self.sets,
            self.book,
            lambda: self.now,
            lambda *failure: self.failures.append(failure),
            self.waiting.append,
        )

    def ask(self, caller=TECHNICIAN):
        showing = Showing(self.sets, self.book, lambda: self.now)
        shown: Shown = showing.get(caller, "inc")
        return self.forecasting.of(caller, shown)

    def learn(self):
        while self.waiting:
            self.waiting.pop()()


def test_staff_see_a_forecast_once_it_was_learned_and_nobody_waits_for_it():
    desk = Desk(past(60))
    assert desk.ask() == {} and len(desk.waiting) == 1
    assert desk.ask() == {} and len(desk.waiting) == 1
    desk.learn()
    assert desk.ask()["resolution.1"].chance > 0.7 and desk.failures == []


def test_clients_see_none_and_begin_no_learning():
    desk = Desk(past(60))
    assert desk.ask(MANAGER) == {} and desk.waiting == []
    desk.ask()
    desk.learn()
    assert desk.ask(MANAGER) == {}


def test_it_is_learned_anew_after_a_while_and_what_was_learned_is_good_until_then():
    desk = Desk(past(60))
    desk.ask()
    desk.learn()
    desk.now += timedelta(minutes=29)
    assert desk.ask() and desk.waiting == []
    desk.now += timedelta(minutes=2)
    assert desk.ask() and len(desk.waiting) == 1


def test_what_cannot_be_learned_is_told_and_tried_again():
    desk = Desk(past(60))
    decided, desk.sets.decided = desk.sets.decided, None
    desk.ask()
    desk.learn()
    assert [provider for provider, _ in desk.failures] == ["prv"] and desk.ask() == {} and not desk.waiting
    desk.sets.decided = decided
    desk.now += timedelta(minutes=1)
    desk.ask()
    desk.learn()
    assert desk.ask()
