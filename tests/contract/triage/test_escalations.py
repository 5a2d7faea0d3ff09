"""From an incident to those who are called about it: begun by an event, told once, ended by an answer."""

from typing import Any

import pytest

from chassis.errors import NotFound
from chassis.rpc import call
from fairlead.incidents.v1 import events_pb2 as incident_events
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import escalation_pb2, events_pb2
from fairlead.triage.v1 import escalation_service_pb2 as pb
from fairlead.triage.v1.escalation_service_pb2_grpc import EscalationServiceStub
from tests.contract.triage.conftest import Desk
from tests.harness.streams import read_stream
from tests.harness.waiting import wait_until


@pytest.fixture(scope="module")
def calls(desk: Desk) -> EscalationServiceStub:
    """With a policy by which Ada, then Bo, is called about P1."""
    stub = EscalationServiceStub(desk.served.channel())
    steps = [
        escalation_pb2.EscalationStep(
            targets=[escalation_pb2.EscalationTarget(kind="ESCALATION_TARGET_KIND_PERSON", target_id=person)],
            wait_minutes=60,
        )
        for person in ("per_ada", "per_bo")
    ]
    wanted = escalation_pb2.EscalationPolicy(
        name="P1", enabled=True, alerts=True, priorities=["PRIORITY_P1"], steps=steps, rounds=1
    )
    call(stub.CreatePolicy, pb.CreatePolicyRequest(policy=wanted), desk.admin)
    return stub


def of(desk: Desk, calls: EscalationServiceStub, incident_id: str) -> list[escalation_pb2.Escalation]:
    request = pb.ListEscalationsRequest(incident_id=incident_id)
    return list(call(calls.ListEscalations, request, desk.technician("ten_acme")).escalations)


def paged(desk: Desk, calls: EscalationServiceStub, incident_id: str) -> escalation_pb2.Escalation:
    found = wait_until(
        lambda: [one for one in of(desk, calls, incident_id) if one.pages], 20, what="somebody called"
    )
    return found[0]


def told(desk: Desk, escalation_id: str, fact: str) -> list[Any]:
    settings = desk.served.settings
    kind = {"paged": events_pb2.Paged, "acknowledged": events_pb2.Acknowledged}[fact]
    return [
        kind.FromString(one.payload)
        for one in read_stream(settings.nats_url, settings.stream_name)
        if one.aggregate_id == escalation_id and one.subject.endswith(f".{fact}")
    ]


def test_the_most_pressing_call_one_person_who_is_told_once_and_others_call_nobody(desk, calls):
    pressing = desk.announced.open(priority=incident_pb2.PRIORITY_P1, title="Everything is down")
    usual = desk.announced.open(priority=incident_pb2.PRIORITY_P3)
    escalation = paged(desk, calls, pressing)
    assert [(page.person.name, page.step) for page in escalation.pages] == [("Ada", 1)]
    assert (escalation.next_step, escalation.next_targets[0].name) == (2, "Bo")
    announced = wait_until(lambda: told(desk, escalation.escalation_id, "paged"), 20, what="paged")
    assert [one.page.person.person_id for one in announced] == ["per_ada"]
    assert of(desk, calls, usual) == []


def test_a_link_answers_and_then_nobody_else_is_called(desk, calls):
    escalation = paged(desk, calls, desk.announced.open(priority=incident_pb2.PRIORITY_P1))
    [announced] = wait_until(lambda: told(desk, escalation.escalation_id, "paged"), 20, what="paged")
    gateway = desk.served.peer("gateway")
    link = call(calls.UsePageLink, pb.UsePageLinkRequest(tag=announced.answer_tag), gateway)
    assert link.escalation.state == escalation_pb2.ESCALATION_STATE_ACKNOWLEDGED
    assert link.escalation.ended_by.name == "Ada"
    assert not link.escalation.HasField("next_time")
    call(calls.UsePageLink, pb.UsePageLinkRequest(tag=announced.answer_tag), gateway)
    wait_until(lambda: told(desk, escalation.escalation_id, "acknowledged"), 20, what="acknowledged")
    assert len(told(desk, escalation.escalation_id, "acknowledged")) == 1
    with pytest.raises(NotFound):
        call(calls.ReadPageLink, pb.ReadPageLinkRequest(tag="p-" + "a" * 37), gateway)


def test_who_takes_the_incident_stops_the_calls(desk, calls):
    incident_id = desk.announced.open(priority=incident_pb2.PRIORITY_P1)
    paged(desk, calls, incident_id)

    def taken(incident: incident_pb2.Incident) -> None:
        incident.assignee_id, incident.assignee_name = "per_bo", "Bo"

    actor = incident_pb2.Actor(subject="person:per_bo", name="Bo")
    desk.announced.tell(incident_id, "assigned", incident_events.Assigned, taken, actor=actor)
    stopped = escalation_pb2.ESCALATION_STATE_STOPPED
    wait_until(lambda: of(desk, calls, incident_id)[0].state == stopped, 20, what="the calls to stop")
    assert of(desk, calls, incident_id)[0].ended_by.name == "Bo"
