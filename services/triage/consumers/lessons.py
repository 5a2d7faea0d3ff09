"""What announcements teach: an incident's words, and what a person said of it."""

from dataclasses import replace
from datetime import UTC
from typing import Any

from chassis.bus import Event
from fairlead.incidents.v1 import events_pb2, incident_pb2
from services.triage.domain.decision import UNRECOGNIZED
from services.triage.domain.learning.advice import Aspect
from services.triage.use_cases import Heard
from services.triage.use_cases.learning import text_of

_MESSAGES = {
    "classified": events_pb2.Classified,
    "prioritized": events_pb2.Prioritized,
    "assigned": events_pb2.Assigned,
    "resolved": events_pb2.Resolved,
}
FACTS = tuple(_MESSAGES)
# What machines say teaches nothing: it would be most of what there is.
_ALERT = "alert"
_PERSON = "person:"
# Nor does what becomes urgent with the major incident that it is part of: its own words did not say so.
_MAJOR = "major"


def words(event: Event) -> Heard | None:
    """The words of an incident that was opened."""
    incident = event.parse(events_pb2.IncidentOpened).incident
    if incident.channel == _ALERT:
        return None
    return replace(_heard(incident), text=text_of(incident.title, incident.description))


def lesson(event: Event) -> Heard | None:
    """What a person said of an incident: by deciding it, or by resolving it as it stood."""
    message: Any = event.parse(_MESSAGES[event.fact])
    incident = message.incident
    by_person = message.actor.subject.startswith(_PERSON)
    labels = {aspect: label for aspect, label in _labels(event.fact, incident).items() if label}
    if incident.channel == _ALERT or not by_person or not labels:
        return None
    return replace(_heard(incident), labels=labels)


def _labels(fact: str, incident: incident_pb2.Incident) -> dict[Aspect, str]:
    """Levels are told by who sets them alone: most incidents are resolved under those that nobody looked at."""
    if fact == "prioritized":
        if incident.priority_decision.source == _MAJOR:
            return {}
        return {
            Aspect.IMPACT: _level(incident_pb2.Impact.Name(incident.impact), "IMPACT_"),
            Aspect.URGENCY: _level(incident_pb2.Urgency.Name(incident.urgency), "URGENCY_"),
        }
    category = "" if incident.category == UNRECOGNIZED else incident.category
    told = {Aspect.CATEGORY: category, Aspect.GROUP: incident.assignment_group_id}
    if fact == "resolved":
        return told
    said = Aspect.CATEGORY if fact == "classified" else Aspect.GROUP
    return {said: told[said]}


def _level(name: str, prefix: str) -> str:
    word = name.removeprefix(prefix).lower()
    return "" if word == "unspecified" else word


def _heard(incident: incident_pb2.Incident) -> Heard:
    return Heard(
        incident_id=incident.incident_id,
        provider_id=incident.provider_id,
        tenant_id=incident.tenant_id,
        revision=incident.revision,
        create_time=incident.create_time.ToDatetime(tzinfo=UTC),
    )
