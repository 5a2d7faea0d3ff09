"""Replies, answers and notes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chassis.errors import InvalidArgument, PermissionDenied
from services.incidents.domain import conversation, ending, work
from services.incidents.domain.incident import SUBMISSIONS_KEPT, AwaitedParty, Incident, State
from services.incidents.domain.lifecycle import Side
from tests.harness.incident_values import REQUESTER, TECH, after, opened


def held(awaiting: AwaitedParty) -> Incident:
    return work.hold(opened(), awaiting, "a photo", TECH, Side.STAFF, after(1)).after


def resolved() -> Incident:
    return work.resolve(opened(), "fixed", "New fuse.", after(60), TECH, Side.STAFF, after(5)).after


def names(change) -> list[str]:
    return [fact.name for fact in change.facts]


def test_the_first_public_answer_is_the_first_response_and_starts_the_work() -> None:
    change = conversation.answer(opened(), "On my way.", TECH, Side.STAFF, after(3))
    assert change.after.first_response_time == after(3)
    assert change.after.state is State.IN_PROGRESS
    assert change.facts[0].first_response


def test_a_second_answer_is_no_first_response() -> None:
    first = conversation.answer(opened(), "On my way.", TECH, Side.STAFF, after(3)).after
    second = conversation.answer(first, "Nearly there.", TECH, Side.STAFF, after(9))
    assert second.after.first_response_time == after(3)
    assert not second.facts[0].first_response


def test_a_note_is_no_response() -> None:
    change = conversation.note(opened(), "Ask Bob.", TECH, Side.STAFF, after(1))
    assert change.after.first_response_time is None
    assert change.after.state is State.NEW


def test_a_client_writes_no_notes() -> None:
    with pytest.raises(PermissionDenied):
        conversation.note(opened(), "hello", REQUESTER, Side.CLIENT, after(1))


@pytest.mark.parametrize("awaiting", [AwaitedParty.REQUESTER, AwaitedParty.CLIENT])
def test_a_reply_resumes_a_hold_that_awaited_the_client_in_the_same_change(awaiting: AwaitedParty) -> None:
    before = held(awaiting)
    change = conversation.reply(before, "Here it is.", REQUESTER, Side.CLIENT, after(4))
    assert names(change) == ["replied", "resumed"]
    assert (change.after.state, change.after.hold) == (State.IN_PROGRESS, None)
    assert change.after.revision == before.revision + 1
    assert change.before is before


def test_a_reply_does_not_end_a_wait_for_the_vendor() -> None:
    change = conversation.reply(held(AwaitedParty.VENDOR), "Any news?", REQUESTER, Side.CLIENT, after(4))
    assert names(change) == ["replied"]
    assert change.after.state is State.ON_HOLD


def test_staffs_question_while_on_hold_leaves_it_on_hold() -> None:
    change = conversation.answer(held(AwaitedParty.REQUESTER), "Any photo yet?", TECH, Side.STAFF, after(4))
    assert change.after.state is State.ON_HOLD


def test_a_reply_to_what_is_resolved_reopens_it() -> None:
    change = conversation.reply(resolved(), "Still smoking.", REQUESTER, Side.CLIENT, after(9))
    assert names(change) == ["replied", "reopened"]
    assert change.after.state is State.NEW
    assert change.after.reopen_count == 1
    assert (change.after.resolution, change.after.close_due_time) == (None, None)


def test_a_reply_to_what_is_closed_reopens_it_for_whoever_had_it() -> None:
    closed = ending.confirm(
        replace(resolved(), assignee_id="per_tech"), REQUESTER, Side.CLIENT, after(9)
    ).after
    change = conversation.reply(closed, "It burns again.", REQUESTER, Side.CLIENT, after(20))
    assert (change.after.state, change.after.close_time) == (State.ASSIGNED, None)


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_message_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        conversation.reply(opened(), text, REQUESTER, Side.CLIENT, after(1))
    assert refused.value.values["field"] == "text"


def test_the_submissions_it_remembers_have_a_bound_and_the_first_stays() -> None:
    incident = opened()
    for place in range(SUBMISSIONS_KEPT + 20):
        now = after(1) + timedelta(seconds=place)
        change = conversation.reply(
            incident, "more", REQUESTER, Side.CLIENT, now, submission_id=f"sub_r{place}"
        )
        incident = change.after
    assert len(incident.submission_ids) == SUBMISSIONS_KEPT
    assert incident.submission_id == "sub_1"
    assert incident.submission_ids[-1] == f"sub_r{SUBMISSIONS_KEPT + 19}"
