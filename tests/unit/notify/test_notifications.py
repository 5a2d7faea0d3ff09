"""Who is told of what."""

from datetime import UTC, datetime

import pytest

from services.notify.domain.notification import IncidentFact, Recipient, Side, notifications_for

JANE = Recipient(Side.CLIENT, "per_jane", "jane@acme.example", "Jane")
TOM = Recipient(Side.CLIENT, "", "tom@acme.example", "Tom")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def fact(name: str, **more: object) -> IncidentFact:
    fields: dict = {
        "event_id": "inc_1:1000", "fact": name, "time": NOW, "provider_id": "prv_1", "tenant_id": "ten_1",
        "incident_id": "inc_1", "number": "ACME-1", "title": "VPN", "requester": JANE, "words": "It broke.",
        "assignee_id": "per_ada", "assignee_name": "Ada",
    }  # fmt: skip
    return IncidentFact(**{**fields, **more})


def told(one: IncidentFact) -> list[tuple[str, str]]:
    return [(n.kind, n.recipient.person_id or n.recipient.address) for n in notifications_for(one)]


def test_the_requester_gets_an_acknowledgement_of_their_own_submission():
    assert told(fact("incident_opened", actor_subject="person:per_jane")) == [("incident_opened", "per_jane")]


def test_automatic_mail_is_never_answered():
    assert told(fact("incident_opened", automatic=True)) == []


def test_an_unverified_sender_is_shown_nobodys_words():
    [one] = notifications_for(fact("incident_opened", verified=False))
    assert one.words == ""


def test_a_reply_of_staff_reaches_requester_and_participants():
    reply = fact("replied", by_staff=True, participants=(TOM,), actor_subject="person:per_ada")
    assert told(reply) == [("replied", "per_jane"), ("replied", "tom@acme.example")]


def test_a_reply_of_the_client_reaches_the_assignee_alone():
    assert told(fact("replied", participants=(TOM,), actor_subject="person:per_jane")) == [
        ("answered", "per_ada")
    ]


def test_nobody_is_told_of_their_own_action():
    assert told(fact("assigned", actor_subject="person:per_ada")) == []
    assert told(fact("replied", by_staff=True, actor_subject="person:per_jane")) == []


def test_somebody_named_twice_is_told_once():
    assert told(fact("resolved", participants=(JANE,))) == [("resolved", "per_jane")]


def test_an_assignment_to_the_same_person_is_no_news():
    assert told(fact("assigned", details={"previous_assignee_id": "per_ada"})) == []
    assert told(fact("assigned", details={"previous_assignee_id": "per_bo"})) == [("assigned", "per_ada")]


@pytest.mark.parametrize("name", ["target_warned", "target_breached"])
def test_the_assignee_hears_of_what_presses(name: str):
    assert told(fact(name)) == [(name, "per_ada")]
    assert told(fact(name, assignee_id="")) == []


def test_a_reply_that_reopens_is_told_once():
    assert told(fact("reopened", words="requester_replied")) == []


def test_a_reopening_is_told_to_whoever_works_on_it_and_to_who_asked():
    by_staff = fact("reopened", actor_subject="person:per_bo", participants=(TOM,))
    assert told(by_staff) == [
        ("reopened", "per_ada"),
        ("reopened_client", "per_jane"),
        ("reopened_client", "tom@acme.example"),
    ]
    assert told(fact("reopened", actor_subject="person:per_jane")) == [("reopened", "per_ada")]
    assert told(fact("reopened", actor_subject="service:gateway")) == [("reopened", "per_ada")]


def test_a_closing_by_silence_or_by_staff_is_told_to_who_asked_and_a_confirmed_one_to_nobody():
    assert told(fact("closed", words="silence")) == [("closed_by_silence", "per_jane")]
    [one] = notifications_for(fact("closed", words="agreed by phone"))
    assert (one.kind, one.words) == ("closed", "agreed by phone")
    assert told(fact("closed", words="confirmed")) == []


def test_a_withdrawal_is_told_to_whoever_was_to_work_on_it():
    assert told(fact("canceled", actor_subject="person:per_jane")) == [("canceled", "per_ada")]


@pytest.mark.parametrize("name", ["noted", "classified", "prioritized", "held", "resumed", "rated"])
def test_inner_workings_are_told_to_nobody(name: str):
    assert told(fact(name)) == []


def test_a_merge_is_told_to_those_who_take_part_elsewhere_from_now_on():
    joining = fact("merged", participants=(TOM,), details={"into": "ACME-2", "people": "join"})
    assert told(joining) == [("merged", "per_jane"), ("merged", "tom@acme.example")]
    assert told(fact("merged", details={"into": "ACME-2", "people": ""})) == []
    # What was merged into it tells nobody a second time.
    assert told(fact("absorbed", participants=(TOM,))) == []


def test_who_is_asked_to_approve_is_written_to_even_where_they_agreed_to_the_step_before():
    boss = Recipient(Side.CLIENT, "per_boss", name="Boss")
    asked = fact("approval_asked", approvers=(boss,), actor_subject="person:per_boss")
    assert told(asked) == [("approval_asked", "per_boss")]
    again = fact("approval_asked", approvers=(boss,), details={"reminder": "yes"})
    assert told(again) == [("approval_reminded", "per_boss")]


def test_the_requester_is_told_of_the_last_consent_and_of_no_other():
    agreed = {"outcome": "approved", "over": "yes"}
    assert told(fact("approval_decided", details=agreed)) == [("approved", "per_jane")]
    assert told(fact("approval_decided", details={"outcome": "approved", "over": ""})) == []
    # What is rejected is told as canceled.
    assert told(fact("approval_decided", details={"outcome": "rejected", "over": "yes"})) == []
