"""What the command palette finds: places, views, clients, incidents by number, title or requester, and what stands beside them."""

import re
from typing import Any

from flask import Blueprint, Response, jsonify, request

from chassis.errors import FairleadError, NotFound
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import queue_pb2
from fairlead.triage.v1.queue_service_pb2 import QUEUE_SORT_UPDATE_TIME, QueueFilter
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.frame import areas_for
from services.gateway.pages.console.finding_records import records_found
from services.gateway.pages.console.frame import places, staff_only
from services.gateway.pages.console.queue import dots_of_clients_of, tab_labels
from services.gateway.pages.console.view import QueueView
from services.gateway.pages.language import gettext as _
from services.gateway.pages.signs import state_sign

finding = Blueprint("console_finding", __name__)
_MOST = 8
_NUMBER = re.compile(r"[A-Za-z][A-Za-z0-9]*-\d{1,9}")
_OPEN = frozenset(
    {
        incident_pb2.INCIDENT_STATE_NEW,
        incident_pb2.INCIDENT_STATE_ASSIGNED,
        incident_pb2.INCIDENT_STATE_IN_PROGRESS,
        incident_pb2.INCIDENT_STATE_ON_HOLD,
    }
)
_ENDED = (
    incident_pb2.INCIDENT_STATE_RESOLVED,
    incident_pb2.INCIDENT_STATE_CLOSED,
    incident_pb2.INCIDENT_STATE_CANCELED,
    incident_pb2.INCIDENT_STATE_MERGED,
)


@finding.get("/console/palette.json")
@staff_only
def read_palette() -> Response:
    """Where the palette can go, and the names of what it can do; asked for once, when it first opens."""
    caller = current_caller()
    clients = names.clients(caller)
    dots = dots_of_clients_of(clients)
    tabs = [
        {"label": label, "address": QueueView(tab=key).address(), "icon": "inbox"}
        for key, label in tab_labels().items()
    ]
    saved = [
        {"label": view.name, "address": QueueView(view=view.view_id).address(), "icon": "star"}
        for view in _views(caller)
    ]
    return jsonify(
        groups={
            "acts": _("Do"),
            "places": _("Go to"),
            "clients": _("Clients"),
            "found": _("Incidents"),
            "records": _("Problems, changes and items"),
        },
        places=[*places(caller), *_further(caller), *tabs, *saved],
        clients=[
            {"label": name, "address": QueueView(tenant=(tenant_id,)).address(), "dot": dots[tenant_id]}
            for tenant_id, name in clients.items()
        ],
        acts=_acts(),
        words={
            "nothing": _("Nothing found"),
            "searching": _("Searching"),
            "away": _("The search cannot be reached just now."),
            "results": _("%(num)s results"),
            "one_result": _("1 result"),
        },
    )


@finding.get("/console/search.json")
@staff_only
def search() -> Response:
    """Incidents in every state, of granted clients alone: the exact number first, then open ones, latest change first."""
    caller, query = current_caller(), request.args.get("query", "").strip()[:200]
    found: dict[str, dict[str, Any]] = {}
    if _NUMBER.fullmatch(query):
        found |= _numbered(caller, query.upper())
    if query:
        backend = gateway().backends.queue
        for states in ((), _ENDED):
            if len(found) < _MOST:
                wanted = QueueFilter(query=query, states=states)
                entries = backend.list(caller, wanted, QUEUE_SORT_UPDATE_TIME, _MOST).entries
                found |= {entry.number: _shown(entry) for entry in entries if entry.number not in found}
    shown = [*found.values()][:_MOST]
    clients = names.tenant_names(caller, [one["tenant_id"] for one in shown])
    dots = dots_of_clients_of(clients)
    for one in shown:
        one["client"], one["dot"] = clients.get(one["tenant_id"], ""), dots.get(one["tenant_id"], "")
    return jsonify(incidents=shown, records=records_found(caller, query))


def _numbered(caller: Caller, number: str) -> dict[str, dict[str, Any]]:
    try:
        incident = gateway().backends.incidents.get(caller, number)
    except NotFound:
        return {}
    entry = queue_pb2.QueueEntry(
        number=incident.number,
        title=incident.title,
        state=incident.state,
        tenant_id=incident.tenant_id,
        requester_name=incident.requester.name or incident.requester.address,
    )
    return {incident.number: _shown(entry)}


def _shown(entry: queue_pb2.QueueEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "title": entry.title or _("(no subject)"),
        "requester": entry.requester_name,
        "tenant_id": entry.tenant_id,
        "state": state_sign(entry.state).label,
        "open": entry.state in _OPEN,
    }


def _views(caller: Caller) -> list[Any]:
    try:
        return gateway().backends.views.list(caller)
    except FairleadError:
        return []


def _further(caller: Caller) -> list[dict[str, Any]]:
    """Places that the rail has no room for: those beside its own, and the areas of the administration for whoever may enter."""
    beside = [
        {"label": _("Changes"), "address": "/console/changes", "icon": "calendar-event"},
        {"label": _("Macros"), "address": "/console/macros", "icon": "wand"},
        {"label": _("Escalation policies"), "address": "/console/on-call/policies", "icon": "bell"},
        {"label": _("Calendar links"), "address": "/console/on-call/calendars", "icon": "calendar"},
    ]
    # Deep: listed once something is typed.
    inner = [
        {
            "label": area.label,
            "more": _("Administration"),
            "address": area.address,
            "icon": area.icon,
            "deep": True,
        }
        for _title, group in areas_for(caller)
        for area in group
        if area.key
    ]
    return [*beside, *inner]


def _acts() -> list[dict[str, str]]:
    """What can be done to the selected or open incident, and to the page. The page says which make sense now."""
    return [
        {"id": "assign_me", "label": _("Assign to me"), "key": "A", "icon": "user-plus"},
        {"id": "reply", "label": _("Reply to the client"), "key": "R", "icon": "message"},
        {"id": "note", "label": _("Internal note"), "key": "N", "icon": "lock"},
        {"id": "hold", "label": _("Hold"), "key": "H", "icon": "player-pause"},
        {"id": "resolve", "label": _("Resolve"), "key": "E", "icon": "circle-check"},
        {"id": "assign", "label": _("Assign to somebody"), "key": "", "icon": "user-check"},
        {"id": "prioritize", "label": _("Change the priority"), "key": "", "icon": "arrow-up"},
        {"id": "macro", "label": _("Run a macro"), "key": "", "icon": "wand"},
        {"id": "merge", "label": _("Merge into another incident"), "key": "", "icon": "git-merge"},
        {"id": "declare", "label": _("Declare a major incident"), "key": "", "icon": "flame"},
        {"id": "split", "label": _("Split into two incidents"), "key": "", "icon": "layout-list"},
        {"id": "actions", "label": _("More actions"), "key": ".", "icon": "dots"},
        {"id": "open", "label": _("Open the incident"), "key": "Enter", "icon": "arrow-right"},
        {"id": "theme", "label": _("Switch between light and dark"), "key": "", "icon": "moon"},
        {"id": "help", "label": _("Keyboard shortcuts"), "key": "?", "icon": "keyboard"},
    ]
