"""What is set up: clients, people, contracts, rules, programs."""

from tests.matrix import records as a
from tests.matrix.rest.asking import ask

_EVERYBODY = ("requester", "technician", "api_client")
_TARGETS = [
    {"kind": kind, "priority": f"P{n}", "goal_seconds": 3600, "calendar_id": "{own_calendar_id}"}
    for kind in ("first_response", "resolution")
    for n in range(1, 6)
]
_TERMS = {"name": "Silver", "time_zone": "UTC", "targets": _TARGETS}
_RULE = {
    "name": "{fresh}",
    "position": 5,
    "conditions": [{"field": "words", "operator": "contains_any", "values": ["unheard"]}],
    "actions": {"category": "fire"},
}
_COLORS = {"primary_color": "#1e3a8a", "accent_color": "#9a3412", "surface_color": "#ffffff", "monogram": "A"}
_PLACE = {"tenant_id": "{tenant_id}", "address": "{own_support}", "username": "{fresh}"}
_IMAP = {"host": "127.0.0.1", "port": 9, "security": "none", "username": "zephyrine", "enabled": False}
_TENANT = {"tenant_id": "{tenant_id}"}
_NEW_PERSON = {"email": "{fresh}@{fresh}.example", "display_name": "Newcomer"}
_CLIENT = {"name": "Probe", "scopes": ["incidents:read"]}


TENANTS = [
    ask(
        "POST /providers",
        json={"name": "New", "slug": "{fresh}"},
        owner="operator",
        ownerless="it names nobody: operators alone make providers",
    ),
    ask("GET /providers/{provider_id}", record=a.provider, shared_with=_EVERYBODY),
    ask("GET /tenants", query={"page_size": "200"}, listing=True, shows="zephyrine"),
    ask(
        "GET /tenants", query={"query": "{slug}"}, record=a.slug, listing=True, shows="zephyrine", by="words"
    ),
    ask(
        "POST /tenants",
        json={"provider_id": "{provider_id}", "name": "New", "slug": "{fresh}", "number_prefix": "{FRESH}"},
        record=a.provider,
    ),
    ask("GET /tenants/{tenant_id}", record=a.tenant),
    ask("PATCH /tenants/{tenant_id}", json={"name": "Renamed zephyrine"}, record=a.tenant),
    ask("POST /tenants/{tenant_id}/suspend", json={}, record=a.another_tenant, fresh=True),
    ask("POST /tenants/{tenant_id}/activate", record=a.another_tenant, fresh=True),
    ask("GET /tenants/{tenant_id}/brand", record=a.tenant),
    ask("PUT /tenants/{tenant_id}/brand", json={**_COLORS, "display_name": "zephyrine"}, record=a.tenant),
    ask("GET /tenants/{tenant_id}/mail-domains", record=a.tenant),
    ask("POST /tenants/{tenant_id}/mail-domains", json={"domain": "{fresh}.example"}, record=a.tenant),
    ask("DELETE /tenants/{tenant_id}/mail-domains/{domain}", record=a.mail_domain, fresh=True),
]

