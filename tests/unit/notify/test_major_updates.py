"""An update that is due is told to whoever writes it, and to nobody else."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from fairlead.incidents.v1 import events_pb2, incident_pb2
from services.notify.consumers.events import payload_of
from services.notify.domain.notification import IncidentFact, Side, notifications_for


def due(person_id: str) -> IncidentFact:
    return IncidentFact(
        event_id="maj_1:2",
        fact="major_update_due",
        time=datetime(2026, 3, 2, tzinfo=UTC),
        provider_id="prv_north",
        tenant_id="ten_acme",
        incident_id="inc_1",
        number="ACME-1",
        title="Mail is down",
        actor_subject="service:incidents",
        assignee_id=person_id,
        details={"major": "MAJOR-1"},
    )


def test_whoever_writes_the_updates_is_told() -> None:
    (told,) = notifications_for(due("per_lead"))
    assert (told.kind, told.recipient.person_id, told.recipient.side) == (
        "major_update_due",
        "per_lead",
        Side.STAFF,
    )


def test_where_nobody_has_a_role_nobody_is_told() -> None:
    assert notifications_for(due("")) == []


def test_a_clients_webhook_is_not_told_that_others_are_touched_by_the_same() -> None:
    incident = incident_pb2.Incident(number="ACME-1", major_id="maj_1", major_number="MAJOR-1")
    event: Any = SimpleNamespace(
        id="inc_1:2",
        fact="replied",
        tenant_id="ten_acme",
        time=datetime(2026, 3, 2, tzinfo=UTC),
        parse=lambda _: events_pb2.Replied(incident=incident, text="News."),
    )
    payload = payload_of(event)
    assert "ACME-1" in payload and "maj" not in payload.lower()
    event.fact, names = "incident_opened", ["srv-1"]
    event.parse = lambda _: events_pb2.IncidentOpened(incident=incident, item_names=names)
    assert "ACME-1" in payload_of(event) and "srv-1" not in payload_of(event)
