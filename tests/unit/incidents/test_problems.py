"""A problem's life, and which incidents are likely its own."""

from dataclasses import replace

import pytest

from chassis.errors import FairleadError, InvalidState
from services.incidents.domain.incident import Impact, Incident, Priority, Urgency
from services.incidents.domain.problem import solving, work
from services.incidents.domain.problem.life import PROBLEM_TABLE, ProblemCommand
from services.incidents.domain.problem.likeness import likely_problems
from services.incidents.domain.problem.record import (
    OPEN_PROBLEMS,
    Problem,
    ProblemChange,
    ProblemState,
    SolutionKind,
    position_of,
)
from tests.harness.incident_values import NOON, TECH, after, opened

KNOWN = work.Wanted(cause="A driver", workaround="Restart", client_text="Switch it off and on.")


def logged(first: Incident | None = None, **wanted) -> Problem:
    given = work.Wanted(**{"title": "Spooler dies", **wanted})
    return work.log_problem("prb_1", "prv_north", 1, given, first, TECH, NOON).after


def changed(change: ProblemChange | None) -> Problem:
    assert change
    return change.after


def known_error() -> Problem:
    written = changed(work.edit_problem(logged(opened()), KNOWN, TECH, after(1)))
    looked_into = work.investigate_problem(written, TECH, after(2)).after
    return work.declare_known_error(looked_into, TECH, after(3)).after


def test_it_takes_over_what_its_first_incident_says() -> None:
    first = replace(opened(), impact=Impact.HIGH, urgency=Urgency.HIGH, configuration_item="prn-3")
    problem = logged(first, title="")
    assert (problem.title, problem.configuration_item) == (first.title, "prn-3")
    assert problem.priority is Priority.P1 and problem.tenant_ids == {first.tenant_id}


def test_only_what_is_open_may_be_worked_on_and_what_is_canceled_stays_so() -> None:
    for state, moves in PROBLEM_TABLE.items():
        assert (ProblemCommand.EDIT in moves) == (state in OPEN_PROBLEMS)
    assert set(PROBLEM_TABLE[ProblemState.CANCELED]) == {ProblemCommand.NOTE}


def test_a_known_error_keeps_its_cause_and_workaround() -> None:
    for emptied, reason in (("cause", "cause_missing"), ("workaround", "workaround_missing")):
        with pytest.raises(InvalidState) as refused:
            work.edit_problem(known_error(), work.Wanted(**{emptied: " "}), TECH, after(4))
        assert refused.value.reason == reason


def test_clients_read_a_workaround_while_it_is_published_and_the_problem_open() -> None:
    problem = known_error()
    (tenant_id,) = problem.tenant_ids
    assert problem.shown_to(tenant_id) == ""
    published = changed(work.publish_workaround(problem, [tenant_id], TECH, after(4)))
    assert published.shown_to(tenant_id) == KNOWN.client_text and published.shown_to("ten_lumen") == ""
    with pytest.raises(InvalidState):
        work.edit_problem(published, work.Wanted(client_text=""), TECH, after(5))
    solved = solving.resolve_problem(
        published, SolutionKind.CHANGE, "Driver 7", solving.SolvedBy("c-12"), TECH, after(5)
    ).after
    assert solved.shown_to(tenant_id) == "" and solved.solution and solved.solution.change_number == "C-12"
    back = solving.reopen_problem(solved, "It came again", TECH, after(6)).after
    assert back.shown_to(tenant_id) == KNOWN.client_text and back.solution is None
    assert changed(work.withdraw_workaround(back, [tenant_id], TECH, after(7))).shown_to(tenant_id) == ""


def test_nothing_is_published_to_a_client_that_it_does_not_concern_or_without_words() -> None:
    with pytest.raises(FairleadError) as refused:
        work.publish_workaround(known_error(), ["ten_lumen"], TECH, after(4))
    assert refused.value.reason == "client_not_concerned"
    with pytest.raises(FairleadError) as refused:
        work.publish_workaround(logged(opened()), [opened().tenant_id], TECH, after(4))
    assert refused.value.reason == "client_text_missing"


def test_it_may_end_without_a_cause_only_where_it_came_no_more() -> None:
    problem = logged()
    with pytest.raises(InvalidState):
        solving.resolve_problem(problem, SolutionKind.FIX, "Gone", solving.SolvedBy(), TECH, after(1))
    gone = solving.resolve_problem(
        problem, SolutionKind.NOT_REPRODUCIBLE, "Never again", solving.SolvedBy(), TECH, after(1)
    )
    assert gone.after.state is ProblemState.RESOLVED


def test_saying_the_same_again_changes_nothing() -> None:
    problem = changed(work.edit_problem(logged(), KNOWN, TECH, after(1)))
    assert work.edit_problem(problem, KNOWN, TECH, after(2)) is None
    linked = changed(work.link_incident(problem, opened(), TECH, after(2)))
    assert work.link_incident(linked, opened(), TECH, after(3)) is None
    assert changed(work.unlink_incident(linked, opened(), TECH, after(3))).incidents == ()


def test_one_word_in_common_is_chance_and_the_same_device_is_not() -> None:
    incident = replace(opened(), title="Scanner in hall B is slow", configuration_item="scan-7")
    others = [logged(title=title) for title in ("Scanner drivers of spring", "Backup fails on Mondays")]
    assert likely_problems(incident, others) == []
    same = logged(title="Scanner drivers of spring", configuration_item="SCAN-7")
    (found,) = likely_problems(incident, [*others, same])
    assert found.problem is same and found.same_item and found.words == ("scanner",)
    # An item is known by its names, too.
    named = replace(incident, configuration_item="")
    assert likely_problems(named, [same]) == []
    assert likely_problems(named, [same], ["Scanner 7", "scan-7"])[0].same_item


def test_numbers_are_read_in_any_case_of_letters() -> None:
    assert [position_of(text) for text in ("prb-12", "PRB-1", "ACME-12", "PRB-", "prb_12")] == [
        12,
        1,
        None,
        None,
        None,
    ]


def test_what_a_failed_change_solved_is_looked_into_again_and_what_another_one_solved_is_not() -> None:
    solved = solving.resolve_problem(
        known_error(), SolutionKind.CHANGE, "Driver 7", solving.SolvedBy("CHG-2"), TECH, after(5)
    ).after
    assert solving.solution_failed(solved, "CHG-3", "failed", TECH, after(6)) is None
    closed = solving.close_problem(solved, "", TECH, after(6)).after
    for before in (solved, closed):
        again = changed(solving.solution_failed(before, "CHG-2", "backed_out", TECH, after(7)))
        assert (again.state, again.solution) == (ProblemState.INVESTIGATING, None)
        assert solving.solution_failed(again, "CHG-2", "backed_out", TECH, after(8)) is None
