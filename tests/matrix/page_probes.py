"""A probe for every page and form that shows or changes anybody's records."""

from typing import Any

from tests.matrix import (
    admin_pages,
    asset_pages,
    change_pages,
    macro_pages,
    major_pages,
    on_call_pages,
    order_pages,
    problem_pages,
)
from tests.matrix import records as a
from tests.matrix.form_records import form, portal_form
from tests.matrix.probes import Asker, Probe

_PAGE = "</html>"
_BEFORE_SIGNING_IN = "an installed portal's name, colors and icon, which its sign-in page shows as well"
_ANYBODYS = "it shows or keeps what is the asker's own, and takes no name of a record"


def _ask(
    surface: str,
    *,
    form: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    path: dict[str, str] | None = None,
    **more: Any,
) -> Probe:
    return Probe(surface, {"form": form, "query": query, "path": path or {}}, **more)


def _act(action: str, record: Any, /, **form: str) -> Probe:
    return _ask(
        "POST /console/incidents/{number}/{action}",
        form={"revision": "0", **form},
        path={"action": action},
        record=record,
        owner="technician",
        fresh=True,
        by=action,
    )


def _portal(method: str, rest: str, /, **more: Any) -> Probe:
    """Within a portal of the record's house."""
    return _ask(f"{method} /t/{{slug}}/{rest}", **{"record": a.portal, "owner": "requester", **more})


def _many(action: str, **form: str) -> Probe:
    """One action over a selection, done."""
    return _ask(
        "POST /console/bulk",
        form={"action": action, "number": "{number}", "step": "apply", "once": "{fresh}", **form},
        record=a.incident,
        owner="technician",
        fresh=True,
        by=action,
    )


QUEUE = [
    _ask("GET /console/palette.json", record=a.tenant, owner="technician", listing=True),
    _ask(
        "GET /console/search.json",
        query={"query": "{number}"},
        record=a.known_incident,
        owner="technician",
        listing=True,
    ),
    _ask(
        "GET /console/bulk",
        query={"action": "assign", "number": "{number}"},
        record=a.numbered,
        owner="technician",
    ),
    _ask(
        "GET /console/bulk",
        query={"asked": "{bulk_id}"},
        record=a.bulk_action,
        owner="technician",
        by="asked",
    ),
    _ask(
        "POST /console/bulk",
        form={"step": "undo", "asked": "{bulk_id}"},
        record=a.bulk_action,
        owner="technician",
        fresh=True,
        by="undo",
    ),
    _many("assign", person="{own_technician_id}", group="keep"),
    _many("hold", awaiting="vendor", reason="parts"),
    _many("prioritize", impact="high", urgency="high"),
    _many("resolve", code="fixed", text="Put out."),
    _ask(
        "POST /console/views",
        form={"name": "{fresh}", "tenant": "{tenant_id}"},
        record=a.tenant,
        owner="technician",
        shows="/console?view=",
    ),
    _ask(
        "POST /console/views/{view_id}",
        form={"name": "{fresh}", "tenant": "{own_tenant_id}"},
        record=a.view,
        fresh=True,
    ),
    _ask("POST /console/views/{view_id}/delete", record=a.view, fresh=True, shows="/console"),
    _ask("GET /console/clients/{tenant_id}/brand.css", record=a.tenant, owner="technician"),
]

CONSOLE = [
    _ask("GET /console", owner="technician", listing=True, shows=_PAGE),
    _ask("GET /console/queue.json", owner="technician", listing=True, shows="zephyrine"),
    _ask("GET /console/counts.json", owner="technician", listing=True, shows="unassigned"),
    _ask("GET /console/dashboards", owner="technician", listing=True, shows=_PAGE),
    _ask(
        "GET /console/dashboards",
        query={"tenant": "{tenant_id}"},
        record=a.tenant,
        owner="technician",
        listing=True,
        shows=_PAGE,
        by="tenant",
    ),
    _ask(
        "GET /console/dashboards/{figure}.csv",
        path={"figure": "clients"},
        owner="technician",
        listing=True,
        shows="Client",
    ),
    _ask(
        "GET /console/dashboards/{figure}.csv",
        path={"figure": "clients"},
        query={"tenant": "{tenant_id}"},
        record=a.tenant,
        owner="technician",
        listing=True,
        shows="Client",
        by="tenant",
    ),
    _ask("GET /console/incidents/{number}", record=a.numbered, owner="technician"),
    _ask(
        "GET /console/incidents/{number}/attachments/{attachment_id}",
        record=a.numbered_attachment,
        owner="technician",
        shows="PNG",
    ),
    _ask(
        "POST /console/incidents/{number}/pauses/{pause_id}/answer",
        form={"words": "So.", "verdict": "stands"},
        record=a.numbered_contest,
        fresh=True,
    ),
    _ask("GET /console/articles/{article_id}", record=a.article, owner="technician"),
    _act("reply", a.incident, text="Any news?"),
    _act("note", a.incident, text="Look behind it."),
    _act("assign", a.incident, to="me"),
    _act("hold", a.incident, awaiting="vendor", reason="parts"),
    _act("resume", a.incident_on_hold),
    _act("resolve", a.incident, code="fixed", text="Put out."),
    _ask("GET /console/incidents/{number}/merge", record=a.numbered, owner="technician"),
    _ask(
        "GET /console/incidents/{number}/merge",
        query={"into": "{into_number}"},
        record=a.two_incidents,
        owner="technician",
        by="preview",
    ),
    _ask("GET /console/incidents/{number}/split", record=a.numbered, owner="technician"),
    _act("split", a.incident, lines="{incident_id}:1000", title="Another"),
    _act("merge", a.two_incidents, into="{into_number}"),
    _act("dismiss_hint", a.incident),
    _act("tell_children", a.parent_incident, text="Power is back."),
    _act("set_parent", a.two_incidents, parent="{into_number}"),
    _act("unmerge", a.merged_incident),
]

