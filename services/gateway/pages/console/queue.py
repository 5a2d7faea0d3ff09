"""The live queue: first paint on the server, then patched by static/js/console from what the live face sends."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import Caller
from fairlead.triage.v1.queue_pb2 import QueueEntry
from fairlead.triage.v1.queue_service_pb2 import CountQueueResponse, ListQueueResponse
from fairlead.triage.v1.view_pb2 import View
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.auth.csrf import csrf_token
from services.gateway.backends.queue import counted
from services.gateway.backends.words import plain, time_text
from services.gateway.pages.console import names
from services.gateway.pages.console.filters import Filters, chips, field_labels
from services.gateway.pages.console.frame import may_share_views, render, staff_only, wants_fragment
from services.gateway.pages.console.incident import article
from services.gateway.pages.console.scripts import for_scripts
from services.gateway.pages.console.view import QueueView, script_view
from services.gateway.pages.dots import dots_of_clients
from services.gateway.pages.language import gettext as _
from services.gateway.pages.language import in_each_language
from services.gateway.pages.live import live_place
from services.gateway.pages.moments import current_zone

queue_pages = Blueprint("console_queue", __name__)
PAGE_SIZE = 50


@queue_pages.get("/console")
@staff_only
def show_queue() -> str:
    """The queue, with one incident beside it when the address names one (`open`); rows alone for a script."""
    caller, view = current_caller(), chosen_view(current_caller(), request.args)
    if wants_fragment():
        found = _page(caller, view, request.args.get("after", ""))
        tenants = names.tenant_names(caller, [entry.tenant_id for entry in found.entries])
        return render_template(
            "fragments/console/rows.html", entries=found.entries, tenants=tenants,
            next_address=_next_address(view, found),
        )  # fmt: skip
    return queue_page(caller, view)


def queue_page(caller: Caller, view: QueueView, problem: str = "", name: str = "") -> str:
    """The whole page; `problem` says why a view could not be saved under this name."""
    wanted = counted(view.base_filter(), saved_views=True, resolved_since=_midnight())
    found = _page(caller, view, request.args.get("after", ""), counts=wanted, views=True)
    views, counts = [*found.views], found.counts
    tenants = names.clients(caller) or names.tenant_names(caller, counts.by_tenant)
    filters = Filters.for_(caller, tenants)
    saved = next((each for each in views if each.view_id == view.view), None)
    tabs = _tabs(counts, views, view)
    return render(
        "pages/console/queue.html",
        "queue",
        view=view,
        entries=found.entries,
        tenants=tenants,
        filters=filters,
        field_labels=field_labels(),
        chips=chips(view, filters),
        tabs=tabs,
        shown=next((tab for tab in tabs if tab["here"]), tabs[0]),
        saved=saved,
        may_share=may_share_views(caller),
        problem=problem,
        view_name=name,
        resolved_today=counts.resolved,
        blank=QueueEntry(),
        next_address=_next_address(view, found),
        for_scripts=for_scripts(
            caller, view=script_view(view), tenants=tenants, dots=dots_of_clients_of(tenants)
        ),
        **_opened(caller),
    )


@queue_pages.get("/console/queue.json")
@staff_only
def read_queue() -> Response:
    """The first rows of a view as data, in the shape of live rows: for a script that may have missed some."""
    caller = current_caller()
    view = chosen_view(caller, request.args)
    size = min(max(request.args.get("size", PAGE_SIZE, type=int), 1), 200)
    wanted = counted(view.base_filter(), saved_views=True)
    found = _page(caller, view, request.args.get("after", ""), size, counts=wanted)
    rows = [row_data(entry) for entry in found.entries]
    tenants = names.tenant_names(caller, [entry.tenant_id for entry in found.entries])
    return jsonify(
        entries=rows,
        complete=not found.next_page_token,
        next=found.next_page_token,
        tenants=tenants,
        dots=dots_of_clients_of(tenants),
        tabs=tab_counts(found.counts),
        now=time_text(gateway().clock()),
    )


@queue_pages.get("/console/counts.json")
@staff_only
def read_counts() -> Response:
    """What the tabs say; and who asks, with a token for forms, for a page whose session was renewed in another tab."""
    caller, view = current_caller(), QueueView.of(request.args)
    counts = gateway().backends.queue.count(caller, view.base_filter(), saved_views=True)
    return jsonify(
        tabs=tab_counts(counts), me=caller.person_id, csrf=csrf_token(), session=live_place()["session"]
    )


def chosen_view(caller: Caller, address: Any) -> QueueView:
    """What the address asks for; a saved view as it was saved. Raises NotFound for one that is not the caller's."""
    view = QueueView.of(address)
    if not view.view or view.edited:
        return view
    return QueueView.saved(gateway().backends.views.get(caller, view.view))


