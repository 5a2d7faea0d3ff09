"""Maintenance windows: planned, seen by whoever works for a client, ended before their time."""

from typing import Any

from flask import Blueprint, request

from fairlead.triage.v1 import window_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.choices import tenant_choices
from services.gateway.pages.console.admin.doing import Problems, Refused, address, next_key, submitted
from services.gateway.pages.console.admin.forms import listed, local_moment
from services.gateway.pages.console.admin.frame import ROOT, admin_page, if_there
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import as_datetime, current_zone

maintenance = Blueprint("admin_maintenance", __name__)
_AREA = "maintenance"
_HOME = f"{ROOT}/{_AREA}"


@maintenance.get("/console/admin/maintenance")
@overseers_only
def list_windows() -> str:
    """Those that are not over, the soonest first."""
    return _page({})


@maintenance.post("/console/admin/maintenance")
@overseers_only
def plan_window() -> Any:
    """What alerts open during it is given to nobody before it is over."""

    def plan() -> str:
        gateway().backends.windows.create(current_caller(), _typed())
        return address(_HOME, "window_planned")

    return submitted(plan, _page)


@maintenance.post("/console/admin/maintenance/<window_id>/end")
@overseers_only
def end_window(window_id: str) -> Any:
    """Over now; what it held is given to somebody."""

    def end() -> str:
        gateway().backends.windows.end(current_caller(), window_id)
        return address(_HOME, "window_ended")

    return submitted(end, _page)


def _typed() -> window_pb2.MaintenanceWindow:
    form = request.form
    if not form.get("tenant_id"):
        raise Refused(tenant_id=_("Choose a client."))
    typed = window_pb2.MaintenanceWindow(
        tenant_id=form["tenant_id"],
        name=form.get("name", "").strip(),
        configuration_items=listed(form.get("configuration_items", "")),
    )
    for field in ("start_time", "end_time"):
        _fill(typed, field)
    return typed


def _fill(typed: window_pb2.MaintenanceWindow, field: str) -> None:
    try:
        moment = local_moment(request.form.get(field, ""), current_zone().key)
    except ValueError:
        moment = None
    if moment is None:
        raise Refused(**{field: _("A date and a time are needed.")})
    getattr(typed, field).FromDatetime(moment)


def _page(problems: Problems) -> str:
    caller = current_caller()
    windows = if_there(lambda: gateway().backends.windows.all(caller))
    now = gateway().clock()
    return admin_page(
        "maintenance.html",
        _AREA,
        windows=windows,
        has_begun=lambda window: as_datetime(window.start_time) <= now,
        clients=names.tenant_names(caller, [one.tenant_id for one in windows or []]),
        choices=tenant_choices(caller),
        zone=current_zone().key,
        values=request.form,
        problems=problems,
        once_key=next_key(problems),
    )
