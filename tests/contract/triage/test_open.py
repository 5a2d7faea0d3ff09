"""What is open, counted, against the rows that the queue lists."""

import random
from collections import Counter

import pytest

from chassis.errors import NotFound, PermissionDenied
from chassis.rpc import call
from chassis.tenancy import Caller, Role
from fairlead.incidents.v1 import events_pb2, incident_pb2
from fairlead.triage.v1 import queue_service_pb2 as pb
from tests.contract.triage.conftest import NORTH, SOUTH, Desk
from tests.harness.waiting import wait_until

ENDED = ("RESOLVED", "CLOSED", "CANCELED")


def rows(desk: Desk, caller: Caller, *tenant_ids: str) -> list:
    found, token = [], ""
    while True:
        request = pb.ListQueueRequest(
            filter=pb.QueueFilter(tenant_ids=tenant_ids), page_size=7, page_token=token
        )
        page = call(desk.queue.ListQueue, request, caller)
        found += page.entries
        token = page.next_page_token
        if not token:
            return found


def counted(desk: Desk, caller: Caller, *tenant_ids: str) -> pb.CountOpenResponse:
    return call(desk.queue.CountOpen, pb.CountOpenRequest(tenant_ids=tenant_ids), caller)


def agrees(count: pb.OpenCount, entries: list) -> None:
    assert count.total == len(entries)
    assert {each.priority: each.count for each in count.by_priority} == Counter(e.priority for e in entries)
    assert {each.sla_state: each.count for each in count.by_sla_state} == Counter(
        e.sla_state for e in entries
    )


def test_what_is_counted_is_what_is_listed(desk: Desk):
    dice = random.Random(7)
    made = [
        desk.announced.open(dice.choice(["ten_acme", "ten_lumen"]), priority=dice.randint(1, 5))
        for _ in range(24)
    ]
    ended = dice.sample(made, 8)
    for incident in ended:

        def end(message: incident_pb2.Incident) -> None:
            message.state = f"INCIDENT_STATE_{dice.choice(ENDED)}"

        desk.announced.tell(incident, "resolved", events_pb2.Resolved, end)
    there = set(made) - set(ended)

    def settled() -> bool:
        listed = {entry.incident_id for entry in rows(desk, desk.admin)}
        return there <= listed and not listed & set(ended)

    wait_until(settled, timeout=20, what="the queue to show what was announced")
    for caller, tenant_ids in (
        (desk.admin, ()),
        (desk.admin, ("ten_lumen",)),
        (desk.technician("ten_acme"), ()),
        (desk.technician("ten_acme", "ten_lumen"), ("ten_acme", "ten_lumen")),
    ):
        entries, found = rows(desk, caller, *tenant_ids), counted(desk, caller, *tenant_ids)
        agrees(found.total, entries)
        assert [each.tenant_id for each in found.tenants] == sorted({entry.tenant_id for entry in entries})
        for each in found.tenants:
            agrees(each.count, [entry for entry in entries if entry.tenant_id == each.tenant_id])


@pytest.mark.parametrize("role", [Role.CLIENT_MANAGER, Role.API_CLIENT])
def test_whoever_sees_a_whole_client_may_know_how_much_of_theirs_is_open(desk: Desk, role: Role):
    own = desk.served.person(NORTH, "ten_acme", role=role)
    assert counted(desk, own) == counted(desk, desk.technician("ten_acme"))
    with pytest.raises(NotFound) as refused:
        counted(desk, own, "ten_lumen")
    assert refused.value.reason == "tenant_not_found"


def test_others_are_told_nothing(desk: Desk):
    with pytest.raises(PermissionDenied):
        counted(desk, desk.served.person(NORTH, "ten_acme", role=Role.REQUESTER))
    foreign = desk.served.admin(SOUTH)
    assert counted(desk, foreign).total.total == counted(desk, foreign, "ten_acme").total.total == 0
