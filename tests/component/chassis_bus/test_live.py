"""Live consumers: every process hears everything, from now on."""

import shutil
from pathlib import Path

import pytest

from chassis import clock
from tests.harness.bus import Bench, Hearer, Publisher
from tests.harness.servers import NatsServer
from tests.harness.waiting import wait_until


def listening(bench: Bench, number: int) -> bool:
    return len(bench.publisher.consumer_names()) == number


def test_every_replica_hears_what_happens_from_now_on(bench: Bench) -> None:
    first, second = Hearer(), Hearer()
    bench.publisher.publish(("inc_1", 1))
    bench.listen(first, name="gateway-live", live=True)
    bench.replicate(second, name="gateway-live", live=True)
    wait_until(lambda: listening(bench, 2))
    bench.publisher.publish(("inc_1", 2))
    wait_until(lambda: first.heard and second.heard)
    assert first.heard == second.heard == ["inc_1:2000"]


def test_it_leaves_nothing_behind(bench: Bench) -> None:
    consumers = bench.listen(Hearer(), name="gateway-live", live=True)
    wait_until(lambda: listening(bench, 1))
    consumers.stop()
    assert bench.publisher.consumer_names() == []


@pytest.mark.faults
@pytest.mark.parametrize("emptied", [False, True])
def test_it_goes_on_after_nats_forgot_it(bench: Bench, tmp_path: Path, emptied: bool) -> None:
    own_nats = NatsServer(tmp_path / "own_nats")
    own_nats.start()
    bench.settings = bench.settings.model_copy(update={"nats_url": own_nats.url})
    signer, installation = bench.signer, bench.settings.installation
    bench.publisher = Publisher(
        own_nats.url, installation, lambda: signer.service_caller(clock.now(), "prv_1")
    )
    bench.publisher.make_stream()
    hearer = Hearer()
    bench.listen(hearer, name="gateway-live", live=True)
    wait_until(lambda: listening(bench, 1))
    bench.publisher.publish(("inc_1", 1), ("inc_2", 1))
    wait_until(lambda: len(hearer.heard) == 2)
    own_nats.kill()
    if emptied:
        shutil.rmtree(own_nats.folder / "jetstream")
    own_nats.start()
    bench.publisher.make_stream()
    bench.publisher.publish(("inc_3", 1))
    wait_until(lambda: hearer.heard[2:] == ["inc_3:1000"], timeout=20)
    bench.started.pop().stop()
    own_nats.stop()
