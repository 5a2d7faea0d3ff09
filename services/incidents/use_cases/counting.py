"""Counts what came and went, for whoever sees whole tenants."""

from collections.abc import Sequence
from datetime import datetime

from chassis.errors import PermissionDenied
from chassis.tenancy import Caller, GrantedScope
from services.incidents.domain.flow import FlowDay, Period, flow_of, period_until
from services.incidents.domain.kpi import Kpis, Opening, kpis_of
from services.incidents.domain.visibility import sight_of
from services.incidents.ports import Clock, Figures


class Counting:
    """Nothing here changes anything."""

    def __init__(self, figures: Figures, clock: Clock) -> None:
        self._figures = figures
        self._clock = clock

    def flow(
        self, caller: Caller, tenant_ids: Sequence[str], days: int, zone: str
    ) -> tuple[Period, list[FlowDay]]:
        """Arrived and resolved on each of the last `days` days of a zone, over these tenants or all of the caller's.

        Raises PermissionDenied for who sees single incidents only, NotFound("tenant_not_found") outside the grant,
        InvalidArgument for a period or zone that has no meaning.
        """
        scope = _scope(caller, tenant_ids)
        period = period_until(self._clock(), days, zone)
        between = period.start_time, period.end_time
        return period, flow_of(
            period, self._figures.arrivals(scope, *between), self._figures.resolutions(scope, *between)
        )

    def kpis(
        self, caller: Caller, tenant_ids: Sequence[str], days: int, zone: str, last_day: str
    ) -> tuple[Period, Kpis]:
        """Key figures of so many days of a zone up to `last_day` ("" for today); the backlog is that of now.

        Raises what `flow` raises, and InvalidArgument("date_invalid").
        """
        scope, now = _scope(caller, tenant_ids), self._clock()
        period = period_until(now, days, zone, last_day)
        return period, kpis_of(self._figures.parts(scope, period.start_time, period.end_time, now))

    def openings(
        self,
        caller: Caller,
        tenant_ids: Sequence[str],
        person_ids: Sequence[str],
        start: datetime,
        end: datetime,
    ) -> list[Opening]:
        """When these people opened something. Raises PermissionDenied and NotFound as `flow` does."""
        scope = _scope(caller, tenant_ids)
        return self._figures.openings(scope, person_ids, start, end) if person_ids else []


def _scope(caller: Caller, tenant_ids: Sequence[str]) -> GrantedScope:
    if not sight_of(caller).everything:
        raise PermissionDenied("role_required", "Figures are for those who see whole clients.")
    granted = caller.granted()
    for tenant_id in tenant_ids:
        caller.scope(tenant_id)
    return GrantedScope(granted.provider_id, frozenset(tenant_ids)) if tenant_ids else granted
