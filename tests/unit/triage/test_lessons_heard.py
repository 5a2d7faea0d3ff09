"""Which announcements teach, and what."""

from types import SimpleNamespace

import pytest

from fairlead.incidents.v1 import events_pb2, incident_pb2
from services.triage.consumers.lessons import lesson, words
from services.triage.domain.learning.advice import Aspect

INCIDENT = {
    "incident_id": "inc_1",
    "provider_id": "prv_1",
    "tenant_id": "ten_1",
    "revision": 4,
    "title": "VPN",
}


def heard(kind: type, fact: str, actor: str = "person:per_tess", **incident):
    message = kind(
        incident=incident_pb2.Incident(**{**INCIDENT, "channel": "email", "category": "network", **incident}),
        actor=incident_pb2.Actor(subject=actor),
    )
    return SimpleNamespace(fact=fact, parse=lambda _: message)


def test_what_was_opened_teaches_its_words():
    found = words(heard(events_pb2.IncidentOpened, "incident_opened", description="It drops"))
    assert (found.text, found.labels, found.tenant_id) == ("VPN\nIt drops", {}, "ten_1")


@pytest.mark.parametrize(
    ("kind", "fact"), [(events_pb2.Classified, "classified"), (events_pb2.Resolved, "resolved")]
)
def test_a_category_teaches_when_a_person_gave_it_or_resolved_under_it(kind: type, fact: str):
    found = lesson(heard(kind, fact))
    assert (found.labels, found.text, found.revision) == ({Aspect.CATEGORY: "network"}, "", 4)
    assert lesson(heard(kind, fact, actor="service:triage")) is None
    assert lesson(heard(kind, fact, category="general")) is None


def test_what_machines_say_teaches_nothing():
    assert words(heard(events_pb2.IncidentOpened, "incident_opened", channel="alert")) is None
    assert lesson(heard(events_pb2.Resolved, "resolved", channel="alert")) is None


def test_levels_teach_when_a_person_set_them_and_a_group_when_a_person_gave_it_or_it_was_resolved_there():
    levels = heard(events_pb2.Prioritized, "prioritized", impact="IMPACT_HIGH", urgency="URGENCY_LOW")
    assert lesson(levels).labels == {Aspect.IMPACT: "high", Aspect.URGENCY: "low"}
    given = heard(events_pb2.Assigned, "assigned", assignment_group_id="grp_1", impact="IMPACT_HIGH")
    assert lesson(given).labels == {Aspect.GROUP: "grp_1"}
    done = heard(events_pb2.Resolved, "resolved", assignment_group_id="grp_1", impact="IMPACT_HIGH")
    assert lesson(done).labels == {Aspect.CATEGORY: "network", Aspect.GROUP: "grp_1"}
    assert lesson(heard(events_pb2.Assigned, "assigned")) is None


def test_what_rises_with_the_major_incident_that_it_is_part_of_teaches_nothing():
    high = {"impact": "IMPACT_HIGH", "urgency": "URGENCY_HIGH"}
    found = lesson(heard(events_pb2.Prioritized, "prioritized", **high))
    assert found.labels == {Aspect.IMPACT: "high", Aspect.URGENCY: "high"}
    raised = heard(events_pb2.Prioritized, "prioritized", **high, priority_decision={"source": "major"})
    assert lesson(raised) is None
