"""The queues of a consumer: whatever fails, the events of one aggregate never overtake each other."""

from hypothesis import given
from hypothesis import strategies as st

from chassis import headers
from chassis.bus.attempts import Delivery, Outcome
from chassis.bus.queues import BATCH, Queues


def delivery(aggregate: str, seq: int, outages: int = 0) -> Delivery:
    key = f"{aggregate}:{seq}"
    return Delivery(
        key, aggregate, f"fl.x.v1.ten.{aggregate}.f", {headers.SEQUENCE: str(seq)}, b"", outages=outages
    )


def filled(*pairs: tuple[str, int]) -> Queues:
    queues = Queues()
    for aggregate, seq in pairs:
        queues.add(delivery(aggregate, seq))
    return queues


def keys(batch: list[Delivery]) -> list[str]:
    return [taken.key for taken in batch]


def test_an_aggregate_in_hand_gives_nothing_until_it_is_settled() -> None:
    queues = filled(("a", 1))
    first = queues.take()
    queues.add(delivery("a", 2))
    assert queues.take() == []
    queues.settle(first, {"a:1": Outcome.HANDLED})
    assert keys(queues.take()) == ["a:2"]


def test_a_failed_event_holds_back_its_aggregate_and_no_other() -> None:
    queues = filled(("a", 1), ("a", 2), ("b", 1))
    batch = queues.take()
    parked = queues.settle(batch, {"a:1": Outcome.RETRY, "a:2": Outcome.WAITING, "b:1": Outcome.HANDLED})
    assert parked == {"a"}
    queues.add(delivery("a", 3))
    queues.add(delivery("b", 2))
    assert keys(queues.take()) == ["b:2"]
    queues.unpark("a")
    assert keys(queues.take()) == ["a:1", "a:2", "a:3"]


def test_after_a_dead_letter_the_next_event_of_the_aggregate_goes_on_at_once() -> None:
    queues = filled(("a", 1), ("a", 2))
    batch = queues.take()
    assert queues.settle(batch, {"a:1": Outcome.DEAD, "a:2": Outcome.WAITING}) == set()
    assert keys(queues.take()) == ["a:2"]


def test_an_older_event_that_comes_late_goes_before_the_newer_ones_still_waiting() -> None:
    queues = filled(("a", 3), ("a", 5))
    queues.add(delivery("a", 4))
    assert keys(queues.take()) == ["a:3", "a:4", "a:5"]


def test_a_batch_has_at_most_a_hundred_events() -> None:
    queues = filled(*[(f"a{number % 7}", number) for number in range(BATCH + 30)])
    assert len(queues.take()) == BATCH


def test_batches_shrink_after_outages_so_that_innocents_are_not_held_up() -> None:
    queues = Queues()
    for number in range(10):
        queues.add(delivery(f"a{number}", 1, outages=6))
    assert len(queues.take()) == 1
    assert len(queues.take()) == 1


@given(
    arrivals=st.lists(st.sampled_from("abcd"), min_size=1, max_size=40),
    choices=st.lists(
        st.sampled_from([Outcome.HANDLED, Outcome.RETRY, Outcome.OUTAGE, Outcome.DEAD]), max_size=80
    ),
    concurrent=st.integers(1, 4),
)
def test_every_event_is_settled_once_and_in_its_aggregates_order(
    arrivals: list[str], choices: list[Outcome], concurrent: int
) -> None:
    queues, settled, running = Queues(), [], []
    decisions = iter(choices)
    for seq, aggregate in enumerate(arrivals):
        queues.add(delivery(aggregate, seq))
        if seq % 3 == 0 and len(running) < concurrent:
            running += [batch for batch in [queues.take()] if batch]
    while len(queues):
        if not running:
            running = [batch for batch in [queues.take()] if batch]
            assert running, "events are in hand, and none is ready"
        batch = running.pop(0)
        outcomes: dict[str, Outcome] = {}
        failed: set[str] = set()
        for taken in batch:
            outcome = Outcome.WAITING if taken.aggregate in failed else next(decisions, Outcome.HANDLED)
            outcomes[taken.key] = outcome
            if outcome in (Outcome.RETRY, Outcome.OUTAGE):
                failed.add(taken.aggregate)
            elif outcome is not Outcome.WAITING:
                settled.append(taken.key)
        for parked in queues.settle(batch, outcomes):
            queues.unpark(parked)
    for aggregate in set(arrivals):
        wanted = [f"{aggregate}:{seq}" for seq, name in enumerate(arrivals) if name == aggregate]
        assert [key for key in settled if key.startswith(f"{aggregate}:")] == wanted
