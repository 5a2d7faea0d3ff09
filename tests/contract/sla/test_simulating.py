"""SimulateContract over the wire: a client's past under a proposed contract, and who may ask."""

import time

import pytest

from chassis import clock, errors
from chassis.rpc import call_stream
from chassis.tenancy import Caller, Role
from fairlead.sla.v1 import contract_pb2
from fairlead.sla.v1 import contract_service_pb2 as pb
from services.sla.store import StatementSourceStore
from tests.harness.sla import ACME, LUMEN
from tests.harness.waiting import wait_until


def simulation(running, calendar_id, caller=None, tenant_id=ACME):
    target = contract_pb2.ServiceLevelTarget(
        kind="TARGET_KIND_RESOLUTION", goal_seconds=3600, calendar_id=calendar_id
    )
    request = pb.SimulateContractRequest(
        tenant_id=tenant_id, contract=contract_pb2.Contract(name="Proposed", targets=[target])
    )
    request.start_time.FromJsonString("2020-01-01T00:00:00Z")
    request.end_time.FromDatetime(clock.now())
    return call_stream(running.contracts.SimulateContract, request, caller or running.admin)


def simulated(*asked, **more):
    return list(simulation(*asked, **more))


def test_facts_that_were_heard_are_replayed_under_both_contracts_with_progress(running):
    always = running.make_calendar()
    running.make_contract(always.calendar_id, goals={3: 1})
    incident_id = running.incidents.open()
    running.wait_told(incident_id, "target_breached", 2)
    running.incidents.resolve(incident_id)
    running.wait_told(incident_id, "target_missed", 2)
    first, *_, last = simulated(running, always.calendar_id)
    assert (first.done, first.total, first.HasField("simulation")) == (0, 1, False)
    assert (last.done, last.total) == (1, 1)
    made = last.simulation
    assert (made.as_agreed.contract_name, made.proposed.contract_name) == ("Gold", "Proposed")
    assert made.as_agreed.all.breached == 2 and made.as_agreed.all.attainment_bp == 0
    assert (made.proposed.all.met, made.proposed.all.attainment_bp) == (1, 10_000)
    [change] = made.changes
    assert (change.incident_id, change.promise) == (incident_id, "resolution.1")
    assert (change.as_agreed, change.proposed, made.now_met) == ("breached", "met", 1)


def test_a_client_without_incidents_has_nothing_to_tell(running):
    made = simulated(running, running.make_calendar().calendar_id)[-1].simulation
    assert made.incidents == 0 and not made.proposed.all.HasField("attainment_bp")


def test_administrators_and_dispatchers_alone_may_and_for_their_clients_alone(running):
    calendar_id = running.make_calendar().calendar_id
    manager = running.person(Role.CLIENT_MANAGER, person_id="per_boss", tenants=frozenset({ACME}))
    stranger = Caller("person:per_x", "prv_other", None, frozenset({Role.PROVIDER_ADMIN}))
    for caller in (manager, running.person(Role.TECHNICIAN)):
        with pytest.raises(errors.PermissionDenied):
            simulated(running, calendar_id, caller)
    with pytest.raises(errors.NotFound) as hidden:
        simulated(running, calendar_id, running.signer.mint(stranger, clock.now()))
    assert hidden.value.reason == "tenant_not_found"
    assert simulated(running, calendar_id, running.person(Role.DISPATCHER))


def test_a_contract_that_could_not_be_saved_is_not_replayed_either(running):
    with pytest.raises(errors.InvalidArgument) as refused:
        simulated(running, "cal_nowhere")
    assert refused.value.reason == "calendar_unknown"


def test_of_one_client_one_runs_at_once_and_whoever_goes_away_makes_room(running, monkeypatch):
    calendar_id = running.make_calendar().calendar_id

    def endless(self, scope, start, end):
        while True:
            time.sleep(0.02)
            yield []

    with monkeypatch.context() as patch:
        patch.setattr(StatementSourceStore, "opened", endless)
        first = simulation(running, calendar_id)
        next(first)
        with pytest.raises(errors.ResourceExhausted) as refused:
            next(simulation(running, calendar_id))
    assert refused.value.reason == "too_many_simulations"
    assert refused.value.values == {"limit": "1", "limit_of": "client", "retry_after": "10"}
    assert list(simulation(running, calendar_id, tenant_id=LUMEN))
    first.close()

    def done() -> bool:
        try:
            return bool(simulated(running, calendar_id))
        except errors.ResourceExhausted:
            return False

    wait_until(done, timeout=20, what="the place to be free again")
