"""What announcements teach: an incident's words, and the category that a person gave it or resolved it under."""

from dataclasses import replace
from datetime import UTC
from typing import Any

from chassis.bus import Event
from fairlead.incidents.v1 import events_pb2, incident_pb2
from services.triage.domain.decision import UNRECOGNIZED
from services.triage.use_cases import Heard
from services.triage.use_cases.learning import text_of

_MESSAGES = {"classified": events_pb2.Classified, "resolved": events_pb2.Resolved}
FACTS = tuple(_MESSAGES)
# What machines say teaches nothing: it would be most of what there is.
_ALERT = "alert"
_PERSON = "person:"


def words(event: Event) -> Heard | None:
    """The words of an incident that was opened."""
    incident = event.parse(events_pb2.IncidentOpened).incident
    if incident.channel == _ALERT:
        return None
    return replace(_heard(incident), text=text_of(incident.title, incident.description))


def lesson(event: Event) -> Heard | None:
    """The category of an incident that a person classified or resolved."""
    message: Any = event.parse(_MESSAGES[event.fact])
    incident = message.incident
    by_person = message.actor.subject.startswith(_PERSON)
    if incident.channel == _ALERT or not by_person or incident.category in ("", UNRECOGNIZED):
        return None
    return replace(_heard(incident), category=incident.category)


def _heard(incident: incident_pb2.Incident) -> Heard:
    return Heard(
        incident_id=incident.incident_id,
        provider_id=incident.provider_id,
        tenant_id=incident.tenant_id,
        revision=incident.revision,
        create_time=incident.create_time.ToDatetime(tzinfo=UTC),
    )
