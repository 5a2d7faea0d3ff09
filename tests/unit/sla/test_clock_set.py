"""What is told of an incident's clocks, and when to look again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock_set import MOST_FACTS, ClockSet, Header, settle
from services.sla.domain.contract import AwaitedParty, Contract, Target, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind

NOON = datetime(2024, 6, 14, 12, tzinfo=UTC)
TERMS = Terms(
    Contract(
        "ctr",
        "prv",
        "ten",
        "Gold",
        (
            Target(TargetKind.RESOLUTION, 3, 3600, "cal", 50, frozenset({AwaitedParty.REQUESTER})),
            Target(TargetKind.RESOLUTION, 1, 900, "cal", 50),
        ),
    ),
    {"cal": BusinessTime(Calendar("cal", "UTC", always_open=True))},
)


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def fact(number, kind, minutes, **fields):
    return Fact(f"inc:{number}", number, FactKind(kind), at(minutes), **fields)


OPENED = fact(1000, "opened", 0, priority=3)


def opened():
    record = ClockSet("inc", "prv", "ten").with_facts([OPENED]).with_terms(TERMS)
    return settle(record, TERMS, at(0))


def told(announcements):
    return [(a.fact, a.change) if a.change else a.fact for a in announcements]


def test_an_opening_starts_the_clock_and_waits_for_its_warning():
    record, announcements = opened()
    assert told(announcements) == ["started"]
    assert record.next_due_time == at(30)
    assert (record.contract_id, record.contract_version, record.calendar_versions) == ("ctr", 1, {"cal": 1})


def test_settling_again_tells_nothing():
    record, _ = opened()
    assert settle(record, TERMS, at(10)) == (record, [])


def test_warning_then_breach_each_once():
    record, _ = opened()
    record, first = settle(record, TERMS, at(30) + timedelta(milliseconds=1))
    assert (told(first), record.next_due_time) == (["warned"], at(60))
    record, second = settle(record, TERMS, at(61))
    assert (told(second), record.next_due_time) == (["breached"], None)
    assert settle(record, TERMS, at(90))[1] == []


def test_after_a_long_silence_both_are_told_in_order():
    record, _ = opened()
    assert told(settle(record, TERMS, at(500))[1]) == ["warned", "breached"]


def test_pause_resume_and_aim_are_told_as_changes():
    record, _ = opened()
    record, paused = settle(record.with_facts([fact(2000, "held", 5, awaiting="requester")]), TERMS, at(6))
    assert (told(paused), record.next_due_time) == ([("changed", "paused")], None)
    record, resumed = settle(record.with_facts([fact(3000, "resumed", 9)]), TERMS, at(9))
    assert (told(resumed), record.next_due_time) == ([("changed", "resumed")], at(34))
    record, aimed = settle(record.with_facts([fact(4000, "prioritized", 10, priority=1)]), TERMS, at(10))
    assert told(aimed) == [("changed", "re_aimed")]
    assert record.next_due_time == at(11.5)


def test_a_pause_that_began_and_ended_unseen_is_told_by_its_due_time():
    record, _ = opened()
    both = [fact(2000, "held", 5, awaiting="requester"), fact(3000, "resumed", 9)]
    assert told(settle(record.with_facts(both), TERMS, at(10))[1]) == [("changed", "resumed")]


def test_a_stop_in_time_heard_after_the_breach_was_told_is_met_and_nothing_is_told_twice():
    record, _ = opened()
    record, _ = settle(record, TERMS, at(61))
    record, late = settle(record.with_facts([fact(2000, "resolved", 59)]), TERMS, at(62))
    assert told(late) == ["met"]
    assert settle(record, TERMS, at(90))[1] == []


def test_a_breach_that_a_late_pause_undoes_is_not_told_a_second_time():
    record, _ = opened()
    record, _ = settle(record, TERMS, at(61))
    pause = [fact(2000, "held", 10, awaiting="requester"), fact(3000, "resumed", 40)]
    record, changed = settle(record.with_facts(pause), TERMS, at(62))
    assert told(changed) == [("changed", "re_aimed")]
    assert told(settle(record, TERMS, at(100))[1]) == []


def test_a_fact_stamped_ahead_of_our_clock_counts_at_once():
    record, _ = opened()
    assert told(settle(record.with_facts([fact(2000, "resolved", 5)]), TERMS, at(4))[1]) == ["met"]


def test_no_contract_is_told_once():
    record = ClockSet("inc", "prv", "ten").with_facts([OPENED]).with_terms(None)
    record, announcements = settle(record, None, at(0))
    assert told(announcements) == ["no_contract"]
    assert settle(record, None, at(1))[1] == []


def test_facts_before_the_opening_wait_for_it():
    record = ClockSet("inc", "prv", "ten").with_facts([fact(2000, "resolved", 5)])
    assert settle(record, None, at(6)) == (record, [])
    record, announcements = settle(record.with_facts([OPENED]).with_terms(TERMS), TERMS, at(7))
    assert told(announcements) == ["started", "met"]


def test_a_fact_heard_twice_and_an_older_header_change_nothing():
    record, _ = opened()
    assert record.with_facts([OPENED]) is record
    newer = record.with_header(Header(number="A-1", revision=3))
    assert newer.with_header(Header(number="A-0", revision=2)) is newer


def test_facts_without_end_are_not_kept_but_an_ending_always_is():
    record, _ = opened()
    endless = [fact(2000 + n, "held" if n % 2 else "resumed", n) for n in range(2 * MOST_FACTS)]
    full = record.with_facts(endless)
    assert len(full.facts) == MOST_FACTS
    ended = full.with_facts([fact(9_000_000, "resolved", 10_000)])
    assert ended.facts[-1].kind is FactKind.RESOLVED
    assert replace(ended, facts=full.facts) == full


def test_a_fact_that_no_promise_asks_for_is_not_kept():
    record, _ = opened()
    classified = fact(2000, "classified", 1, service="network")
    assert record.with_facts([classified], TERMS) is record
    asking = replace(
        TERMS,
        contract=replace(TERMS.contract, targets=(Target(TargetKind.RESOLUTION, 0, 60, "cal", service="x"),)),
    )
    assert record.with_facts([classified], asking).facts[-1] == classified
    early = ClockSet("inc", "prv", "ten").with_facts([classified, OPENED])
    assert early.with_terms(TERMS).facts == (OPENED,)
