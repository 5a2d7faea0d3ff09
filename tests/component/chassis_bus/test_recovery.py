"""NATS away at the start, restarted, emptied; consumers and streams deleted: all recover without a restart."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis import clock
from chassis.bus import Event
from tests.harness.bus import Bench, Hearer, Publisher
from tests.harness.servers import NatsServer
from tests.harness.waiting import wait_until

pytestmark = pytest.mark.faults


@pytest.fixture
def own_nats(tmp_path: Path) -> Iterator[NatsServer]:
    """A NATS server of the test's own, not started yet."""
    server = NatsServer(tmp_path / "own_nats")
    yield server
    server.stop()


@pytest.fixture
def aside(bench: Bench, own_nats: NatsServer) -> Bench:
    """The bench, moved to the test's own NATS server."""
    bench.settings = bench.settings.model_copy(update={"nats_url": own_nats.url})
    signer = bench.signer
    bench.publisher = Publisher(
        own_nats.url, bench.settings.installation, lambda: signer.service_caller(clock.now(), "prv_1")
    )
    return bench


def test_consumers_start_without_nats_and_listen_once_it_is_there(aside: Bench, own_nats: NatsServer) -> None:
    hearer = Hearer()
    aside.listen(hearer)
    own_nats.start()
    aside.publisher.make_stream()
    aside.publisher.publish(("inc_1", 1))
    wait_until(lambda: hearer.heard == ["inc_1:1000"], timeout=20)


def test_a_restart_of_nats_in_the_middle_loses_nothing_and_keeps_order(
    aside: Bench, own_nats: NatsServer
) -> None:
    own_nats.start()
    aside.publisher.make_stream()
    hearer = Hearer()
    aside.listen(hearer, ack_wait=2.0)
    aside.publisher.publish(*[("inc_1", revision) for revision in range(1, 31)])
    wait_until(lambda: len(hearer.heard) >= 10)
    own_nats.kill()
    own_nats.start()
    aside.publisher.publish(*[("inc_1", revision) for revision in range(31, 61)])
    wanted = [f"inc_1:{revision * 1000}" for revision in range(1, 61)]
    wait_until(lambda: set(hearer.heard) == set(wanted), timeout=20)
    # Twice is allowed (an acknowledgment may have been lost), overtaking is not.
    assert list(dict.fromkeys(hearer.heard)) == wanted


def test_streams_and_consumers_lost_with_the_data_of_nats_are_made_again(
    aside: Bench, own_nats: NatsServer
) -> None:
    own_nats.start()
    aside.publisher.make_stream()
    hearer = Hearer()
    aside.listen(hearer)
    aside.publisher.publish(("inc_1", 1))
    wait_until(lambda: hearer.heard == ["inc_1:1000"])
    own_nats.kill()
    shutil.rmtree(own_nats.folder / "jetstream")
    own_nats.start()
    wait_until(lambda: stream_is_there(aside), timeout=20)
    aside.publisher.publish(("inc_1", 2))
    wait_until(lambda: hearer.heard == ["inc_1:1000", "inc_1:2000"], timeout=20)


def test_a_deleted_consumer_is_made_again(bench: Bench) -> None:
    hearer = Hearer()
    bench.listen(hearer)
    bench.publisher.publish(("inc_1", 1))
    wait_until(lambda: hearer.heard == ["inc_1:1000"])
    bench.publisher.delete_consumer(f"{bench.settings.installation}-triage-incidents")
    bench.publisher.publish(("inc_1", 2))
    wait_until(lambda: "inc_1:2000" in hearer.heard, timeout=20)


def test_what_a_killed_replica_had_in_hand_comes_again_at_once_and_in_order(bench: Bench) -> None:
    before = Hearer()
    consumers = bench.listen(before)
    bench.publisher.publish(("inc_0", 1))
    wait_until(lambda: before.heard)
    consumers.stop()
    durable = f"{bench.settings.installation}-triage-incidents"
    wait_until(lambda: bench.publisher.consumer_info(durable).num_waiting == 0)
    bench.publisher.publish(*[("inc_1", revision) for revision in range(1, 6)])
    bench.publisher.pull_and_vanish(durable, count=3, acknowledge=1)
    hearer = Hearer()
    bench.listen(hearer)
    # Long before NATS itself would give up on the dead replica, which takes 30 s.
    wait_until(lambda: hearer.heard[-1:] == ["inc_1:5000"], timeout=10)
    assert hearer.heard == sorted(hearer.heard)
    assert {"inc_1:1000", "inc_1:3000"} <= set(hearer.heard)


def test_a_second_replica_takes_nothing_from_the_first(bench: Bench) -> None:
    release = threading.Event()
    first, second = Hearer(), Hearer()

    def fail(_event: Event) -> None:
        release.wait(20)

    first.fail = fail
    bench.listen(first)
    bench.publisher.publish(("inc_1", 1))
    wait_until(lambda: first.batches)
    bench.replicate(second)
    durable = f"{bench.settings.installation}-triage-incidents"
    wait_until(lambda: bench.publisher.consumer_info(durable).num_waiting == 2, what="both to ask for work")
    bench.publisher.publish(*[(f"inc_{number}", 1) for number in range(2, 12)])
    wait_until(lambda: second.heard)
    release.set()
    wait_until(lambda: len(first.heard + second.heard) == 11)
    assert "inc_1:1000" in first.heard
    assert len(set(first.heard + second.heard)) == 11


def test_a_new_version_may_hear_other_facts_and_keeps_its_progress(bench: Bench) -> None:
    old, new = Hearer(), Hearer()
    first = bench.listen(old, facts=("noted",))
    bench.publisher.publish(("inc_1", 1))
    wait_until(lambda: old.heard == ["inc_1:1000"])
    first.stop()
    bench.listen(new, facts=("resolved", "noted"))
    bench.publisher.publish(("inc_1", 2))
    wait_until(lambda: new.heard == ["inc_1:2000"])


def stream_is_there(bench: Bench) -> bool:
    try:
        return bool(bench.publisher.stream_info())
    except Exception:
        return False
