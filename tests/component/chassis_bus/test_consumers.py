"""Consumers against a real NATS and a real MongoDB."""

from tests.harness.bus import Bench, Hearer
from tests.harness.waiting import wait_until


def ids(aggregate: str, *revisions: int) -> list[str]:
    return [f"{aggregate}:{revision * 1000}" for revision in revisions]


def of(aggregate: str, heard: list[str]) -> list[str]:
    return [event_id for event_id in heard if event_id.startswith(f"{aggregate}:")]


def test_events_arrive_in_order_and_are_acknowledged(bench: Bench) -> None:
    hearer = Hearer()
    bench.publisher.publish(*[("inc_1", revision) for revision in range(1, 251)])
    bench.listen(hearer)
    wait_until(lambda: len(hearer.heard) >= 250)
    assert hearer.heard == ids("inc_1", *range(1, 251))
    assert max(len(batch) for batch in hearer.batches) <= 100
    durable = f"{bench.settings.installation}-triage-incidents"
    wait_until(lambda: bench.publisher.consumer_info(durable).num_ack_pending == 0)
