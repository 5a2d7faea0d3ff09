"""Clocks against a minute-by-minute tally, and the laws they keep for any life of an incident."""

import itertools
from datetime import timedelta

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.clock import ClockState, replay
from services.sla.domain.contract import Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.segments import explain
from tests.property.sla.strategies import calendars, contracts, lives
from tests.property.sla.tally import read_clocks


@st.composite
def cases(draw):
    pair = {name: draw(calendars(name)) for name in ("cal_a", "cal_b")}
    contract, facts = draw(contracts()), draw(lives())
    terms = Terms(contract, {name: BusinessTime(calendar) for name, calendar in pair.items()})
    at = facts[-1].time + timedelta(minutes=draw(st.integers(0, 1440)))
    return terms, pair, facts, at


def _key(clock):
    return clock.level.value, clock.kind.value, clock.name, clock.cycle


# A busy machine draws slowly; that says nothing about clocks.
SLOWLY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}


@settings(max_examples=100, **SLOWLY)
@given(cases())
def test_a_replay_equals_the_minute_by_minute_tally(case):
    terms, pair, facts, at = case
    note(f"{pair}\n{terms.contract.targets}\n{facts}\n{at}")
    sheets = read_clocks(facts, terms.contract, pair, at)
    clocks = {_key(clock): clock for clock in replay(facts, terms, at)}
    for key, clock in clocks.items():
        sheet = sheets[key]
        assert clock.start_time == sheet.started
        assert clock.elapsed_seconds == 60 * sheet.counted
        assert clock.paused_seconds == 60 * sheet.paused
        assert clock.stop_time == sheet.stopped
        assert clock.breached == (sheet.breached is not None)
        if clock.state is ClockState.RUNNING:
            reached = len(sheet.tally) >= sheet.goal
            assert clock.due_time == sheet.tally[sheet.goal - 1] if reached else clock.due_time >= at
        if sheet.stopped and not sheet.canceled:
            assert clock.state is (ClockState.MISSED if sheet.breached else ClockState.MET)
    for key in sheets.keys() - clocks.keys():
        assert sheets[key].goal is None


@settings(max_examples=100, **SLOWLY)
@given(cases(), st.data())
def test_order_and_repetition_of_facts_change_nothing(case, data):
    terms, _, facts, at = case
    repeated = facts + data.draw(st.lists(st.sampled_from(facts), max_size=5))
    shuffled = data.draw(st.permutations(repeated))
    assert replay(shuffled, terms, at) == replay(facts, terms, at)


@settings(max_examples=100, **SLOWLY)
@given(cases(), st.integers(0, 2000), st.integers(1, 2000))
def test_pausing_never_makes_the_due_time_earlier(case, after, length):
    terms, _, facts, _ = case
    opened = facts[0]
    held = opened.time + timedelta(minutes=after)
    resumed = held + timedelta(minutes=length)
    for party in ("requester", "vendor"):
        pause = [
            Fact("h", 1001, FactKind.HELD, held, awaiting=party),
            Fact("r", 1002, FactKind.RESUMED, resumed),
        ]
        plain = {_key(c): c for c in replay([opened], terms, resumed)}
        for clock in replay([opened, *pause], terms, resumed):
            # The hold itself may begin a promise of the vendor, or a custom one; it may also end one.
            before = plain.get(_key(clock))
            if before and clock.due_time and before.due_time:
                assert clock.due_time >= before.due_time


@settings(max_examples=100, **SLOWLY)
@given(cases())
def test_no_clock_breaches_while_it_is_paused(case):
    terms, _, facts, at = case
    for clock in replay(facts, terms, at):
        if clock.breached and clock.stop_time != clock.breach_time:
            paused = [s for s in explain(clock) if s.reason == "paused"]
            assert not any(s.start_time <= clock.breach_time < s.end_time for s in paused)


@settings(max_examples=100, **SLOWLY)
@given(cases())
def test_segments_follow_one_another_and_add_up_to_what_they_explain(case):
    terms, _, facts, at = case
    for clock in replay(facts, terms, at):
        segments = explain(clock)
        if not segments:
            continue
        assert segments[0].start_time == clock.start_time
        for before, after in itertools.pairwise(segments):
            assert before.end_time == after.start_time
        counted = sum(s.seconds for s in segments if s.counted)
        running_on = clock.state is ClockState.RUNNING and clock.due_time >= at
        assert counted == (clock.goal_seconds if running_on else clock.elapsed_seconds)
        assert sum(s.seconds for s in segments if s.reason == "paused") == clock.paused_seconds


@settings(max_examples=60, **SLOWLY)
@given(cases(), st.integers(0, 5000))
def test_a_verdict_once_reached_stands_whatever_happens_later(case, minutes):
    terms, _, facts, at = case
    final = (ClockState.MET, ClockState.MISSED, ClockState.BREACHED)
    before = {_key(c): c for c in replay(facts, terms, at) if c.state in final}
    later = at + timedelta(minutes=minutes)
    more = [
        Fact("p", 9001, FactKind.PRIORITIZED, later, priority=1),
        Fact("x", 9002, FactKind.REOPENED, later),
        Fact("h", 9003, FactKind.HELD, later, awaiting="requester"),
        Fact("y", 9004, FactKind.RESOLVED, later),
    ]
    after = {_key(c): c for c in replay(facts + more, terms, later + timedelta(days=1))}
    for key, clock in before.items():
        assert after[key].breached == clock.breached
        assert after[key].due_time == clock.due_time
        if clock.state is not ClockState.BREACHED:
            assert after[key] == clock
