"""Saved views: whose they are, who may write them, and what is never shown of them."""

import pytest

from chassis.clock import now
from chassis.errors import AlreadyExists, InvalidArgument, NotFound, PermissionDenied, RevisionConflict
from chassis.rpc import call
from chassis.tenancy import Caller, Role
from fairlead.incidents.v1 import events_pb2, incident_pb2
from fairlead.triage.v1 import queue_service_pb2 as queue
from fairlead.triage.v1 import view_pb2
from fairlead.triage.v1 import view_service_pb2 as pb
from fairlead.triage.v1.view_service_pb2_grpc import ViewServiceStub
from tests.contract.triage.conftest import NORTH, SOUTH, Desk
from tests.contract.triage.test_queue import seen


class Views:
    """The service, as one caller uses it."""

    def __init__(self, desk: Desk, caller: Caller) -> None:
        self.stub, self.caller = ViewServiceStub(desk.served.channel()), caller

    def create(self, name: str, shared: bool = False, **wanted) -> view_pb2.View:
        view = view_pb2.View(name=name, shared=shared, filter=queue.QueueFilter(**wanted))
        return call(self.stub.CreateView, pb.CreateViewRequest(view=view), self.caller)

    def update(self, view: view_pb2.View) -> view_pb2.View:
        return call(self.stub.UpdateView, pb.UpdateViewRequest(view=view), self.caller)

    def get(self, view_id: str) -> view_pb2.View:
        return call(self.stub.GetView, pb.GetViewRequest(view_id=view_id), self.caller)

    def delete(self, view_id: str) -> None:
        call(self.stub.DeleteView, pb.DeleteViewRequest(view_id=view_id), self.caller)

    def names(self) -> list[str]:
        return [view.name for view in call(self.stub.ListViews, pb.ListViewsRequest(), self.caller).views]


@pytest.fixture
def admin(desk: Desk) -> Views:
    return Views(desk, desk.admin)


@pytest.fixture
def tess(desk: Desk) -> Views:
    return Views(desk, desk.technician("ten_acme"))


def dispatcher(desk: Desk, *tenant_ids: str) -> Views:
    return Views(desk, desk.served.person(NORTH, *tenant_ids, role=Role.DISPATCHER, person_id="per_dee"))


def test_a_private_view_is_its_owners_alone(desk: Desk, tess: Views, admin: Views):
    mine = tess.create("My printers", query="printer", priorities=[1, 2], sla_states=["SLA_STATE_AT_RISK"])
    assert tess.get(mine.view_id) == mine and mine.editable
    assert list(mine.filter.priorities) == [1, 2] and mine.filter.query == "printer"
    for other in (admin, Views(desk, desk.technician("ten_acme", person_id="per_tim"))):
        assert "My printers" not in other.names()
        for attempt in (other.get, other.delete):
            with pytest.raises(NotFound) as hidden:
                attempt(mine.view_id)
            with pytest.raises(NotFound) as missing:
                attempt("vew_none")
            assert (hidden.value.reason, hidden.value.message) == (
                missing.value.reason,
                missing.value.message,
            )
    tess.delete(mine.view_id)
    assert "My printers" not in tess.names()


def test_shared_views_are_seen_by_all_staff_and_written_by_dispatchers(desk: Desk, tess: Views, admin: Views):
    with pytest.raises(PermissionDenied):
        tess.create("For everybody", shared=True)
    made = dispatcher(desk, "ten_acme").create("For everybody", shared=True, unassigned=True)
    found = tess.get(made.view_id)
    assert found.shared and not found.editable and "For everybody" in tess.names()
    found.name = "Mine now"
    for attempt in (lambda: tess.update(found), lambda: tess.delete(made.view_id)):
        with pytest.raises(PermissionDenied):
            attempt()
    made.name = "Nobody's yet"
    assert admin.update(made).revision == 2
    with pytest.raises(RevisionConflict):
        admin.update(made)
    with pytest.raises(NotFound):
        Views(desk, desk.served.admin(SOUTH)).get(made.view_id)
    assert Views(desk, desk.served.admin(SOUTH)).names() == []
    admin.delete(made.view_id)


def test_a_shared_view_shows_nothing_of_clients_that_are_not_granted(desk: Desk, tess: Views, admin: Views):
    both = admin.create("Both", shared=True, tenant_ids=["ten_acme", "ten_lumen"])
    lumens = admin.create("Lumen alone", shared=True, tenant_ids=["ten_lumen"])
    assert list(tess.get(both.view_id).filter.tenant_ids) == ["ten_acme"]
    assert "Both" in tess.names() and "Lumen alone" not in tess.names()
    with pytest.raises(NotFound):
        tess.get(lumens.view_id)
    # Who sees a part of it must not rewrite the rest.
    partly = dispatcher(desk, "ten_acme")
    with pytest.raises(PermissionDenied) as refused:
        partly.update(partly.get(both.view_id))
    assert refused.value.reason == "view_beyond_grant"
    for view in (both, lumens):
        admin.delete(view.view_id)


