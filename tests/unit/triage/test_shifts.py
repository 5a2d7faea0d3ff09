"""Who is given work by shift: on shift first, then whoever is on call, then the others; never above a cap."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from chassis.errors import InvalidArgument
from services.triage.domain.choosing import route
from services.triage.domain.oncall.layer import Restriction
from services.triage.domain.routing import Assignment, AssignmentGroup, Member, check_group

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
