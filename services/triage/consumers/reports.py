"""What triage knows of an incident that was opened."""

import json
from datetime import UTC

from fairlead.incidents.v1 import events_pb2, incident_pb2
from services.triage.domain.matrix import Level
from services.triage.domain.report import Report


def report_of(opened: events_pb2.IncidentOpened) -> Report:
    """As its opening announces it: later events have no description."""
    incident = opened.incident
    given = incident.priority_decision.source != "default"
    return Report(
        incident_id=incident.incident_id,
        tenant_id=incident.tenant_id,
        subject=incident.title,
        text=incident.description,
        channel=incident.channel,
        sender=incident.requester.address,
        category=incident.category,
        impact=Level(incident.impact) if given and incident.impact else None,
        urgency=Level(incident.urgency) if given and incident.urgency else None,
        configuration_item=incident.configuration_item,
        item_names=tuple(opened.item_names),
        requester_id=incident.requester.person_id,
        form=_answers_of(incident.form),
        create_time=incident.create_time.ToDatetime(tzinfo=UTC),
    )


def _answers_of(form: incident_pb2.FilledForm) -> dict[str, list[str]]:
    """Each answer as it is kept, and as it is read in every language; of several choices each one besides."""
    found: dict[str, list[str]] = {}
    for answer in form.answers:
        try:
            kept = json.loads(answer.value)
        except ValueError:
            kept = answer.value
        several = [str(one) for one in kept] if isinstance(kept, list) else []
        said = kept if isinstance(kept, str) else answer.value
        found[answer.field] = list(dict.fromkeys([said, *several, *answer.text.values()]))
    return found
