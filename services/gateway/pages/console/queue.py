"""The live queue: first paint on the server, then patched by static/js/console from what the live face sends."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request
from markupsafe import Markup

from chassis.errors import FairleadError, InvalidArgument, NotFound
from chassis.tenancy import Caller
from fairlead.triage.v1.queue_pb2 import QueueEntry
from fairlead.triage.v1.queue_service_pb2 import CountQueueResponse, ListQueueResponse
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.auth.csrf import csrf_token
from services.gateway.backends.words import plain, time_text
from services.gateway.pages.console import names
from services.gateway.pages.console.frame import render, staff_only, wants_fragment
from services.gateway.pages.console.incident import article
from services.gateway.pages.console.scripts import for_scripts
from services.gateway.pages.console.view import QueueView
from services.gateway.pages.language import gettext as _

queue_pages = Blueprint("console_queue", __name__)
PAGE_SIZE = 50


@queue_pages.get("/console")
@staff_only
def show_queue() -> str:
    """The queue, with one incident beside it when the address names one (`open`); rows alone for a script."""
    caller, view = current_caller(), QueueView.of(request.args)
    found = _page(caller, view, request.args.get("after", ""))
    tenants = names.tenant_names(caller, [entry.tenant_id for entry in found.entries])
    if wants_fragment():
        return render_template(
            "fragments/console/rows.html", entries=found.entries, tenants=tenants,
            next_address=_next_address(view, found),
        )  # fmt: skip
    counts = gateway().backends.queue.count(caller, view.base_filter())
    whole = gateway().backends.queue.count(caller) if view.is_filtered else counts
    tenants |= names.tenant_names(caller, [*whole.by_tenant, *filter(None, [view.tenant])])
    return render(
        "pages/console/queue.html",
        "queue",
        view=view,
        entries=found.entries,
        tenants=tenants,
        groups=_groups(caller),
        tabs=_tabs(counts),
        blank=QueueEntry(),
        next_address=_next_address(view, found),
        for_scripts={**for_scripts(caller), "view": asdict(view), "tenants": tenants},
        opened=_opened(caller),
    )


@queue_pages.get("/console/queue.json")
@staff_only
def read_queue() -> Response:
    """The first rows of a view as data, in the shape of live rows: for a script that may have missed some."""
    caller, view = current_caller(), QueueView.of(request.args)
    size = min(max(request.args.get("size", PAGE_SIZE, type=int), 1), 200)
    found = gateway().backends.queue.list(caller, view.filter(caller.person_id), view.order(), size)
    rows = [row_data(entry) for entry in found.entries]
    return jsonify(
        entries=rows,
        complete=not found.next_page_token,
        tenants=names.tenant_names(caller, [entry.tenant_id for entry in found.entries]),
        tabs=tab_counts(gateway().backends.queue.count(caller, view.base_filter())),
        now=time_text(gateway().clock()),
    )


@queue_pages.get("/console/counts.json")
@staff_only
def read_counts() -> Response:
    """What the tabs say; and who asks, with a token for forms, for a page whose session was renewed in another tab."""
    caller, view = current_caller(), QueueView.of(request.args)
    counts = gateway().backends.queue.count(caller, view.base_filter())
    return jsonify(tabs=tab_counts(counts), me=caller.person_id, csrf=csrf_token())


def row_data(entry: QueueEntry) -> dict[str, Any]:
    """A row as the live face sends it."""
    return {"verified": False, "needs_dispatcher": False, "title": "", "clocks": [], **plain(entry)}


def tab_counts(counts: CountQueueResponse) -> dict[str, int]:
    """How many rows stand under each tab."""
    return {
        "all": counts.total,
        "mine": counts.mine,
        "unassigned": counts.unassigned,
        "risk": counts.at_risk + counts.breached,
        "dispatcher": counts.needs_dispatcher,
    }


def _page(caller: Caller, view: QueueView, after: str) -> ListQueueResponse:
    """A page of the view. Raises NotFound for a client that is not granted."""
    backend = gateway().backends.queue
    try:
        return backend.list(caller, view.filter(caller.person_id), view.order(), PAGE_SIZE, after)
    except InvalidArgument:
        if not after:
            raise
        # An old cursor: begin anew.
        return backend.list(caller, view.filter(caller.person_id), view.order(), PAGE_SIZE)


def _next_address(view: QueueView, found: ListQueueResponse) -> str:
    return view.address(after=found.next_page_token) if found.next_page_token else ""


def _tabs(counts: CountQueueResponse) -> list[dict[str, Any]]:
    labels = {
        "all": _("All open"),
        "mine": _("Mine"),
        "unassigned": _("Unassigned"),
        "risk": _("At risk"),
        "dispatcher": _("Needs a dispatcher"),
    }
    return [{"key": key, "label": labels[key], "count": count} for key, count in tab_counts(counts).items()]


def _groups(caller: Caller) -> list[Any]:
    """Empty while they cannot be read: the filter is then left out."""
    try:
        return names.groups(caller)
    except FairleadError:
        return []


def _opened(caller: Caller) -> Markup | str:
    """The incident beside the queue, ready to show; "" for none, and for one that is not there."""
    number = request.args.get("open", "")
    if not number:
        return ""
    try:
        return article(caller, number, heading=2)
    except NotFound:
        return ""
