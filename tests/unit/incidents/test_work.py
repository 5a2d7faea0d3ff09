"""Taking it in hand, waiting, solving, ending, coming back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.errors import InvalidArgument, InvalidState
from services.incidents.domain import ending, work
from services.incidents.domain.closing import ClosingRules, may_reopen
from services.incidents.domain.incident import Actor, AwaitedParty, Incident, State
from services.incidents.domain.lifecycle import Side
from tests.harness.incident_values import NOON, REQUESTER, TECH, TRIAGE, after, opened

RULES = ClosingRules(close_after=timedelta(days=3), reopen_within=timedelta(days=7))


def resolved(incident: Incident | None = None) -> Incident:
    return work.resolve(
        incident or opened(), "fixed", "New fuse.", after(60), TECH, Side.STAFF, after(5)
    ).after


def test_the_assignee_takes_it_in_hand() -> None:
    assigned = replace(opened(), state=State.ASSIGNED, assignee_id="per_tech")
    assert work.acknowledge(assigned, TECH, Side.STAFF, after(1)).after.state is State.IN_PROGRESS


def test_nobody_acknowledges_for_another_person() -> None:
    assigned = replace(opened(), state=State.ASSIGNED, assignee_id="per_tech")
    with pytest.raises(InvalidState, match="not_the_assignee"):
        work.acknowledge(assigned, Actor("person:per_bob"), Side.STAFF, after(1))


def test_a_hold_names_whom_it_awaits_and_why_and_since_when() -> None:
    change = work.hold(opened(), AwaitedParty.VENDOR, "spare part", TECH, Side.STAFF, after(2))
    hold = change.after.hold
    assert (hold.awaiting, hold.reason, hold.start_time) == (AwaitedParty.VENDOR, "spare part", after(2))


@pytest.mark.parametrize(("awaiting", "reason"), [(None, "a photo"), (AwaitedParty.VENDOR, " ")])
def test_a_hold_without_party_or_reason_is_refused(awaiting: AwaitedParty | None, reason: str) -> None:
    with pytest.raises(InvalidArgument):
        work.hold(opened(), awaiting, reason, TECH, Side.STAFF, after(2))


def test_resolving_what_is_on_hold_ends_the_hold_first() -> None:
    on_hold = work.hold(opened(), AwaitedParty.VENDOR, "spare part", TECH, Side.STAFF, after(2)).after
    change = work.resolve(on_hold, "fixed", "New fuse.", after(60), TECH, Side.STAFF, after(5))
    assert [fact.name for fact in change.facts] == ["resumed", "resolved"]
    assert change.after.hold is None


def test_a_resolution_is_words_to_the_requester_and_so_a_first_response() -> None:
    assert resolved().first_response_time == after(5)
    answered = replace(opened(), first_response_time=after(1))
    assert resolved(answered).first_response_time == after(1)


def test_a_resolution_needs_a_known_code_and_words() -> None:
    with pytest.raises(InvalidArgument) as refused:
        work.resolve(opened(), "magic", "Done.", after(60), TECH, Side.STAFF, after(5))
    assert refused.value.reason == "resolution_code_unknown"
    with pytest.raises(InvalidArgument):
        work.resolve(opened(), "fixed", "", after(60), TECH, Side.STAFF, after(5))


def test_confirming_closes_at_once() -> None:
    change = ending.confirm(resolved(), REQUESTER, Side.CLIENT, after(9))
    assert [fact.name for fact in change.facts] == ["confirmed", "closed"]
    assert (change.after.state, change.after.close_time) == (State.CLOSED, after(9))
    assert change.after.close_due_time is None


def test_silence_closes_when_the_time_has_come_and_not_before() -> None:
    incident = resolved()
    assert ending.close_after_silence(incident, TRIAGE, after(59)) is None
    change = ending.close_after_silence(incident, TRIAGE, after(60))
    assert change.after.state is State.CLOSED
    assert change.facts[0].reason == "silence"


def test_silence_does_not_close_what_came_back() -> None:
    reopened = ending.reopen(resolved(), "still broken", REQUESTER, Side.CLIENT, after(9)).after
    assert ending.close_after_silence(reopened, TRIAGE, after(600)) is None


def test_what_is_closed_comes_back_within_the_window_to_the_second() -> None:
    closed = ending.confirm(resolved(), REQUESTER, Side.CLIENT, NOON).after
    assert may_reopen(closed, RULES, NOON + timedelta(days=7))
    assert not may_reopen(closed, RULES, NOON + timedelta(days=7, seconds=1))


def test_what_is_resolved_may_always_come_back_and_what_is_canceled_never() -> None:
    assert may_reopen(resolved(), RULES, NOON + timedelta(days=400))
    canceled = ending.cancel(opened(), "spam", TECH, Side.STAFF, after(1)).after
    assert not may_reopen(canceled, RULES, after(2))


def test_canceling_ends_a_hold() -> None:
    on_hold = work.hold(opened(), AwaitedParty.VENDOR, "spare part", TECH, Side.STAFF, after(2)).after
    assert ending.cancel(on_hold, "spam", TECH, Side.STAFF, after(3)).after.hold is None
