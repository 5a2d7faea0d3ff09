"""An update that is due is told to whoever writes it, and to nobody else."""

from datetime import UTC, datetime

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
