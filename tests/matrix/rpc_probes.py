"""A probe for every RPC of every service."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.probes import Asker, Probe

_EVERYBODY = ("requester", "technician", "api_client")
_TARGETS = [
    {"kind": kind, "priority": f"PRIORITY_P{n}", "goal_seconds": 3600, "calendar_id": "{own_calendar_id}"}
    for kind in ("TARGET_KIND_FIRST_RESPONSE", "TARGET_KIND_RESOLUTION")
    for n in range(1, 6)
]
_TERMS = {"name": "Silver", "time_zone": "UTC", "targets": _TARGETS, "reopen_rule": "REOPEN_RULE_CONTINUE"}
_COLORS = {"primary_color": "#1e3a8a", "accent_color": "#9a3412", "surface_color": "#ffffff", "monogram": "A"}
_RULE = {
    "name": "{fresh}",
    "position": 5,
    "conditions": [
        {
            "field": "CONDITION_FIELD_WORDS",
            "operator": "CONDITION_OPERATOR_CONTAINS_ANY",
            "values": ["unheard"],
        }
    ],
    "actions": {"category": "fire"},
}
_WORDING = {"locale": "en", "title": "How to", "summary": "In short", "body": "At length"}


def _tenants(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"directory TenantService.{method}", request, **more)


def _people(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"directory PersonService.{method}", request, **more)


def _incidents(method: str, request: dict[str, Any], record: Any = a.incident, **more: Any) -> Probe:
    named = {"incident_id": "{incident_id}", **request}
    return Probe(
        f"incidents IncidentService.{method}", named, **{"record": record, "owner": "technician", **more}
    )


def _intake(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"intake SubmissionService.{method}", request, **more)


def _articles(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"knowledge ArticleService.{method}", request, **more)


def _notify(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"notify NotifyService.{method}", request, **more)


def _contracts(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"sla ContractService.{method}", request, **more)


def _clocks(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"sla ClockService.{method}", request, a.known_incident, "requester", **more)


def _queue(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"triage QueueService.{method}", request, **{"owner": "technician", **more})


def _rules(method: str, request: dict[str, Any], **more: Any) -> Probe:
    return Probe(f"triage RuleService.{method}", request, **more)


_TENANT, _PERSON = {"tenant_id": "{tenant_id}"}, {"person_id": "{person_id}"}
_SUBMISSION, _INCIDENT = {"submission_id": "{submission_id}"}, {"incident_id": "{incident_id}"}
_NEW_PERSON = {"email": "{fresh}@{fresh}.example", "display_name": "Newcomer"}

DIRECTORY = [
    _tenants(
        "CreateProvider",
        {"name": "{fresh}", "slug": "{fresh}"},
        owner="operator",
        ownerless="it names nobody: operators alone make providers",
    ),
    _tenants("GetProvider", {"provider_id": "{provider_id}"}, record=a.provider, shared_with=_EVERYBODY),
    _tenants(
        "CreateTenant",
        {
            "provider_id": "{provider_id}",
            "name": "New",
            "slug": "{fresh}",
            "number_prefix": "{FRESH}",
            "locale": "en",
        }
        | {"time_zone": "UTC"},
        record=a.provider,
    ),
    _tenants(
        "CreateTenant",
        {"name": "{name}", "slug": "{slug}", "number_prefix": "{prefix}", "locale": "en"}
        | {"time_zone": "Europe/London", "support_address": "{support}"},
        record=a.registered,
        missing_as=("slug_taken", "tenant_exists"),
        comparable=False,
        by="registered already",
    ),
    _tenants("GetTenant", _TENANT, record=a.tenant),
    _tenants("FindTenantBySlug", {"slug": "{slug}"}, record=a.slug, owner="service"),
    _tenants("ListTenants", {"page_size": 200}, listing=True, shows="zephyrine"),
    _tenants("UpdateTenant", {**_TENANT, "name": "Renamed zephyrine"}, record=a.tenant),
    _tenants("SuspendTenant", {**_TENANT, "reason": "late"}, record=a.another_tenant, fresh=True),
    _tenants("ActivateTenant", _TENANT, record=a.another_tenant, fresh=True),
    _tenants("AddMailDomain", {**_TENANT, "domain": "{fresh}.example"}, record=a.tenant),
    _tenants(
        "AddMailDomain",
        {"tenant_id": "{own_tenant_id}", "domain": "{domain}"},
        record=a.domain,
        missing_as=("mail_domain_taken",),
        comparable=False,
        by="domain of another client",
    ),
    _tenants("RemoveMailDomain", {**_TENANT, "domain": "{domain}"}, record=a.mail_domain, fresh=True),
    _tenants(
        "RemoveMailDomain",
        {"tenant_id": "{own_tenant_id}", "domain": "{domain}"},
        record=a.mail_domain,
        fresh=True,
        by="domain of another client",
    ),
    _tenants("ListMailDomains", _TENANT, record=a.tenant),
    _tenants(
        "ResolveMail",
        {"sender": "somebody@{domain}", "recipients": ["help@nowhere.example"]},
        record=a.domain,
        owner="service",
        shows="ten_",
    ),
    _tenants(
        "ResolveMail",
        {"sender": "somebody@nowhere.example", "recipients": ["{email}"]},
        record=a.support_mailbox,
        owner="service",
        shows="prv_",
        by="written to",
    ),
    _tenants("GetBrand", _TENANT, record=a.tenant),
    _tenants("GetBrand", {"tenant_id": "{own_tenant_id}"}, listing=True, shows="zephyrine", by="own"),
    _tenants("SetBrand", {**_TENANT, **_COLORS, "display_name": "zephyrine"}, record=a.tenant),
    _people("CreatePerson", {**_NEW_PERSON, "provider_id": "{provider_id}"}, record=a.provider),
    _people(
        "CreatePerson",
        {**_NEW_PERSON, "memberships": [{**_TENANT, "role": "MEMBERSHIP_ROLE_REQUESTER"}]},
        record=a.tenant,
        by="membership",
    ),
    _people(
        "CreatePerson",
        {**_NEW_PERSON, "grants": [{"role": "GRANT_ROLE_TECHNICIAN", "tenant_ids": ["{tenant_id}"]}]},
        record=a.tenant,
        by="grant",
    ),
    _people("GetPerson", _PERSON, record=a.person),
    _people("BatchGetPeople", {"person_ids": ["{person_id}"]}, record=a.person, listing=True),
    _people("ListPeople", {"page_size": 200}, listing=True, shows="zephyrine"),
    _people("ListPeople", _TENANT, record=a.tenant, listing=True, by="tenant"),
    _people("ListPeople", {**_TENANT, "staff": True}, record=a.tenant, listing=True, by="staff of a tenant"),
    _people("FindPeopleByEmail", {"email": "{email}"}, record=a.mailbox, owner="service", listing=True),
    _people(
        "FindPeopleByEmail",
        {"email": "req@acme.example", "provider_id": "{provider_id}"},
        record=a.provider,
        owner="service",
        listing=True,
        by="provider",
    ),
    _people(
        "EnsureRequester", {**_TENANT, "email": "{fresh}@acme.example"}, record=a.tenant, owner="service"
    ),
    _people(
        "EnsureRequester",
        {"tenant_id": "{own_tenant_id}", "email": "{email}"},
        record=a.new_mailbox,
        fresh=True,
        owner="service",
        listing=True,
        comparable=False,
        by="address known elsewhere",
    ),
    _people("UpdatePerson", {**_PERSON, "display_name": "Renamed zephyrine"}, record=a.person),
    _people("DisablePerson", _PERSON, record=a.person, fresh=True),
    _people("EnablePerson", _PERSON, record=a.person, fresh=True),
    _people(
        "SetMembership",
        {**_PERSON, "membership": {"tenant_id": "{own_tenant_id}", "role": "MEMBERSHIP_ROLE_REQUESTER"}},
        record=a.person,
    ),
    _people(
        "SetMembership",
        {"person_id": "{own_spare_id}", "membership": {**_TENANT, "role": "MEMBERSHIP_ROLE_REQUESTER"}},
        record=a.another_tenant,
        fresh=True,
        by="tenant",
    ),
    _people("RemoveMembership", {**_PERSON, "tenant_id": "{own_tenant_id}"}, record=a.person, fresh=True),
    _people(
        "SetGrant",
        {**_PERSON, "grant": {"role": "GRANT_ROLE_TECHNICIAN", "tenant_ids": ["{own_tenant_id}"]}},
        record=a.person,
        fresh=True,
    ),
    _people(
        "SetGrant",
        {
            "person_id": "{own_admin_id}",
            "grant": {"role": "GRANT_ROLE_TECHNICIAN", "tenant_ids": ["{tenant_id}"]},
        },
        record=a.tenant,
        by="tenant",
    ),
    _people("RevokeGrant", {**_PERSON, "role": "GRANT_ROLE_TECHNICIAN"}, record=a.person, fresh=True),
    _people("CreateTeam", {"provider_id": "{provider_id}", "name": "{fresh}"}, record=a.provider),
    _people(
        "CreateTeam",
        {"name": "{fresh}", "person_ids": ["{technician_id}"]},
        record=a.technician,
        missing_as=("person_not_staff", "person_ids_invalid", "members_invalid", "not_staff"),
        by="member",
    ),
    _people(
        "SetTeamMembers",
        {"team_id": "{team_id}", "person_ids": []},
        record=a.team,
        fresh=True,
        shared_with=("technician",),
    ),
    _people("ListTeams", {}, listing=True, shows="team_", shared_with=("technician",)),
]

INCIDENTS = [
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
    _incidents("ListTimeline", {}, owner="requester"),
    _incidents("Reply", {"text": "Any news?"}, owner="requester"),
    _incidents("Note", {"text": "Look behind it."}),
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
]

INTAKE = [
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
    _intake("DiscardSubmission", {**_SUBMISSION, "reason": "noise"}, record=a.quarantined, fresh=True),
]

KNOWLEDGE = [
    _articles(
        "CreateArticle",
        {"article": {**_WORDING, "audience": "AUDIENCE_NAMED_CLIENTS", "tenant_ids": ["{tenant_id}"]}},
        record=a.tenant,
    ),
    _articles(
        "UpdateArticle", {"article": {"article_id": "{article_id}", "summary": "New"}}, record=a.article
    ),
    _articles("PublishArticle", {"article_id": "{article_id}"}, record=a.draft_article, fresh=True),
    _articles("RetireArticle", {"article_id": "{article_id}"}, record=a.article, fresh=True),
    _articles("GetArticle", {"article_id": "{article_id}"}, record=a.article, owner="requester"),
    _articles("ListArticles", {"page_size": 200}, owner="requester", listing=True, shows="zephyrine"),
    _articles("ListArticles", _TENANT, record=a.tenant, listing=True, by="tenant"),
    _articles("SearchArticles", {"query": "{word}"}, record=a.marked_word, owner="requester", listing=True),
    _articles(
        "SearchArticles", {"query": "printer"}, owner="requester", listing=True, shows="art_", by="words"
    ),
    _articles(
        "SearchArticles",
        {**_TENANT, "query": "printer"},
        record=a.tenant,
        listing=True,
        shows="art_",
        by="tenant",
    ),
    _articles(
        "SuggestArticles", {"title": "printer {word}"}, record=a.marked_word, owner="requester", listing=True
    ),
    _articles(
        "SuggestArticles",
        {**_TENANT, "title": "printer zephyrine"},
        record=a.tenant,
        listing=True,
        shows="art_",
        by="tenant",
    ),
    _articles(
        "SendFeedback", {"article_id": "{article_id}", "helpful": True}, record=a.article, owner="requester"
    ),
]

NOTIFY = [
    _notify("ListDeliveries", {"page_size": 200}, owner="technician", listing=True, shows="dlv_"),
    _notify(
        "ListDeliveries", _INCIDENT, record=a.known_incident, owner="technician", listing=True, by="incident"
    ),
    _notify("ListDeliveries", _TENANT, record=a.tenant, owner="technician", listing=True, by="tenant"),
    _notify("GetDelivery", {"delivery_id": "{delivery_id}"}, record=a.delivery, owner="technician"),
    _notify("Redeliver", {"delivery_id": "{delivery_id}"}, record=a.dead_delivery, fresh=True),
    _notify("CreateWebhook", {"webhook": {**_TENANT, "url": "http://127.0.0.1:9/new"}}, record=a.tenant),
    _notify("GetWebhook", {"webhook_id": "{webhook_id}"}, record=a.webhook),
    _notify("ListWebhooks", {}, listing=True, shows="zephyrine"),
    _notify("ListWebhooks", _TENANT, record=a.tenant, listing=True, by="tenant"),
    _notify("DeleteWebhook", {"webhook_id": "{webhook_id}"}, record=a.webhook, fresh=True),
]

SLA = [
    _clocks("GetClocks", _INCIDENT),
    _clocks("BatchGetClocks", {"incident_ids": ["{incident_id}"]}, listing=True),
    _clocks("ExplainClocks", _INCIDENT),
    _contracts(
        "CreateCalendar",
        {
            "calendar": {"provider_id": "{provider_id}", "name": "{fresh}", "time_zone": "UTC"}
            | {"always_open": True}
        },
        record=a.provider,
        listing=True,
        comparable=False,
    ),
    _contracts(
        "UpdateCalendar",
        {
            "calendar": {"calendar_id": "{calendar_id}", "name": "{fresh}", "time_zone": "UTC"}
            | {"always_open": True}
        },
        record=a.calendar,
        shared_with=("technician",),
    ),
    _contracts(
        "GetCalendar", {"calendar_id": "{calendar_id}"}, record=a.calendar, shared_with=("technician",)
    ),
    _contracts("ListCalendars", {}, listing=True, shows="cal_", shared_with=("technician",)),
    _contracts("CreateContract", {"contract": {**_TERMS, **_TENANT}}, record=a.another_tenant, fresh=True),
    _contracts("UpdateContract", {"contract": {**_TERMS, "contract_id": "{contract_id}"}}, record=a.contract),
    _contracts("GetContract", {"contract_id": "{contract_id}"}, record=a.contract, owner="client_manager"),
    _contracts("ListContracts", {}, owner="client_manager", listing=True, shows="ctr_"),
    _contracts("ListContracts", _TENANT, record=a.tenant, owner="client_manager", listing=True, by="tenant"),
]

TRIAGE = [
    _queue("ListQueue", {"page_size": 200}, listing=True, shows="zephyrine"),
    _queue(
        "ListQueue", {"filter": {"tenant_ids": ["{tenant_id}"]}}, record=a.tenant, listing=True, by="tenant"
    ),
    _queue("ListQueue", {"filter": {"query": "{number}"}}, record=a.known_incident, listing=True, by="words"),
    _queue("CountQueue", {}, listing=True, shows="total"),
    _queue(
        "CountQueue", {"filter": {"tenant_ids": ["{tenant_id}"]}}, record=a.tenant, listing=True, by="tenant"
    ),
    _queue("GetQueueEntry", _INCIDENT, record=a.known_incident),
    _rules("CreateRule", {"rule": {**_RULE, **_TENANT}}, record=a.tenant),
    _rules(
        "CreateRule",
        {"rule": {**_RULE, "tenant_id": "{own_tenant_id}", "actions": {"assignment_group_id": "{group_id}"}}},
        record=a.group,
        missing_as=("assignment_group_unknown",),
        by="assignment group",
    ),
    _rules(
        "UpdateRule",
        {"rule": {**_RULE, "rule_id": "{rule_id}", "tenant_id": "{own_tenant_id}"}},
        record=a.rule,
        fresh=True,
    ),
    _rules(
        "UpdateRule",
        {"rule": {**_RULE, **_TENANT, "name": "Fires zephyrine", "rule_id": "{own_rule_id}"}},
        record=a.tenant,
        by="tenant",
    ),
    _rules("DeleteRule", {"rule_id": "{rule_id}"}, record=a.rule, fresh=True),
    _rules("GetRule", {"rule_id": "{rule_id}"}, record=a.rule),
    _rules("ListRules", {}, listing=True, shows="zephyrine"),
    _rules(
        "CreateAssignmentGroup",
        {"group": {"name": "{fresh}", "tenant_ids": ["{tenant_id}"]}},
        record=a.tenant,
    ),
    _rules(
        "CreateAssignmentGroup",
        {"group": {"name": "{fresh}", "members": [{"person_id": "{technician_id}"}]}},
        record=a.technician,
        missing_as=("member_unknown",),
        by="member",
    ),
    _rules(
        "UpdateAssignmentGroup",
        {"group": {"group_id": "{group_id}", "name": "{fresh}", "tenant_ids": ["{own_tenant_id}"]}},
        record=a.group,
        fresh=True,
    ),
    _rules("GetAssignmentGroup", {"group_id": "{group_id}"}, record=a.group),
    _rules("ListAssignmentGroups", {}, listing=True, shows="zephyrine"),
]

DEAD_LETTERS = [
    Probe(f"{service} DeadLetterService.{method}", request, a.dead_letter_of(service), listing=listing)
    for service in ("intake", "incidents", "triage", "sla", "notify")
    for method, request, listing in (
        ("ListDeadLetters", {"page_size": 200}, True),
        ("GetDeadLetter", {"dead_letter_id": "{dead_letter_id}"}, False),
        ("RedeliverDeadLetter", {"dead_letter_id": "{dead_letter_id}"}, False),
    )
]

PROBES = [*DIRECTORY, *INCIDENTS, *INTAKE, *KNOWLEDGE, *NOTIFY, *SLA, *TRIAGE, *DEAD_LETTERS]
