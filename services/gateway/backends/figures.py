"""Figures over whole clients, from the services that own them: what is open, what comes and goes, what was kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.errors import InvalidArgument
from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_service_pb2 as incidents
from fairlead.incidents.v1.incident_service_pb2_grpc import IncidentServiceStub
from fairlead.knowledge.v1 import article_service_pb2 as articles
from fairlead.knowledge.v1.article_service_pb2_grpc import ArticleServiceStub
from fairlead.sla.v1 import clock_service_pb2 as clocks
from fairlead.sla.v1.clock_service_pb2_grpc import ClockServiceStub
from fairlead.triage.v1 import queue_service_pb2 as queue
from fairlead.triage.v1.queue_service_pb2_grpc import QueueServiceStub


class Figures:
    """For staff, client managers and API clients; others get PermissionDenied. No tenant ids: all of the caller's.

    Raises NotFound("tenant_not_found") for a tenant outside the caller's grant.
    """

    def __init__(self, triage: Any, incidents: Any, sla: Any, knowledge: Any) -> None:
        self._queue = QueueServiceStub(triage)
        self._incidents = IncidentServiceStub(incidents)
        self._clocks = ClockServiceStub(sla)
        self._articles = ArticleServiceStub(knowledge)

    def open(self, caller: Caller, tenant_ids: Sequence[str] = ()) -> queue.CountOpenResponse:
        return call(self._queue.CountOpen, queue.CountOpenRequest(tenant_ids=tenant_ids), caller)

    def flow(
        self, caller: Caller, days: int, zone: str, tenant_ids: Sequence[str] = ()
    ) -> incidents.CountFlowResponse:
        """Arrived and resolved on each of the last days of a zone, today included."""
        request = incidents.CountFlowRequest(tenant_ids=tenant_ids, days=days, time_zone=zone)
        return call(self._incidents.CountFlow, request, caller)

    def kpis(
        self, caller: Caller, days: int, zone: str, tenant_ids: Sequence[str] = (), last_day: str = ""
    ) -> incidents.CountKpisResponse:
        """Key figures of the last days of a zone, up to a day (ISO 8601; "" for today)."""
        request = incidents.CountKpisRequest(
            tenant_ids=tenant_ids, days=days, time_zone=zone, last_day=last_day
        )
        return call(self._incidents.CountKpis, request, caller)

    def deflections(
        self, caller: Caller, start: datetime, end: datetime, tenant_ids: Sequence[str] = ()
    ) -> articles.CountDeflectionsResponse:
        """How often an article was enough, by client."""
        request = articles.CountDeflectionsRequest(tenant_ids=tenant_ids)
        request.start_time.FromDatetime(start)
        request.end_time.FromDatetime(end)
        return call(self._articles.CountDeflections, request, caller)

    def attainment(
        self,
        caller: Caller,
        start: datetime,
        tenant_ids: Sequence[str] = (),
        end: datetime | None = None,
    ) -> clocks.CountAttainmentResponse:
        """Verdicts on service level targets from a time until now, or before another one."""
        request = clocks.CountAttainmentRequest(tenant_ids=tenant_ids)
        request.start_time.FromDatetime(start)
        if end:
            request.end_time.FromDatetime(end)
        return call(self._clocks.CountAttainment, request, caller)


def with_all_rows(
    found: incidents.CountKpisResponse,
    kept: clocks.CountAttainmentResponse | None,
    deflected: articles.CountDeflectionsResponse | None,
) -> incidents.CountKpisResponse:
    """The same with a row also for clients and groups of which only verdicts or answers by articles fell in the period, so
    that rows add up to the total.
    """
    whole = incidents.CountKpisResponse()
    whole.CopyFrom(found)
    asked = [*(kept.attainments if kept else ()), *(deflected.deflections if deflected else ())]
    told = {each.tenant_id for each in asked if _is_told(each)}
    for tenant_id in sorted(told - {each.tenant_id for each in whole.tenants}):
        whole.tenants.add(tenant_id=tenant_id)
    groups = {each.assignment_group_id for each in (kept.groups if kept else ()) if _is_told(each)}
    for group_id in sorted(groups - {each.assignment_group_id for each in whole.groups}):
        whole.groups.add(assignment_group_id=group_id)
    # What is in no group comes last, as before.
    whole.groups.sort(key=lambda each: not each.assignment_group_id)
    return whole


def _is_told(each: clocks.Attainment | articles.Deflections) -> bool:
    """Whether anything of it is counted."""
    if isinstance(each, articles.Deflections):
        return bool(each.helped or each.deflected)
    return bool(each.met or each.breached)


def kept_percent(attainments: Iterable[clocks.Attainment]) -> float | None:
    """Of the verdicts of all of them together, as of one (docs/figures.md): rounded down to one decimal; None of none."""
    chosen = list(attainments)
    met, decided = sum(one.met for one in chosen), sum(one.met + one.breached for one in chosen)
    return met * 1000 // decided / 10 if decided else None


def deflection_percent(deflected: int, asked: int) -> float | None:
    """Of what people would have asked, the share that an article answered; rounded down to one decimal."""
    return deflected * 1000 // (deflected + asked) / 10 if deflected + asked else None


def period_start(now: datetime, days: int, zone: str) -> datetime:
    """When so many days of a zone began, today being the last: the same instant from which `flow` counts (UTC).

    Raises InvalidArgument("time_zone_unknown").
    """
    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidArgument(
            "time_zone_unknown", "There is no such time zone.", field="time_zone"
        ) from error
    first = now.astimezone(place).date() - timedelta(days=days - 1)
    return datetime.combine(first, time(), place).astimezone(UTC)
