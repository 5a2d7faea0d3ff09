"""What is claimed as it is planned goes to its sender from memory, and nothing that is due waits behind it."""

from dataclasses import replace

from services.notify.domain.delivery import CLAIM, Channel, Delivery, State
from services.notify.use_cases import Claims, Deliver
from tests.unit.notify.test_delivering import NOW, Kept, Peers, Post, Suppressed, hook_to, mail_to, states


class House:
    """A sender with claims, under a clock that is set by hand."""

    def __init__(self, most: int) -> None:
        self.seconds = 0.0
        self.kept, self.post, peers = Kept(), Post(), Peers()
        self.claims = Claims(most, lambda: self.seconds)
        self.deliver = Deliver(
            Channel.EMAIL, self.kept, None, peers, peers, peers, self.post, None, Suppressed(), lambda: NOW,
            elapsed=lambda: self.seconds, claims=self.claims,
        )  # fmt: skip

    def plan(self, *planned: Delivery) -> None:
        """As planning does it."""
        marked = self.claims.mark(planned, NOW)
        added = [replace(one, revision=1) for one in marked.deliveries]
        self.kept.records |= {one.delivery_id: one for one in added}
        self.claims.hand_over(marked, added)


def mails(*names: str) -> list[Delivery]:
    return [mail_to(f"{name}@x.example") for name in names]


def test_a_mail_that_was_claimed_as_it_was_planned_is_saved_once_more_only_when_it_was_sent():
    house = House(most=10)
    house.plan(*mails("a", "b"))
    assert {one.due_time for one in house.kept.records.values()} == {NOW + CLAIM}
    assert house.deliver.run_once() == 2
    assert house.post.sent == ["a@x.example", "b@x.example"]
    assert house.kept.saves == 2 and set(states(house.kept).values()) == {State.SENT}
    assert [one.attempts for one in house.kept.records.values()] == [1, 1]


def test_what_finds_no_room_is_found_as_what_is_due():
    house = House(most=1)
    house.plan(*mails("a", "b"), hook_to("whk_1", 1))
    assert sorted(states(house.kept).values()) == [State.PENDING, State.PENDING, State.SENDING]
    house.deliver.run_once()
    assert house.post.sent == ["a@x.example"]
    house.deliver.run_once()
    assert house.post.sent == ["a@x.example", "b@x.example"]


def test_room_that_was_promised_and_not_used_is_there_again():
    house = House(most=1)
    house.claims.hand_over(house.claims.mark(mails("a"), NOW), [])
    house.plan(*mails("b"))
    assert house.deliver.run_once() == 1


def test_what_was_saved_although_saving_failed_is_sent_once_it_is_planned_again():
    house = House(most=10)
    lost, unsaved = mails("lost", "unsaved")
    house.claims.doubt(house.claims.mark([lost, unsaved], NOW))
    house.kept.records[lost.delivery_id] = replace(lost, revision=1)
    again = house.claims.mark([lost, unsaved], NOW)
    house.claims.hand_over(again, [replace(one, revision=1) for one in again.deliveries[1:]])
    house.deliver.run_once()
    assert sorted(house.post.sent) == ["lost@x.example", "unsaved@x.example"]


def test_what_was_in_doubt_for_long_is_left_to_the_end_of_its_claim():
    house = House(most=10)
    house.claims.doubt(house.claims.mark(mails("lost"), NOW))
    house.seconds += CLAIM.total_seconds()
    house.claims.hand_over(house.claims.mark(mails("lost"), NOW), [])
    house.deliver.run_once()
    assert house.post.sent == []


def test_what_is_due_is_looked_for_while_more_and_more_is_handed_over():
    house = House(most=100)
    (waiting,) = mails("waiting")
    house.kept.records[waiting.delivery_id] = waiting
    for number in range(4):
        house.plan(*mails(f"new{number}"))
        house.seconds += 0.2
        house.deliver.run_once()
    assert "waiting@x.example" in house.post.sent


def test_what_was_claimed_is_sent_in_its_turn_while_much_else_is_due_and_rounds_are_long():
    house = House(most=100)
    house.kept.records |= {one.delivery_id: one for one in mails(*(f"waiting{n}" for n in range(200)))}
    house.plan(*mails("new"))
    for _ in range(3):
        house.deliver.run_once()
        house.seconds += 2
    assert "new@x.example" in house.post.sent and len(house.post.sent) > 25


def test_a_claim_that_grew_old_in_memory_is_given_back_unsent():
    house = House(most=10)
    house.plan(*mails("a"))
    house.seconds += CLAIM.total_seconds()
    house.claims.time_to_look()
    house.deliver.run_once()
    assert house.post.sent == [] and set(states(house.kept).values()) == {State.PENDING}


def test_at_the_end_what_was_claimed_and_not_begun_is_due_for_whoever_comes_next():
    house = House(most=10)
    house.plan(*mails("a", "b"))
    house.deliver.give_back()
    kept = list(house.kept.records.values())
    assert [(one.state, one.attempts, one.due_time) for one in kept] == [(State.PENDING, 0, NOW)] * 2