def row_data(entry: QueueEntry) -> dict[str, Any]:
    """A row as the live face sends it."""
    return {
        "verified": False,
        "needs_dispatcher": False,
        "in_maintenance": False,
        "title": "",
        "clocks": [],
        **plain(entry),
    }


def tab_counts(counts: CountQueueResponse) -> dict[str, int]:
    """How many rows stand under each tab, and in each saved view by its id."""
    return {
        "all": counts.total,
        "mine": counts.mine,
        "unassigned": counts.unassigned,
        "risk": counts.at_risk + counts.breached,
        "waiting": counts.waiting,
        "dispatcher": counts.needs_dispatcher,
        **counts.by_view,
    }


@in_each_language
def tab_labels() -> dict[str, str]:
    """The built-in tabs, in their order."""
    return {
        "all": _("All open"),
        "mine": _("Mine"),
        "unassigned": _("Unassigned"),
        "risk": _("Breaching soon"),
        "waiting": _("Waiting"),
        "dispatcher": _("Needs a dispatcher"),
    }


def dots_of_clients_of(tenants: dict[str, str]) -> dict[str, str]:
    """The dots of these clients alone: whoever is not granted a client does not learn that it exists."""
    dots = dots_of_clients()
    return {tenant_id: dots.get(tenant_id, "fl-dot-none") for tenant_id in tenants}


def _page(
    caller: Caller, view: QueueView, after: str, size: int = PAGE_SIZE, **more: Any
) -> ListQueueResponse:
    """A page of the view. Raises NotFound for a client that is not granted."""
    backend = gateway().backends.queue
    try:
        return backend.list(caller, view.filter(caller.person_id), view.order(), size, after, **more)
    except InvalidArgument:
        if not after:
            raise
        # An old cursor: begin anew.
        return backend.list(caller, view.filter(caller.person_id), view.order(), size, **more)


def _next_address(view: QueueView, found: ListQueueResponse) -> str:
    return view.address(after=found.next_page_token) if found.next_page_token else ""


def _tabs(counts: CountQueueResponse, views: list[View], view: QueueView) -> list[dict[str, Any]]:
    """Built-in ones keep the filters that are set; a saved view has its own."""
    numbers = tab_counts(counts)
    tabs = [
        {
            "key": key,
            "label": label,
            "count": numbers[key],
            "address": QueueView(tab=key, sort=view.sort).address() if view.view else view.address(tab=key),
            "here": not view.view and key == view.tab,
            "saved": False,
        }
        for key, label in tab_labels().items()
    ]
    for each in views:
        tabs.append(
            {
                "key": each.view_id,
                "label": each.name,
                "count": numbers.get(each.view_id, 0),
                "address": QueueView(view=each.view_id).address(),
                "here": each.view_id == view.view,
                "saved": True,
                "shared": each.shared,
            }
        )
    return tabs


def _midnight() -> datetime:
    """When the reader's day began, UTC."""
    local = gateway().clock().astimezone(current_zone())
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _opened(caller: Caller) -> dict[str, Any]:
    """The incident beside the queue, ready to show, and its client; "" for none, and for one that is not there."""
    number, nothing = request.args.get("open", ""), {"opened": "", "opened_client": ""}
    if not number:
        return nothing
    try:
        read = gateway().backends.incidents.with_timeline(caller, number)
        return {"opened": article(caller, read, heading=2), "opened_client": read[0].tenant_id}
    except NotFound:
        return nothing
