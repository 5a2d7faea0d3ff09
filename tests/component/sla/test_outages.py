"""MongoDB or NATS go away and come back, and the service goes on without a restart."""

from datetime import UTC

import pytest

from chassis import clock, errors
from chassis.rpc import call
from fairlead.sla.v1.contract_service_pb2 import ListCalendarsRequest
from services.sla.main import start
from tests.harness.servers import Mongod, NatsServer
from tests.harness.sla import make_world
from tests.harness.waiting import wait_until


@pytest.mark.faults
def test_a_breach_during_an_outage_is_told_when_the_store_is_back(installation, nats, tmp_path):
    mongod = Mongod(tmp_path / "mongod")
    mongod.start()
    world = make_world(installation, mongod.uri, nats, tmp_path / "keys")
    service = start(world.settings)
    try:
        world.wait_ready()
        world.make_contract(world.make_calendar().calendar_id, goals={3: 3}, warning=0)
        incident = world.incidents.open()
        started = world.wait_told(incident, "target_started", 2)
        mongod.stop()
        with pytest.raises(errors.Unavailable):
            call(world.contracts.ListCalendars, ListCalendarsRequest(), world.admin, timeout=8)
        due = max(m.clock.due_time.ToDatetime(tzinfo=UTC) for m in started)
        wait_until(lambda: clock.now() > due)
        mongod.start()
        world.wait_told(incident, "target_breached", 2, timeout=30)
        assert len(world.told(incident)) == 4
    finally:
        service.stop()
        world.close()
        mongod.stop()


@pytest.mark.faults
def test_a_breach_without_nats_waits_in_the_outbox(installation, mongod, tmp_path):
    nats = NatsServer(tmp_path / "nats")
    nats.start()
    world = make_world(installation, mongod, nats.url, tmp_path / "keys")
    service = start(world.settings)
    try:
        world.wait_ready()
        world.make_contract(world.make_calendar().calendar_id, goals={3: 2}, warning=0)
        incident = world.incidents.open()
        [started, _] = world.wait_told(incident, "target_started", 2)
        nats.stop()
        due = started.clock.due_time.ToDatetime(tzinfo=UTC)
        wait_until(lambda: (clock.now() - due).total_seconds() > 0.5)
        # Commands are still taken.
        world.make_calendar("Meanwhile")
        nats.start()
        breached = world.wait_told(incident, "target_breached", 2, timeout=30)
        assert {m.clock.breach_time.ToDatetime(tzinfo=UTC) for m in breached} == {due}
    finally:
        service.stop()
        world.close()
        nats.stop()
