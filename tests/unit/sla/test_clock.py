"""The life of a clock, one rule at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock import ClockState, replay
from services.sla.domain.contract import AwaitedParty, Contract, ReopenRule, Target, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.segments import explain

HOUR, MINUTE = 3600, 60
# A Friday, 15:00 in Paris (summer time); the desk closes at 17:00 there and opens on Monday at 9:00.
FRIDAY = datetime(2024, 6, 14, 13, tzinfo=UTC)
DESK = Calendar("desk", "Europe/Paris", version=2, hours=dict.fromkeys(range(1, 6), ((9 * HOUR, 17 * HOUR),)))
ALWAYS = Calendar("always", "UTC", always_open=True)


def target(kind, priority, hours, calendar="desk", **fields):
    return Target(TargetKind(kind), priority, int(hours * HOUR), calendar, **fields)


def terms(*targets, reopen=ReopenRule.CONTINUE):
    contract = Contract("ctr", "prv", "ten", "Gold", tuple(targets), reopen_rule=reopen)
    return Terms(contract, {"desk": BusinessTime(DESK), "always": BusinessTime(ALWAYS)})


REQUESTER = frozenset({AwaitedParty.REQUESTER})


def life(*happened):
    """(minutes after the opening, kind, priority or awaited party) each."""
    facts = [Fact("inc:1000", 1000, FactKind.OPENED, FRIDAY, priority=3)]
    for number, (minutes, kind, *more) in enumerate(happened, start=2):
        value = {"priority": more[0]} if kind == "prioritized" else {"awaiting": more[0]} if more else {}
        time = FRIDAY + timedelta(minutes=minutes)
        facts.append(Fact(f"inc:{number}000", number * 1000, FactKind(kind), time, **value))
    return facts


def resolution(facts, promised, minutes):
    clocks = replay(facts, promised, FRIDAY + timedelta(minutes=minutes))
    return [clock for clock in clocks if clock.kind is TargetKind.RESOLUTION]


def monday(hour, minute=0):
    """Paris time on the Monday after."""
    return datetime(2024, 6, 17, hour - 2, minute, tzinfo=UTC)


def test_a_due_time_runs_over_the_weekend():
    [clock] = resolution(life(), terms(target("resolution", 3, 4)), 0)
    assert (clock.state, clock.due_time) == (ClockState.RUNNING, monday(11))


def test_a_pause_counts_only_the_business_hours_in_it():
    """Held from Friday 16:00 to Monday 10:00: two business hours, whatever the wall says."""
    facts = life((60, "held", "requester"), ((monday(10) - FRIDAY).total_seconds() / 60, "resumed"))
    promised = terms(target("resolution", 3, 4, pausing_parties=REQUESTER))
    [clock] = resolution(facts, promised, 4 * 24 * 60)
    assert clock.paused_seconds == 2 * HOUR
    assert clock.due_time == monday(13)


def test_a_paused_clock_has_no_due_time_and_does_not_breach():
    promised = terms(target("resolution", 3, 1, pausing_parties=REQUESTER))
    [clock] = resolution(life((30, "held", "requester")), promised, 30 * 24 * 60)
    assert (clock.state, clock.due_time, clock.breached) == (ClockState.PAUSED, None, False)
    assert clock.awaiting == "requester"


def test_a_hold_that_awaits_another_party_does_not_pause():
    promised = terms(target("resolution", 3, 1, pausing_parties=REQUESTER))
    [clock] = resolution(life((30, "held", "provider")), promised, 45)
    assert clock.state is ClockState.RUNNING


def test_a_second_hold_for_another_party_takes_the_place_of_the_first():
    promised = terms(target("resolution", 3, 4, pausing_parties=REQUESTER))
    [clock] = resolution(life((10, "held", "requester"), (30, "held", "provider")), promised, 60)
    assert (clock.state, clock.paused_seconds) == (ClockState.RUNNING, 20 * MINUTE)


def test_first_response_pauses_only_if_its_target_says_so():
    plain, pausing = (
        terms(target("first_response", 3, 4, pausing_parties=parties)) for parties in (frozenset(), REQUESTER)
    )
    facts, at = life((10, "held", "requester")), FRIDAY + timedelta(minutes=20)
    assert [c.state for c in replay(facts, plain, at)] == [ClockState.RUNNING]
    assert [c.state for c in replay(facts, pausing, at)] == [ClockState.PAUSED]


def test_a_change_of_priority_keeps_what_was_consumed():
    promised = terms(target("resolution", 3, 4), target("resolution", 1, 1))
    [clock] = resolution(life((40, "prioritized", 1)), promised, 40)
    assert (clock.priority, clock.goal_seconds, clock.elapsed_seconds) == (1, HOUR, 40 * MINUTE)
    assert clock.due_time == FRIDAY + timedelta(hours=1)


def test_time_consumed_on_one_calendar_is_kept_when_another_takes_over():
    """Two desk hours on Friday; on Saturday it becomes urgent, around the clock: two hours are left."""
    promised = terms(target("resolution", 3, 8), target("resolution", 1, 4, "always"))
    [clock] = resolution(life((20 * 60, "prioritized", 1)), promised, 20 * 60)
    assert clock.due_time == FRIDAY + timedelta(hours=22)
    assert [s.calendar_id for s in explain(clock)] == ["desk", "desk", "always"]


def test_aimed_into_the_past_a_clock_breaches_at_the_change():
    promised = terms(target("resolution", 3, 4), target("resolution", 1, 0.5))
    [clock] = resolution(life((60, "prioritized", 1)), promised, 61)
    assert (clock.state, clock.due_time) == (ClockState.BREACHED, FRIDAY + timedelta(minutes=30))
    assert clock.breach_time == FRIDAY + timedelta(minutes=60)


def test_a_priority_without_a_target_withdraws_the_clock_until_there_is_one_again():
    promised = terms(target("resolution", 3, 4))
    facts = life((30, "prioritized", 5), (50, "prioritized", 3))
    [withdrawn] = resolution(facts, promised, 40)
    assert (withdrawn.state, withdrawn.due_time) == (ClockState.CANCELED, None)
    [again] = resolution(facts, promised, 60)
    assert (again.state, again.elapsed_seconds) == (ClockState.RUNNING, 40 * MINUTE)


@pytest.mark.parametrize(("seconds", "state"), [(0, ClockState.MET), (1, ClockState.MISSED)])
def test_stopped_at_the_due_second_is_in_time_and_later_is_not(seconds, state):
    facts = life((60 + seconds / 60, "resolved"))
    [clock] = resolution(facts, terms(target("resolution", 3, 1)), 100)
    assert clock.state is state
    assert clock.elapsed_seconds == HOUR + seconds


def test_stopped_on_hold_after_a_lower_goal_was_set_is_too_late():
    """It could not fire while paused, but more than its goal was consumed."""
    targets = [target("resolution", p, h, pausing_parties=REQUESTER) for p, h in ((3, 4), (1, 0.5))]
    facts = life((60, "held", "requester"), (70, "prioritized", 1), (80, "resolved"))
    [clock] = resolution(facts, terms(*targets), 75)
    assert (clock.state, clock.breached) == (ClockState.PAUSED, False)
    [clock] = resolution(facts, terms(*targets), 90)
    assert (clock.state, clock.stop_time) == (ClockState.MISSED, FRIDAY + timedelta(minutes=80))


def test_a_resolution_also_answers():
    clocks = replay(
        life((30, "resolved")), terms(target("first_response", 3, 1)), FRIDAY + timedelta(hours=2)
    )
    assert [c.state for c in clocks] == [ClockState.MET]


def test_a_canceled_incident_has_no_verdict_but_keeps_its_breach():
    promised = terms(target("resolution", 3, 1))
    [early] = resolution(life((30, "canceled")), promised, 90)
    assert (early.state, early.breached) == (ClockState.CANCELED, False)
    [late] = resolution(life((90, "canceled")), promised, 100)
    assert (late.state, late.breached) == (ClockState.CANCELED, True)


def test_a_warning_comes_at_its_share_of_the_goal_and_once():
    promised = terms(target("resolution", 3, 1, warning_percent=75))
    [before] = resolution(life(), promised, 45)
    assert (before.warned, before.warning_time) == (False, FRIDAY + timedelta(minutes=45))
    [after] = resolution(life(), promised, 46)
    assert (after.warned, after.warning_time) == (True, FRIDAY + timedelta(minutes=45))


def test_a_breach_stands_whatever_the_priority_becomes():
    promised = terms(target("resolution", 3, 1), target("resolution", 4, 40))
    [clock] = resolution(life((70, "prioritized", 4), (75, "resolved")), promised, 80)
    assert (clock.state, clock.priority) == (ClockState.MISSED, 3)


REOPENED = life((30, "resolved"), (60, "reopened"))


def test_reopened_under_continue_goes_on_from_the_time_consumed_and_the_first_verdict_stands():
    first, second = resolution(REOPENED, terms(target("resolution", 3, 1)), 61)
    assert (first.cycle, first.state, first.elapsed_seconds) == (1, ClockState.MET, 30 * MINUTE)
    assert (second.cycle, second.state, second.start_time) == (2, ClockState.RUNNING, FRIDAY)
    assert second.due_time == FRIDAY + timedelta(minutes=90)
    assert [s.reason for s in explain(second)] == ["business_hours", "after_stop", "business_hours"]


def test_reopened_under_new_cycle_starts_from_nothing():
    _, second = resolution(REOPENED, terms(target("resolution", 3, 1), reopen=ReopenRule.NEW_CYCLE), 61)
    assert (second.start_time, second.due_time) == (
        FRIDAY + timedelta(minutes=60),
        FRIDAY + timedelta(minutes=120),
    )


def test_a_missed_promise_is_not_continued():
    late = life((90, "resolved"), (100, "reopened"))
    assert [c.state for c in resolution(late, terms(target("resolution", 3, 1)), 110)] == [ClockState.MISSED]


def test_a_fact_stamped_by_a_slow_clock_counts_as_after_the_one_before_it():
    facts = [
        *life((30, "held", "requester")),
        Fact("inc:9000", 9000, FactKind.RESUMED, FRIDAY + timedelta(minutes=20)),
    ]
    promised = terms(target("resolution", 3, 4, pausing_parties=REQUESTER))
    [clock] = resolution(facts, promised, 60)
    assert (clock.state, clock.paused_seconds) == (ClockState.RUNNING, 0)


def test_without_its_opening_an_incident_has_no_clocks_yet():
    assert (
        replay(life((5, "resolved"))[1:], terms(target("resolution", 3, 1)), FRIDAY + timedelta(days=1)) == []
    )


def test_an_explanation_names_holidays_apart_from_closed_hours():
    calendar = Calendar("desk", "Europe/Paris", hours=DESK.hours, country="FR")
    promised = Terms(terms(target("resolution", 3, 4)).contract, {"desk": BusinessTime(calendar)})
    eve = datetime(2024, 5, 7, 13, tzinfo=UTC)
    [clock] = replay([Fact("e", 1, FactKind.OPENED, eve, priority=3)], promised, eve)
    assert [s.reason for s in explain(clock)] == [
        "business_hours",
        "outside_hours",
        "holiday",
        "outside_hours",
        "business_hours",
    ]
