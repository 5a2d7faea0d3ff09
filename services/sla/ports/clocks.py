"""What clocks need of the world: contracts, calendars, the sets of clocks, and the directory."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Caller, Scope, SystemScope, TenantScope
from services.sla.domain.attainment import Tally
from services.sla.domain.clock_set import Announcement, ClockSet
from services.sla.domain.contract import Contract, Terms
from services.sla.domain.versions import CalendarRecord, ContractRecord

Clock = Callable[[], datetime]
NewId = Callable[[str], str]
# The service itself as a caller, for a provider.
AsService = Callable[[str], Caller]
# The domain's `settle`, or one that says more.
Settle = Callable[[ClockSet, Terms | None, datetime], tuple[ClockSet, list[Announcement]]]


@dataclass(frozen=True)
class Tenant:
    """What the directory says of a tenant."""

    tenant_id: str
    provider_id: str
    time_zone: str


@dataclass(frozen=True)
class Settled:
    """A clock set to be saved, with what is to be told of it in the same write, by whom and when."""

    record: ClockSet
    # The contract the clocks run on; None when there is none.
    contract: Contract | None
    announcements: Sequence[Announcement]
    caller: Caller
    time: datetime


class Tenants(Protocol):
    """The directory."""

    def get(self, caller: Caller, tenant_id: str) -> Tenant:
        """Raises NotFound("tenant_not_found") for one that the caller may not see."""
        ...


class Contracts(Protocol):
    """Contracts: a tenant's own in the tenant's room, a default in the provider's own."""

    def add(self, scope: TenantScope, record: ContractRecord, caller: Caller) -> ContractRecord:
        """Raises AlreadyExists("contract_exists") when the room has one already."""
        ...

    def save(self, scope: TenantScope, record: ContractRecord, caller: Caller) -> ContractRecord:
        """Saves a record to which a version was added, and announces that version."""
        ...

    def get(self, scope: Scope, contract_id: str) -> ContractRecord:
        """Raises NotFound("contract_not_found")."""
        ...

    def get_many(self, scope: Scope, contract_ids: Iterable[str]) -> list[ContractRecord]: ...

    def all_of(self, scope: Scope) -> list[ContractRecord]:
        """All in a scope, those of tenants by name."""
        ...


class Calendars(Protocol):
    """Calendars, in their provider's own room."""

    def add(self, scope: TenantScope, record: CalendarRecord) -> CalendarRecord:
        """Raises AlreadyExists("calendar_name_taken")."""
        ...

    def save(self, scope: TenantScope, record: CalendarRecord) -> CalendarRecord:
        """Raises AlreadyExists("calendar_name_taken")."""
        ...

    def get(self, scope: Scope, calendar_id: str) -> CalendarRecord:
        """Raises NotFound("calendar_not_found")."""
        ...

    def get_many(self, scope: Scope, calendar_ids: Iterable[str]) -> list[CalendarRecord]: ...

    def all_of(self, scope: Scope) -> list[CalendarRecord]:
        """By name."""
        ...


class ClockSets(Protocol):
    """Clock sets, one for each incident, with the incident's id."""

    def find(self, scope: Scope, incident_ids: Iterable[str], person_id: str | None = None) -> list[ClockSet]:
        """Those that exist in the scope; with a person_id, only those where that person takes part."""
        ...

    def put(self, changes: Sequence[Settled]) -> set[str]:
        """Creates those without a revision, saves the others, in few writes, each for itself.

        Returns the incident ids of those that someone else created or changed first.
        """
        ...

    def due(
        self, scope: SystemScope, before: datetime, limit: int, without: Iterable[str] = ()
    ) -> list[ClockSet]:
        """Those whose warning or breach comes before a time, earliest first."""
        ...

    def decided(self, scope: Scope, start: datetime, limit: int) -> list[ClockSet]:
        """Those with a verdict that fell at a time or after it, the latest first."""
        ...

    def tallies(
        self, scope: Scope, start: datetime, now: datetime, end: datetime | None = None
    ) -> list[Tally]:
        """Clocks by outcome: verdicts that fell in [start, now], or [start, end), and those without one at `now`."""
        ...

    def next_due_time(self, scope: SystemScope) -> datetime | None:
        """When the next warning or breach will come; None when none is waited for."""
        ...

    def to_look_at(
        self, scope: SystemScope, before: datetime, limit: int, without: Iterable[str] = ()
    ) -> list[ClockSet]:
        """Those whose chances may have grown by a time, the earliest first."""
        ...

    def next_look_time(self, scope: SystemScope) -> datetime | None:
        """When the next chance may have grown; None when none is expected to."""
        ...
