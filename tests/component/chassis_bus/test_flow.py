"""A command in one service becomes work in another: store, relay, JetStream, consumer, all of them real."""

import random
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from chassis import bus, clock, mongo, telemetry
from chassis.errors import Unavailable
from chassis.outbox import AggregateStore, OutboundEvent, Relay
from chassis.tenancy import Caller, Role, TenantScope
from chassis.tokens import CallerSigner
from fairlead.chassis.v1.dead_letter_pb2 import DeadLetter
from tests.harness.bus import QUICK, Bench, Hearer, settings_for
from tests.harness.servers import Mongod, NatsServer
from tests.harness.waiting import wait_until

SCOPE = TenantScope("prv_1", "ten_a")


class Incidents:
    """A service that keeps incidents and announces notes on them."""

    def __init__(self, bench: Bench, nats_url: str) -> None:
        key_dir = bench.settings.key_dir
        settings = settings_for(
            "incidents", bench.settings.installation, nats_url, bench.settings.mongodb_uri, key_dir
        )
        self.signer = CallerSigner.load(key_dir, "incidents")
        self.store = AggregateStore(mongo.connect(settings)["incidents"], noun="incident", signer=self.signer)
        self.relay = Relay(settings, [self.store], poll_seconds=0.05)
        self.relay.start()

    def note(self, incident_id: str, revision: int, caller: Caller | None = None) -> None:
        message = DeadLetter(event_id=f"{incident_id} {revision}")
        fact = OutboundEvent("noted", message, clock.now(), caller or self.caller())
        if revision == 0:
            self.store.create(SCOPE, incident_id, {"text": "new"}, [fact])
        else:
            self.store.save(SCOPE, incident_id, revision, {"text": "changed"}, [fact])

    def caller(self) -> Caller:
        return self.signer.service_caller(clock.now(), "prv_1")


@pytest.fixture
def own_nats(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path / "own_nats")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def incidents(bench: Bench, own_nats: NatsServer) -> Iterator[Incidents]:
    bench.settings = bench.settings.model_copy(update={"nats_url": own_nats.url})
    made = Incidents(bench, own_nats.url)
    yield made
    made.relay.stop()


def wanted(incident_id: str, count: int) -> list[str]:
    return [f"{incident_id}:{revision * 1000}" for revision in range(1, count + 1)]


def test_a_trace_joins_the_command_and_the_work_it_causes(bench: Bench, incidents: Incidents) -> None:
    traces: list[str] = []

    class Tracing(Hearer):
        def handle(self, events: list[bus.Event]) -> None:
            traces.append(telemetry.trace_id())
            super().handle(events)

    hearer = Tracing()
    bench.listen(hearer)
    with telemetry.span("POST /incidents") as here:
        incidents.note("inc_1", 0)
    wait_until(lambda: hearer.heard == wanted("inc_1", 1))
    assert traces == [here.trace_id]
    assert hearer.events[0].parse(DeadLetter).event_id == "inc_1 0"


def test_work_done_for_a_person_long_after_is_still_verified(bench: Bench, incidents: Incidents) -> None:
    gateway = CallerSigner.load(bench.settings.key_dir, "gateway")
    person = Caller("person:per_1", "prv_1", frozenset({"ten_a"}), frozenset({Role.REQUESTER}))
    stale = gateway.mint(person, clock.now() - timedelta(hours=2))
    hearer = Hearer()
    bench.listen(hearer)
    incidents.note("inc_1", 0, caller=gateway.mint(person, clock.now()))
    incidents.note("inc_1", 1, caller=stale)
    wait_until(lambda: hearer.heard == wanted("inc_1", 2))
    assert hearer.events[0].caller.subject == "person:per_1"
    assert bench.letters() == []


