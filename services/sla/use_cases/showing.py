"""Shows clocks as they stand at the moment of asking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.errors import NotFound
from chassis.tenancy import Caller, Role
from services.sla.domain.clock import Clock as IncidentClock
from services.sla.domain.clock_set import ClockSet, clocks_at
from services.sla.domain.contract import Contract, TargetLevel
from services.sla.ports import Clock, ClockSets
from services.sla.use_cases.terms import TermsBook

MOST_AT_ONCE = 500
_WHOLE_TENANT = frozenset({Role.CLIENT_MANAGER, Role.API_CLIENT})


@dataclass(frozen=True)
class Shown:
    """A clock set with its clocks, replayed now. contract is None when the tenant had none."""

    record: ClockSet
    contract: Contract | None
    clocks: Sequence[IncidentClock]


class Showing:
    """Staff, client managers and API clients see the clocks of their tenants, a requester those of incidents
    that they asked for or take part in. Whatever else there is does not exist for them.
    """

    def __init__(self, sets: ClockSets, book: TermsBook, clock: Clock) -> None:
        self._sets = sets
        self._book = book
        self._clock = clock

    def get(self, caller: Caller, incident_id: str) -> Shown:
        """Raises NotFound("incident_not_found")."""
        shown = self.get_many(caller, [incident_id])
        if not shown:
            raise NotFound("incident_not_found", "There is no such incident.")
        return shown[0]

    def get_many(self, caller: Caller, incident_ids: Sequence[str]) -> list[Shown]:
        """Those that exist and are visible, in the order asked for; at most MOST_AT_ONCE of them."""
        asked = list(dict.fromkeys(incident_ids))[:MOST_AT_ONCE]
        if not asked:
            return []
        found = self._sets.find(caller.granted(), asked, _sight(caller))
        by_provider: dict[str, list[ClockSet]] = defaultdict(list)
        for record in found:
            by_provider[record.provider_id].append(record)
        now = self._clock()
        shown: dict[str, Shown] = {}
        for provider_id, records in by_provider.items():
            terms = self._book.of(provider_id, records)
            for record in records:
                held = terms[record.incident_id]
                clocks = [c for c in clocks_at(record, held, now) if caller.is_staff or _is_clients(c)]
                shown[record.incident_id] = Shown(record, held.contract if held else None, clocks)
        return [shown[id] for id in asked if id in shown]


def _is_clients(clock: IncidentClock) -> bool:
    return clock.level is TargetLevel.CLIENT


def _sight(caller: Caller) -> str | None:
    """None for all of the caller's tenants, else the person whose incidents alone are seen."""
    if caller.is_staff or not _WHOLE_TENANT.isdisjoint(caller.roles):
        return None
    return caller.person_id
