"""Months that are over: contracts and incidents of the past, put into a database as the service would have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database

from chassis.tenancy import Caller, Role, TenantScope
from chassis.tokens import CallerSigner
from services.sla import store
from services.sla.clients.signing import StatementKeys
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.clock_set import ClockSet, Header, settle
from services.sla.domain.contract import AwaitedParty, Contract, Target, TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.statements.credit import Band, Clause, ClauseBasis, CreditTerms
from services.sla.domain.versions import CalendarRecord, ContractRecord
from services.sla.ports import Settled, Tenant
from services.sla.use_cases import Closing, Hearing, Objecting, Showing, Stating, TermsBook

PROVIDER, ACME, LUMEN = "prv_north", "ten_acme", "ten_lumen"
LONG_AGO = datetime(2023, 1, 1, tzinfo=UTC)
JUNE = datetime(2024, 6, 1, tzinfo=UTC)
PAUSING = frozenset({AwaitedParty.REQUESTER, AwaitedParty.VENDOR})
CLAUSES = (
    Clause("4.1", "Each P1 resolved late", ClauseBasis.PER_BREACH, ("resolution",), (1,), amount_minor=25_000),
    Clause(
        "4.2",
        "Resolution in time",
        ClauseBasis.ATTAINMENT,
        ("resolution",),
        bands=(Band(9_900, fee_bp=200), Band(9_000, fee_bp=1_000)),
        floor_minor=10_000,
        cap_minor=60_000,
    ),
)  # fmt: skip


def contract(tenant_id: str = ACME, contract_id: str = "ctr_gold") -> Contract:
    targets = [
        Target(
            kind, priority, goal, "cal_always", 0, PAUSING if kind is TargetKind.RESOLUTION else frozenset()
        )
        for kind, goals in ((TargetKind.FIRST_RESPONSE, 1800), (TargetKind.RESOLUTION, 14_400))
        for priority, goal in ((1, goals // 4), (2, goals // 2), (3, goals))
    ]
    return Contract(
        contract_id, PROVIDER, tenant_id, "Gold", tuple(targets), effective_time=LONG_AGO, create_time=LONG_AGO
    )  # fmt: skip


ALWAYS = Calendar("cal_always", "UTC", name="Always", always_open=True, create_time=LONG_AGO)


def credit_terms(contract_id: str = "ctr_gold", tenant_id: str = ACME) -> CreditTerms:
    return CreditTerms(
        contract_id, PROVIDER, tenant_id, "EUR", 500_000, CLAUSES, 75_000, effective_time=LONG_AGO
    )


@dataclass
class Past:
    """A month's work with everything real but the servers' faces; `now` is the test's to move."""

    database: Database
    signer: CallerSigner
    keys: StatementKeys
    now: datetime = JUNE + timedelta(days=32)
    printer: Any = None
    _made: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        database, signer = self.database, self.signer
        self.statements = store.StatementStore(database, signer)
        self.lines = store.StatementLineStore(database)
        self.sources = store.StatementSourceStore(database)
        self.objections = store.ObjectionStore(database)
        self.credits = store.CreditBookStore(database)
        self.late = store.LateFactStore(database)
        self.sets = store.ClockSetStore(database, signer)
        self.contracts = store.ContractStore(database, signer)
        self.calendars = store.CalendarStore(database)
        self.book = TermsBook(self.contracts, self.calendars)
        self.stating = Stating(
            self.statements, self.lines, self.contracts, self, self.keys, self.printer, self.clock
        )
        showing = Showing(self.sets, self.book, self.clock)
        self.objecting = Objecting(
            self.objections, showing, self.statements, self.lines, self.late, self.clock
        )
        self.hearing = Hearing(self.sets, self.book, self.as_service, self.clock, self.late)
        self.closing = self.worker()

    def worker(self, **parts: Any) -> Closing:
        """A worker as another process would have it; parts replace its own."""
        taken = {
            "statements": self.statements, "lines": self.lines, "sources": self.sources, "objections": self.objections,
            "credits": self.credits, "late": self.late, "sets": self.sets, "book": self.book, "keys": self.keys,
        } | parts  # fmt: skip
        return Closing(**taken, as_service=self.as_service, clock=self.clock, failed=self._failed)

    def _failed(self, statement_id: str, error: Exception) -> None:
        self._made.setdefault("failures", []).append(error)

    @property
    def failures(self) -> list[Exception]:
        return self._made.get("failures", [])

    def clock(self) -> datetime:
        return self.now

    def as_service(self, provider_id: str) -> Caller:
        return self.signer.service_caller(self.now, provider_id)

    def get(self, caller: Caller, tenant_id: str) -> Tenant:
        """The directory."""
        scope = caller.scope(tenant_id)
        return Tenant(tenant_id, scope.provider_id, "UTC")

    def agree(self, made: Contract | None = None, credits: bool = True) -> None:
        made = made or contract()
        room = TenantScope(PROVIDER, PROVIDER)
        caller = self.signer.service_caller(LONG_AGO, PROVIDER)
        if "calendar" not in self._made:
            self._made["calendar"] = self.calendars.add(
                room, CalendarRecord("cal_always", PROVIDER, (ALWAYS,))
            )
        scope = TenantScope(PROVIDER, made.tenant_id or PROVIDER)
        self.contracts.add(scope, ContractRecord(made.contract_id, PROVIDER, made.tenant_id, (made,)), caller)
        if credits:
            self.credits.add_version(scope, credit_terms(made.contract_id, made.tenant_id))

    def happened(self, records: Sequence[ClockSet], made: Contract | None = None) -> None:
        """Incidents as they stand in the database after what happened to them."""
        made = made or contract()
        terms = Terms(made, {"cal_always": BusinessTime(ALWAYS)})
        changes = []
        for record in records:
            settled, _ = settle(record.with_terms(terms), terms, self.now)
            changes.append(Settled(settled, made, [], self.as_service(PROVIDER), self.now))
        assert not self.sets.put(changes)

    def work(self, turns: int = 20) -> None:
        """Until nothing is left to do."""
        for _ in range(turns):
            if not self.closing.work(lambda: True):
                return
        raise AssertionError("the worker finds no end")

    def close(self, period: str = "2024-06", tenant_id: str = ACME, contract_id: str = "ctr_gold") -> str:
        """Drafts, closes and seals a month; its id."""
        drafted = self.stating.draft(admin(), tenant_id, contract_id, period).statement
        self.stating.close(admin(), drafted.statement_id)
        self.work()
        assert not self.failures
        return drafted.statement_id


