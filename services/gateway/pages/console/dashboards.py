"""Dashboards: what is open, what comes and goes, what was promised and kept; each figure with its table and as CSV."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request

from chassis.errors import FairleadError, NotFound, Unavailable
from chassis.tenancy import Caller
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.cells import MEDIA_TYPE
from services.gateway.pages.console.frame import render, staff_only, wants_fragment
from services.gateway.pages.figures import KEYS, Figures, Wanted, read_figures, sheet, tables_of
from services.gateway.pages.figures.charts import (
    MOST_BARS,
    client_bars,
    flow_plot,
    priority_bars,
    promises_of,
    queue_address,
    sla_bars,
)
from services.gateway.pages.figures.reading import PERIODS
from services.gateway.pages.figures.tables import number_text, percent_text, sla_counts, target_label
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import current_zone

dashboards = Blueprint("console_dashboards", __name__)


@dashboards.get("/console/dashboards")
@staff_only
def show_dashboards() -> str:
    """All figures, of one client (`tenant`) or of every one granted; the figures alone for a script."""
    caller = current_caller()
    tenants = _tenants(caller)
    wanted = _wanted(tenants)
    values = _drawn(read_figures(caller, wanted, tenants))
    if wants_fragment():
        return render_template("fragments/console/figures.html", **values)
    return render("pages/console/dashboards.html", "dashboards", clients=tenants, periods=PERIODS, **values)


@dashboards.get("/console/dashboards/<figure>.csv")
@staff_only
def download_figure(figure: str) -> Response:
    """The same table as on the page."""
    if figure not in KEYS:
        raise NotFound("not_found", "There is no such figure.")
    caller = current_caller()
    tenants = _tenants(caller)
    wanted = _wanted(tenants)
    table = tables_of(read_figures(caller, wanted, tenants))[figure]
    if table is None:
        raise Unavailable("figures_unavailable", "These figures cannot be read just now.")
    name = f"fairlead-{figure}-{gateway().clock().astimezone(current_zone()).date().isoformat()}.csv"
    response = Response(sheet(table), content_type=MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _tenants(caller: Caller) -> dict[str, str]:
    """Id → name of every client granted, by name; empty while the directory is away."""
    try:
        found = list(gateway().backends.tenants.all(caller))
    except FairleadError:
        return {}
    return {each.tenant_id: each.name for each in sorted(found, key=lambda each: each.name.casefold())}


def _wanted(tenants: dict[str, str]) -> Wanted:
    """From the address. Raises NotFound for a client that is not granted."""
    days = request.args.get("days", "")
    tenant_id = request.args.get("tenant", "")
    if tenant_id and tenants and tenant_id not in tenants:
        raise NotFound("tenant_not_found", "There is no such tenant.")
    return Wanted(int(days) if days in map(str, PERIODS) else 30, current_zone().key, tenant_id)


def _drawn(figures: Figures) -> dict[str, Any]:
    """What the template shows: each figure's table, and what its chart draws."""
    wanted, tables = figures.wanted, tables_of(figures)
    only = wanted.tenant_id
    charts: dict[str, Any] = {}
    if table := tables["priority"]:
        charts["priority"] = priority_bars(table, only)
    if table := tables["sla"]:
        charts["sla"] = sla_bars(table, only)
    if table := tables["clients"]:
        charts["clients"] = client_bars(table)
    if table := tables["flow"]:
        charts["flow"] = flow_plot(table)
    if table := tables["attainment"]:
        charts["attainment"] = promises_of(table)
    return {
        "wanted": wanted,
        "tables": tables,
        "charts": charts,
        "heads": _heads(figures),
        "most_bars": MOST_BARS,
        "now": gateway().clock(),
        "query": {"days": wanted.days, **({"tenant": only} if only else {})},
    }


@dataclass(frozen=True)
class Head:
    """A figure at the top of the page. address: where it leads, or ""."""

    label: str
    number: str
    note: str = ""
    address: str = ""
    tone: str = ""


def _heads(figures: Figures) -> list[Head]:
    """The few that tell how it stands; a dash for what cannot be read just now."""
    found, flow, kept = figures.open, figures.flow, figures.attainment
    only, days = figures.wanted.tenant_id, _("last %(num)s days", num=figures.wanted.days)
    states = sla_counts(found.total) if found else {}

    def open_head(label: str, count: int, tone: str = "", **filters: str) -> Head:
        address = queue_address(tenant=only, **filters) if (only or filters) else "/console"
        shown = number_text(count) if found else "–"
        return Head(label, shown, _("now"), address, tone if count else "")

    heads = [
        open_head(_("Open incidents"), found.total.total if found else 0),
        open_head(_("Due soon"), states.get("at_risk", 0), "warn", sla="at_risk"),
        open_head(_("Late"), states.get("breached", 0), "bad", sla="breached"),
    ]
    for label, counts in (
        (_("Arrived incidents"), [day.arrived for day in flow.days] if flow else None),
        (_("Resolved incidents"), [day.resolved for day in flow.days] if flow else None),
    ):
        heads.append(Head(label, "–" if counts is None else number_text(sum(counts)), days))
    in_time = _("in time, last %(num)s days", num=figures.wanted.days)
    for total in kept.totals if kept else []:
        percent = total.attainment_percent if total.HasField("attainment_percent") else None
        shown = percent_text(percent) if percent is not None else "–"
        heads.append(Head(target_label(total.kind), shown, in_time))
    return heads
