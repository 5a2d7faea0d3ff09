"""The incidents' events as facts for clocks."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis import bus
from chassis.tenancy import Caller
from fairlead.incidents.v1 import events_pb2 as pb
from fairlead.incidents.v1 import incident_pb2
from services.sla.consumers import IncidentFacts
from services.sla.consumers.incidents import read
from services.sla.domain.facts import FactKind

NOON = datetime(2026, 6, 14, 12, tzinfo=UTC)


def event(fact, make, revision=2, incident_id="inc", time=NOON, incident=None, **fields):
    snapshot = incident_pb2.Incident(incident_id=incident_id, number="A-1", revision=revision)
    snapshot.MergeFrom(incident or incident_pb2.Incident())
    message = make(incident=snapshot, **fields)
    return bus.Event(
        id=f"{incident_id}:{revision}000",
        type=message.DESCRIPTOR.full_name,
        fact=fact,
        source="incidents",
        subject="",
        provider_id="prv",
        tenant_id="ten",
        aggregate_id=incident_id,
        seq=revision * 1000,
        revision=revision,
        time=time,
        caller=Caller("service:incidents", "prv", None, frozenset()),
        payload=message.SerializeToString(),
    )


class Listener:
    def __init__(self, beaten=()):
        self.heard = []
        self.beaten = set(beaten)

    def hear(self, heard):
        self.heard += heard
        return self.beaten


def test_an_opening_counts_from_the_incidents_creation_with_its_priority():
    incident = incident_pb2.Incident(priority="PRIORITY_P2")
    incident.create_time.FromDatetime(NOON - timedelta(seconds=3))
    _, fact = read(event("incident_opened", pb.IncidentOpened, 1, incident=incident))
    assert (fact.kind, fact.time, fact.priority) == (FactKind.OPENED, NOON - timedelta(seconds=3), 2)


def test_what_was_answered_where_it_was_split_from_counts_as_answered_then():
    split = event("split_from", pb.SplitFrom)
    assert read(split)[1] is None
    answered = pb.SplitFrom().first_response_time
    answered.FromDatetime(NOON - timedelta(hours=1))
    _, fact = read(event("split_from", pb.SplitFrom, first_response_time=answered))
    assert (fact.kind, fact.time) == (FactKind.RESPONDED, NOON - timedelta(hours=1))


def test_a_hold_names_whom_it_awaits():
    hold = incident_pb2.Hold(awaiting="AWAITED_PARTY_VENDOR")
    _, fact = read(event("held", pb.Held, incident=incident_pb2.Incident(hold=hold)))
    assert (fact.kind, fact.awaiting) == (FactKind.HELD, "vendor")


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"by_staff": True, "first_response": True}, FactKind.RESPONDED),
        ({"by_staff": True}, FactKind.RESPONDED),
        ({}, FactKind.REPLIED),
        ({"first_response": True}, FactKind.REPLIED),
    ],
)
def test_each_public_answer_of_staff_is_a_response_and_the_clients_words_are_none(told, kind):
    _, fact = read(event("replied", pb.Replied, **told))
    assert (fact and fact.kind) == kind


def test_a_batch_becomes_one_report_for_each_incident_with_the_newest_header():
    listener = Listener()
    people = [incident_pb2.Party(person_id="per_b"), incident_pb2.Party(address="x@acme.example")]
    newer = incident_pb2.Incident(
        requester=incident_pb2.Party(person_id="per_a"), participants=people, assignee_name="Ada"
    )
    IncidentFacts(listener).handle(
        [
            event("assigned", pb.Assigned, 3, incident=newer),
            event("held", pb.Held, 2),
            event("resolved", pb.Resolved, 4, incident_id="inc_2"),
        ]
    )
    first, second = listener.heard
    assert (first.incident_id, first.header.revision, first.header.assignee_name) == ("inc", 3, "Ada")
    assert (first.header.requester_id, first.header.participant_ids) == ("per_a", {"per_b"})
    assert [f.kind for f in first.facts] == [FactKind.ASSIGNED, FactKind.HELD]
    assert [f.kind for f in second.facts] == [FactKind.RESOLVED]


def test_what_cannot_be_read_or_saved_fails_alone():
    damaged = event("resumed", pb.Held, incident_id="inc_damaged")
    beaten = event("held", pb.Held, incident_id="inc_beaten")
    fine = event("held", pb.Held, incident_id="inc_fine")
    with pytest.raises(bus.EventFailed) as failed:
        IncidentFacts(Listener({"inc_beaten"})).handle([damaged, beaten, fine])
    assert set(failed.value.errors) == {damaged.id, beaten.id}


def test_what_only_some_contracts_ask_for_brings_no_header_so_that_nothing_need_be_saved():
    incident = incident_pb2.Incident(category="network", assignment_group_id="grp_a", revision=7)
    header, fact = read(event("classified", pb.Classified, incident=incident))
    assert (header, fact.kind, fact.service) == (None, FactKind.CLASSIFIED, "network")
    _, fact = read(event("assigned", pb.Assigned, incident=incident))
    assert (fact.kind, fact.group_id) == (FactKind.ASSIGNED, "grp_a")


def test_a_merge_and_its_undoing_name_the_other_incident():
    _, gone = read(event("merged", pb.Merged, into_incident_id="inc_b"))
    _, back = read(event("unmerged", pb.Unmerged, from_incident_id="inc_b"))
    assert [(fact.kind, fact.other_id, fact.undone) for fact in (gone, back)] == [
        (FactKind.MERGED, "inc_b", False),
        (FactKind.MERGED, "inc_b", True),
    ]
    _, taken = read(event("absorbed", pb.Absorbed, absorbed_incident_id="inc_a", open_time=NOON))
    _, released = read(event("released", pb.Released, released_incident_id="inc_a"))
    assert (taken.kind, taken.other_id, taken.since) == (FactKind.ABSORBED, "inc_a", NOON)
    assert (released.kind, released.other_id, released.undone) == (FactKind.ABSORBED, "inc_a", True)
