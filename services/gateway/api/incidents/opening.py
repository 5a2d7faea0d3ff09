"""Opening an incident: it is submitted, and most often there before the answer is."""

from __future__ import annotations

import json
from typing import Any

from flask import Response

from chassis.errors import InvalidArgument, NotFound, Unavailable
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.intake.v1 import submission_pb2
from services.gateway.api.incidents.bodies import NewIncident, RequesterBody
from services.gateway.api.incidents.own_routes import routes
from services.gateway.api.incidents.shapes import Incident
from services.gateway.api.meant import fields_as_sent, tenant_of
from services.gateway.api.routes import PREFIX, Answer, Call, backends, respond
from services.gateway.api.submissions import Submission
from services.gateway.backends.words import number_of

_IMPACT = incident_pb2.Impact.DESCRIPTOR
_URGENCY = incident_pb2.Urgency.DESCRIPTOR
_KIND = incident_pb2.IncidentKind.DESCRIPTOR


@routes.post(
    "/incidents",
    "Open an incident",
    scope="incidents:write",
    body=NewIncident,
    returns=Incident,
    status=201,
    also={202: Submission},
    conflicts=True,
    idempotency="service",
)
def open_incident(call: Call) -> Answer:
    """201 with the incident and its number; 202 with the submission when the record's service is away: it is
    kept, and becomes an incident as soon as the service is back. The same Idempotency-Key opens only one.
    """
    with fields_as_sent():
        fields = submission_fields(call.caller, call.body, call.idempotency_key)
        submission = backends().submissions.submit(call.caller, **fields)
    return answer_opened(call, submission)


def submission_fields(caller: Caller, body: NewIncident, key: str) -> dict[str, Any]:
    """What intake is sent. Raises InvalidArgument for what is wrong already, NotFound("tenant_not_found")."""
    requester = body.requester or RequesterBody(name=None)
    if body.requester and bool(requester.person_id) == bool(requester.email):
        raise InvalidArgument("requester_required", "Name either person_id or email.", field="requester")
    return {
        "tenant_id": tenant_of(caller, body.tenant_id),
        "channel": submission_pb2.CHANNEL_API,
        "subject": body.title or "",
        "text": body.description,
        "requester_person_id": requester.person_id or "",
        "requester_email": requester.email or "",
        "requester_name": requester.name or "",
        "impact": number_of(_IMPACT, body.impact),
        "urgency": number_of(_URGENCY, body.urgency),
        "kind": number_of(_KIND, body.kind),
        "category": body.category or "",
        "attachment_ids": body.attachment_ids,
        "idempotency_key": key,
        "form_id": body.form or "",
        "answers": json.dumps(body.answers, sort_keys=True) if body.form else "",
        "locale": body.locale or "",
    }


def answer_opened(call: Call, submission: submission_pb2.Submission) -> Response:
    """The incident where it is there already, else the submission."""
    address = f"{PREFIX}/submissions/{submission.submission_id}"
    if submission.incident_id:
        try:
            incident = _shown(call, submission)
        except (Unavailable, NotFound):
            # Opened, but not to be read just now (or not by this program): the submission says its number.
            return respond(Submission.of(submission), 202, Location=address)
        shown = Incident.of(incident)
        etag = f'"{incident.revision}"'
        return respond(shown, 201, Location=f"{PREFIX}/incidents/{incident.incident_id}", ETag=etag)
    return respond(Submission.of(submission), 202, Location=address, Retry_After="2")


def _shown(call: Call, submission: submission_pb2.Submission) -> incident_pb2.Incident:
    """What it opened comes along as clients see it; staff see more, and what was there before has to be read."""
    if submission.HasField("opened") and not call.caller.is_staff:
        return submission.opened
    return backends().incidents.get(call.caller, submission.incident_id)
