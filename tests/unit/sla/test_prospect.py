"""What is told of a chance: when it is known, whenever it has grown by a step, and when there is none any more."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock_set import ClockSet, Prospect, clocks_at, settle
from services.sla.domain.contract import AwaitedParty, Contract, Target, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.forecast.outlook import Outlook, learned
from services.sla.domain.forecast.prospect import STEPS, foresee, step
from services.sla.use_cases import Looking
from tests.unit.sla.fakes import as_service
from tests.unit.sla.test_outlook import NOW, TERMS, Desk, incident, past

SOON = timedelta(minutes=1)
GOAL = timedelta(hours=4)


@pytest.fixture(scope="module")
def outlook():
    return learned([(record, TERMS) for record in past(60)], NOW)


def looked(record, outlook, now, terms=TERMS):
    """The record after a look, and (chance, clock key) of what is told; None for nothing forecast any more."""
    settled, _ = settle(record, terms, now)
    seen, told = foresee(settled, clocks_at(settled, terms, now), outlook, now, SOON)
    return seen, [(one.forecast.chance, one.clock.key) if one.forecast else None for one in told]


def test_a_chance_is_told_once_and_not_again_within_its_step(outlook):
    record, told = looked(incident("inc", "ten_a", "mail", NOW), outlook, NOW)
    assert [key for _, key in told] == ["resolution.1"]
    assert record.prospect == Prospect("resolution.1", told[0][0])
    assert looked(record, outlook, NOW + SOON)[1] == []


def test_it_is_told_at_each_step_until_it_is_due_and_looked_at_no_more_often(outlook):
    record, first = looked(incident("inc", "ten_a", "mail", NOW), outlook, NOW)
    chances, looks = [first[0][0]], 0
    while record.next_look_time and record.next_look_time < NOW + GOAL:
        at = record.next_look_time + timedelta(milliseconds=1)
        record, told = looked(record, outlook, at)
        chances += [chance for chance, _ in told]
        looks += 1
    steps = [step(chance) for chance in chances]
    assert steps == sorted(set(steps)) and steps[-1] > steps[0] + 3
    # Each look has something to tell: what does not move costs nothing.
    assert looks == len(chances) - 1 <= STEPS


def test_a_look_comes_when_the_calendar_has_counted_so_much(outlook):
    night = Calendar("cal", "UTC", hours=dict.fromkeys(range(1, 8), ((14 * 3600, 18 * 3600),)))
    terms = Terms(TERMS.contract, {"cal": BusinessTime(night)})
    record = ClockSet("inc", "prv", "ten_a").with_facts(incident("inc", "ten_a", "mail", NOW).facts)
    settled, _ = looked(record.with_terms(terms), outlook, NOW, terms)
    opens = NOW.replace(hour=14)
    assert opens < settled.next_look_time < opens + GOAL


def test_on_hold_a_chance_does_not_grow_and_is_not_looked_at(outlook):
    patient = Contract(
        "ctr", "prv", "", "Any",
        (Target(TargetKind.RESOLUTION, 0, 4 * 3600, "cal", pausing_parties=frozenset(AwaitedParty)),),
    )  # fmt: skip
    terms = Terms(patient, TERMS.calendars)
    held = Fact("inc:2", 2, FactKind.HELD, NOW, awaiting="requester")
    record = incident("inc", "ten_a", "mail", NOW - timedelta(hours=1)).with_facts([held])
    record, told = looked(record, outlook, NOW, terms)
    assert len(told) == 1 and record.next_look_time is None


def test_with_its_verdict_nothing_is_forecast_any_more_and_that_is_told_once(outlook):
    record, _ = looked(incident("inc", "ten_a", "mail", NOW), outlook, NOW)
    done = record.with_facts([Fact("inc:2", 2, FactKind.RESOLVED, NOW + SOON)])
    over, told = looked(done, outlook, NOW + 2 * SOON)
    assert told == [None] and over.prospect is None and over.next_look_time is None
    assert looked(over, outlook, NOW + 3 * SOON)[1] == []


def test_until_something_was_learned_what_was_told_stands_and_it_is_looked_at_soon(outlook):
    record, _ = looked(incident("inc", "ten_a", "mail", NOW), outlook, NOW)
    waiting, told = looked(record, None, NOW)
    assert (told, waiting.prospect, waiting.next_look_time) == ([], record.prospect, NOW + SOON)


def test_what_too_little_is_known_of_is_looked_at_again_when_it_is_twice_as_old():
    opened = NOW - timedelta(hours=1)
    record, told = looked(incident("inc", "ten_new", "mail", opened), Outlook({}), NOW)
    assert told == [] and record.next_look_time == NOW + timedelta(hours=1)


def test_the_likeliest_of_its_clocks_is_told():
    both = Contract(
        "ctr", "prv", "", "Any",
        (Target(TargetKind.FIRST_RESPONSE, 0, 3600, "cal"), *TERMS.contract.targets),
    )  # fmt: skip
    terms = Terms(both, TERMS.calendars)
    # Most were answered at once, and half of them resolved too late.
    records = []
    for number in range(60):
        facts = incident(
            f"inc_{number}", "ten_a", "mail", NOW - timedelta(days=2), 5 if number % 2 else 1
        ).facts
        answer = Fact("a", 1, FactKind.RESPONDED, facts[0].time + timedelta(minutes=number % 50))
        resolved = replace(facts[1], sequence=3)
        fresh = ClockSet(f"inc_{number}", "prv", "ten_a")
        records.append(fresh.with_facts([facts[0], replace(answer, sequence=2), resolved]).with_terms(terms))
    outlook = learned([(record, terms) for record in records], NOW)
    _, told = looked(incident("inc", "ten_a", "mail", NOW), outlook, NOW, terms)
    assert [key for _, key in told] == ["resolution.1"]


def test_whoever_settles_a_clock_learns_aside_and_what_was_learned_is_told_at_the_next_look():
    desk = Desk(past(60))
    looking = Looking(desk.sets, desk.book, as_service, lambda: desk.now, settle=desk.forecasting.settle)
    desk.sets.kept["inc"] = replace(desk.sets.kept["inc"], next_look_time=NOW - SOON)
    assert looking.next_due_time() == NOW - SOON
    assert looking.fire() == 1 and len(desk.waiting) == 1
    assert ("inc", "forecast") not in desk.sets.told
    desk.learn()
    desk.now += 2 * SOON
    assert looking.fire() == 1
    assert desk.sets.told.count(("inc", "forecast")) == 1 and desk.sets.kept["inc"].prospect.chance > 0.7
    assert looking.fire() == 0


def test_seconds_at_tells_beforehand_when_a_chance_reaches_a_level(outlook):
    record = incident("inc", "ten_a", "mail", NOW)
    [clock] = clocks_at(record, TERMS, NOW)
    opened = outlook.forecast(record, clock)
    for level in (0.2, 0.4, 0.6, 0.8):
        seconds = outlook.seconds_at(clock, opened, level)
        for at, reached in ((seconds, True), (seconds - 2, False)):
            [then] = clocks_at(record, TERMS, NOW + timedelta(seconds=at))
            assert (outlook.forecast(record, then).chance >= level) is reached
    assert outlook.seconds_at(clock, opened, 1) is None
