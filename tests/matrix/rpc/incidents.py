"""The record."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.probes import INTRUDERS, Asker, Probe

_PERIOD = {"start_time": "2020-01-01T00:00:00Z", "end_time": "2100-01-01T00:00:00Z"}
_TENANT = {"tenant_id": "{tenant_id}"}
_INCIDENT = {"incident_id": "{incident_id}"}
_FILE = {"attachment_id": "{attachment_id}"}


def _incidents(method: str, request: dict[str, Any], record: Any = a.incident, **more: Any) -> Probe:
    named = {"incident_id": "{incident_id}", **request}
    return Probe(
        f"incidents IncidentService.{method}", named, **{"record": record, "owner": "technician", **more}
    )


def _sending(method: str, record: Any, owner: str) -> Probe:
    """A message on one's own incident that names somebody's upload."""
    request = {"incident_id": "{own_incident_id}", "text": "Look", "attachment_ids": ["{attachment_id}"]}
    return _incidents(
        method,
        request,
        record,
        owner=owner,
        fresh=True,
        missing_as=("attachment_not_found",),
        shows="inc_",
        by="attachment",
    )


PROBES = [
    Probe(
        "incidents IncidentService.AcceptSubmissions",
        {
            "submissions": [
                {"submission_id": "{fresh}", "tenant_id": "{tenant_id}", "channel": "portal"}
                | {"subject": "Zephyrine", "authenticated": True, "text": "From outside"}
                | {"sender": {"address": "x@acme.example"}}
            ]
        },
        a.tenant,
        "service",
        listing=True,
        shows="inc_",
    ),
    *(
        Probe(
            "incidents IncidentService.AcceptSubmissions",
            {
                "submissions": [
                    {"submission_id": "{fresh}", "tenant_id": "{own_tenant_id}", "channel": "email"}
                    | {
                        "subject": "Re: it",
                        "text": "More",
                        "sender": {"address": "{fresh}@x.example"},
                        "authenticated": True,
                    }
                    | evidence
                ]
            },
            a.mailed_incident,
            "service",
            listing=True,
            comparable=False,
            intruders=(Asker("lumen", "service"), Asker("port", "service")),
            shows='"joined": true',
            by=by,
        )
        for by, evidence in (
            ("answer to a Message-ID", {"referenced_message_ids": ["{message_id}"]}),
            ("reply token", {"reply_token": "{reply_token}"}),
        )
    ),
    _incidents("GetIncident", {}, owner="requester"),
    _incidents("GetIncident", {"incident_id": "{number}"}, owner="requester", by="number"),
    Probe(
        "incidents IncidentService.BatchGetIncidents",
        {"incident_ids": ["{incident_id}"]},
        a.incident,
        "requester",
        listing=True,
    ),
    Probe(
        "incidents IncidentService.ListIncidents",
        {"page_size": 200},
        owner="requester",
        listing=True,
        shows="inc_",
    ),
    Probe(
        "incidents IncidentService.ListIncidents", _TENANT, a.tenant, "requester", listing=True, by="tenant"
    ),
    Probe(
        "incidents IncidentService.ListIncidents",
        {"requester_id": "{requester_id}", "page_size": 200},
        a.requester,
        "technician",
        listing=True,
        by="requester",
    ),
    Probe("incidents IncidentService.CountFlow", {"days": 7}, owner="technician", listing=True, shows="date"),
    Probe(
        "incidents IncidentService.CountFlow",
        {"days": 7, "tenant_ids": ["{tenant_id}"]},
        a.tenant,
        "technician",
        listing=True,
        shows="date",
        by="tenant",
    ),
    Probe(
        "incidents IncidentService.CountKpis", {"days": 7}, owner="technician", listing=True, shows="arrived"
    ),
    Probe(
        "incidents IncidentService.CountKpis",
        {"days": 7, "tenant_ids": ["{tenant_id}"]},
        a.tenant,
        "technician",
        listing=True,
        shows="arrived",
        by="tenant",
    ),
    Probe(
        "incidents IncidentService.ListOpenings",
        {**_PERIOD, "person_ids": ["{requester_id}"]},
        a.requester,
        "technician",
        listing=True,
    ),
    Probe(
        "incidents IncidentService.ListOpenings",
        {**_PERIOD, "person_ids": ["{own_requester_id}"], "tenant_ids": ["{tenant_id}"]},
        a.tenant,
        "technician",
        listing=True,
        shows="create_time",
        by="tenant",
    ),
    _incidents("ListTimeline", {}, owner="requester"),
    _incidents("ListTimeline", {"with_incident": True}, owner="requester", by="with the incident"),
    _incidents("Reply", {"text": "Any news?"}, owner="requester"),
    _incidents("Note", {"text": "Look behind it."}),
    _sending("Reply", a.uploaded, "requester"),
    _sending("Note", a.staffs_upload, "technician"),
    Probe(
        "incidents AttachmentService.UploadAttachment",
        {"messages": [{"header": {**_TENANT, "name": "a.png"}}, {"chunk": "iVBORw=="}]},
        a.tenant,
        "requester",
        shows="att_",
        by="tenant",
    ),
    Probe(
        "incidents AttachmentService.UploadAttachment",
        {"messages": [{"header": {**_INCIDENT, "name": "a.png"}}, {"chunk": "iVBORw=="}]},
        a.incident,
        "requester",
        shows="att_",
        by="incident",
    ),
    Probe(
        "incidents AttachmentService.DownloadAttachment", {**_INCIDENT, **_FILE}, a.attachment, "requester"
    ),
    Probe(
        "incidents AttachmentService.ClaimAttachments",
        {
            "tenant_id": "{own_tenant_id}",
            "attachment_ids": ["{attachment_id}"],
            "uploader": "person:{own_requester_id}",
            "claim": "{fresh}",
        },
        a.uploaded,
        "service",
        fresh=True,
        missing_as=("attachment_not_found",),
    ),
    _incidents("Classify", {"category": "fire"}),
    _incidents("Prioritize", {"priority": "PRIORITY_P2"}),
    _incidents("Assign", {"assignee_id": "{own_technician_id}", "assignee_name": "Tech"}),
    _incidents("Acknowledge", {}, a.assigned_incident, fresh=True),
    _incidents("Hold", {"awaiting": "AWAITED_PARTY_VENDOR", "reason": "parts"}, fresh=True),
    _incidents("Resume", {}, a.incident_on_hold, fresh=True),
    _incidents("Resolve", {"code": "fixed", "text": "Put out."}, fresh=True),
    _incidents("Confirm", {}, a.resolved_incident, owner="requester", fresh=True),
    _incidents("Close", {}, a.resolved_incident, fresh=True),
    _incidents("Reopen", {"reason": "again"}, a.resolved_incident, owner="requester", fresh=True),
    _incidents("Cancel", {"reason": "a joke"}, fresh=True),
    _incidents("Rate", {"score": 4}, a.resolved_incident, owner="requester", fresh=True),
    _incidents("Merge", {"into": "{into_number}"}, a.two_incidents, fresh=True),
    _incidents(
        "Split",
        {"entry_ids": ["{incident_id}:1000"], "title": "Another", "default_participants": True},
        fresh=True,
        shows="inc_",
    ),
    _incidents("DismissHint", {}),
    _incidents("SetParent", {"parent": "{into_number}"}, a.two_incidents, fresh=True),
    _incidents("TellChildren", {"text": "Power is back."}, a.parent_incident, fresh=True, shows="inc_"),
    _incidents("ListDuplicates", {}, shows="{", comparable=True),
    _incidents("Unmerge", {}, a.merged_incident, fresh=True),
    Probe(
        "incidents IncidentService.ApplyTriage",
        {"decisions": [{**_INCIDENT, "category": "fire", "priority": "PRIORITY_P3"}]},
        a.incident,
        "service",
        listing=True,
    ),
    Probe(
        "incidents IncidentService.MintReplyTokens",
        {"requests": [{**_INCIDENT, "address": "req@acme.example"}]},
        a.incident,
        "service",
        shows="tokens",
    ),
    Probe(
        "incidents IncidentService.MintAnswerTokens",
        {
            "requests": [
                {**_INCIDENT, "action": "ANSWER_ACTION_CONFIRM", "recipient": "x@acme.example"}
                | {"issue_time": "2026-01-01T00:00:00Z"}
            ]
        },
        a.incident,
        "service",
        shows="tokens",
    ),
    *(
        Probe(
            f"incidents IncidentService.{method}",
            {"token": "{token}"},
            a.answer_link,
            "service",
            # A service of the provider may read it; that the gateway asks within one tenant, the pages' probes show.
            intruders=(*INTRUDERS, Asker("port", "service")),
            fresh=True,
        )
        for method in ("ReadAnswerLink", "UseAnswerLink")
    ),
]
