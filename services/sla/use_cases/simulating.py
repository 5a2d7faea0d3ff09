"""Replays a client's past under a contract that nobody has saved, beside what was agreed. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidArgument
from chassis.tenancy import Caller, GrantedScope, Role, TenantScope
from services.sla.domain.clock_set import ClockSet
from services.sla.domain.contract import Contract, Terms
from services.sla.domain.facts import FactKind
from services.sla.domain.simulation import Side, Simulation
from services.sla.domain.statements.credit import CreditTerms
from services.sla.domain.statements.objection import ExclusionState
from services.sla.domain.statements.period import Period, month, month_at
from services.sla.domain.versions import ContractRecord, agreed
from services.sla.ports import Calendars, Clock, Contracts, CreditBook, Objections, StatementSources, Tenants
from services.sla.use_cases.places import Places
from services.sla.use_cases.previewing import drafted
from services.sla.use_cases.terms import TermsBook

MOST_INCIDENTS = 50_000


@dataclass(frozen=True)
class MonthOrTimes:
    """A month of the contract ("2026-10"), or else [start, end)."""

    period: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Simulated:
    """How far it is; the result with the last one."""

    done: int
    total: int
    start: datetime
    end: datetime
    # The contract that the client goes by at the period's end; "" where there is none.
    contract_name: str
    # What the proposed contract asks for and some incidents have not kept, as their own did not ask for it.
    facts_not_kept: Sequence[FactKind] = ()
    result: Simulation | None = None


class Simulating:
    """For administrators and dispatchers. Of the incidents that were opened in a period, as they stand now."""

    def __init__(
        self,
        contracts: Contracts,
        calendars: Calendars,
        tenants: Tenants,
        sources: StatementSources,
        objections: Objections,
        credits: CreditBook,
        book: TermsBook,
        places: Places,
        clock: Clock,
    ) -> None:
        self._contracts = contracts
        self._calendars = calendars
        self._tenants = tenants
        self._sources = sources
        self._objections = objections
        self._credits = credits
        self._book = book
        self._places = places
        self._clock = clock

    def run(
        self, caller: Caller, tenant_id: str, contract: Contract, asked: MonthOrTimes
    ) -> Iterator[Simulated]:
        """Checks at once; then tells how far it is, again and again, and the result with the last word.

        Raises NotFound("tenant_not_found"), PermissionDenied, InvalidArgument as saving the contract would, and for a
        period that is none ("period_invalid") or holds too much ("too_many_incidents"); with the first word
        ResourceExhausted("too_many_simulations") where no place is free.
        """
        tenant = self._tenants.get(caller, tenant_id)
        caller.require(Role.PROVIDER_ADMIN, Role.DISPATCHER)
        scope = TenantScope(tenant.provider_id, tenant.tenant_id)
        proposed = drafted(
            self._calendars, scope.provider_id, replace(contract, provider_id=scope.provider_id)
        )
        held, begun = self._held(scope, asked, proposed.contract)
        total = self._sources.count_opened(scope, begun.start, begun.end, MOST_INCIDENTS + 1)
        if total > MOST_INCIDENTS:
            raise InvalidArgument(
                "too_many_incidents",
                f"At most {MOST_INCIDENTS} incidents at once; a shorter period has fewer.",
                field="period",
                limit=MOST_INCIDENTS,
            )
        return self._placed(scope, proposed, held, replace(begun, total=total))

    def _placed(
        self, scope: TenantScope, proposed: Terms, held: ContractRecord | None, begun: Simulated
    ) -> Iterator[Simulated]:
        # Within the iterator, so that whoever goes away before the end, or never begins, leaves no place taken.
        with self._places.taken(scope):
            yield from self._replayed(scope, proposed, held, begun)

    def _replayed(
        self, scope: TenantScope, proposed: Terms, held: ContractRecord | None, begun: Simulated
    ) -> Iterator[Simulated]:
        owed = self._owed(scope, held, begun.end)
        versions = held.versions if held else (proposed.contract,)

        known: list[Period] = []

        def month_of(moment: datetime) -> str:
            found = next((one for one in known if one.holds(moment)), None)
            if found is None:
                known.append(found := month_at(moment, versions))
            return found.name

        simulation = Simulation(Side(None, owed, month_of), Side(proposed, owed, month_of))
        missing: set[FactKind] = set()
        yield begun
        for batch in self._sources.opened(scope, begun.start, begun.end):
            missing |= self._add(scope, simulation, batch, proposed)
            # Incidents opened meanwhile are taken along.
            begun = replace(begun, done=simulation.incidents, total=max(begun.total, simulation.incidents))
            yield begun
        yield replace(begun, total=begun.done, facts_not_kept=sorted(missing), result=simulation)

    def _add(
        self, scope: TenantScope, simulation: Simulation, batch: Sequence[ClockSet], proposed: Terms
    ) -> set[FactKind]:
        """Adds some incidents; what the proposed contract asks for and they have not kept."""
        terms = self._book.of(scope.provider_id, batch)
        ids = [record.incident_id for record in batch]
        excluded = {
            one.promise
            for one in self._objections.exclusions(scope, ids)
            if one.state is ExclusionState.APPROVED
        }
        now, missing = self._clock(), set[FactKind]()
        for record in batch:
            held, id = terms[record.incident_id], record.incident_id
            own = {promise.removeprefix(f"{id}.") for promise in excluded if promise.startswith(f"{id}.")}
            at = max([now, *(fact.time for fact in record.facts)])
            simulation.add(record.facts, at, held, own, (id, record.header.number))
            missing |= proposed.contract.asks_for - (held.contract.asks_for if held else frozenset())
        return missing

    def _held(
        self, scope: TenantScope, asked: MonthOrTimes, proposed: Contract
    ) -> tuple[ContractRecord | None, Simulated]:
        """The contract that the client goes by at the end of what is asked for, and that period."""
        known = self._contracts.all_of(
            GrantedScope(scope.provider_id, frozenset({scope.tenant_id, scope.provider_id}))
        )
        start, end = _bounds(asked, [proposed])
        held = _goes_by(known, scope.tenant_id, end)
        if held:
            start, end = _bounds(asked, held.versions)
        name = held.latest.name if held else ""
        return held, Simulated(0, 0, start, end, name)

    def _owed(self, scope: TenantScope, held: ContractRecord | None, at: datetime) -> CreditTerms | None:
        if held is None:
            return None
        room = GrantedScope(scope.provider_id, frozenset({scope.tenant_id, scope.provider_id}))
        versions = self._credits.versions(room, held.contract_id)
        holding = [v for v in versions if v.effective_time and v.effective_time <= at]
        return holding[-1] if holding else None


def _goes_by(known: Sequence[ContractRecord], tenant_id: str, at: datetime) -> ContractRecord | None:
    found = agreed(known, tenant_id, at)
    return next((one for one in known if found and one.contract_id == found.contract_id), None)


def _bounds(asked: MonthOrTimes, versions: Sequence[Contract]) -> tuple[datetime, datetime]:
    if asked.period and not (asked.start or asked.end):
        found = month(asked.period, versions)
        return found.start, found.end
    if asked.period or asked.start is None or asked.end is None or asked.start >= asked.end:
        raise InvalidArgument(
            "period_invalid", "A month such as 2026-10, or else a start before an end.", field="period"
        )
    return asked.start, asked.end