@pytest.mark.faults
def test_nats_killed_again_and_again_in_a_flow_loses_nothing_and_keeps_order(
    bench: Bench, incidents: Incidents, own_nats: NatsServer
) -> None:
    aggregates, revisions = [f"inc_{number}" for number in range(8)], 30
    chance = random.Random(7)
    hearer = Hearer(fail=lambda _event: Unavailable("sla_unavailable") if chance.random() < 0.05 else None)
    bench.listen(hearer)

    def write() -> None:
        for revision in range(revisions):
            for incident_id in aggregates:
                incidents.note(incident_id, revision)

    writing = threading.Thread(target=write)
    writing.start()
    for _ in range(3):
        heard = len(hearer.heard)
        wait_until(lambda: len(hearer.heard) > heard or not writing.is_alive())  # noqa: B023 - called before the loop goes on
        own_nats.kill()
        own_nats.start()
    writing.join()
    everything = {event_id for incident_id in aggregates for event_id in wanted(incident_id, revisions)}
    wait_until(lambda: set(hearer.heard) == everything, timeout=30)
    # Twice is allowed, since an acknowledgment may have been lost; overtaking is not.
    for incident_id in aggregates:
        first_times = [heard for heard in dict.fromkeys(hearer.heard) if heard.startswith(f"{incident_id}:")]
        assert first_times == wanted(incident_id, revisions)
    assert bench.letters() == []


@pytest.mark.faults
def test_a_poison_event_stays_in_hand_while_its_dead_letter_cannot_be_kept(
    bench: Bench, nats: str, tmp_path: Path
) -> None:
    own_mongod = Mongod(tmp_path / "own_mongod")
    own_mongod.start()
    options: dict[str, Any] = {"serverSelectionTimeoutMS": 200, "tz_aware": True}
    with MongoClient(own_mongod.uri, **options) as client:
        bench.database = client["triage"]
        hearer = Hearer(fail=lambda event: ValueError("poison") if event.revision == 1 else None)
        own_mongod.kill()
        bench.listen(hearer)
        bench.publisher.publish(("inc_1", 1), ("inc_1", 2))
        wait_until(lambda: len(hearer.batches) > QUICK.max_deliver + 1)
        assert hearer.heard == []
        own_mongod.start()
        wait_until(lambda: hearer.heard == ["inc_1:2000"], timeout=20)
        assert [letter["_id"] for letter in bench.letters()] == ["triage-incidents:inc_1:1000"]
        bench.started.pop().stop()
    own_mongod.stop()


@pytest.mark.faults
def test_a_store_that_is_down_delays_events_and_loses_none(bench: Bench, nats: str, tmp_path: Path) -> None:
    own_mongod = Mongod(tmp_path / "own_mongod")
    own_mongod.start()
    with MongoClient(own_mongod.uri, serverSelectionTimeoutMS=200) as client:
        seen = client["triage"]["seen"]

        def handle(events: list[bus.Event]) -> None:
            with mongo.outages():
                for event in events:
                    seen.update_one({"_id": event.id}, {"$set": {"revision": event.revision}}, upsert=True)

        hearer = Hearer()
        hearer.handle = handle
        bench.listen(hearer)
        bench.publisher.publish(*[("inc_1", revision) for revision in range(1, 6)])
        wait_until(lambda: seen.count_documents({}) == 5)
        own_mongod.kill()
        bench.publisher.publish(*[("inc_1", revision) for revision in range(6, 11)])
        with pytest.raises(Unavailable), mongo.outages():
            seen.find_one({})
        own_mongod.start()
        wait_until(lambda: seen.count_documents({}) == 10, timeout=20)
        assert bench.letters() == []
        bench.started.pop().stop()
    own_mongod.stop()


def test_two_services_of_one_process_share_a_connection_and_hear_each_for_itself(
    bench: Bench, incidents: Incidents
) -> None:
    triage, sla = Hearer(), Hearer()
    bench.listen(triage, name="triage-incidents")
    other = bench.settings.model_copy(update={"service": "sla"})
    bench.listen(sla, name="sla-incidents", settings=other)
    assert bus.transport(bench.settings.nats_url)._users == 2
    incidents.note("inc_1", 0)
    wait_until(lambda: triage.heard == sla.heard == wanted("inc_1", 1))
    bench.started.pop().stop()
    incidents.note("inc_1", 1)
    wait_until(lambda: triage.heard == wanted("inc_1", 2))
    assert sla.heard == wanted("inc_1", 1)
