"""From an incident's events to the announcements of its clocks, on real MongoDB and NATS."""

from datetime import UTC, timedelta

from chassis.rpc import call
from fairlead.sla.v1 import clock_pb2, contract_pb2
from fairlead.sla.v1.clock_service_pb2 import ExplainClocksRequest, GetClocksRequest
from fairlead.sla.v1.contract_service_pb2 import UpdateContractRequest
from tests.harness.sla import ACME, LUMEN, lag

RESOLUTION = contract_pb2.TARGET_KIND_RESOLUTION
FIRST_RESPONSE = contract_pb2.TARGET_KIND_FIRST_RESPONSE


def of(messages, kind):
    return [message for message in messages if message.clock.kind == kind]


def test_clocks_start_when_an_incident_is_opened(running):
    contract = running.make_contract(running.make_calendar().calendar_id, goals={3: 3600})
    incident = running.incidents.open()
    started = running.wait_told(incident, "target_started", 2)
    assert {m.clock.kind for m in started} == {FIRST_RESPONSE, RESOLUTION}
    for message in started:
        assert message.has_contract
        assert message.number == "ACME-1"
        assert message.clock.contract_id == contract.contract_id
        opened = message.clock.start_time.ToDatetime(tzinfo=UTC)
        assert message.clock.due_time.ToDatetime(tzinfo=UTC) == opened + timedelta(hours=1)
        assert message.clock.warning_time.ToDatetime(tzinfo=UTC) == opened + timedelta(minutes=30)


def test_a_client_without_a_contract_is_told_so(running):
    incident = running.incidents.open(LUMEN)
    [message] = running.wait_told(incident, "target_started")
    assert not message.has_contract
    shown = call(running.clocks.GetClocks, GetClocksRequest(incident_id=incident), running.admin)
    assert not shown.has_contract
    assert not shown.clocks


def test_a_client_without_a_contract_of_its_own_goes_by_the_providers_default(running):
    default = running.make_contract(running.make_calendar().calendar_id, tenant_id="", goals={3: 600})
    incident = running.incidents.open(LUMEN)
    started = running.wait_told(incident, "target_started", 2)
    assert {m.clock.contract_id for m in started} == {default.contract_id}
    assert {m.clock.tenant_id for m in started} == {LUMEN}


def test_a_hold_that_awaits_the_requester_pauses_resolution_and_not_the_first_response(running):
    running.make_contract(running.make_calendar().calendar_id, goals={3: 3600})
    incident = running.incidents.open()
    running.wait_told(incident, "target_started", 2)
    held = running.incidents.hold(incident)
    [paused] = running.wait_told(incident, "target_changed")
    assert (paused.change, paused.clock.kind) == ("paused", RESOLUTION)
    assert not paused.clock.HasField("due_time")
    resumed = running.incidents.resume(incident)
    _, again = running.wait_told(incident, "target_changed", 2)
    assert again.change == "resumed"
    due = again.clock.due_time.ToDatetime(tzinfo=UTC)
    assert due == again.clock.start_time.ToDatetime(tzinfo=UTC) + timedelta(hours=1) + (resumed - held)
    explained = call(running.clocks.ExplainClocks, ExplainClocksRequest(incident_id=incident), running.admin)
    clock = next(c for c in explained.clocks if c.kind == RESOLUTION)
    assert [s.reason for s in clock.segments] == ["business_hours", "paused", "business_hours"]


def test_a_change_of_priority_aims_the_clocks_anew_from_their_start(running):
    running.make_contract(running.make_calendar().calendar_id, goals={3: 3600, 1: 900})
    incident = running.incidents.open()
    running.wait_told(incident, "target_started", 2)
    running.incidents.prioritize(incident, 1)
    changed = running.wait_told(incident, "target_changed", 2)
    for message in changed:
        assert message.change == "re_aimed"
        start = message.clock.start_time.ToDatetime(tzinfo=UTC)
        assert message.clock.due_time.ToDatetime(tzinfo=UTC) == start + timedelta(minutes=15)


def test_an_answer_and_a_resolution_in_time_meet_the_targets(running):
    running.make_contract(running.make_calendar().calendar_id, goals={3: 3600})
    incident = running.incidents.open()
    running.incidents.answer(incident)
    running.incidents.answer(incident, first=False)
    running.incidents.resolve(incident)
    met = running.wait_told(incident, "target_met", 2)
    assert [m.clock.kind for m in met] == [FIRST_RESPONSE, RESOLUTION]
    assert {m.clock.state for m in met} == {clock_pb2.CLOCK_STATE_MET}


def test_warning_and_breach_are_told_once_within_a_second_of_their_time(running):
    running.make_contract(running.make_calendar().calendar_id, goals={3: 2})
    incidents = running.incidents.open_many(20)
    for incident in incidents:
        running.wait_told(incident, "target_breached", 2)
    for incident in incidents:
        told = running.told(incident)
        for fact, moment in (("target_warned", "warning_time"), ("target_breached", "due_time")):
            found = [(message.clock, published) for name, message, published in told if name == fact]
            assert sorted(clock.kind for clock, _ in found) == [FIRST_RESPONSE, RESOLUTION]
            for clock, published in found:
                late = lag(published, getattr(clock, moment).ToDatetime(tzinfo=UTC))
                assert timedelta(0) <= late <= timedelta(seconds=1)


def test_a_paused_clock_does_not_fire_and_a_late_stop_is_a_miss(running):
    running.make_contract(running.make_calendar().calendar_id, goals={3: 2}, warning=0)
    paused, late = running.incidents.open(), running.incidents.open()
    running.incidents.hold(paused)
    running.wait_told(late, "target_breached", 2)
    running.incidents.answer(late)
    running.incidents.resolve(late)
    missed = running.wait_told(late, "target_missed", 2)
    assert all(m.clock.breached for m in missed)
    told = [m.clock.kind for fact, m, _ in running.told(paused) if fact == "target_breached"]
    assert told == [FIRST_RESPONSE]


def test_a_hundred_openings_are_timed(running):
    running.make_contract(running.make_calendar().calendar_id, goals={3: 3600})
    incidents = running.incidents.open_many(100)
    running.wait_told(incidents[-1], "target_started", 2)
    started = [p.aggregate_id for fact, _, p in running.told() if fact == "target_started"]
    assert sorted(started) == sorted(incidents * 2)


def test_the_next_version_of_a_contract_leaves_running_clocks_alone(running):
    calendar = running.make_calendar()
    contract = running.make_contract(calendar.calendar_id, goals={3: 3600})
    before = running.incidents.open(ACME)
    running.wait_told(before, "target_started", 2)
    for target in contract.targets:
        target.goal_seconds = 60
    contract.ClearField("effective_time")
    second = call(running.contracts.UpdateContract, UpdateContractRequest(contract=contract), running.admin)
    assert second.version == 2
    after = running.incidents.open(ACME)
    assert {m.clock.contract_version for m in running.wait_told(after, "target_started", 2)} == {2}
    shown = call(running.clocks.GetClocks, GetClocksRequest(incident_id=before), running.admin)
    assert {(c.goal_seconds, c.contract_version) for c in shown.clocks} == {(3600, 1)}
