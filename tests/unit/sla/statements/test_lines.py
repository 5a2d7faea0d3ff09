"""What a statement says of each promise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.errors import InvalidState, PermissionDenied
from services.sla.domain.contract import Contract
from services.sla.domain.statements.objection import Contest, Exclusion
from services.sla.domain.statements.period import month, month_at
from tests.unit.sla.statements.samples import ADA, BEN, CONTRACT, JUNE, START, at, incident, lines, opened


def outcomes(stated):
    return [(one["target"], one["outcome"]) for one in stated]


def test_a_promise_stands_in_the_month_in_which_its_verdict_fell():
    record = incident("inc_a", opened(), ("responded", 10), ("resolved", 50))
    assert outcomes(lines(record)) == [("first_response", "met"), ("resolution", "met")]
    assert lines(record, period=month("2024-05", [CONTRACT])) == []
    assert lines(record, period=month("2024-07", [CONTRACT])) == []


def test_months_follow_one_another_without_gap_or_overlap_also_where_the_zone_changes():
    first = replace(CONTRACT, time_zone="Europe/Paris", create_time=START - timedelta(days=200))
    second = replace(
        CONTRACT, version=2, time_zone="America/New_York", effective_time=START - timedelta(days=40),
        create_time=START - timedelta(days=50),
    )  # fmt: skip
    months = [month(f"2024-{number:02}", [first, second]) for number in range(1, 13)]
    assert [one.end for one in months[:-1]] == [one.start for one in months[1:]]
    assert months[2].start.hour == 23 and months[5].start.hour == 4
    assert all(month_at(one.start, [first, second]) == one for one in months)
    assert all(month_at(one.end - timedelta(microseconds=1), [first, second]) == one for one in months)


def test_a_version_agreed_afterwards_moves_no_boundary_that_has_passed():
    later = replace(
        CONTRACT, version=2, time_zone="Asia/Tokyo", effective_time=CONTRACT.effective_time,
        create_time=JUNE.end + timedelta(days=3),
    )  # fmt: skip
    assert month("2024-06", [CONTRACT, later]) == JUNE


def test_what_happens_after_the_end_changes_nothing():
    end = (JUNE.end - at(0)).total_seconds() / 60
    broken = incident("inc_a", opened(end - 120), ("responded", end - 115))
    late = incident("inc_a", opened(end - 120), ("responded", end - 115), ("resolved", end + 30))
    assert lines(broken) == lines(late)
    assert lines(late)[1]["stop_time"] is None
    assert lines(late)[1]["elapsed_seconds"] == 120 * 60


def test_a_breach_at_the_very_end_belongs_to_the_next_month():
    end = (JUNE.end - at(0)).total_seconds() / 60
    record = incident("inc_a", opened(end - 60), ("responded", end - 59))
    july = month("2024-07", [CONTRACT])
    assert outcomes(lines(record)) == [("first_response", "met")]
    assert outcomes(lines(record, period=july)) == [("resolution", "breached")]


def test_a_line_tells_priorities_times_and_pauses_by_party():
    record = incident(
        "inc_a",
        opened(0),
        ("responded", 5),
        ("held", 10, {"awaiting": "requester"}),
        ("held", 20, {"awaiting": "vendor"}),
        ("resumed", 50),
        ("prioritized", 52, {"priority": 1}),
        ("resolved", 54),
    )
    line = lines(record)[1]
    assert [(one["priority"], one["from_time"]) for one in line["priorities"]] == [
        (3, "2024-06-10T12:00:00.000Z"),
        (1, "2024-06-10T12:52:00.000Z"),
    ]
    assert (line["goal_seconds"], line["elapsed_seconds"], line["paused_seconds"]) == (900, 14 * 60, 40 * 60)
    assert line["pauses"] == [
        {"awaiting": "requester", "seconds": 600},
        {"awaiting": "vendor", "seconds": 1800},
    ]
    assert line["stop_time"] == "2024-06-10T12:54:00.000Z"


def exclusion(name="inc_a", target="resolution"):
    return Exclusion("exc_a", "prv_a", "ten_a", "ctr_a", name, "ACME-1", target, 1, "Power cut", ADA, at(100))


def test_only_an_approved_exclusion_leaves_a_promise_out_and_names_who_approved():
    record = incident("inc_a", opened(), ("responded", 10), ("resolved", 90))
    proposed = exclusion()
    assert outcomes(lines(record, exclusions=[proposed]))[1] == ("resolution", "breached")
    line = lines(record, exclusions=[proposed.decided(BEN, True, at(200))])[1]
    assert (line["outcome"], line["basis"]) == ("excluded", "exclusion")
    assert line["exclusion"]["approved_by"]["name"] == "Ben"
    declined = proposed.decided(BEN, False, at(200))
    assert outcomes(lines(record, exclusions=[declined]))[1] == ("resolution", "breached")


def test_nobody_approves_what_they_proposed_and_a_decision_stands():
    with pytest.raises(PermissionDenied, match="second_person_required"):
        exclusion().decided(ADA, True, at(1))
    with pytest.raises(InvalidState, match="exclusion_decided"):
        exclusion().decided(BEN, True, at(1)).decided(BEN, False, at(2))


def test_a_conceded_pause_counts_on_the_statement_and_the_clock_keeps_its_verdict():
    record = incident(
        "inc_a",
        opened(),
        ("responded", 5),
        ("held", 10, {"awaiting": "requester"}),
        ("resumed", 60),
        ("resolved", 90),
    )
    contest = Contest("inc_a", "3000", ADA, "Nobody asked us anything.", at(300))
    open_line = lines(record, contests=[contest])[1]
    assert (open_line["outcome"], open_line["contested_pauses"][0]["answer"]) == ("met", None)
    line = lines(record, contests=[contest.answered(BEN, True, "You are right.", at(400))])[1]
    assert (line["outcome"], line["basis"], line["conceded_seconds"]) == ("breached", "conceded_pause", 3000)
    assert line["contested_pauses"][0]["answer"]["words"] == "You are right."
    refused = lines(record, contests=[contest.answered(BEN, False, "We mailed you.", at(400))])[1]
    assert (refused["outcome"], refused["conceded_seconds"]) == ("met", 0)


def test_an_answer_to_a_contest_stands():
    answered = Contest("inc_a", "3000", ADA, "Why?", at(1)).answered(BEN, False, "So.", at(2))
    with pytest.raises(InvalidState, match="contest_answered"):
        answered.answered(BEN, True, "After all.", at(3))


def test_a_contract_needs_no_effective_version_to_have_months():
    assert month("2020-02", [Contract("c", "p", "t", "n", ())]).name == "2020-02"
