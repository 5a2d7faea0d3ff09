"""Who is given work by shift: on shift first, then whoever is on call, then the others; never above a cap."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from chassis.errors import InvalidArgument
from services.triage.domain.choosing import route
from services.triage.domain.oncall.layer import Restriction
from services.triage.domain.routing import Assignment, AssignmentGroup, Member, check_group
from services.triage.domain.working import Absence, Asked, ClientRouting, WorkProfile

MONDAY_NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)
OFFICE = (Restriction(time(8), time(18), frozenset(range(5))),)


def shifts(*members: Member, **fields: Any) -> AssignmentGroup:
    return AssignmentGroup("grp_1", "Desk", members, is_default=True, time_zone="Europe/Paris", **fields)


def routed(
    group: AssignmentGroup, moment: datetime, load: dict[str, int], on_call: dict[str, str]
) -> Assignment:
    return route([group.at(moment, on_call)], "ten_1", "", "", load)


def test_nobody_off_shift_is_given_work_while_somebody_on_shift_can_take_it():
    group = shifts(
        Member("per_a", "Ana", hours=OFFICE), Member("per_b", "Ben", hours=(Restriction(time(20), time(6)),))
    )
    by_day = routed(group, MONDAY_NINE, {"per_a": 9}, {})
    assert (by_day.assignee_id, by_day.reason.partition("; ")[2]) == (
        "per_a",
        "Ana is on shift and has the fewest open incidents (9)",
    )
    by_night = routed(group, MONDAY_NINE + timedelta(hours=12), {"per_b": 9}, {})
    assert by_night.assignee_id == "per_b"


def test_a_cap_counts_more_than_a_shift_and_whoever_is_on_call_comes_before_others_off_shift():
    group = shifts(
        Member("per_a", "Ana", load_cap=2, hours=OFFICE),
        Member("per_b", "Ben", hours=(Restriction(time(1), time(2)),)),
        Member("per_c", "Cleo", hours=(Restriction(time(1), time(2)),)),
        schedule_id="ocs_1",
    )
    called = routed(group, MONDAY_NINE, {"per_a": 2}, {"ocs_1": "per_c"})
    assert (called.assignee_id, called.reason.endswith("nobody is on shift; Cleo is on call")) == (
        "per_c",
        True,
    )
    left = routed(group, MONDAY_NINE, {"per_a": 2, "per_c": 1}, {})
    assert left.reason.endswith("nobody is on shift; Ben has the fewest open incidents (0)")


def test_who_has_no_hours_is_always_on_shift():
    group = shifts(Member("per_a", "Ana"), Member("per_b", "Ben"))
    found = routed(group, MONDAY_NINE, {"per_a": 1}, {})
    assert found.reason.endswith("; Ben has the fewest open incidents (0)")


def test_hours_need_a_zone():
    with pytest.raises(InvalidArgument):
        check_group(replace(shifts(Member("per_a", "Ana", hours=OFFICE)), time_zone=""))


def test_a_groups_hours_are_its_members_who_have_none_and_public_holidays_leave_nobody_on_shift():
    group = shifts(
        Member("per_a", "Ana"),
        Member("per_b", "Ben", hours=(Restriction(time(20), time(6)),)),
        hours=OFFICE,
        holiday_country="FR",
    )
    at_nine = group.at(MONDAY_NINE, {})
    assert [one.on_shift for one in at_nine.members] == [True, False]
    bastille = datetime(2026, 7, 14, 9, tzinfo=UTC)
    assert [one.on_shift for one in group.at(bastille, {}).members] == [False, False]
    elsewhere = replace(group, holiday_country="").at(bastille, {})
    assert [one.on_shift for one in elsewhere.members] == [True, False]
    with pytest.raises(InvalidArgument):
        check_group(replace(group, holiday_country="ZZ"))


def test_whoever_is_absent_by_the_calendar_of_where_they_are_is_away():
    day = date(2026, 6, 1)
    profile = WorkProfile("per_a", time_zone="Pacific/Auckland", absences=(Absence(day, day),), load_cap=1)
    group = shifts(Member("per_a", "Ana")).staffed({}, {"per_a": profile}, MONDAY_NINE)
    assert (group.members[0].away, group.members[0].own_cap) == (True, 1)
    # Where they are, the day after has begun.
    assert not profile.is_absent(MONDAY_NINE + timedelta(hours=4))
    assert replace(profile, time_zone="UTC").is_absent(MONDAY_NINE + timedelta(hours=4))


def test_who_knows_the_client_comes_first_while_they_are_little_loaded():
    group = shifts(Member("per_a", "Ana"), Member("per_b", "Ben"))
    asked = Asked(routing=ClientRouting("ten_1", by_history=True), resolved_lately={"per_b": 4})
    near = route([group], "ten_1", "", "", {"per_b": 3}, asked)
    assert near.reason.endswith("Ben: resolved 4 for this client lately, fewest open incidents (3)")
    assert route([group], "ten_1", "", "", {"per_b": 4}, asked).assignee_id == "per_a"
