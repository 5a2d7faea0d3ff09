"""Whoever says what in whatever order, an approval ends only by the rule of each of its steps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.errors import FairleadError, InvalidArgument, InvalidState, PermissionDenied
from services.incidents.domain import approval as approvals
from services.incidents.domain.approval import (
    Approval,
    Approver,
    Roster,
    Rule,
    State,
    Step,
    Verdict,
    What,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEOPLE = tuple(Approver(f"per_{letter}", letter) for letter in "abcdef")
ANN, BOB, CY, DEE, *_ = PEOPLE
ROLE, GROUP = "client_manager", "grp_finance"


def _roster(managers: tuple[Approver, ...] = (), finance: tuple[Approver, ...] = ()) -> Roster:
    return Roster({ROLE: managers}, {GROUP: finance})


STEPS = st.lists(
    st.builds(
        Step,
        name=st.just("step"),
        rule=st.sampled_from(Rule),
        count=st.integers(1, 3),
        roles=st.just((ROLE,)),
        people=st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True).map(tuple),
        groups=st.sampled_from([(), (GROUP,)]),
        own_allowed=st.booleans(),
        remind_after=st.sampled_from([None, timedelta(days=1)]),
        expire_after=st.sampled_from([None, timedelta(days=5)]),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
SOME = st.lists(st.sampled_from(PEOPLE), max_size=4, unique=True).map(tuple)
ACTS = st.tuples(
    st.sampled_from(["approve", "reject", "delegate", "appoint", "tick", "reconsider"]),
    st.sampled_from(PEOPLE),
    st.sampled_from(PEOPLE),
    st.builds(_roster, SOME, SOME),
)


def _act(approval: Approval, act: tuple[str, Approver, Approver, Roster], now: datetime) -> Approval:
    what, by, other, roster = act
    if what in ("approve", "reject"):
        return approvals.decide(approval, Verdict(what), by, "", roster, now)
    if what == "tick":
        return approvals.tick(approval, now)
    if what == "reconsider":
        return approvals.reconsider(approval, roster, now)
    return (approvals.delegate if what == "delegate" else approvals.appoint)(approval, by, other, roster, now)


@settings(max_examples=150)
@given(STEPS, st.builds(_roster, SOME, SOME), st.lists(ACTS, max_size=25))
def test_no_step_is_passed_without_its_rule_and_nothing_happens_after_the_end(
    steps: tuple[Step, ...], roster: Roster, acts: list[tuple[str, Approver, Approver, Roster]]
) -> None:
    now, before = NOON, approvals.begin(approvals.checked(steps), ANN.person_id, roster, NOON)
    for act in acts:
        now += timedelta(hours=9)
        try:
            after = _act(before, act, now)
        except FairleadError:
            after = before
        assert after.history[: len(before.history)] == before.history
        assert before.is_waiting or after == before
        assert after.step in (before.step, before.step + 1)
        before = after
    for index, step in enumerate(before.steps):
        said = [one for one in before.history if one.step == index]
        agreed = {one.by.person_id for one in said if one.what is What.APPROVED and one.by}
        assert step.own_allowed or ANN.person_id not in agreed
        if before.state is State.APPROVED or index < before.step:
            assert len(agreed) >= (step.count if step.rule is Rule.SOME else 1)
    assert (before.state is State.REJECTED) == (before.history[-1].what is What.REJECTED)
    assert before.is_waiting == (before.end_time is None)
    assert not before.asked or before.is_waiting
    assert len([one for one in before.history if one.what is What.REMINDED]) <= 3 * len(steps)


def test_steps_are_asked_in_order_and_each_is_told_who_is_next() -> None:
    steps = (Step(name="Manager", roles=(ROLE,)), Step(name="Finance", rule=Rule.ALL, groups=(GROUP,)))
    roster = _roster((BOB,), (CY, DEE))
    begun = approvals.begin(steps, ANN.person_id, roster, NOON)
    assert begun.still_asked == (BOB,)
    with pytest.raises(PermissionDenied, match="not_an_approver"):
        approvals.decide(begun, Verdict.APPROVE, CY, "", roster, NOON)
    second = approvals.decide(begun, Verdict.APPROVE, BOB, "go on", roster, NOON)
    assert (second.still_asked, second.still_needed) == ((CY, DEE), 2)
    third = approvals.decide(second, Verdict.APPROVE, CY, "", roster, NOON)
    assert (third.still_asked, third.is_waiting) == ((DEE,), True)
    assert approvals.decide(third, Verdict.APPROVE, CY, "again", roster, NOON) == third
    assert approvals.decide(third, Verdict.APPROVE, DEE, "", roster, NOON).state is State.APPROVED
    assert approvals.decide(third, Verdict.REJECT, CY, "no", roster, NOON).state is State.REJECTED


def test_the_requester_decides_only_where_the_step_says_so() -> None:
    step, roster = Step(name="Manager", roles=(ROLE,)), _roster((ANN,))
    alone = approvals.begin((step,), ANN.person_id, roster, NOON)
    assert alone.is_stuck
    with pytest.raises(PermissionDenied, match="own_request"):
        approvals.decide(alone, Verdict.APPROVE, ANN, "", roster, NOON)
    with pytest.raises(InvalidState, match="own_request"):
        approvals.appoint(alone, DEE, ANN, roster, NOON)
    helped = approvals.appoint(alone, DEE, BOB, roster, NOON)
    assert approvals.decide(helped, Verdict.APPROVE, BOB, "", roster, NOON).state is State.APPROVED
    own = approvals.begin((replace(step, own_allowed=True),), ANN.person_id, roster, NOON)
    assert approvals.decide(own, Verdict.APPROVE, ANN, "", roster, NOON).state is State.APPROVED


def test_a_place_that_was_given_away_counts_once() -> None:
    roster = _roster((BOB, CY))
    begun = approvals.begin((Step(name="Both", rule=Rule.ALL, roles=(ROLE,)),), ANN.person_id, roster, NOON)
    given_away = approvals.delegate(begun, BOB, DEE, roster, NOON)
    assert given_away.still_asked == (CY, DEE)
    with pytest.raises(PermissionDenied, match="not_an_approver"):
        approvals.decide(given_away, Verdict.APPROVE, BOB, "", roster, NOON)
    with pytest.raises(InvalidState, match="approver_already"):
        approvals.delegate(given_away, CY, DEE, roster, NOON)
    agreed = approvals.decide(given_away, Verdict.APPROVE, DEE, "", roster, NOON)
    assert approvals.decide(agreed, Verdict.APPROVE, CY, "", roster, NOON).state is State.APPROVED


def test_who_left_is_not_waited_for_and_what_they_agreed_to_stands() -> None:
    roster = _roster((BOB, CY))
    begun = approvals.begin((Step(name="Both", rule=Rule.ALL, roles=(ROLE,)),), ANN.person_id, roster, NOON)
    agreed = approvals.decide(begun, Verdict.APPROVE, BOB, "", roster, NOON)
    assert approvals.reconsider(agreed, _roster((BOB,)), NOON).state is State.APPROVED
    assert approvals.reconsider(agreed, _roster((CY,)), NOON).still_asked == (CY,)
    assert approvals.reconsider(begun, _roster(), NOON).is_stuck


def test_time_reminds_and_ends() -> None:
    day = timedelta(days=1)
    step = Step(name="Manager", roles=(ROLE,), remind_after=day, expire_after=7 * day)
    begun = approvals.begin((step,), ANN.person_id, _roster((BOB,)), NOON)
    assert begun.next_due_time == NOON + day
    assert approvals.tick(begun, NOON + day / 2) == begun
    reminded = approvals.tick(begun, NOON + 3 * day)
    assert (reminded.history[-1].what, reminded.next_due_time) == (What.REMINDED, NOON + 4 * day)
    assert approvals.tick(reminded, NOON + 7 * day).state is State.EXPIRED


@pytest.mark.parametrize(
    "step",
    [
        Step(name=" ", roles=(ROLE,)),
        Step(name="Nobody"),
        Step(name="Nameless", people=(Approver(""),)),
        Step(name="Too many", rule=Rule.SOME, count=2, people=(BOB,)),
        Step(name="None", rule=Rule.SOME, count=0, roles=(ROLE,)),
        Step(name="Never", roles=(ROLE,), expire_after=timedelta(days=400)),
    ],
)
def test_steps_that_nobody_could_decide_are_refused(step: Step) -> None:
    with pytest.raises(InvalidArgument):
        approvals.checked((step,))
