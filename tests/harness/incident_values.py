"""Incidents and what is done to them as plain values, for tests of the rules."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.incidents.domain.incident import Actor, Incident, Party
from services.incidents.domain.opening import open_incident
from services.incidents.domain.submission import Submission

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
JANE = Party("jane@acme.example", "Jane", "per_jane")
TECH = Actor("person:per_tech", "Tess")
REQUESTER = Actor("person:per_jane", "Jane")
TRIAGE = Actor("service:triage", "triage")


def after(minutes: float) -> datetime:
    """Minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def submission(**fields: Any) -> Submission:
    defaults: dict[str, Any] = {
        "submission_id": "sub_1",
        "tenant_id": "ten_acme",
        "channel": "email",
        "sender": JANE,
        "authenticated": True,
        "subject": "The printer is on fire",
        "text": "Smoke comes out of the tray.",
    }
    return Submission(**defaults | fields)


def opened(**fields: Any) -> Incident:
    """An incident as it is just after a submission opened it."""
    change = open_incident(
        submission(**fields),
        provider_id="prv_north",
        incident_id="inc_01m8490y6g7z9ycjtqqcamtm01",
        number="ACME-1",
        actor=REQUESTER,
        now=NOON,
    )
    return change.after
