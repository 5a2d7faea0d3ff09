"""What a contract can promise beyond the first two kinds, one rule at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import InvalidArgument
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock import ClockState, replay
from services.sla.domain.clock_set import ClockSet, settle
from services.sla.domain.contract import (
    AwaitedParty,
    Contract,
    ReopenRule,
    Subject,
    Target,
    TargetKind,
    TargetLevel,
    Terms,
    Track,
)
from services.sla.domain.contract_check import check_contract
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.segments import explain
from services.sla.domain.statements.line import lines_of
from services.sla.domain.statements.period import Period

NOON = datetime(2024, 6, 14, 12, tzinfo=UTC)
TIME = BusinessTime(Calendar("cal", "UTC", always_open=True))
CLIENT, MINUTE = TargetLevel.CLIENT, 60


def target(kind="resolution", minutes=60, priority=0, **fields):
    return Target(TargetKind(kind), priority, minutes * MINUTE, "cal", **fields)


def terms(*targets, reopen=ReopenRule.CONTINUE):
    contract = Contract("ctr", "prv", "ten", "Gold", tuple(targets), reopen_rule=reopen)
    check_contract(contract, {"cal"})
    return Terms(contract, {"cal": TIME})


def life(*happened, **opening):
    facts = [Fact("e1", 1, FactKind.OPENED, NOON, **{"priority": 3, **opening})]
    for number, (minutes, kind, fields) in enumerate(happened, start=2):
        facts.append(Fact(f"e{number}", number, FactKind(kind), at(minutes), **fields))
    return facts


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def states(clocks):
    return [(c.key, c.state.value) for c in clocks]


# Which target is chosen

SELECTING = {
    "any": {},
    "priority": {"priority": 1},
    "kind": {"incident_kind": "service_request"},
    "channel": {"channel": "portal"},
    "service": {"service": "network"},
    "requester_group": {"requester_group": "vip"},
    "two": {"channel": "portal", "priority": 1},
}
WHOLE = Subject(1, "service_request", "network", "portal", "vip")


@pytest.mark.parametrize(
    ("stated", "wins"),
    [
        (("any", "priority"), "priority"),
        (("priority", "kind"), "kind"),
        (("kind", "channel"), "channel"),
        (("channel", "service"), "service"),
        (("service", "requester_group"), "requester_group"),
        (("requester_group", "two"), "two"),
    ],
)
def test_the_most_specific_target_wins_whatever_their_order(stated, wins):
    track = Track(CLIENT, TargetKind.RESOLUTION)
    for names in (stated, stated[::-1]):
        targets = [target(minutes=1 + list(SELECTING).index(n), **SELECTING[n]) for n in names]
        chosen = terms(*targets).contract.choose(track, WHOLE)
        assert chosen.goal_seconds == (1 + list(SELECTING).index(wins)) * MINUTE


def test_a_target_that_states_something_else_does_not_match():
    promised = terms(target(minutes=10, channel="email"), target(minutes=20))
    [clock] = replay(life(channel="portal"), promised, NOON)
    assert clock.goal_seconds == 20 * MINUTE


def test_reclassified_an_incident_is_aimed_at_the_target_of_its_new_service():
    promised = terms(target(minutes=60), target(minutes=20, service="network"))
    [clock] = replay(life((10, "classified", {"service": "network"})), promised, at(11))
    assert (clock.due_time, clock.elapsed_seconds) == (at(20), 11 * MINUTE)


# Next update

UPDATES = terms(target("next_update", 30, pausing_parties=frozenset({AwaitedParty.REQUESTER})))


def test_each_public_answer_of_staff_meets_one_update_and_starts_the_next():
    facts = life((10, "responded", {}), (30, "responded", {}), (70, "responded", {}), (80, "resolved", {}))
    clocks = replay(facts, UPDATES, at(90))
    assert states(clocks) == [("next_update.1", "met"), ("next_update.2", "missed"), ("next_update.3", "met")]
    assert [c.start_time for c in clocks] == [at(10), at(30), at(70)]


def test_nobody_owes_an_update_before_the_first_answer_nor_after_the_resolution():
    assert replay(life(), UPDATES, at(500)) == []
    assert replay(life((5, "resolved", {}), (9, "responded", {})), UPDATES, at(500)) == []


def test_a_reopened_incident_owes_an_update_again():
    facts = life((5, "responded", {}), (10, "resolved", {}), (20, "reopened", {}))
    assert replay(facts, UPDATES, at(21))[-1].due_time == at(50)


def test_an_update_pauses_while_its_target_says_so():
    facts = life((0, "responded", {}), (10, "held", {"awaiting": "requester"}), (110, "resumed", {}))
    [clock] = replay(facts, UPDATES, at(110))
    assert clock.due_time == at(130)


# Custom

PICKED_UP = target(
    "custom", 15, name="pick_up", start_event=FactKind.ASSIGNED, stop_event=FactKind.ACKNOWLEDGED
)
CONFIRMED = target("custom", 60, name="confirm", start_event=FactKind.RESOLVED, stop_event=FactKind.CONFIRMED)


def test_a_custom_promise_runs_from_its_start_to_its_stop_each_time():
    facts = life(
        (5, "assigned", {"group_id": "a"}),
        (9, "assigned", {"group_id": "b"}),
        (15, "acknowledged", {}),
        (40, "assigned", {"group_id": "c"}),
    )
    first, second = replay(facts, terms(PICKED_UP), at(60))
    assert (first.key, first.state, first.start_time) == ("custom:pick_up.1", ClockState.MET, at(5))
    assert (second.key, second.state) == ("custom:pick_up.2", ClockState.BREACHED)


def test_a_custom_promise_ends_with_the_resolution_unless_it_is_about_what_follows():
    facts = life((5, "assigned", {"group_id": "a"}), (10, "resolved", {}))
    promised = terms(PICKED_UP, CONFIRMED)
    assert states(replay(facts, promised, at(20))) == [
        ("custom:confirm.1", "running"),
        ("custom:pick_up.1", "met"),
    ]


# Operational and vendor targets

BACK_TO_BACK = terms(
    target(minutes=240, pausing_parties=frozenset({AwaitedParty.VENDOR})),
    target(minutes=60, level=TargetLevel.OPERATIONAL),
    target(minutes=30, level=TargetLevel.OPERATIONAL, group_id="grp_net"),
    target(minutes=120, level=TargetLevel.VENDOR),
)


def test_a_hold_that_awaits_a_vendor_runs_the_vendors_clock_while_the_clients_is_paused():
    facts = life(
        (10, "held", {"awaiting": "vendor"}), (100, "resumed", {}), (110, "held", {"awaiting": "vendor"})
    )
    client, first, second = replay(facts, BACK_TO_BACK, at(120))
    assert (client.state, client.paused_seconds) == (ClockState.PAUSED, 100 * MINUTE)
    assert (first.key, first.state, first.elapsed_seconds) == (
        "resolution@vendor.1",
        ClockState.MET,
        90 * MINUTE,
    )
    assert (second.state, second.due_time, second.serves) == (ClockState.RUNNING, at(230), "resolution.1")


def test_each_assignment_to_a_group_runs_the_operational_clock_of_that_group():
    facts = life((10, "assigned", {"group_id": "grp_desk"}), (20, "assigned", {"group_id": "grp_net"}))
    _, desk, net = replay(facts, BACK_TO_BACK, at(30))
    assert (desk.state, desk.goal_seconds) == (ClockState.MET, 60 * MINUTE)
    assert (net.key, net.due_time) == ("resolution@operational.2", at(50))


def test_reassigned_the_clients_clock_keeps_what_it_consumed():
    facts = life((10, "assigned", {"group_id": "grp_desk"}), (20, "assigned", {"group_id": "grp_net"}))
    client = replay(facts, BACK_TO_BACK, at(30))[0]
    assert (client.start_time, client.elapsed_seconds, client.due_time) == (NOON, 30 * MINUTE, at(240))


# Several warnings


def test_each_warning_point_is_told_once():
    promised = terms(target(minutes=100, warning_percent=75, warning_percents=(50, 90)))
    record = ClockSet("inc", "prv", "ten").with_facts(life()).with_terms(promised)
    told = []
    for minute in (0, 51, 60, 80, 91, 95):
        record, news = settle(record, promised, at(minute))
        told += [(minute, n.warning_percent) for n in news if n.fact == "warned"]
        if minute == 60:
            assert record.next_due_time == at(75)
    assert told == [(51, 50), (80, 75), (91, 90)]
    assert record.next_due_time == at(100)


# Reopening, merging, excluding


def test_reset_sets_the_clock_back_and_keeps_its_start():
    facts = life((30, "resolved", {}), (60, "reopened", {}))
    first, second = replay(facts, terms(target(), reopen=ReopenRule.RESET), at(70))
    assert (first.state, first.elapsed_seconds) == (ClockState.MET, 30 * MINUTE)
    assert (second.start_time, second.elapsed_seconds, second.due_time) == (NOON, 10 * MINUTE, at(120))
    assert [s.reason for s in explain(second)] == ["before_reset", "after_stop", "business_hours"]


def test_a_target_may_have_a_reopening_rule_of_its_own():
    facts = life((10, "responded", {}), (30, "resolved", {}), (60, "reopened", {}))
    promised = terms(target(), target("first_response", 20, reopen_rule=ReopenRule.NEW_CYCLE))
    assert states(replay(facts, promised, at(61))) == [
        ("first_response.1", "met"),
        ("first_response.2", "running"),
        ("resolution.1", "met"),
        ("resolution.2", "running"),
    ]


def test_a_merge_that_was_undone_counts_as_if_it_had_not_been():
    gone = life((30, "merged", {"other_id": "inc_b"}), (45, "merged", {"other_id": "inc_b", "undone": True}))
    assert states(replay(gone, terms(target()), at(50))) == [("resolution.1", "running")]
    assert states(replay(gone, terms(target()), at(61))) == [("resolution.1", "breached")]
    merged_again = life(
        *[
            (m, "merged", {"other_id": o, "undone": u})
            for m, o, u in ((10, "inc_b", False), (20, "inc_b", True), (30, "inc_c", False))
        ]
    )
    assert states(replay(merged_again, terms(target()), at(90))) == [("resolution.1", "canceled")]
    taken = life(
        (30, "absorbed", {"since": at(-15), "other_id": "inc_a"}),
        (40, "absorbed", {"other_id": "inc_a", "undone": True}),
    )
    [clock] = replay(taken, terms(target()), at(45))
    assert clock.start_time == at(0)


def test_merged_into_another_an_incident_has_no_verdict_but_keeps_its_breach():
    assert states(replay(life((30, "merged", {})), terms(target()), at(90))) == [("resolution.1", "canceled")]
    [late] = replay(life((70, "merged", {})), terms(target()), at(90))
    assert late.breached


def test_taking_in_an_incident_leaves_the_clock_as_it_was():
    [clock] = replay(life((30, "absorbed", {})), terms(target()), at(40))
    assert (clock.elapsed_seconds, clock.due_time) == (40 * MINUTE, at(60))


def test_taking_in_an_incident_that_was_opened_earlier_counts_from_then():
    facts = life((30, "absorbed", {"since": at(-15)}))
    [clock] = replay(facts, terms(target()), at(40))
    assert (clock.start_time, clock.elapsed_seconds, clock.due_time) == (at(-15), 55 * MINUTE, at(45))
    assert sum(s.seconds for s in explain(clock) if s.counted) == 60 * MINUTE


def test_a_resolution_code_may_propose_an_exclusion_and_leaves_the_verdict():
    promised = terms(target(excluded_codes=frozenset({"duplicate"})))
    [clock] = replay(life((90, "resolved", {"code": "duplicate"})), promised, at(91))
    assert (clock.state, clock.exclusion) == (ClockState.MISSED, "duplicate")
    [clock] = replay(life((90, "resolved", {"code": "fixed"})), promised, at(91))
    assert clock.exclusion == ""


# What cannot be promised


@pytest.mark.parametrize(
    ("targets", "field"),
    [
        ([target(channel="email"), target(channel="email")], "targets[1].priority"),
        ([target("custom")], "targets[0].name"),
        ([target(name="x")], "targets[0].name"),
        ([target("custom", name="x", stop_event=FactKind.CLOSED)], "targets[0].start_event"),
        ([target(start_event=FactKind.OPENED)], "targets[0].start_event"),
        ([PICKED_UP, target("custom", 9, 1, name="pick_up", start_event=FactKind.OPENED, stop_event=FactKind.CLOSED)],
         "targets[1].start_event"),
        ([target("next_update", level=TargetLevel.OPERATIONAL)], "targets[0].kind"),
        ([target("first_response", level=TargetLevel.VENDOR)], "targets[0].kind"),
        ([target(level=TargetLevel.VENDOR, pausing_parties=frozenset({AwaitedParty.VENDOR}))],
         "targets[0].pausing_parties"),
        ([target(warning_percents=(50, 100))], "targets[0].warning_percents"),
        ([target(warning_percents=tuple(range(1, 12)))], "targets[0].warning_percents"),
    ],
)  # fmt: skip
def test_what_cannot_be_promised_is_refused_by_field(targets, field):
    with pytest.raises(InvalidArgument) as refused:
        terms(*targets)
    assert refused.value.values["field"] == field


def test_a_statement_holds_what_was_promised_to_the_client_and_nothing_below_it():
    facts = life((10, "held", {"awaiting": "vendor"}), (100, "resumed", {}), (110, "resolved", {}))
    record = ClockSet("inc", "prv", "ten").with_facts(facts).with_terms(BACK_TO_BACK)
    period = Period("2024-06", "UTC", NOON - timedelta(days=1), NOON + timedelta(days=1))
    lines = lines_of(record, BACK_TO_BACK, period, {}, {})
    assert [(line["target"], line["outcome"]) for line in lines] == [("resolution", "met")]
