"""Attempts, back-off and the end of a delivery."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.delivery import (
    CLAIM,
    Channel,
    Delivery,
    Outcome,
    State,
    claimed,
    delivery_id,
    finished,
    pause_after,
    redelivered,
    released,
)
from services.notify.domain.guard import Person, refusal

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FRESH = Delivery(
    "dlv_1", "prv_1", "ten_1", "inc_1", "ACME-1", Channel.EMAIL, "replied", "jane@acme.example",
    "inc_1:1000", NOW, NOW,
)  # fmt: skip


def test_the_same_event_channel_and_recipient_are_the_same_delivery():
    one = delivery_id("inc_1:1000", Channel.EMAIL, "Jane@acme.example")
    assert one == delivery_id("inc_1:1000", Channel.EMAIL, "jane@acme.example")
    assert one != delivery_id("inc_1:1000", Channel.WEBHOOK, "jane@acme.example")
    assert one != delivery_id("inc_1:2000", Channel.EMAIL, "jane@acme.example")


def test_a_sent_one_needs_no_more_attention():
    sent = finished(claimed(FRESH, NOW), Outcome.SENT, "", NOW)
    assert (sent.state, sent.due_time, sent.attempts, sent.send_time) == (State.SENT, None, 1, NOW)


def test_a_claim_that_nobody_finished_is_an_attempt_of_unknown_outcome():
    again = claimed(claimed(FRESH, NOW), NOW + CLAIM)
    assert (again.attempts, again.ambiguous_attempts) == (2, 1)


def test_a_refused_one_is_given_up_and_says_why():
    dead = finished(claimed(FRESH, NOW), Outcome.REFUSED, "smtp_550", NOW)
    assert (dead.state, dead.due_time, dead.last_error) == (State.DEAD, None, "smtp_550")


def test_one_that_may_pass_later_is_tried_for_five_days():
    late = NOW + timedelta(days=5, seconds=1)
    assert finished(claimed(FRESH, NOW), Outcome.TRY_AGAIN, "x", NOW).state is State.RETRYING
    assert finished(claimed(FRESH, late), Outcome.TRY_AGAIN, "x", late).state is State.DEAD


def test_a_claim_given_back_counts_as_no_attempt():
    back = released(claimed(FRESH, NOW), NOW)
    assert (back.state, back.attempts, back.due_time) == (State.PENDING, 0, NOW)


def test_a_dead_one_can_be_tried_once_more():
    dead = finished(claimed(FRESH, NOW), Outcome.REFUSED, "x", NOW)
    assert redelivered(dead, NOW).due_time == NOW


@given(st.integers(0, 200))
def test_pauses_grow_and_stay_under_an_hour(attempts: int):
    assert timedelta(seconds=2) <= pause_after(attempts) <= pause_after(attempts + 1) <= timedelta(hours=1)


PERSON = Person("per_1", "prv_1", "a@x.example", "A", "en", "UTC", True, frozenset({"ten_1"}))


def test_who_belongs_to_the_tenant_or_is_granted_it_may_be_told():
    assert refusal("ten_1", "per_1", PERSON) == ""
    staff = replace(PERSON, member_of=frozenset(), granted=frozenset({"ten_1"}))
    assert refusal("ten_1", "per_1", staff) == ""
    assert refusal("ten_9", "per_1", replace(staff, granted=None)) == ""


def test_nothing_leaves_for_somebody_of_another_tenant():
    assert refusal("ten_2", "per_1", PERSON) == "recipient_outside_tenant"


def test_an_address_is_told_unless_it_is_that_of_another_clients_person():
    assert refusal("ten_2", "", None) == ""
    assert refusal("ten_1", "", PERSON) == ""
    assert refusal("ten_2", "", PERSON) == "recipient_outside_tenant"


def test_nothing_leaves_for_somebody_unknown_or_disabled():
    assert refusal("ten_1", "per_1", None) == "recipient_unknown"
    assert refusal("ten_1", "per_1", replace(PERSON, active=False)) == "recipient_disabled"
