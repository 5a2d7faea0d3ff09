"""A probe for every page and form of the administration."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.form_records import form
from tests.matrix.model_records import card
from tests.matrix.probes import Probe
from tests.matrix.routing_records import agreed, profile

_PAGE = "</html>"
_EMPTY_FORM = "it is an empty form; what it offers are the asker's own clients"
_COLORS = {"primary_color": "#1e3a8a", "accent_color": "#9a3412", "surface_color": "#ffffff"}
_TERMS = {
    "name": "Silver",
    "time_zone": "UTC",
    "goal-resolution-P1": "4h",
    "calendar-resolution-P1": "{own_calendar_id}",
}
_DAYS = {"client": "{tenant_id}", "from_day": "2026-01-01", "until_day": "2026-01-31", "start": "1"}
_HOURS = {"name": "{fresh}", "time_zone": "UTC", "always_open": "1"}
_PLACE = {"tenant_id": "{tenant_id}", "address": "{own_support}", "username": "{fresh}"}
_IMAP = {"host": "127.0.0.1", "port": "9", "security": "none", "username": "zephyrine", "folder": "INBOX"}
_RULE = {
    "name": "Fires zephyrine",
    "condition_field": "words",
    "condition_operator": "contains_any",
    "condition_negate": "",
    "condition_values": "unheard",
    "category": "fire",
}


def _ask(
    surface: str,
    *,
    form: dict[str, Any] | None = None,
    query: dict[str, str] | None = None,
    path: dict[str, str] | None = None,
    **more: Any,
) -> Probe:
    method, _, rest = surface.partition(" ")
    asked = {"form": form, "query": query, "path": path or {}}
    return Probe(f"{method} /console/admin{rest}", asked, **more)


def _new(area: str) -> Probe:
    return _ask(f"GET /{area}/new", ownerless=_EMPTY_FORM, shows=_PAGE)


def _list(area: str, **more: Any) -> Probe:
    # Each rendering has keys of its own for its forms, so no two are alike.
    return _ask(f"GET /{area}", **{"listing": True, "shows": _PAGE, "comparable": False, **more})


_FORM = {
    "title_en": "zephyrine",
    "count": "1",
    "f0-kind": "text",
    "f0-label_en": "What?",
    "f0-key": "what",
}
FORMS = [
    _list("forms", record=form, shows="frm_"),
    _list("forms", query={"client": "{tenant_id}"}, record=a.tenant, by="client"),
    _new("forms"),
    _ask("POST /forms", form={**_FORM, "tenant_id": "{tenant_id}"}, record=a.tenant, shows="frm_"),
    _ask("GET /forms/{form_id}", record=form),
    _ask("POST /forms/{form_id}", form=_FORM, record=form, fresh=True, shows="frm_"),
    _ask("GET /forms/{form_id}/preview", record=form),
    _ask(
        "POST /forms/{form_id}/schema",
        form={
            "schema": '{{"title": "zephyrine", "type": "object", "properties": {{"a": {{"type": "string"}}}}}}'
        },
        record=form,
        fresh=True,
        shows="frm_",
    ),
    _ask("POST /forms/{form_id}/publish", record=form, fresh=True, shows="frm_"),
    _ask("POST /forms/{form_id}/withdraw", record=form, fresh=True, shows="frm_"),
]

OVERVIEW = [_ask("GET ", listing=True, shows=_PAGE)]

CLIENTS = [
    _list("clients", shows="zephyrine"),
    _list("clients", query={"query": "{slug}"}, record=a.slug, shows="zephyrine", by="words"),
    _new("clients"),
    _ask(
        "POST /clients",
        form={
            "name": "New",
            "slug": "{fresh}",
            "number_prefix": "{FRESH}",
            "locale": "en",
            "time_zone": "UTC",
        },
        ownerless="it names nobody: a client is added to the asker's own provider",
        shows="ten_",
    ),
    _ask("GET /clients/{tenant_id}", record=a.tenant),
    _ask(
        "POST /clients/{tenant_id}",
        form={"name": "acme zephyrine", "locale": "en", "time_zone": "UTC"},
        record=a.tenant,
    ),
    _ask(
        "POST /clients/{tenant_id}/brand",
        form={**_COLORS, "display_name": "zephyrine", "monogram": "A"},
        record=a.tenant,
    ),
    _ask("POST /clients/{tenant_id}/brand", form={**_COLORS, "preview": "1"}, record=a.tenant, by="preview"),
    _ask("POST /clients/{tenant_id}/domains", form={"domain": "{fresh}.example"}, record=a.tenant),
    _ask(
        "POST /clients/{tenant_id}/domains/remove",
        form={"domain": "{domain}"},
        record=a.mail_domain,
        fresh=True,
    ),
    _ask("POST /clients/{tenant_id}/suspend", form={"reason": "unpaid"}, record=a.another_tenant, fresh=True),
    _ask("POST /clients/{tenant_id}/activate", record=a.another_tenant, fresh=True),
]

PEOPLE = [
    _list("people", shows="zephyrine"),
    _list("people", query={"client": "{tenant_id}"}, record=a.tenant, by="client", shows="zephyrine"),
    _new("people"),
    _ask(
        "POST /people",
        form={
            "email": "{fresh}@{fresh}.example",
            "display_name": "Newcomer",
            "kind": "client",
            "tenant_id": "{tenant_id}",
        },
        record=a.tenant,
        shows="per_",
    ),
    _ask("GET /people/{person_id}", record=a.person),
    _ask("POST /people/{person_id}", form={"display_name": "Renamed zephyrine"}, record=a.person),
    _ask(
        "POST /people/{person_id}/membership",
        form={"tenant_id": "{own_tenant_id}"},
        record=a.person,
        fresh=True,
    ),
    _ask(
        "POST /people/{person_id}/membership",
        form={"tenant_id": "{tenant_id}"},
        path={"person_id": "{own_spare_id}"},
        record=a.another_tenant,
        fresh=True,
        shows="per_",
        by="client",
    ),
    _ask(
        "POST /people/{person_id}/membership/remove",
        form={"tenant_id": "{tenant_id}"},
        record=a.member,
        fresh=True,
    ),
    _ask(
        "POST /people/{person_id}/grant",
        form={"grant_role": "technician", "grant_tenants": "{own_tenant_id}"},
        record=a.person,
        fresh=True,
    ),
    _ask(
        "POST /people/{person_id}/grant/revoke",
        form={"grant_role": "technician"},
        record=a.person,
        fresh=True,
    ),
    _ask("POST /people/{person_id}/disable", record=a.person, fresh=True),
    _ask("POST /people/{person_id}/enable", record=a.person, fresh=True),
    _ask("POST /people/{person_id}/password-link", record=a.person, fresh=True),
    _list("teams"),
    _ask(
        "POST /teams",
        form={"name": "{fresh}"},
        ownerless="it names nobody: a team is made in the asker's own provider's room",
        shows="/teams",
    ),
    _ask("POST /teams/{team_id}/members", record=a.team, fresh=True, shows="/teams"),
]

AGREED = [
    _list("contracts"),
    _new("contracts"),
    _ask("POST /contracts", form={**_TERMS, "tenant_id": "{tenant_id}"}, record=a.another_tenant, fresh=True, shows="ctr_"),
    _ask("GET /contracts/{contract_id}", record=a.contract),
    _ask("POST /contracts/{contract_id}", form=_TERMS, record=a.contract),
    _ask("POST /contracts/{contract_id}", form={**_TERMS, "preview": "1"}, record=a.contract, by="preview"),
    _ask("GET /contracts/{contract_id}/simulate", record=a.contract),
    _ask("POST /contracts/{contract_id}/simulate", form=_TERMS, record=a.contract),
    _ask("POST /contracts/new/simulate", form={**_TERMS, **_DAYS}, record=a.contracted, shows=_PAGE),
    _list("calendars"),
    _new("calendars"),
    _ask(
        "POST /calendars",
        form=_HOURS,
        ownerless="it names nobody: a calendar is made in the asker's own provider's room",
        shows="cal_",
    ),
    _ask("GET /calendars/{calendar_id}", record=a.calendar),
    _ask("POST /calendars/{calendar_id}", form=_HOURS, record=a.calendar),
    _ask("POST /calendars/{calendar_id}", form={**_HOURS, "preview": "1"}, record=a.calendar, by="preview"),
]  # fmt: skip

RULES = [
    *FORMS,
    _list("rules", shows="zephyrine"),
    _new("rules"),
    _ask("POST /rules", form={**_RULE, "tenant_id": "{tenant_id}"}, record=a.tenant, shows="/rules"),
    _ask("GET /rules/{rule_id}", record=a.rule),
    _ask(
        "POST /rules/{rule_id}",
        form={**_RULE, "tenant_id": "{own_tenant_id}"},
        record=a.rule,
        shows="/rules",
    ),
    _ask("POST /rules/{rule_id}/switch", form={"enabled": "1"}, record=a.rule, shows="/rules"),
    _ask("POST /rules/{rule_id}/retry", form={"incidents": "50"}, record=a.rule, shows=_PAGE),
    _ask("POST /rules/{rule_id}/restore", form={"version": "1"}, record=a.rule, shows="/rules"),
    _ask("POST /rules/{rule_id}/move", form={"to": "up"}, record=a.rule, shows="/rules"),
    _ask("POST /rules/{rule_id}/remove", record=a.rule, fresh=True, shows="/rules"),
    _ask(
        "POST /rules/try",
        form={"subject": "unheard", "tenant_id": "{tenant_id}"},
        record=a.tenant,
        shows=_PAGE,
    ),
    _list("groups", shows="zephyrine"),
    _new("groups"),
    _ask(
        "POST /groups", form={"name": "{fresh}", "tenants": "{tenant_id}"}, record=a.tenant, shows="/groups"
    ),
    _ask("GET /groups/{group_id}", record=a.group),
    _ask(
        "POST /groups/{group_id}",
        form={"name": "{fresh}", "tenants": "{own_tenant_id}"},
        record=a.group,
        fresh=True,
        shows="/groups",
    ),
    _list("routing", shows="zephyrine"),
    _list("routing", query={"client": "{tenant_id}"}, record=a.tenant, by="client", shows="zephyrine"),
    _ask(
        "POST /routing/people/{person_id}",
        form={"load_cap": "7", "time_zone": "UTC"},
        record=profile,
        shows="/routing",
    ),
    _list("models", record=card, shows="mdl_", shared_with=("technician",)),
    _ask("POST /models/{version}/switch", record=card, shows="/models"),
    _ask("POST /models/{version}/threshold", form={"threshold": "80"}, record=card, shows="/models"),
    _ask("POST /routing/clients/{tenant_id}", form={"by_history": "1"}, record=agreed, shows="/routing"),
]

PROGRAMS = [
    _list("api-clients", record=a.api_client),
    _new("api-clients"),
    _ask(
        "POST /api-clients",
        form={"name": "Probe", "scopes": "incidents:read", "tenants": "{tenant_id}"},
        record=a.tenant,
        shows="fls_",
    ),
    _ask("POST /api-clients/{client_id}/rotate", record=a.api_client, shows="fls_"),
    _ask("POST /api-clients/{client_id}/remove", record=a.api_client, fresh=True, shows="/api-clients"),
    _list("mailboxes", record=a.imap_mailbox),
    _new("mailboxes"),
    _ask(
        "POST /mailboxes",
        form={**_IMAP, **_PLACE, "password": "secret"},
        record=a.tenant,
        shows="/mailboxes",
    ),
    _ask("GET /mailboxes/{mailbox_id}", record=a.imap_mailbox),
    _ask("POST /mailboxes/{mailbox_id}", form={**_IMAP, "password": "secret"}, record=a.imap_mailbox),
    _ask("POST /mailboxes/{mailbox_id}/remove", record=a.imap_mailbox, fresh=True, shows="/mailboxes"),
    _list("maintenance", record=a.maintenance_window, shows="/maintenance/mwn_"),
    _ask(
        "POST /maintenance",
        form={
            "tenant_id": "{tenant_id}",
            "name": "zephyrine",
            "start_time": "2098-01-01T10:00",
            "end_time": "2098-01-01T12:00",
        },
        record=a.tenant,
        shows="/maintenance",
    ),
    _ask("POST /maintenance/{window_id}/end", record=a.maintenance_window, fresh=True, shows="/maintenance"),
    _list("alert-sources", record=a.alert_source),
    _new("alert-sources"),
    _ask(
        "POST /alert-sources",
        form={"source_name": "Probe", "sender": "generic", "tenant_id": "{tenant_id}"},
        record=a.tenant,
        shows="als_",
    ),
    _ask(
        "POST /alert-sources/preview",
        form={"sample": '{{"title": "Disk"}}'},
        ownerless="it names nobody's record: the payload is the asker's own, and is not kept",
        shows="Disk",
    ),
    _ask("GET /alert-sources/{source_id}", record=a.alert_source),
    _ask("POST /alert-sources/{source_id}", form={"source_name": "Probe"}, record=a.alert_source),
    _ask("POST /alert-sources/{source_id}/rotate", record=a.alert_source, shows="als_"),
    _list("webhooks", record=a.webhook),
    _new("webhooks"),
    _ask(
        "POST /webhooks",
        form={"url": "http://127.0.0.1:9/new", "tenant_id": "{tenant_id}"},
        record=a.tenant,
        shows="whsec_",
    ),
    _ask("GET /webhooks/{webhook_id}", record=a.webhook),
    _ask("POST /webhooks/{webhook_id}", form={"url": "http://127.0.0.1:9/moved"}, record=a.webhook),
    _ask("POST /webhooks/{webhook_id}/rotate", record=a.webhook, shows="whsec_"),
    _ask("POST /webhooks/{webhook_id}/test", record=a.tried_webhook),
    _ask("POST /webhooks/{webhook_id}/remove", record=a.webhook, fresh=True, shows="/webhooks"),
]

_LETTER: dict[str, Any] = {"path": {"service": "triage"}, "record": a.dead_letter_of("triage")}

WORK = [
    _list("quarantine", record=a.quarantined),
    _ask("GET /submissions/{submission_id}", record=a.quarantined, shows="Whose am I?"),
    _ask("GET /submissions/{submission_id}/raw", record=a.quarantined, shows="zephyrine", by="administrator"),
    _ask(
        "POST /submissions/{submission_id}/release",
        form={"tenant": "{own_tenant_id}"},
        record=a.quarantined,
        fresh=True,
        shows="/",
    ),
    _ask(
        "POST /submissions/{submission_id}/discard",
        form={"reason": "noise"},
        record=a.quarantined,
        fresh=True,
        shows="/",
    ),
    _list("undelivered", record=a.dead_delivery),
    _list("suppressions", record=a.suppression),
    _ask(
        "POST /suppressions",
        form={"tenant_id": "{tenant_id}", "address": "x@y.example"},
        record=a.tenant,
        shows="/suppressions",
    ),
    _ask("POST /suppressions/{suppression_id}/lift", record=a.suppression, fresh=True, shows="/suppressions"),
    _ask("POST /deliveries/{delivery_id}/redeliver", record=a.dead_delivery, fresh=True, shows="/"),
    _list("dead-letters", query={"service": "triage", "settled": "1"}, record=a.dead_letter_of("triage")),
    _ask("POST /dead-letters/redeliver-all", form={"service": "triage"}, listing=True, shows="/dead-letters"),
    _ask("GET /dead-letters/{service}/{dead_letter_id}", **_LETTER),
    _ask("POST /dead-letters/{service}/{dead_letter_id}/redeliver", **_LETTER),
    _ask(
        "POST /dead-letters/{service}/{dead_letter_id}/discard",
        form={"reason": "noise"},
        shows="/dead-letters",
        **_LETTER,
    ),
]

STATEMENTS = [
    _list("statements", record=a.statement, owner="admin"),
    _ask(
        "POST /statements",
        form={"tenant_id": "{tenant_id}", "period": "2026-01"},
        record=a.contracted,
        shows="stm_",
    ),
    _ask("GET /statements/{statement_id}", record=a.statement),
    _ask("GET /statements/{statement_id}/{form}", path={"form": "csv"}, record=a.statement, shows="incident"),
    _ask("POST /statements/{statement_id}/close", record=a.statement),
    _ask(
        "POST /statements/{statement_id}/credits/{clause_id}",
        path={"clause_id": "5"},
        form={"decision": "void", "reason": "Goodwill"},
        record=a.statement,
    ),
]

PROBES = [*OVERVIEW, *CLIENTS, *PEOPLE, *AGREED, *RULES, *PROGRAMS, *WORK, *STATEMENTS]
