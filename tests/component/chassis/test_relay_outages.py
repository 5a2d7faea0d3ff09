"""NATS or MongoDB away, from the start or in between: commands go on or are refused, events wait, nothing restarts."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chassis.config import Settings
from chassis.errors import Unavailable
from chassis.mongo import connect
from chassis.outbox import AggregateStore, OutboundEvent, Relay
from chassis.tenancy import TenantScope
from tests.harness.callers import PROVIDER, TENANT, Identities
from tests.harness.servers import Mongod, NatsServer
from tests.harness.streams import read_stream
from tests.harness.waiting import wait_until

ACME = TenantScope(PROVIDER, TENANT)


@pytest.fixture
def own_nats(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path / "nats")
    yield server
    server.stop()


@pytest.fixture
def own_mongod(tmp_path: Path) -> Iterator[Mongod]:
    server = Mongod(tmp_path / "mongod")
    yield server
    server.kill()


def sequences(settings: Settings) -> list[int]:
    return [message.seq for message in read_stream(settings.nats_url, settings.stream_name)]


@pytest.mark.faults
def test_events_wait_while_nats_is_away_and_go_out_when_it_is_back(
    mongod, installation, own_nats, identities, noted
):
    settings = Settings(
        service="incidents", installation=installation, mongodb_uri=mongod, nats_url=own_nats.url
    )
    database = connect(settings)
    store = AggregateStore(database["incidents"], "incident", identities.signer("incidents"))
    relay = Relay(settings, [store])
    relay.start()
    try:
        store.create(ACME, "inc_1", {}, [noted("before NATS ever ran")])
        own_nats.start()
        wait_until(lambda: sequences(settings) == [1000])
        own_nats.kill()
        for revision in range(1, 4):
            store.save(ACME, "inc_1", revision, {}, [noted("while it is away")])
        assert len(store.history(ACME, "inc_1")) == 4
        own_nats.start()
        wait_until(lambda: sequences(settings) == [1000, 2000, 3000, 4000])
    finally:
        relay.stop()
        database.client.close()


@pytest.mark.faults
def test_saves_are_refused_while_mongodb_is_away_and_go_on_when_it_is_back(
    nats, installation, own_mongod, identities: Identities, noted: Callable[[str], OutboundEvent]
):
    own_mongod.start()
    settings = Settings(
        service="incidents", installation=installation, mongodb_uri=own_mongod.uri, nats_url=nats
    )
    database = connect(settings)
    store = AggregateStore(database["incidents"], "incident", identities.signer("incidents"))
    relay = Relay(settings, [store])
    relay.start()
    try:
        store.create(ACME, "inc_1", {}, [noted("a")])
        own_mongod.kill()
        with pytest.raises(Unavailable) as refused:
            store.save(ACME, "inc_1", 1, {}, [noted("b")])
        assert refused.value.reason == "store_unavailable"
        with pytest.raises(Unavailable):
            store.load(ACME, "inc_1")
        own_mongod.start()
        store.save(ACME, "inc_1", 1, {}, [noted("b")])
        wait_until(lambda: sequences(settings) == [1000, 2000])
    finally:
        relay.stop()
        database.client.close()
