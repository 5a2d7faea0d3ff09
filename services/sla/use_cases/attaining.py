"""Counts kept and broken promises, for whoever sees whole tenants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import InvalidArgument, PermissionDenied
from chassis.tenancy import Caller, GrantedScope
from services.sla.domain.attainment import Attainment, attainments, by_group, totals
from services.sla.ports import Clock, ClockSets, Contracts
from services.sla.use_cases.reach import may_read, reach_of


@dataclass(frozen=True)
class Attained:
    """The counts, their totals, the same by assignment group, and the contracts' names by id."""

    attainments: Sequence[Attainment]
    totals: Sequence[Attainment]
    groups: Sequence[Attainment]
    contract_names: Mapping[str, str]


class Attaining:
    """Verdicts that fell from a time until now, beside what has none yet."""

    def __init__(self, sets: ClockSets, contracts: Contracts, clock: Clock) -> None:
        self._sets = sets
        self._contracts = contracts
        self._clock = clock

    def count(
        self, caller: Caller, tenant_ids: Sequence[str], start: datetime | None, end: datetime | None = None
    ) -> Attained:
        """Over these tenants, or all of the caller's. end: the first instant that is not counted, if not now.

        Raises PermissionDenied for requesters, NotFound("tenant_not_found") outside the grant, and
        InvalidArgument("start_time_missing").
        """
        if not may_read(caller):
            raise PermissionDenied("role_required", "Figures are for those who see whole clients.")
        granted = caller.granted()
        for tenant_id in tenant_ids:
            caller.scope(tenant_id)
        if start is None:
            raise InvalidArgument("start_time_missing", "Since when?", field="start_time")
        scope = GrantedScope(granted.provider_id, frozenset(tenant_ids)) if tenant_ids else granted
        tallies = self._sets.tallies(scope, start, self._clock(), end)
        wanted = {tally.contract_id for tally in tallies}
        named = self._contracts.get_many(reach_of(caller), wanted) if wanted else []
        names = {record.contract_id: record.latest.name for record in named}
        return Attained(attainments(tallies), totals(tallies), by_group(tallies), names)
