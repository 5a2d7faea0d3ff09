"""A probe for every route of the OpenAPI document."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.probes import Probe

_EVERYBODY = ("requester", "technician", "api_client")
_WORKING = {"owner": "technician", "record": a.incident}
_OWN = {"owner": "requester", "record": a.incident}
_TARGETS = [
    {"kind": kind, "priority": f"P{n}", "goal_seconds": 3600, "calendar_id": "{own_calendar_id}"}
    for kind in ("first_response", "resolution")
    for n in range(1, 6)
]
_TERMS = {"name": "Silver", "time_zone": "UTC", "targets": _TARGETS}
_WORDING = {"audience": "named_clients", "locale": "en", "title": "How to", "body": "At length"}
_RULE = {
    "name": "{fresh}",
    "position": 5,
    "conditions": [{"field": "words", "operator": "contains_any", "values": ["unheard"]}],
    "actions": {"category": "fire"},
}
_COLORS = {"primary_color": "#1e3a8a", "accent_color": "#9a3412", "surface_color": "#ffffff", "monogram": "A"}
_TENANT = {"tenant_id": "{tenant_id}"}
_NEW_PERSON = {"email": "{fresh}@{fresh}.example", "display_name": "Newcomer"}
_CLIENT = {"name": "Probe", "scopes": ["incidents:read"]}


def _ask(
    surface: str,
    *,
    json: dict[str, Any] | None = None,
    query: dict[str, Any] | None = None,
    path: dict[str, str] | None = None,
    **more: Any,
) -> Probe:
    return Probe(surface, {"json": json, "query": query, "path": path or {}}, **more)


def _act(verb: str, json: dict[str, Any] | None = None, **more: Any) -> Probe:
    return _ask(
        f"POST /incidents/{{incident_id}}/{verb}", json=json or {}, **{**_WORKING, "fresh": True, **more}
    )


def _look(what: str, **more: Any) -> Probe:
    return _ask(f"GET /incidents/{{incident_id}}{what}", **{**_OWN, **more})


INCIDENTS = [
    _ask("POST /incidents", json={"title": "Zephyrine", **_TENANT}, record=a.tenant, owner="requester"),
    _ask(
        "POST /incidents",
        json={"title": "Zephyrine", "tenant_id": "{slug}"},
        record=a.slug,
        owner="requester",
        shows="inc_",
        by="slug",
    ),
    _ask(
        "POST /incidents",
        json={"title": "Screen", "requester": {"person_id": "{person_id}"}, "tenant_id": "{own_tenant_id}"},
        record=a.person,
        owner="technician",
        missing_as=("requester_not_found",),
        by="requester",
    ),
    _ask("GET /incidents", query={"page_size": "200"}, owner="requester", listing=True, shows="inc_"),
    _ask("GET /incidents", query=_TENANT, record=a.tenant, owner="requester", listing=True, by="tenant"),
    _ask(
        "GET /incidents",
        query={"requester_id": "{requester_id}"},
        record=a.requester,
        owner="technician",
        listing=True,
        by="requester",
    ),
    _look(""),
    _ask(
        "GET /incidents/{incident_id}",
        path={"incident_id": "{number}"},
        record=a.numbered,
        owner="requester",
        by="number",
    ),
    _look("/timeline", query={"page_size": "200"}),
    _look("/clocks", record=a.known_incident),
    _look("/clocks", query={"explain": "true"}, record=a.known_incident, by="explained"),
    _look("/suggestions", record=a.known_incident, shows="art_"),
    _look("/deliveries", record=a.known_incident, owner="technician"),
    _act("replies", {"text": "Any news?"}, owner="requester"),
    _act("notes", {"text": "Look behind it."}),
    _act("classify", {"category": "fire"}),
    _act("prioritize", {"priority": "P2"}),
    _act("assign", {"assignee_id": "{own_technician_id}"}),
    _ask(
        "POST /incidents/{incident_id}/assign",
        json={"assignment_group_id": "{group_id}"},
        path={"incident_id": "{own_incident_id}"},
        record=a.group,
        owner="technician",
        by="assignment group",
    ),
    _ask(
        "POST /incidents/{incident_id}/assign",
        json={"assignee_id": "{technician_id}"},
        path={"incident_id": "{own_incident_id}"},
        record=a.technician,
        owner="technician",
        missing_as=("assignee_not_granted",),
        shared_with=_EVERYBODY,
        by="assignee",
    ),
    _act("acknowledge", record=a.assigned_incident),
    _act("hold", {"awaiting": "vendor", "reason": "parts"}),
    _act("resume", record=a.incident_on_hold),
    _act("resolve", {"code": "fixed", "text": "Put out."}),
    _act("confirm", record=a.resolved_incident, owner="requester"),
    _act("close", record=a.resolved_incident),
    _act("reopen", record=a.resolved_incident, owner="requester"),
    _act("cancel"),
]

QUEUE = [
    _ask("GET /queue", query={"page_size": "200"}, owner="technician", listing=True, shows="zephyrine"),
    _ask("GET /queue", query=_TENANT, record=a.tenant, owner="technician", listing=True, by="tenant"),
    _ask("GET /queue/counts", owner="technician", listing=True, shows="total"),
    _ask("GET /queue/counts", query=_TENANT, record=a.tenant, owner="technician", listing=True, by="tenant"),
    _ask("GET /queue/{incident_id}", record=a.known_incident, owner="technician"),
]

SUBMISSIONS = [
    _ask("GET /submissions", query={"page_size": "200"}, listing=True, shows="sub_"),
    _ask("GET /submissions", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    _ask(
        "GET /submissions",
        query={"state": "quarantined", "page_size": "200"},
        record=a.quarantined,
        fresh=True,
        listing=True,
        shows="zephyrine",
        by="quarantine",
    ),
    _ask("GET /submissions/{submission_id}", record=a.submission, owner="requester"),
    _ask("GET /submissions/{submission_id}", record=a.quarantined, by="quarantine"),
    _ask("GET /submissions/{submission_id}/raw", record=a.submission, shows="zephyrine"),
    _ask("GET /submissions/{submission_id}/raw", record=a.quarantined, shows="zephyrine", by="quarantine"),
    _ask(
        "POST /submissions/{submission_id}/release",
        json={"tenant_id": "{own_tenant_id}"},
        record=a.quarantined,
        fresh=True,
    ),
    _ask(
        "POST /submissions/{submission_id}/release",
        json=_TENANT,
        path={"submission_id": "{own_submission_id}"},
        record=a.tenant,
        by="tenant",
    ),
    _ask("POST /submissions/{submission_id}/discard", json={}, record=a.quarantined, fresh=True),
]

DELIVERIES = [
    _ask("GET /deliveries", query={"page_size": "200"}, owner="technician", listing=True, shows="dlv_"),
    _ask("GET /deliveries", query=_TENANT, record=a.tenant, owner="technician", listing=True, by="tenant"),
    _ask("GET /deliveries/{delivery_id}", record=a.delivery, owner="technician"),
    _ask("POST /deliveries/{delivery_id}/redeliver", record=a.dead_delivery, fresh=True),
]

ARTICLES = [
    _ask("GET /articles", query={"page_size": "200"}, owner="requester", listing=True, shows="zephyrine"),
    _ask("GET /articles", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    _ask(
        "GET /articles/search",
        query={"query": "{word}"},
        record=a.marked_word,
        owner="requester",
        listing=True,
    ),
    _ask(
        "GET /articles/search",
        query={"query": "printer", **_TENANT},
        record=a.tenant,
        listing=True,
        shows="art_",
        by="tenant",
    ),
    _ask("POST /articles", json={**_WORDING, "tenant_ids": ["{tenant_id}"]}, record=a.tenant),
    _ask("GET /articles/{article_id}", record=a.article, owner="requester"),
    _ask(
        "PUT /articles/{article_id}",
        json={**_WORDING, "tenant_ids": ["{own_tenant_id}"]},
        record=a.article,
        fresh=True,
    ),
    _ask("POST /articles/{article_id}/publish", record=a.draft_article, fresh=True),
    _ask("POST /articles/{article_id}/retire", record=a.article, fresh=True),
    _ask("POST /articles/{article_id}/feedback", json={"helpful": True}, record=a.article, owner="requester"),
]

TENANTS = [
    _ask(
        "POST /providers",
        json={"name": "New", "slug": "{fresh}"},
        owner="operator",
        ownerless="it names nobody: operators alone make providers",
    ),
    _ask("GET /providers/{provider_id}", record=a.provider, shared_with=_EVERYBODY),
    _ask("GET /tenants", query={"page_size": "200"}, listing=True, shows="zephyrine"),
    _ask(
        "POST /tenants",
        json={"provider_id": "{provider_id}", "name": "New", "slug": "{fresh}", "number_prefix": "{FRESH}"},
        record=a.provider,
    ),
    _ask("GET /tenants/{tenant_id}", record=a.tenant),
    _ask("PATCH /tenants/{tenant_id}", json={"name": "Renamed zephyrine"}, record=a.tenant),
    _ask("POST /tenants/{tenant_id}/suspend", json={}, record=a.another_tenant, fresh=True),
    _ask("POST /tenants/{tenant_id}/activate", record=a.another_tenant, fresh=True),
    _ask("GET /tenants/{tenant_id}/brand", record=a.tenant),
    _ask("PUT /tenants/{tenant_id}/brand", json={**_COLORS, "display_name": "zephyrine"}, record=a.tenant),
    _ask("GET /tenants/{tenant_id}/mail-domains", record=a.tenant),
    _ask("POST /tenants/{tenant_id}/mail-domains", json={"domain": "{fresh}.example"}, record=a.tenant),
    _ask("DELETE /tenants/{tenant_id}/mail-domains/{domain}", record=a.mail_domain, fresh=True),
]

PEOPLE = [
    _ask("GET /people", query={"page_size": "200"}, listing=True, shows="zephyrine"),
    _ask("GET /people", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    _ask(
        "POST /people", json={**_NEW_PERSON, "provider_id": "{provider_id}"}, record=a.provider, shows="per_"
    ),
    _ask("POST /people", json={**_NEW_PERSON, "memberships": [_TENANT]}, record=a.tenant, by="membership"),
    _ask("GET /people/{person_id}", record=a.person),
    _ask("PATCH /people/{person_id}", json={"display_name": "Renamed zephyrine"}, record=a.person),
    _ask("POST /people/{person_id}/disable", record=a.person, fresh=True),
    _ask("POST /people/{person_id}/enable", record=a.person, fresh=True),
    _ask("PUT /people/{person_id}/memberships/{tenant_id}", json={}, record=a.member, fresh=True),
    _ask(
        "PUT /people/{person_id}/memberships/{tenant_id}",
        json={},
        path={"person_id": "{own_spare_id}"},
        record=a.another_tenant,
        fresh=True,
        by="tenant",
    ),
    _ask("DELETE /people/{person_id}/memberships/{tenant_id}", record=a.member, fresh=True),
    _ask(
        "PUT /people/{person_id}/grants/{role}",
        json={"tenant_ids": ["{own_tenant_id}"]},
        path={"role": "technician"},
        record=a.person,
        fresh=True,
    ),
    _ask(
        "PUT /people/{person_id}/grants/{role}",
        json={"tenant_ids": ["{tenant_id}"]},
        path={"person_id": "{own_admin_id}", "role": "technician"},
        record=a.tenant,
        by="tenant",
    ),
    _ask(
        "DELETE /people/{person_id}/grants/{role}", path={"role": "technician"}, record=a.person, fresh=True
    ),
    _ask("POST /people/{person_id}/password-link", record=a.person, fresh=True),
    _ask(
        "PUT /people/{person_id}/password", json={"password": "{fresh}-{fresh}"}, record=a.person, fresh=True
    ),
    _ask("GET /teams", listing=True, shows="team_"),
    _ask(
        "POST /teams",
        json={"name": "{fresh}", "provider_id": "{provider_id}"},
        record=a.provider,
        shows="team_",
    ),
    _ask(
        "PUT /teams/{team_id}/members",
        json={"person_ids": []},
        record=a.team,
        fresh=True,
        shared_with=("technician",),
    ),
]

CONTRACTS = [
    _ask("GET /contracts", owner="client_manager", listing=True, shows="ctr_"),
    _ask("GET /contracts", query=_TENANT, record=a.tenant, owner="client_manager", listing=True, by="tenant"),
    _ask("POST /contracts", json={**_TERMS, **_TENANT}, record=a.another_tenant, fresh=True),
    _ask("GET /contracts/{contract_id}", record=a.contract, owner="client_manager"),
    _ask("PUT /contracts/{contract_id}", json=_TERMS, record=a.contract),
    _ask(
        "PUT /contracts/{contract_id}",
        json={**_TERMS, "targets": [{**one, "calendar_id": "{calendar_id}"} for one in _TARGETS]},
        path={"contract_id": "{own_contract_id}"},
        record=a.calendar,
        missing_as=("calendar_unknown", "calendar_not_found"),
        shared_with=("technician",),
        by="calendar",
    ),
    _ask("GET /calendars", listing=True, shows="cal_"),
    _ask(
        "POST /calendars",
        json={"name": "{fresh}", "time_zone": "UTC", "always_open": True},
        ownerless="it names nobody: a calendar is made in the asker's own provider's room",
    ),
    _ask("GET /calendars/{calendar_id}", record=a.calendar, shared_with=("technician",)),
    _ask(
        "PUT /calendars/{calendar_id}",
        json={"name": "{fresh}", "time_zone": "UTC", "always_open": True},
        record=a.calendar,
        shared_with=("technician",),
    ),
]

RULES = [
    _ask("GET /rules", listing=True, shows="zephyrine"),
    _ask("POST /rules", json={**_RULE, **_TENANT}, record=a.tenant),
    _ask(
        "POST /rules",
        json={**_RULE, "tenant_id": "{own_tenant_id}", "actions": {"assignment_group_id": "{group_id}"}},
        record=a.group,
        missing_as=("assignment_group_unknown",),
        by="assignment group",
    ),
    _ask("GET /rules/{rule_id}", record=a.rule),
    _ask("PUT /rules/{rule_id}", json={**_RULE, "tenant_id": "{own_tenant_id}"}, record=a.rule, fresh=True),
    _ask("DELETE /rules/{rule_id}", record=a.rule, fresh=True),
    _ask("GET /assignment-groups", listing=True, shows="zephyrine"),
    _ask("POST /assignment-groups", json={"name": "{fresh}", "tenant_ids": ["{tenant_id}"]}, record=a.tenant),
    _ask(
        "POST /assignment-groups",
        json={"name": "{fresh}", "members": [{"person_id": "{technician_id}"}]},
        record=a.technician,
        missing_as=("member_unknown",),
        by="member",
    ),
    _ask("GET /assignment-groups/{group_id}", record=a.group),
    _ask(
        "PUT /assignment-groups/{group_id}",
        json={"name": "{fresh}", "tenant_ids": ["{own_tenant_id}"]},
        record=a.group,
        fresh=True,
    ),
]

PROGRAMS = [
    _ask("GET /webhooks", listing=True, shows="zephyrine"),
    _ask("GET /webhooks", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    _ask("POST /webhooks", json={"url": "http://127.0.0.1:9/new", **_TENANT}, record=a.tenant),
    _ask("GET /webhooks/{webhook_id}", record=a.webhook),
    _ask("DELETE /webhooks/{webhook_id}", record=a.webhook, fresh=True),
    _ask("GET /me", owner="requester", shows="per_", ownerless="it names nobody but the asker"),
    _ask("GET /api-clients", listing=True, shows="zephyrine"),
    _ask(
        "GET /api-clients",
        query={"provider_id": "{provider_id}"},
        record=a.provider,
        listing=True,
        by="provider",
    ),
    _ask("POST /api-clients", json={**_CLIENT, "tenant_ids": ["{tenant_id}"]}, record=a.tenant),
    _ask(
        "POST /api-clients",
        json={**_CLIENT, "provider_id": "{provider_id}"},
        record=a.provider,
        by="provider",
    ),
    _ask("GET /api-clients/{client_id}", record=a.api_client),
    _ask("DELETE /api-clients/{client_id}", record=a.api_client, fresh=True),
]

PROBES = [
    *(*INCIDENTS, *QUEUE, *SUBMISSIONS, *DELIVERIES, *ARTICLES),
    *(*TENANTS, *PEOPLE, *CONTRACTS, *RULES, *PROGRAMS),
]