def incident(
    number: int, minutes: float, *facts: tuple[Any, ...], tenant_id: str = ACME, priority: int = 3
) -> ClockSet:
    """Opened so many minutes into June; then (kind, minutes after that, fields) facts."""
    id, opened = f"inc_{number:05}", JUNE + timedelta(minutes=minutes)
    made = [Fact(f"{id}:1000", 1000, FactKind.OPENED, opened, priority=priority)]
    for place, (kind, after, *more) in enumerate(facts):
        sequence = (place + 2) * 1000
        time = opened + timedelta(minutes=after)
        made.append(Fact(f"{id}:{sequence}", sequence, FactKind(kind), time, **(more[0] if more else {})))
    header = Header(f"ACME-{number}", "per_jane", frozenset(), revision=len(made))
    return ClockSet(id, PROVIDER, tenant_id, header).with_facts(made)


def kept(number: int, minutes: float = 600, **more: Any) -> ClockSet:
    return incident(number, minutes, ("responded", 5), ("resolved", 60), **more)


def broken(number: int, minutes: float = 600, **more: Any) -> ClockSet:
    return incident(number, minutes, ("responded", 5), ("resolved", 300), **more)


def person(*roles: Role, person_id: str = "per_admin", tenants: frozenset[str] | None = None) -> Caller:
    return Caller(f"person:{person_id}", PROVIDER, tenants, frozenset(roles), name=person_id[4:].title())


def admin(person_id: str = "per_admin") -> Caller:
    return person(Role.PROVIDER_ADMIN, Role.DISPATCHER, Role.TECHNICIAN, person_id=person_id)


def manager(tenant_id: str = ACME) -> Caller:
    return person(
        Role.CLIENT_MANAGER, person_id=f"per_manager_{tenant_id[4:]}", tenants=frozenset({tenant_id})
    )
