"""Figures over whole clients. The dashboards of the console show the same ones; docs/figures.md defines them."""

# Fields describe a model; they show in the OpenAPI document.
# ruff: noqa: D101

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import queue_pb2
from services.gateway.api import words
from services.gateway.api.contracts import Zone
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Id, Query, Shape, Time
from services.gateway.auth.context import gateway
from services.gateway.backends.figures import period_start
from services.gateway.backends.words import time_text, word_of

routes = Routes(
    "figures",
    "Figures over whole clients: for staff, client managers and API clients. Requesters are refused.",
)
Day = Annotated[str, WithJsonSchema({"type": "string", "examples": ["2026-03-02"]})]


class OpenCount(Shape):
    total: int
    by_priority: dict[str, int] = Field(description="By P1 to P5; adds up to the total.")
    by_sla_state: dict[str, int] = Field(description="By the worst running clock; adds up to the total.")


class TenantOpenCount(OpenCount):
    tenant_id: str


class OpenFigures(OpenCount):
    tenants: list[TenantOpenCount] = Field(description="Those with any, each by itself.")


class FlowDay(Shape):
    date: Day
    arrived: int
    resolved: int = Field(description="Those whose present resolution dates from this day.")


class FlowFigures(Shape):
    time_zone: str
    start_time: Time
    end_time: Time
    arrived: int
    resolved: int
    days: list[FlowDay] = Field(description="Oldest first; the last is today, so far.")


class Attainment(Shape):
    tenant_id: str | None = Field(None, description="Not in totals.")
    contract_id: str | None = Field(None, description="Not in totals.")
    contract_name: str | None = None
    kind: words.TargetKind
    met: int
    breached: int
    running: int = Field(description="Without a verdict now, whenever they began.")
    attainment_percent: float | None = Field(
        None,
        description="100 × met / (met + breached), rounded down to one decimal; absent while both are 0.",
    )


class AttainmentFigures(Shape):
    time_zone: str
    start_time: Time
    attainments: list[Attainment]
    totals: list[Attainment] = Field(description="One for each kind of target, over all of them.")


class FigureQuery(Query):
    tenant_id: list[Id] = Field([], description="Left out: every client that the caller may see.")


class PeriodQuery(FigureQuery):
    days: int = Field(30, ge=1, le=366, description="How many days, today included.")
    time_zone: Zone = Field("UTC", description="IANA zone whose days are meant.")


@routes.get(
    "/figures/open", "Count what is open", scope="incidents:read", query=FigureQuery, returns=OpenFigures
)
def count_open(call: Call) -> Answer:
    """Neither resolved, closed nor canceled: by client, priority and service level."""
    found = backends().figures.open(call.caller, call.query.tenant_id)
    tenants = [{"tenant_id": each.tenant_id, **_open_count(each.count)} for each in found.tenants]
    return {**_open_count(found.total), "tenants": tenants}


@routes.get(
    "/figures/flow",
    "Count arrivals and resolutions by day",
    scope="incidents:read",
    query=PeriodQuery,
    returns=FlowFigures,
)
def count_flow(call: Call) -> Answer:
    """An incident that was reopened is resolved on no day until it is resolved again."""
    query: PeriodQuery = call.query
    found = backends().figures.flow(call.caller, query.days, query.time_zone, query.tenant_id)
    return FlowFigures.of(
        found,
        arrived=sum(day.arrived for day in found.days),
        resolved=sum(day.resolved for day in found.days),
    )


@routes.get(
    "/figures/attainment",
    "Count kept and broken promises",
    scope="incidents:read",
    query=PeriodQuery,
    returns=AttainmentFigures,
)
def count_attainment(call: Call) -> Answer:
    """By client, contract and kind of target. A promise counts in the period in which its verdict fell."""
    query: PeriodQuery = call.query
    start = period_start(gateway().clock(), query.days, query.time_zone)
    found = backends().figures.attainment(call.caller, start, query.tenant_id)
    return AttainmentFigures.of(
        found,
        time_zone=query.time_zone,
        start_time=time_text(start),
        attainments=Attainment.all_of(found.attainments),
        totals=Attainment.all_of(found.totals),
    )


def _open_count(count: Any) -> dict[str, Any]:
    priorities, states = incident_pb2.Priority.DESCRIPTOR, queue_pb2.SlaState.DESCRIPTOR
    return {
        "total": count.total,
        "by_priority": {
            word_of(priorities, each.priority) or "none": each.count for each in count.by_priority
        },
        "by_sla_state": {
            word_of(states, each.sla_state) or "none": each.count for each in count.by_sla_state
        },
    }
