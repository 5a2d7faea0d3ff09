"""Consumers against a real NATS and a real MongoDB: order, retry, acknowledgment."""

import threading

from prometheus_client import REGISTRY

from chassis import bus, telemetry
from chassis.errors import Unavailable
from tests.harness.bus import Bench, Hearer
from tests.harness.waiting import wait_until


def ids(aggregate: str, *revisions: int) -> list[str]:
    return [f"{aggregate}:{revision * 1000}" for revision in revisions]


def of(aggregate: str, heard: list[str]) -> list[str]:
    return [event_id for event_id in heard if event_id.startswith(f"{aggregate}:")]


def nothing_is_pending(bench: Bench, name: str = "triage-incidents") -> bool:
    info = bench.publisher.consumer_info(f"{bench.settings.installation}-{name}")
    return info.num_ack_pending == 0 and info.num_pending == 0


def test_events_arrive_in_order_in_batches_and_are_acknowledged(bench: Bench) -> None:
    hearer = Hearer()
    bench.publisher.publish(*[("inc_1", revision) for revision in range(1, 251)])
    bench.listen(hearer)
    wait_until(lambda: len(hearer.heard) >= 250)
    assert hearer.heard == ids("inc_1", *range(1, 251))
    assert 10 < max(len(batch) for batch in hearer.batches) <= 100
    wait_until(lambda: nothing_is_pending(bench))


def test_handled_events_and_the_lag_are_measured(bench: Bench) -> None:
    hearer = Hearer()
    bench.publisher.publish(*[("inc_1", revision) for revision in range(1, 6)])
    bench.listen(hearer, name="measured")
    labels = {"consumer": "measured", "outcome": "handled"}
    wait_until(lambda: REGISTRY.get_sample_value("fairlead_events_handled_total", labels) == 5)
    assert REGISTRY.get_sample_value("fairlead_consumer_lag_events", {"consumer": "measured"}) == 0


def test_the_lag_is_known_even_while_nothing_more_can_be_taken(bench: Bench) -> None:
    # More than may be in hand at once, so that NATS keeps the rest.
    hearer = Hearer(fail=lambda _event: Unavailable("store_unavailable"))
    bench.listen(hearer, name="behind", ack_wait=1.0)
    bench.publisher.publish(*[(f"inc_{number}", 1) for number in range(1_100)])
    wait_until(
        lambda: REGISTRY.get_sample_value("fairlead_consumer_lag_events", {"consumer": "behind"}) == 100
    )


def test_an_event_says_who_caused_it_and_in_which_trace(bench: Bench) -> None:
    traces: list[str] = []

    class Tracing(Hearer):
        def handle(self, events: list[bus.Event]) -> None:
            traces.append(telemetry.trace_id())
            super().handle(events)

    hearer = Tracing()
    bench.listen(hearer)
    bench.publisher.publish(("inc_1", 1))
    wait_until(lambda: hearer.heard)
    (event,) = hearer.events
    assert event.caller.subject == "service:incidents"
    assert (event.provider_id, event.tenant_id, event.aggregate_id) == ("prv_1", "ten_a", "inc_1")
    assert (event.source, event.fact, event.revision, event.delivered) == ("incidents", "noted", 1, 1)
    assert traces == ["0af7651916cd43dd8448eb211c80319c"]


def test_a_lone_event_is_not_kept_waiting_for_a_full_batch(bench: Bench) -> None:
    hearer = Hearer()
    bench.listen(hearer)
    for revision in range(1, 6):
        bench.publisher.publish(("inc_1", revision))
        # Far below the pull request's own expiry of 30 s.
        wait_until(lambda: len(hearer.heard) == revision, timeout=5)  # noqa: B023 - called before the loop goes on
    assert hearer.heard == ids("inc_1", 1, 2, 3, 4, 5)


def test_only_the_facts_asked_for_are_heard(bench: Bench) -> None:
    other, every = Hearer(), Hearer()
    bench.listen(other, name="other", facts=("resolved",))
    bench.listen(every, name="every", facts=("*",))
    bench.publisher.publish(("inc_1", 1))
    wait_until(lambda: every.heard)
    assert other.heard == []


