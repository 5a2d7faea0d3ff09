"""How key figures add up, and what of an incident's life they are made of."""

import pytest

from services.incidents.domain.conversation import answer, reply
from services.incidents.domain.ending import reopen
from services.incidents.domain.incident import Actor, AwaitedParty
from services.incidents.domain.kpi import Part, Sums, kpis_of
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.work import hold, resolve, resume
from tests.harness.incident_values import NOON, REQUESTER, TECH, after, opened


def test_means_and_shares_of_nothing_are_nothing():
    none = Sums()
    assert none.mean_acknowledge_seconds is None and none.mean_resolve_seconds is None
    assert none.mean_work_seconds is None and none.mean_backlog_seconds is None
    assert none.first_contact_percent is None and none.reopen_percent is None
    assert none.mean_score is None and none.satisfied_percent is None


def test_shares_are_rounded_down_and_means_are_over_what_they_are_of():
    sums = Sums(
        arrived=9,
        acknowledged=3,
        acknowledge_seconds=100,
        resolved=2000,
        resolve_seconds=7000,
        hold_seconds=1000,
        reopened=1999,
        reported=3,
        first_contact=2,
        rated=3,
        score_sum=13,
        satisfied=2,
        backlog=4,
        backlog_seconds=402,
    )
    assert sums.mean_acknowledge_seconds == 33
    assert (sums.mean_resolve_seconds, sums.mean_work_seconds) == (3, 3)
    assert sums.reopen_percent == 99.9
    assert sums.first_contact_percent == 66.6
    assert (sums.mean_score, sums.satisfied_percent) == (4.33, 66.6)
    assert sums.mean_backlog_seconds == 100


def test_clients_groups_and_the_total_are_sums_of_the_same_records():
    parts = [
        Part("ten_b", "grp_net", "Network", Sums(arrived=1, backlog=2)),
        Part("ten_a", "", "", Sums(arrived=4)),
        Part("ten_a", "grp_net", "Network", Sums(resolved=8)),
        Part("ten_a", "grp_desk", "Desk", Sums(arrived=16)),
    ]
    kpis = kpis_of(parts)
    assert kpis.total == Sums(arrived=21, resolved=8, backlog=2)
    assert [(part.tenant_id, part.sums.arrived, part.sums.resolved) for part in kpis.tenants] == [
        ("ten_a", 20, 8),
        ("ten_b", 1, 0),
    ]
    assert [(part.group_name, part.sums) for part in kpis.groups] == [
        ("Desk", Sums(arrived=16)),
        ("Network", Sums(arrived=1, backlog=2, resolved=8)),
        ("", Sums(arrived=4)),
    ]


def test_whoever_speaks_or_solves_first_has_taken_it_in_hand_and_later_ones_change_nothing():
    fresh = opened()
    said = answer(fresh, "I am on it.", TECH, Side.STAFF, after(5)).after
    assert said.acknowledge_time == after(5)
    assert answer(said, "Nearly.", TECH, Side.STAFF, after(9)).after.acknowledge_time == after(5)
    solved = resolve(fresh, "fixed", "Done.", after(90), TECH, Side.STAFF, after(7)).after
    assert solved.acknowledge_time == after(7)


def test_what_monitoring_says_is_over_was_in_nobodys_hand():
    monitoring = Actor("service:intake", "Monitoring")
    over = resolve(opened(), "recovered", "Over.", after(90), monitoring, Side.STAFF, after(7)).after
    assert over.acknowledge_time is None


@pytest.mark.parametrize("end", ["resumed", "resolved", "replied"])
def test_a_hold_is_added_up_however_it_ends(end: str):
    held = hold(opened(), AwaitedParty.REQUESTER, "Which printer?", TECH, Side.STAFF, NOON).after
    assert held.held_seconds == 0
    then = {
        "resumed": lambda: resume(held, "", TECH, Side.STAFF, after(2)),
        "resolved": lambda: resolve(held, "fixed", "Done.", after(90), TECH, Side.STAFF, after(2)),
        "replied": lambda: reply(held, "That one.", REQUESTER, Side.CLIENT, after(2)),
    }[end]().after
    assert then.held_seconds == 120
    again = hold(reopened(then), AwaitedParty.VENDOR, "Parts.", TECH, Side.STAFF, after(10)).after
    assert resume(again, "", TECH, Side.STAFF, after(11)).after.held_seconds == 180


def reopened(solved):
    if solved.resolution is None:
        return solved
    return reopen(solved, "Not yet.", TECH, Side.STAFF, after(3)).after


def test_contacts_are_counted_until_it_is_resolved():
    fresh = opened()
    assert fresh.contact_count == 1
    asked = reply(fresh, "And now?", REQUESTER, Side.CLIENT, after(1)).after
    assert asked.contact_count == 2
    solved = resolve(asked, "fixed", "Done.", after(90), TECH, Side.STAFF, after(2)).after
    thanked = reply(solved, "It is back.", REQUESTER, Side.CLIENT, after(3)).after
    assert (thanked.contact_count, thanked.reopen_count) == (2, 1)