@pytest.mark.parametrize("role", [Role.REQUESTER, Role.CLIENT_MANAGER, Role.API_CLIENT])
def test_views_are_for_staff(desk: Desk, role: Role):
    client = Views(desk, desk.served.person(NORTH, "ten_acme", role=role))
    for attempt in (client.names, lambda: client.create("Mine"), lambda: client.get("vew_1")):
        with pytest.raises(PermissionDenied):
            attempt()


def test_what_a_view_names_must_be_the_callers_to_name(desk: Desk, tess: Views, admin: Views):
    with pytest.raises(NotFound):
        tess.create("Lumen", tenant_ids=["ten_lumen"])
    with pytest.raises(NotFound):
        admin.create("Souths", tenant_ids=["ten_souths"])
    for wrong, reason in (
        ({"assignment_group_id": "grp_none"}, "assignment_group_unknown"),
        ({"assignee_id": "per_nobody"}, "assignee_unknown"),
    ):
        with pytest.raises(InvalidArgument) as refused:
            admin.create("Wrong", **wrong)
        assert refused.value.reason == reason
    for name in ("", "   ", "x" * 61, "two\nlines\x00"):
        with pytest.raises(InvalidArgument) as refused:
            tess.create(name)
        assert refused.value.values["field"] == "name"


def test_one_owner_has_a_name_once_however_it_is_written(desk: Desk, tess: Views, admin: Views):
    mine = tess.create("Réseau  lent")
    assert mine.name == "Réseau lent"
    with pytest.raises(AlreadyExists):
        tess.create("reseau LENT")
    other = admin.create("Réseau lent")
    tess.delete(mine.view_id)
    admin.delete(other.view_id)


def test_all_counts_come_in_one_call_and_follow_what_happens(desk: Desk, tess: Views):
    began = now()
    view = tess.create("Held P1", priorities=[1], states=["INCIDENT_STATE_ON_HOLD"])
    mine = tess.create("Mine", assigned_to_me=True, kinds=["INCIDENT_KIND_INCIDENT"], channels=["portal"])

    def counted() -> queue.CountQueueResponse:
        request = queue.CountQueueRequest(saved_views=True)
        request.resolved_since.FromDatetime(began)
        return call(desk.queue.CountQueue, request, tess.caller)

    before = counted()
    held, done = desk.announced.open("ten_acme", priority=1), desk.announced.open("ten_acme")
    elsewhere = desk.announced.open("ten_lumen", priority=1)

    def hold(message: incident_pb2.Incident) -> None:
        message.state = incident_pb2.INCIDENT_STATE_ON_HOLD
        message.hold.reason = "parts"
        message.hold.awaiting = incident_pb2.AWAITED_PARTY_VENDOR
        message.assignee_id, message.channel = "per_tess", "portal"
        message.kind = incident_pb2.INCIDENT_KIND_INCIDENT

    def resolve(message: incident_pb2.Incident) -> None:
        message.state = incident_pb2.INCIDENT_STATE_RESOLVED
        message.resolution.resolve_time.FromDatetime(now())

    desk.announced.tell(held, "held", events_pb2.Held, hold)
    desk.announced.tell(elsewhere, "held", events_pb2.Held, hold)
    desk.announced.tell(done, "resolved", events_pb2.Resolved, resolve)
    for incident in (held, elsewhere, done):
        seen(desk, incident, revision=2)
    after = counted()
    assert (after.waiting - before.waiting, after.resolved - before.resolved) == (1, 1)
    assert after.by_view[view.view_id] - before.by_view[view.view_id] == 1
    assert after.by_view[mine.view_id] - before.by_view[mine.view_id] == 1
    for each in (view, mine):
        tess.delete(each.view_id)


def test_a_page_of_rows_brings_counts_and_views_where_they_are_asked_for(
    desk: Desk, tess: Views, admin: Views
):
    view = tess.create("Urgent of mine", priorities=[1], assigned_to_me=True)
    other = admin.create("Not for Tess")
    counts = queue.CountQueueRequest(filter=queue.QueueFilter(priorities=[1]), saved_views=True)
    page = call(desk.queue.ListQueue, queue.ListQueueRequest(counts=counts, views=True), tess.caller)
    assert page.counts == call(desk.queue.CountQueue, counts, tess.caller)
    assert view.view_id in page.counts.by_view and other.view_id not in page.counts.by_view
    assert [*page.views] == [*call(tess.stub.ListViews, pb.ListViewsRequest(), tess.caller).views]
    bare = call(desk.queue.ListQueue, queue.ListQueueRequest(), tess.caller)
    assert bare.entries == page.entries and not bare.HasField("counts") and not bare.views
    tess.delete(view.view_id)
    admin.delete(other.view_id)