def test_later_events_of_a_failed_aggregate_wait_while_others_go_on(bench: Bench) -> None:
    others_done = threading.Event()
    hearer = Hearer()

    def fail(event: bus.Event) -> Exception | None:
        if event.id == "inc_1:2000" and not others_done.is_set():
            return Unavailable("store_unavailable")
        return None

    hearer.fail = fail
    bench.listen(hearer)
    bench.publisher.publish(*[(f"inc_{number}", revision) for revision in (1, 2, 3) for number in (1, 2, 3)])
    wait_until(lambda: of("inc_2", hearer.heard) == ids("inc_2", 1, 2, 3))
    wait_until(lambda: of("inc_3", hearer.heard) == ids("inc_3", 1, 2, 3))
    wait_until(lambda: of("inc_1", hearer.heard) == ids("inc_1", 1))
    others_done.set()
    wait_until(lambda: of("inc_1", hearer.heard) == ids("inc_1", 1, 2, 3))
    assert bench.letters() == []


def test_an_outage_of_a_dependency_never_makes_a_dead_letter(bench: Bench) -> None:
    down = threading.Event()
    down.set()
    hearer = Hearer(fail=lambda _event: Unavailable("directory_unavailable") if down.is_set() else None)
    bench.listen(hearer)
    bench.publisher.publish(*[("inc_1", revision) for revision in range(1, 6)])
    # Far more attempts than would make a dead letter.
    wait_until(lambda: len(hearer.batches) >= 12)
    assert bench.letters() == []
    down.clear()
    wait_until(lambda: hearer.heard == ids("inc_1", 1, 2, 3, 4, 5))
    assert bench.letters() == []


def test_a_handler_may_name_the_events_that_failed(bench: Bench) -> None:
    failed_once: set[str] = set()
    heard: list[str] = []

    def handle(events: list[bus.Event]) -> None:
        errors = {event.id: ValueError("odd") for event in events if event.aggregate_id == "inc_2"}
        heard.extend(event.id for event in events if event.id not in errors or event.id in failed_once)
        fresh = {event_id: error for event_id, error in errors.items() if event_id not in failed_once}
        failed_once.update(errors)
        if fresh:
            raise bus.EventFailed(fresh)

    hearer = Hearer()
    hearer.handle = handle
    bench.publisher.publish(("inc_1", 1), ("inc_2", 1), ("inc_3", 1))
    bench.listen(hearer)
    wait_until(lambda: sorted(heard) == ["inc_1:1000", "inc_2:1000", "inc_3:1000"])
    wait_until(lambda: nothing_is_pending(bench))


def test_a_slow_handler_is_not_handed_its_events_again(bench: Bench) -> None:
    ack_wait = 1.0
    release = threading.Event()
    hearer = Hearer()

    def fail(_event: bus.Event) -> None:
        release.wait(10)

    hearer.fail = fail
    bench.listen(hearer, ack_wait=ack_wait)
    bench.publisher.publish(("inc_1", 1))
    wait_until(lambda: hearer.batches)
    durable = f"{bench.settings.installation}-triage-incidents"
    # Three times the server's patience goes by: only heartbeats keep the event ours.
    release.wait(3 * ack_wait)
    assert bench.publisher.consumer_info(durable).num_redelivered == 0
    release.set()
    wait_until(lambda: hearer.heard == ["inc_1:1000"])
    wait_until(lambda: nothing_is_pending(bench))
    assert hearer.batches == [["inc_1:1000"]]


def test_what_was_not_handled_when_it_stopped_is_handled_by_the_next(bench: Bench) -> None:
    stuck = Hearer(fail=lambda event: Unavailable("store_unavailable") if event.revision > 1 else None)
    first = bench.listen(stuck)
    bench.publisher.publish(*[("inc_1", revision) for revision in (1, 2, 3)])
    wait_until(lambda: len(stuck.batches) > 1)
    first.stop()
    second = Hearer()
    bench.listen(second)
    # Handed back on stopping: no need to wait for the 30 s after which NATS would give up on us.
    wait_until(lambda: second.heard[-2:] == ids("inc_1", 2, 3), timeout=10)
