"""Work: incidents, the queue, submissions, deliveries, articles."""

from typing import Any

from tests.matrix import records as a
from tests.matrix.form_records import form
from tests.matrix.probes import Probe
from tests.matrix.rest.asking import ask

_EVERYBODY = ("requester", "technician", "api_client")
_WORKING = {"owner": "technician", "record": a.incident}
_OWN = {"owner": "requester", "record": a.incident}
_WORDING = {"audience": "named_clients", "locale": "en", "title": "How to", "body": "At length"}
_TENANT = {"tenant_id": "{tenant_id}"}


def _act(verb: str, json: dict[str, Any] | None = None, **more: Any) -> Probe:
    return ask(
        f"POST /incidents/{{incident_id}}/{verb}", json=json or {}, **{**_WORKING, "fresh": True, **more}
    )


def _look(what: str, **more: Any) -> Probe:
    return ask(f"GET /incidents/{{incident_id}}{what}", **{**_OWN, **more})


_HOLD = {"hold": {"awaiting": "vendor", "reason": "parts"}}
_ASKED = {"record": a.bulk_action, "owner": "technician"}
BULK_ACTIONS = [
    ask(
        "POST /bulk-actions",
        json={"incidents": ["{incident_id}"], **_HOLD},
        record=a.incident,
        owner="technician",
        fresh=True,
    ),
    ask(
        "POST /bulk-actions/preview",
        json={"incidents": ["{incident_id}"], **_HOLD},
        record=a.incident,
        owner="technician",
    ),
    ask(
        "POST /bulk-actions/preview",
        json={"filter": {"tenant_ids": ["{tenant_id}"]}, **_HOLD},
        record=a.tenant,
        owner="technician",
        listing=True,
        shows="rows",
        by="filter",
    ),
    ask("GET /bulk-actions", listing=True, **_ASKED),
    ask("GET /bulk-actions/{bulk_id}", **_ASKED),
    ask("POST /bulk-actions/{bulk_id}/undo", fresh=True, **_ASKED),
]
INCIDENTS = [
    ask("POST /incidents", json={"title": "Zephyrine", **_TENANT}, record=a.tenant, owner="requester"),
    ask(
        "POST /incidents",
        json={"title": "Zephyrine", "tenant_id": "{slug}"},
        record=a.slug,
        owner="requester",
        shows="inc_",
        by="slug",
    ),
    ask(
        "POST /incidents",
        json={"title": "Screen", "requester": {"person_id": "{person_id}"}, "tenant_id": "{own_tenant_id}"},
        record=a.person,
        owner="technician",
        missing_as=("requester_not_found",),
        by="requester",
    ),
    ask(
        "POST /incidents",
        json={"form": "{form_id}", "answers": {"what": "A screen"}, "tenant_id": "{own_tenant_id}"},
        record=form,
        owner="requester",
        by="form",
    ),
    ask(
        "POST /incidents/bulk",
        rows='{{"title": "Zephyrine", "tenant_id": "{tenant_id}"}}\n',
        record=a.tenant,
        owner="requester",
        listing=True,
        shows="inc_",
    ),
    ask("GET /incidents", query={"page_size": "200"}, owner="requester", listing=True, shows="inc_"),
    ask("GET /incidents", query=_TENANT, record=a.tenant, owner="requester", listing=True, by="tenant"),
    ask(
        "GET /incidents",
        query={"requester_id": "{requester_id}"},
        record=a.requester,
        owner="technician",
        listing=True,
        by="requester",
    ),
    _look(""),
    ask(
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
    ask(
        "POST /attachments",
        query=_TENANT,
        files={"file": ("a.png", b"\x89PNG")},
        record=a.tenant,
        owner="requester",
        shows="att_",
    ),
    ask(
        "POST /incidents/{incident_id}/attachments",
        files={"file": ("a.png", b"\x89PNG")},
        record=a.incident,
        owner="requester",
        shows="att_",
    ),
    _look("/attachments/{attachment_id}", record=a.attachment, shows="PNG"),
    _act("classify", {"category": "fire"}),
    _act("prioritize", {"priority": "P2"}),
    _act("assign", {"assignee_id": "{own_technician_id}"}),
    ask(
        "POST /incidents/{incident_id}/assign",
        json={"assignment_group_id": "{group_id}"},
        path={"incident_id": "{own_incident_id}"},
        record=a.group,
        owner="technician",
        by="assignment group",
    ),
    ask(
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
    _act("merge", {"into": "{into_number}"}, record=a.two_incidents),
    _act("split", {"entry_ids": ["{incident_id}:1000"], "title": "Another"}, shows="inc_"),
    _act("dismiss-hint"),
    _act("parent", {"parent": "{into_number}"}, record=a.two_incidents),
    _act("children/tell", {"text": "Power is back."}, record=a.parent_incident, shows="inc_"),
    _look("/duplicates", owner="technician", shows="duplicates"),
    _act("unmerge", record=a.merged_incident),
    _act("rate", {"score": 4}, record=a.resolved_incident, owner="requester"),
]

QUEUE = [
    ask("GET /queue", query={"page_size": "200"}, owner="technician", listing=True, shows="zephyrine"),
    ask("GET /queue", query=_TENANT, record=a.tenant, owner="technician", listing=True, by="tenant"),
    ask(
        "GET /queue",
        query={"sort": "breach_risk", "page_size": "200"},
        owner="technician",
        listing=True,
        shows="zephyrine",
        by="risk",
    ),
    ask("GET /queue/counts", owner="technician", listing=True, shows="total"),
    ask("GET /queue/counts", query=_TENANT, record=a.tenant, owner="technician", listing=True, by="tenant"),
    ask("GET /queue/{incident_id}", record=a.known_incident, owner="technician"),
]

VIEWS = [
    ask("GET /queue/views", record=a.view, listing=True),
    ask(
        "POST /queue/views",
        json={"name": "{fresh}", "filter": {"tenant_ids": ["{tenant_id}"]}},
        record=a.tenant,
        owner="technician",
    ),
    ask("GET /queue/views/{view_id}", record=a.view),
    ask(
        "PUT /queue/views/{view_id}",
        json={"name": "{fresh}", "shared": True, "filter": {"tenant_ids": ["{own_tenant_id}"]}},
        record=a.view,
        fresh=True,
    ),
    ask("DELETE /queue/views/{view_id}", record=a.view, fresh=True),
]

_PERIOD = {"days": "7", "time_zone": "Europe/London"}
FIGURES = [
    probe
    for what, period, shows in (
        ("open", {}, "by_priority"),
        ("flow", _PERIOD, "arrived"),
        ("attainment", _PERIOD, "totals"),
        ("kpis", {**_PERIOD, "last_day": "2026-03-02"}, "mean_"),
        ("kpis.csv", {**_PERIOD, "last_day": "2026-03-02"}, "total,"),
    )
    for probe in (
        ask(f"GET /figures/{what}", query=period, owner="technician", listing=True, shows=shows),
        ask(
            f"GET /figures/{what}",
            query={**period, **_TENANT},
            record=a.tenant,
            owner="technician",
            listing=True,
            shows=shows,
            by="tenant",
        ),
    )
]

SUBMISSIONS = [
    ask("GET /submissions", query={"page_size": "200"}, listing=True, shows="sub_"),
    ask("GET /submissions", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    ask(
        "GET /submissions",
        query={"state": "quarantined", "page_size": "200"},
        record=a.quarantined,
        fresh=True,
        listing=True,
        shows="zephyrine",
        by="quarantine",
    ),
    ask("GET /submissions/{submission_id}", record=a.submission, owner="requester"),
    ask("GET /submissions/{submission_id}", record=a.quarantined, by="quarantine"),
    ask("GET /submissions/{submission_id}/raw", record=a.submission, shows="zephyrine"),
    ask("GET /submissions/{submission_id}/raw", record=a.quarantined, shows="zephyrine", by="quarantine"),
    ask(
        "POST /submissions/{submission_id}/release",
        json={"tenant_id": "{own_tenant_id}"},
        record=a.quarantined,
        fresh=True,
    ),
    ask(
        "POST /submissions/{submission_id}/release",
        json=_TENANT,
        path={"submission_id": "{own_submission_id}"},
        record=a.tenant,
        by="tenant",
    ),
    ask(
        "POST /submissions/release",
        json={**_TENANT, "sender": "nobody@nowhere.example"},
        record=a.tenant,
        shows="released",
    ),
    ask("POST /submissions/{submission_id}/discard", json={}, record=a.quarantined, fresh=True),
]

DELIVERIES = [
    ask("GET /deliveries", query={"page_size": "200"}, owner="technician", listing=True, shows="dlv_"),
    ask("GET /deliveries", query=_TENANT, record=a.tenant, owner="technician", listing=True, by="tenant"),
    ask(
        "GET /deliveries",
        query={"webhook_id": "{webhook_id}"},
        record=a.tried_webhook,
        listing=True,
        by="webhook",
    ),
    ask("GET /deliveries/{delivery_id}", record=a.delivery, owner="technician"),
    ask("POST /deliveries/{delivery_id}/redeliver", record=a.dead_delivery, fresh=True),
    ask("GET /suppressions", query={"page_size": "200"}, record=a.suppression, listing=True, shows="spr_"),
    ask("GET /suppressions", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    ask("POST /suppressions", json={**_TENANT, "address": "x@y.example"}, record=a.tenant),
    ask("POST /suppressions/{suppression_id}/lift", record=a.suppression, fresh=True),
]

ARTICLES = [
    ask("GET /articles", query={"page_size": "200"}, owner="requester", listing=True, shows="zephyrine"),
    ask("GET /articles", query=_TENANT, record=a.tenant, listing=True, by="tenant"),
    ask(
        "GET /articles/search",
        query={"query": "{word}"},
        record=a.marked_word,
        owner="requester",
        listing=True,
    ),
    ask(
        "GET /articles/search",
        query={"query": "printer", **_TENANT},
        record=a.tenant,
        listing=True,
        shows="art_",
        by="tenant",
    ),
    ask("POST /articles", json={**_WORDING, "tenant_ids": ["{tenant_id}"]}, record=a.tenant),
    ask("GET /articles/{article_id}", record=a.article, owner="requester"),
    ask(
        "PUT /articles/{article_id}",
        json={**_WORDING, "tenant_ids": ["{own_tenant_id}"]},
        record=a.article,
        fresh=True,
    ),
    ask("POST /articles/{article_id}/publish", record=a.draft_article, fresh=True),
    ask("POST /articles/{article_id}/retire", record=a.article, fresh=True),
    ask("POST /articles/{article_id}/feedback", json={"helpful": True}, record=a.article, owner="requester"),
]

PROBES = [*BULK_ACTIONS, *INCIDENTS, *QUEUE, *FIGURES, *VIEWS, *SUBMISSIONS, *DELIVERIES, *ARTICLES]
