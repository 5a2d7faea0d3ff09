"""How satisfied the requester is: whose word it is, when, and for how long it may be changed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chassis.errors import InvalidArgument, InvalidState, PermissionDenied
from chassis.tenancy import Caller, Role
from services.incidents.domain import ending, work
from services.incidents.domain.incident import Incident, Party
from services.incidents.domain.lifecycle import Side
from services.incidents.domain.rating import CHANGE_WITHIN, RATE_WITHIN, may_rate, rate
from services.incidents.domain.visibility import as_seen_by
from tests.harness.incident_values import JANE, NOON, REQUESTER, TECH, after, opened

PAUL = Party("paul@acme.example", "Paul", "per_paul")


def resolved() -> Incident:
    return work.resolve(opened(), "fixed", "New fuse.", after(99_999), TECH, Side.STAFF, after(5)).after


def rated(incident: Incident, score: int = 4, **more: Any) -> Incident:
    given = {"comment": "", "by": JANE, "actor": REQUESTER, "side": Side.CLIENT, "now": after(10)} | more
    change = rate(incident, score, *(given[name] for name in ("comment", "by", "actor", "side", "now")))
    assert change is not None
    return change.after


def test_the_requester_rates_what_is_resolved_or_closed() -> None:
    assert rated(resolved(), 5, comment=" Quick! ").rating.comment == "Quick!"
    closed = ending.confirm(resolved(), REQUESTER, Side.CLIENT, after(6)).after
    assert rated(closed, 1).rating.score == 1


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_one_to_five(score: int) -> None:
    with pytest.raises(InvalidArgument, match="1 to 5"):
        rated(resolved(), score)


def test_nobody_else_speaks_for_the_requester() -> None:
    incident = replace(resolved(), participants=(PAUL,))
    with pytest.raises(PermissionDenied) as refused:
        rated(incident, by=PAUL)
    assert refused.value.reason == "requester_only"
    with pytest.raises(PermissionDenied):
        rated(incident, side=Side.STAFF, actor=TECH)


def test_what_is_not_solved_cannot_be_rated() -> None:
    with pytest.raises(InvalidState):
        rated(opened())
    assert not may_rate(opened(), JANE, NOON)


def test_an_answer_may_be_changed_for_some_days_counted_from_the_first() -> None:
    first = rated(resolved(), 2)
    later = after(10) + CHANGE_WITHIN
    change = rate(first, 5, "", JANE, REQUESTER, Side.CLIENT, later)
    assert change is not None
    assert (change.facts[0].previous_score, change.after.rating.rate_time) == (2, after(10))
    with pytest.raises(InvalidState) as refused:
        rate(change.after, 1, "", JANE, REQUESTER, Side.CLIENT, later + timedelta(minutes=1))
    assert refused.value.reason == "rating_window_over"


def test_the_same_answer_again_is_no_news() -> None:
    assert rate(rated(resolved(), 3), 3, "", JANE, REQUESTER, Side.CLIENT, after(20)) is None


def test_what_closed_long_ago_is_rated_no_more() -> None:
    closed = ending.confirm(resolved(), REQUESTER, Side.CLIENT, after(6)).after
    assert not may_rate(closed, JANE, after(6) + RATE_WITHIN + timedelta(seconds=1))


def test_reopening_begins_a_cycle_without_an_answer() -> None:
    again = ending.reopen(rated(resolved()), "still broken", REQUESTER, Side.CLIENT, after(20)).after
    assert again.rating is None
    assert rated(work.resolve(again, "fixed", "Now.", after(99_999), TECH, Side.STAFF, after(30)).after, 5)


def test_colleagues_who_take_part_are_not_shown_it() -> None:
    incident = rated(replace(resolved(), participants=(PAUL,)))

    def seen(person: str, role: Role) -> bool:
        caller = Caller(f"person:{person}", "prv_north", frozenset({"ten_acme"}), frozenset({role}))
        return as_seen_by(caller, incident).rating is not None

    assert not seen("per_paul", Role.REQUESTER)
    assert seen("per_jane", Role.REQUESTER)
    assert seen("per_boss", Role.CLIENT_MANAGER)
    assert seen("per_tech", Role.TECHNICIAN)