PEOPLE = [
    ask("GET /people", query={"page_size": "200"}, listing=True, shows="zephyrine"),
    ask("GET /people", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    ask("GET /people", query={"query": "spare"}, listing=True, shows="zephyrine", by="words"),
    ask(
        "POST /people", json={**_NEW_PERSON, "provider_id": "{provider_id}"}, record=a.provider, shows="per_"
    ),
    ask("POST /people", json={**_NEW_PERSON, "memberships": [_TENANT]}, record=a.tenant, by="membership"),
    ask("GET /people/{person_id}", record=a.person),
    ask("PATCH /people/{person_id}", json={"display_name": "Renamed zephyrine"}, record=a.person),
    ask("POST /people/{person_id}/disable", record=a.person, fresh=True),
    ask("POST /people/{person_id}/enable", record=a.person, fresh=True),
    ask("PUT /people/{person_id}/memberships/{tenant_id}", json={}, record=a.member, fresh=True),
    ask(
        "PUT /people/{person_id}/memberships/{tenant_id}",
        json={},
        path={"person_id": "{own_spare_id}"},
        record=a.another_tenant,
        fresh=True,
        by="tenant",
    ),
    ask("DELETE /people/{person_id}/memberships/{tenant_id}", record=a.member, fresh=True),
    ask(
        "PUT /people/{person_id}/grants/{role}",
        json={"tenant_ids": ["{own_tenant_id}"]},
        path={"role": "technician"},
        record=a.person,
        fresh=True,
    ),
    ask(
        "PUT /people/{person_id}/grants/{role}",
        json={"tenant_ids": ["{tenant_id}"]},
        path={"person_id": "{own_admin_id}", "role": "technician"},
        record=a.tenant,
        by="tenant",
    ),
    ask("DELETE /people/{person_id}/grants/{role}", path={"role": "technician"}, record=a.person, fresh=True),
    ask("POST /people/{person_id}/password-link", record=a.person, fresh=True),
    ask(
        "PUT /people/{person_id}/password", json={"password": "{fresh}-{fresh}"}, record=a.person, fresh=True
    ),
    ask("GET /teams", listing=True, shows="team_"),
    ask(
        "POST /teams",
        json={"name": "{fresh}", "provider_id": "{provider_id}"},
        record=a.provider,
        shows="team_",
    ),
    ask(
        "PUT /teams/{team_id}/members",
        json={"person_ids": []},
        record=a.team,
        fresh=True,
        shared_with=("technician",),
    ),
]

CONTRACTS = [
    ask("GET /contracts", owner="client_manager", listing=True, shows="ctr_"),
    ask("GET /contracts", query=_TENANT, record=a.tenant, owner="client_manager", listing=True, by="tenant"),
    ask("POST /contracts", json={**_TERMS, **_TENANT}, record=a.another_tenant, fresh=True),
    ask("GET /contracts/{contract_id}", record=a.contract, owner="client_manager"),
    ask("PUT /contracts/{contract_id}", json=_TERMS, record=a.contract),
    ask(
        "PUT /contracts/{contract_id}",
        json={**_TERMS, "targets": [{**one, "calendar_id": "{calendar_id}"} for one in _TARGETS]},
        path={"contract_id": "{own_contract_id}"},
        record=a.calendar,
        missing_as=("calendar_unknown", "calendar_not_found"),
        shared_with=("technician",),
        by="calendar",
    ),
    ask(
        "POST /contracts/preview",
        json={
            "contract": {
                **_TERMS,
                "targets": [{**one, "calendar_id": "{calendar_id}"} for one in _TARGETS],
            }
        },
        record=a.calendar,
        missing_as=("calendar_unknown",),
        shared_with=("technician",),
        shows="due_time",
    ),
    ask(
        "POST /contracts/simulate",
        json={**_TENANT, "contract": _TERMS, "period": "2026-01"},
        record=a.tenant,
        shows="as_agreed",
    ),
    ask(
        "POST /calendars/preview",
        json={"calendar": {"name": "Draft", "time_zone": "UTC", "always_open": True}, "year": 2026},
        owner="technician",
        ownerless="it computes with what is sent along, and names nobody's record",
        shows="2026-12-31",
    ),
    ask("GET /calendars", listing=True, shows="cal_"),
    ask(
        "POST /calendars",
        json={"name": "{fresh}", "time_zone": "UTC", "always_open": True},
        ownerless="it names nobody: a calendar is made in the asker's own provider's room",
    ),
    ask("GET /calendars/{calendar_id}", record=a.calendar, shared_with=("technician",)),
    ask(
        "PUT /calendars/{calendar_id}",
        json={"name": "{fresh}", "time_zone": "UTC", "always_open": True},
        record=a.calendar,
        shared_with=("technician",),
    ),
]

RULES = [
    ask("GET /rules", listing=True, shows="zephyrine"),
    ask("POST /rules", json={**_RULE, **_TENANT}, record=a.tenant),
    ask(
        "POST /rules",
        json={**_RULE, "tenant_id": "{own_tenant_id}", "actions": {"assignment_group_id": "{group_id}"}},
        record=a.group,
        missing_as=("assignment_group_unknown",),
        by="assignment group",
    ),
    ask("POST /rules/try", json={**_TENANT, "subject": "unheard"}, record=a.tenant, shows="category"),
    ask("POST /rules/trials", json={"rule": {**_RULE, **_TENANT}}, record=a.tenant, shows="asked"),
    ask("POST /rules/{rule_id}/trials", json={"incidents": 50}, record=a.rule, shows="asked"),
    ask("GET /rules/{rule_id}/versions", record=a.rule),
    ask("POST /rules/{rule_id}/restore", json={"version": 1}, record=a.rule),
    ask("GET /rules/{rule_id}/runs", record=a.rule),
    ask("GET /incidents/{incident_id}/rule-runs", record=a.known_incident),
    ask("GET /rules/{rule_id}", record=a.rule),
    ask("PUT /rules/{rule_id}", json={**_RULE, "tenant_id": "{own_tenant_id}"}, record=a.rule, fresh=True),
    ask("DELETE /rules/{rule_id}", record=a.rule, fresh=True),
    ask("GET /assignment-groups", listing=True, shows="zephyrine"),
    ask("POST /assignment-groups", json={"name": "{fresh}", "tenant_ids": ["{tenant_id}"]}, record=a.tenant),
    ask(
        "POST /assignment-groups",
        json={"name": "{fresh}", "members": [{"person_id": "{technician_id}"}]},
        record=a.technician,
        missing_as=("member_unknown",),
        by="member",
    ),
    ask("GET /assignment-groups/{group_id}", record=a.group),
    ask(
        "PUT /assignment-groups/{group_id}",
        json={"name": "{fresh}", "tenant_ids": ["{own_tenant_id}"]},
        record=a.group,
        fresh=True,
    ),
]

_SOURCE = {"name": "Zephyrine's probe", "sender": "generic"}

ALERTS = [
    ask("GET /alert-sources", listing=True, shows="als_"),
    ask("GET /alert-sources", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    ask("POST /alert-sources", json={**_SOURCE, **_TENANT}, record=a.tenant),
    ask(
        "POST /alert-sources/preview",
        json={"sample": '{{"title": "Disk"}}'},
        shows="Disk",
        ownerless="it names nobody's record: the payload is the asker's own, and is not kept",
    ),
    ask("GET /alert-sources/{source_id}", record=a.alert_source),
    ask("PUT /alert-sources/{source_id}", json={"name": "Zephyrine's probe"}, record=a.alert_source),
    ask("POST /alert-sources/{source_id}/rotate-key", record=a.alert_source),
    ask("GET /alert-sources/{source_id}/deliveries", record=a.alert_source, shows="ald_"),
    ask("GET /maintenance-windows", record=a.maintenance_window, listing=True, shows="mwn_"),
    ask("GET /maintenance-windows", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    ask(
        "POST /maintenance-windows",
        json={
            **_TENANT,
            "name": "Zephyrine's patching",
            "configuration_items": ["unheard"],
            "start_time": "2999-01-01T00:00:00Z",
            "end_time": "2999-01-02T00:00:00Z",
        },
        record=a.tenant,
    ),
    ask("POST /maintenance-windows/{window_id}/end", record=a.maintenance_window, fresh=True),
    ask("GET /alert-groups", query={"incident_id": "{incident_id}"}, record=a.alert_group, listing=True),
    ask("GET /alert-groups", listing=True, shows="alg_", by="all"),
    ask("GET /alert-groups", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
]

PROGRAMS = [
    ask("GET /mailboxes", record=a.imap_mailbox, listing=True, shows="mbx_"),
    ask("GET /mailboxes", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    ask(
        "POST /mailboxes",
        json={**_IMAP, **_PLACE, "password": "secret"},
        record=a.tenant,
    ),
    ask("GET /mailboxes/{mailbox_id}", record=a.imap_mailbox),
    ask("PUT /mailboxes/{mailbox_id}", json={**_IMAP, "password": "secret"}, record=a.imap_mailbox),
    ask("DELETE /mailboxes/{mailbox_id}", record=a.imap_mailbox, fresh=True),
    ask("GET /webhooks", listing=True, shows="zephyrine"),
    ask("GET /webhooks", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    ask("POST /webhooks", json={"url": "http://127.0.0.1:9/new", **_TENANT}, record=a.tenant),
    ask("GET /webhooks/{webhook_id}", record=a.webhook),
    ask("PUT /webhooks/{webhook_id}", json={"url": "http://127.0.0.1:9/moved"}, record=a.webhook),
    ask("POST /webhooks/{webhook_id}/rotate-secret", record=a.webhook),
    ask("POST /webhooks/{webhook_id}/test", record=a.webhook, shows="dlv_"),
    ask("DELETE /webhooks/{webhook_id}", record=a.webhook, fresh=True),
    ask("GET /me", owner="requester", shows="per_", ownerless="it names nobody but the asker"),
    ask("GET /api-clients", listing=True, shows="zephyrine"),
    ask(
        "GET /api-clients",
        query={"provider_id": "{provider_id}"},
        record=a.provider,
        listing=True,
        by="provider",
    ),
    ask("POST /api-clients", json={**_CLIENT, "tenant_ids": ["{tenant_id}"]}, record=a.tenant),
    ask(
        "POST /api-clients",
        json={**_CLIENT, "provider_id": "{provider_id}"},
        record=a.provider,
        by="provider",
    ),
    ask("GET /api-clients/{client_id}", record=a.api_client),
    ask("POST /api-clients/{client_id}/rotate-secret", record=a.api_client),
    ask("DELETE /api-clients/{client_id}", record=a.api_client, fresh=True),
]

_LETTER = {"path": {"service": "triage"}, "record": a.dead_letter_of("triage")}

DEAD_LETTERS = [
    ask(
        "GET /dead-letters/{service}",
        query={"page_size": "200", "include_settled": "true"},
        listing=True,
        **_LETTER,
    ),
    ask("GET /dead-letters/{service}/{dead_letter_id}", **_LETTER),
    ask("POST /dead-letters/{service}/{dead_letter_id}/redeliver", **_LETTER),
    ask(
        "POST /dead-letters/{service}/{dead_letter_id}/discard",
        json={"reason": "noise"},
        **_LETTER,
    ),
]

PROBES = [*TENANTS, *PEOPLE, *CONTRACTS, *RULES, *ALERTS, *PROGRAMS, *DEAD_LETTERS]
