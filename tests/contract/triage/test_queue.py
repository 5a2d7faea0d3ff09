"""The queue as technicians see it, fed by real events."""

import pytest

from chassis.errors import InvalidArgument, NotFound, PermissionDenied
from chassis.rpc import call
from chassis.tenancy import Role
from fairlead.incidents.v1 import events_pb2, incident_pb2
from fairlead.triage.v1 import queue_service_pb2 as pb
from tests.contract.triage.conftest import NORTH, SOUTH, Desk
from tests.harness.streams import read_stream
from tests.harness.waiting import wait_until


def seen(desk: Desk, incident_id: str, revision: int = 1) -> None:
    def arrived() -> bool:
        try:
            found = call(
                desk.queue.GetQueueEntry, pb.GetQueueEntryRequest(incident_id=incident_id), desk.admin
            )
        except NotFound:
            return False
        return found.incident_revision >= revision

    wait_until(arrived, timeout=15, what=f"{incident_id} to stand in the queue")


def listed(desk: Desk, caller, **wanted) -> list[str]:
    sort, size = wanted.pop("sort", 0), wanted.pop("page_size", 200)
    request = pb.ListQueueRequest(filter=pb.QueueFilter(**wanted), sort=sort, page_size=size)
    return [entry.incident_id for entry in call(desk.queue.ListQueue, request, caller).entries]


def in_pages(desk: Desk, caller, sort: int, size: int = 2) -> list[str]:
    found, token = [], ""
    while True:
        request = pb.ListQueueRequest(sort=sort, page_size=size, page_token=token)
        page = call(desk.queue.ListQueue, request, caller)
        found += [entry.incident_id for entry in page.entries]
        token = page.next_page_token
        if not token:
            return found


def test_a_technician_sees_the_incidents_of_the_clients_granted_and_no_other(desk: Desk):
    acme, lumen = desk.announced.open("ten_acme"), desk.announced.open("ten_lumen")
    seen(desk, acme)
    seen(desk, lumen)
    tess = desk.technician("ten_acme")
    assert acme in listed(desk, tess)
    assert lumen not in listed(desk, tess)
    get = pb.GetQueueEntryRequest(incident_id=lumen)
    with pytest.raises(NotFound) as others:
        call(desk.queue.GetQueueEntry, get, tess)
    with pytest.raises(NotFound) as missing:
        call(desk.queue.GetQueueEntry, pb.GetQueueEntryRequest(incident_id="inc_none"), tess)
    assert (others.value.reason, others.value.message) == (missing.value.reason, missing.value.message)
    assert call(desk.queue.GetQueueEntry, get, desk.technician("ten_lumen")).incident_id == lumen


def test_asking_for_a_client_that_is_not_granted_is_not_found(desk: Desk):
    with pytest.raises(NotFound):
        listed(desk, desk.technician("ten_acme"), tenant_ids=["ten_lumen"])
    assert listed(desk, desk.technician("ten_acme"), tenant_ids=["ten_acme"]) is not None


def test_another_providers_administrator_sees_nothing(desk: Desk):
    seen(desk, desk.announced.open())
    assert listed(desk, desk.served.admin(SOUTH)) == []
    assert call(desk.queue.CountQueue, pb.CountQueueRequest(), desk.served.admin(SOUTH)).total == 0


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.CLIENT_MANAGER, Role.API_CLIENT])
def test_the_queue_is_for_staff(desk: Desk, role: Role):
    client = desk.served.person(NORTH, "ten_acme", role=role)
    for method, request in (
        (desk.queue.ListQueue, pb.ListQueueRequest()),
        (desk.queue.CountQueue, pb.CountQueueRequest()),
        (desk.queue.GetQueueEntry, pb.GetQueueEntryRequest(incident_id="inc_1")),
    ):
        with pytest.raises(PermissionDenied):
            call(method, request, client)


def test_pages_follow_each_other_without_gap_or_repetition_in_every_order(desk: Desk):
    tenant = "ten_lumen"
    for priority in (3, 1, 2, 2, 4):
        seen(desk, desk.announced.open(tenant, priority=priority))
    caller = desk.technician(tenant)
    for sort in (pb.QUEUE_SORT_PRIORITY, pb.QUEUE_SORT_DUE_TIME, pb.QUEUE_SORT_UPDATE_TIME):
        assert in_pages(desk, caller, sort) == listed(desk, caller, sort=sort)
    entries = call(desk.queue.ListQueue, pb.ListQueueRequest(page_size=200), caller).entries
    priorities = [entry.priority for entry in entries]
    assert priorities == sorted(priorities)


def test_a_forged_page_token_is_refused_by_name(desk: Desk):
    with pytest.raises(InvalidArgument) as refused:
        call(desk.queue.ListQueue, pb.ListQueueRequest(page_token="nonsense"), desk.admin)
    assert refused.value.values["field"] == "page_token"


def test_words_find_a_row_by_title_number_or_requester(desk: Desk):
    incident = desk.announced.open(title="Réseau lent à l’accueil")
    seen(desk, incident)
    assert incident in listed(desk, desk.admin, query="reseau acc")
    assert incident not in listed(desk, desk.admin, query="imprimante")


def test_what_is_resolved_leaves_the_open_queue_and_the_counts(desk: Desk):
    incident = desk.announced.open("ten_acme")
    seen(desk, incident)
    before = call(desk.queue.CountQueue, pb.CountQueueRequest(), desk.technician("ten_acme"))

    def resolved(message: incident_pb2.Incident) -> None:
        message.state = incident_pb2.INCIDENT_STATE_RESOLVED

    desk.announced.tell(incident, "resolved", events_pb2.Resolved, resolved)
    seen(desk, incident, revision=2)
    assert incident not in listed(desk, desk.admin)
    assert incident in listed(desk, desk.admin, states=[incident_pb2.INCIDENT_STATE_RESOLVED])
    after = call(desk.queue.CountQueue, pb.CountQueueRequest(), desk.technician("ten_acme"))
    assert after.total == before.total - 1
    assert after.unassigned == before.unassigned - 1


def test_what_could_not_be_decided_can_be_listed_alone(desk: Desk):
    decided, undecided = desk.announced.open("ten_acme"), desk.announced.open("ten_acme")
    seen(desk, decided)

    def unrecognized(message: incident_pb2.Incident) -> None:
        message.classification_decision.source = "default"
        message.classification_decision.reason = "No rule recognized it"

    desk.announced.tell(undecided, "classified", events_pb2.Classified, unrecognized)
    seen(desk, undecided, revision=2)
    alone = listed(desk, desk.technician("ten_acme"), needs_dispatcher=True)
    assert undecided in alone and decided not in alone
    counted = pb.CountQueueRequest(filter=pb.QueueFilter(needs_dispatcher=True))
    assert call(desk.queue.CountQueue, counted, desk.technician("ten_acme")).total == len(alone)


def test_every_change_of_a_row_is_announced_with_the_whole_row(desk: Desk):
    incident = desk.announced.open("ten_acme", title="Announced")
    seen(desk, incident)
    settings = desk.served.settings

    def announced() -> bool:
        stream = read_stream(settings.nats_url, settings.stream_name)
        return any(message.aggregate_id == incident for message in stream)

    wait_until(announced, timeout=10, what="the row's announcement")