PORTAL = [
    _portal("GET", ""),
    _portal(
        "GET",
        "brand.css",
        path={"slug": "{own_slug}"},
        ownerless="whoever comes to a portal sees its colors, before signing in",
        shows="{",
    ),
    _portal("GET", "{kind}", path={"kind": "report"}, shows=_PAGE),
    _portal("POST", "{kind}", path={"kind": "report"}, form={"title": "Zephyrine", "text": "Dark"}),
    _portal("GET", "forms/{form_id}", record=portal_form),
    _portal("GET", "forms/{form_id}", record=form, path={"slug": "{own_slug}"}, by="form"),
    _portal("POST", "forms/{form_id}", form={"q-what": "A screen"}, record=portal_form),
    *order_pages.PORTAL,
    *order_pages.CONSOLE,
    _portal("GET", "received/{submission_id}", record=a.portal_submission, shows="ACME-"),
    _portal(
        "GET", "suggestions", query={"title": "printer zephyrine", "text": "printer zephyrine"}, shows="art_"
    ),
    _portal("GET", "incidents"),
    _portal("GET", "incidents/{number}", record=a.portal_incident),
    _portal("GET", "incidents/{number}/attachments/{attachment_id}", record=a.portal_attachment, shows="PNG"),
    _portal("POST", "incidents/{number}/reply", form={"text": "More"}, record=a.portal_incident),
    _portal("POST", "incidents/{number}/confirm", record=a.portal_resolved, fresh=True),
    _portal(
        "POST", "incidents/{number}/reopen", form={"reason": "again"}, record=a.portal_resolved, fresh=True
    ),
    _portal("POST", "incidents/{number}/rate", form={"score": "4"}, record=a.portal_resolved, fresh=True),
    _portal(
        "POST", "incidents/{number}/withdraw", form={"reason": "over"}, record=a.portal_incident, fresh=True
    ),
    _portal(
        "POST",
        "incidents/{number}/pauses/{pause_id}/contest",
        form={"words": "Nobody asked."},
        record=a.portal_pause,
        owner="manager",
        fresh=True,
    ),
    # Who has a link may use it, signed in or not: what must not be is that it works in another client's portal.
    *(
        _portal(
            method,
            "answer/{token}",
            form={} if method == "POST" else None,
            record=a.answer_link,
            path={"slug": "{own_slug}"},
            fresh=True,
            by="a link of another client",
        )
        for method in ("GET", "POST")
    ),
    *(
        _portal(
            "GET",
            rest,
            path={"slug": "{own_slug}", "name": "icon"},
            ownerless=_BEFORE_SIGNING_IN,
            shows=shows,
        )
        for rest, shows in (("manifest.webmanifest", "start_url"), ("{name}.svg", "<svg"))
    ),
    _portal("GET", "articles"),
    _portal("GET", "articles/{article_id}", record=a.portal_article),
    _portal("POST", "articles/{article_id}/feedback", form={"helpful": "yes"}, record=a.portal_article),
    _portal("GET", "statements", record=a.portal_statement, owner="manager"),
    _portal("GET", "statements/{statement_id}", record=a.portal_statement, owner="manager"),
    _portal(
        "GET",
        "statements/{statement_id}/{form}",
        path={"form": "csv"},
        record=a.portal_statement,
        owner="manager",
        shows="incident",
    ),
    _portal(
        "GET",
        "statements/{statement_id}",
        path={"slug": "{own_slug}"},
        record=a.statement,
        owner="manager",
        intruders=(Asker("lumen", "manager"), Asker("port", "manager")),
        by="by a manager within their own portal",
    ),
    _portal("GET", "profile", shows=_PAGE),
    _portal("POST", "profile", form={"locale": "en", "time_zone": "Europe/London"}, shows="/"),
    *(
        _portal(
            "GET",
            rest,
            record=named,
            path={"slug": "{own_slug}"},
            shows="/",
            by="within one's own portal",
        )
        for rest, named in (
            ("incidents/{number}", a.numbered),
            ("articles/{article_id}", a.article),
            ("received/{submission_id}", a.submission),
        )
    ),
]

OTHERS = [
    _ask("GET /", owner="technician", ownerless=_ANYBODYS, shows="/"),
    _ask(
        "POST /preferences/theme", form={"theme": "dark"}, owner="technician", ownerless=_ANYBODYS, shows="/"
    ),
    _ask("POST /preferences/keys", form={"keys": "off"}, owner="technician", ownerless=_ANYBODYS, shows="/"),
]

PROBES = [
    *CONSOLE,
    *QUEUE,
    *PORTAL,
    *OTHERS,
    *admin_pages.PROBES,
    *on_call_pages.PROBES,
    *asset_pages.PROBES,
    *major_pages.PROBES,
    *problem_pages.PROBES,
    *change_pages.PROBES,
    *macro_pages.PROBES,
]
