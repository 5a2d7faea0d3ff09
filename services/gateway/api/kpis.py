"""Key figures of the desk, by client and by assignment group; docs/figures.md defines them."""

# Fields describe a model; they show in the OpenAPI document.
# ruff: noqa: D101

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date
from typing import Any

from flask import Response
from pydantic import Field

from services.gateway.api.figures import PeriodQuery, routes
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.api.shapes import Shape, Time
from services.gateway.backends.cells import MEDIA_TYPE, as_text
from services.gateway.backends.figures import deflection_percent, kept_percent, with_all_rows


class Kpis(Shape):
    """Seconds are elapsed ones. What nothing can be said about is absent."""

    arrived: int
    asked: int = Field(description="Those of them that people reported, not monitoring.")
    acknowledged: int = Field(description="Those of them that somebody of staff has taken in hand.")
    mean_acknowledge_seconds: int | None = Field(None, description="MTTA.")
    resolved: int = Field(description="Those whose present resolution dates from the period.")
    mean_resolve_seconds: int | None = Field(None, description="MTTR, from opening until resolved.")
    mean_work_seconds: int | None = Field(None, description="MTTR without the time on hold.")
    reported: int = Field(description="Resolved ones that people reported, not monitoring.")
    first_contact: int = Field(description="Those of them that needed no second message and never came back.")
    first_contact_percent: float | None = None
    reopened: int = Field(description="Resolved ones that had come back at least once.")
    reopen_percent: float | None = None
    rated: int
    mean_score: float | None = Field(None, description="1 to 5.")
    satisfied: int = Field(description="Scores of 4 and 5.")
    satisfied_percent: float | None = None
    backlog: int = Field(description="Open now, whenever the period ended.")
    mean_backlog_seconds: int | None = None
    backlog_day: int = Field(description="Open for up to a day.")
    backlog_week: int = Field(description="Open for up to 7 days.")
    backlog_month: int = Field(description="Open for up to 30 days.")
    backlog_older: int
    sla_met: int = Field(0, description="Targets of all kinds whose verdict fell in the period.")
    sla_breached: int = 0
    sla_attainment_percent: float | None = None


class ClientKpis(Kpis):
    helped: int = Field(0, description="Answers of people that an article helped them.")
    deflected: int = Field(0, description="Those after which they asked for nothing for three days.")
    deflection_percent: float | None = Field(None, description="100 × deflected / (deflected + asked).")


class TenantKpis(ClientKpis):
    tenant_id: str


class GroupKpis(Kpis):
    assignment_group_id: str | None = Field(None, description="Absent for what is in no group.")
    name: str | None = None


class KpiFigures(Shape):
    time_zone: str
    start_time: Time
    end_time: Time
    total: ClientKpis
    tenants: list[TenantKpis]
    groups: list[GroupKpis] = Field(description="Over all the clients asked for.")


class KpiQuery(PeriodQuery):
    last_day: date | None = Field(None, description="The last day of the period; left out: today.")


@routes.get("/figures/kpis", "Read key figures", scope="incidents:read", query=KpiQuery, returns=KpiFigures)
def count_kpis(call: Call) -> Answer:
    """Time to acknowledge and to resolve, first contact, reopening, satisfaction, backlog and service levels."""
    return _figures(call)


@routes.get(
    "/figures/kpis.csv",
    "Download key figures",
    scope="incidents:read",
    query=KpiQuery,
    media_type="text/csv",
)
def download_kpis(call: Call) -> Answer:
    """The same figures, a row each: the total, each client (`tenant`) and each assignment group (`group`); RFC 4180."""
    figures = _figures(call)
    rows = [
        ("total", "", "", figures["total"]),
        *(("tenant", each["tenant_id"], "", each) for each in figures["tenants"]),
        *(
            ("group", each.get("assignment_group_id", ""), each.get("name", ""), each)
            for each in figures["groups"]
        ),
    ]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("of", "id", "name", *ClientKpis.model_fields))
    for of, row_id, name, each in rows:
        writer.writerow(
            (of, row_id, as_text(name), *(each.get(field, "") for field in ClientKpis.model_fields))
        )
    return Response(text.getvalue().encode("utf-8-sig"), content_type=MEDIA_TYPE)


def _figures(call: Call) -> dict[str, Any]:
    query: KpiQuery = call.query
    last_day = query.last_day.isoformat() if query.last_day else ""
    figures = backends().figures
    found = figures.kpis(call.caller, query.days, query.time_zone, query.tenant_id, last_day)
    start, end = found.start_time.ToDatetime(tzinfo=UTC), found.end_time.ToDatetime(tzinfo=UTC)
    kept = figures.attainment(call.caller, start, query.tenant_id, end)
    answered = figures.deflections(call.caller, start, end, query.tenant_id)
    found, deflected = with_all_rows(found, kept, answered), answered.deflections
    total = _answered(found.total.asked, deflected)
    return KpiFigures.of(
        found,
        total=ClientKpis.of(found.total, **_kept(kept.totals), **total),
        tenants=[_tenant(each, kept.attainments, deflected) for each in found.tenants],
        groups=[GroupKpis.of(each.kpis, **_group(each, kept.groups)) for each in found.groups],
    )


def _tenant(each: Any, kept: Iterable[Any], deflected: Iterable[Any]) -> dict[str, Any]:
    kept = (one for one in kept if one.tenant_id == each.tenant_id)
    answered = [one for one in deflected if one.tenant_id == each.tenant_id]
    return TenantKpis.of(
        each.kpis, tenant_id=each.tenant_id, **_kept(kept), **_answered(each.kpis.asked, answered)
    )


def _answered(asked: int, counted: Iterable[Any]) -> dict[str, Any]:
    """What articles answered."""
    counted = list(counted)
    deflected = sum(one.deflected for one in counted)
    percent = deflection_percent(deflected, asked)
    return {
        "helped": sum(one.helped for one in counted),
        "deflected": deflected,
        **({} if percent is None else {"deflection_percent": percent}),
    }


def _group(each: Any, kept: Iterable[Any]) -> dict[str, Any]:
    group_id = each.assignment_group_id
    named = {"assignment_group_id": group_id, "name": each.name or group_id} if group_id else {}
    return {**named, **_kept(one for one in kept if one.assignment_group_id == group_id)}


def _kept(attainments: Iterable[Any]) -> dict[str, Any]:
    """Over all kinds of targets."""
    chosen = list(attainments)
    percent = kept_percent(chosen)
    return {
        "sla_met": sum(one.met for one in chosen),
        "sla_breached": sum(one.breached for one in chosen),
        **({} if percent is None else {"sla_attainment_percent": percent}),
    }
