"""What came in."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.form_records import FORM, form
from tests.matrix.probes import INTRUDERS, Probe

_TENANT = {"tenant_id": "{tenant_id}"}
_PLACE = {"tenant_id": "{tenant_id}", "address": "{own_support}", "username": "{fresh}"}
_MAILBOX = {"mailbox_id": "{mailbox_id}"}
_SUBMISSION = {"submission_id": "{submission_id}"}
_FORM = {"form_id": "{form_id}"}


def _intake(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"intake SubmissionService.{method}", request, **more)


def _forms(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"intake FormService.{method}", request, **more)


FORMS = [
    _forms("CreateForm", {**_TENANT, "definition": FORM}, record=a.tenant),
    _forms("GetForm", _FORM, record=form, owner="requester"),
    _forms("GetForm", _FORM, record=form, by="draft"),
    _forms("ListForms", {}, record=form, owner="requester", listing=True, shows="frm_"),
    _forms("ListForms", _TENANT, record=a.tenant, listing=True, by="tenant"),
    _forms("UpdateForm", {**_FORM, "definition": FORM}, record=form, fresh=True),
    _forms("PublishForm", _FORM, record=form, fresh=True),
    _forms("WithdrawForm", _FORM, record=form, fresh=True),
    _intake(
        "Submit",
        {"tenant_id": "{own_tenant_id}", **_FORM, "answers": '{{"what": "A screen"}}'},
        record=form,
        owner="requester",
        by="form",
    ),
]

_SOURCE = {"source_id": "{source_id}"}
_WANTED = {"name": "Zephyrine's probe", "sender": "generic"}


def _alerts(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"intake AlertService.{method}", request, **more)


_ALERTS = [
    _alerts(
        "ReceiveAlert",
        {"sender": "generic", "key": "{key}", "body": "eyJ0aXRsZSI6ICJEaXNrIn0="},
        record=a.alert_key,
        owner="service",
        # The key is all that is asked for: whichever service brings it, brings it for its source's client.
        intruders=tuple(one for one in INTRUDERS if one.kind != "service"),
        shows="delivery_id",
    ),
    _alerts("CreateAlertSource", {"source": {**_WANTED, **_TENANT}}, record=a.tenant),
    _alerts("GetAlertSource", _SOURCE, record=a.alert_source),
    _alerts("ListAlertSources", {}, listing=True, shows="als_"),
    _alerts("ListAlertSources", _TENANT, record=a.tenant, listing=True, by="tenant"),
    _alerts("UpdateAlertSource", {"source": {**_WANTED, **_SOURCE, "enabled": True}}, record=a.alert_source),
    _alerts("RotateAlertSourceKey", _SOURCE, record=a.alert_source),
    _alerts("ListAlertDeliveries", _SOURCE, record=a.alert_source),
    _alerts(
        "PreviewAlerts",
        {"sender": "generic", "sample": "eyJ0aXRsZSI6ICJEaXNrIn0="},
        shows="Disk",
        ownerless="it names nobody's record: the payload is the asker's own, and is not kept",
    ),
    _alerts("ListAlertGroups", {"incident_id": "{incident_id}"}, record=a.alert_group, listing=True),
    _alerts("ListAlertGroups", {"page_size": 200}, listing=True, shows="alg_", by="all"),
    _alerts("ListAlertGroups", _TENANT, record=a.tenant, listing=True, by="tenant"),
]


def _mailbox(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"intake MailboxService.{method}", request, **more)


PROBES = [
    *FORMS,
    _intake(
        "Submit",
        {**_TENANT, "channel": "CHANNEL_PORTAL", "subject": "Zephyrine", "text": "Dark"},
        record=a.tenant,
        owner="requester",
    ),
    _intake(
        "Submit",
        {"tenant_id": "{own_tenant_id}", "channel": "CHANNEL_API", "subject": "Screen", "text": "Dark"}
        | {"requester_person_id": "{person_id}"},
        record=a.person,
        owner="technician",
        missing_as=("requester_not_found",),
        by="requester",
    ),
    _intake("GetSubmission", _SUBMISSION, record=a.submission, owner="requester"),
    _intake("GetSubmission", _SUBMISSION, record=a.quarantined, by="quarantine"),
    _intake("ListSubmissions", {"page_size": 200}, listing=True, shows="sub_"),
    _intake("ListSubmissions", _TENANT, record=a.tenant, listing=True, by="tenant"),
    _intake(
        "ListSubmissions",
        {"state": "SUBMISSION_STATE_QUARANTINED", "page_size": 200},
        record=a.quarantined,
        fresh=True,
        listing=True,
        by="quarantine",
    ),
    _intake("DownloadRaw", _SUBMISSION, record=a.submission, shows="data"),
    _intake("DownloadRaw", _SUBMISSION, record=a.quarantined, shows="data", by="quarantine"),
    _intake(
        "ReleaseSubmission",
        {**_SUBMISSION, "tenant_id": "{own_tenant_id}"},
        record=a.quarantined,
        fresh=True,
    ),
    _intake(
        "ReleaseSubmission",
        {"submission_id": "{own_submission_id}", **_TENANT},
        record=a.tenant,
        by="tenant",
    ),
    _mailbox(
        "CreateMailbox",
        {"mailbox": {**a.MAILBOX, **_PLACE}, "password": "secret"},
        record=a.tenant,
    ),
    _mailbox("GetMailbox", _MAILBOX, record=a.imap_mailbox),
    _mailbox("ListMailboxes", {}, record=a.imap_mailbox, listing=True, shows="mbx_"),
    _mailbox("ListMailboxes", _TENANT, record=a.tenant, listing=True, by="tenant"),
    _mailbox(
        "UpdateMailbox", {"mailbox": {**a.MAILBOX, **_MAILBOX}, "password": "secret"}, record=a.imap_mailbox
    ),
    _mailbox("DeleteMailbox", _MAILBOX, record=a.imap_mailbox, fresh=True),
    _intake("DiscardSubmission", {**_SUBMISSION, "reason": "noise"}, record=a.quarantined, fresh=True),
    *_ALERTS,
]
