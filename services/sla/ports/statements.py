"""What statements need of the world: their stores, the keys that sign them, and what prints them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chassis.tenancy import Caller, Scope, SystemScope, TenantScope
from services.sla.domain.clock_set import ClockSet
from services.sla.domain.statements.credit import CreditTerms
from services.sla.domain.statements.objection import Contest, Exclusion
from services.sla.domain.statements.statement import Link, Seal, Statement


@dataclass(frozen=True)
class PublicKey:
    """A key that statements are, or were, signed with. raw: its 32 bytes in base64url; fingerprint: sha256 over those."""

    key_id: str
    pem: str
    raw: str
    fingerprint: str
    # The one that signs now.
    current: bool


@dataclass(frozen=True)
class LateFact:
    """A note that something of an incident was learned after its time, or decided about it."""

    incident_id: str
    provider_id: str
    tenant_id: str
    # The earliest time that it may have changed.
    earliest: datetime
    # The clock set's revision before the change; the note waits until that has passed. -1: there is nothing to wait for.
    revision: int
    why: str
    note_time: datetime


class StatementKeys(Protocol):
    """The key pair that statements are signed with, and the public keys of those before it."""

    key_id: str

    def seal(self, sha256: str) -> Seal: ...

    def public_keys(self) -> list[PublicKey]: ...


class Statements(Protocol):
    """Statements, each with its event saved in one write."""

    def add(self, scope: TenantScope, statement: Statement, now: datetime) -> Statement:
        """Raises AlreadyExists("statement_exists")."""
        ...

    def save(self, scope: TenantScope, statement: Statement, now: datetime) -> Statement:
        """Raises RevisionConflict."""
        ...

    def close(self, scope: TenantScope, statement: Statement, caller: Caller) -> Statement:
        """Saves a sealed statement and announces it. Raises RevisionConflict, and AlreadyExists where another was chained first."""
        ...

    def decide(self, scope: TenantScope, statement: Statement, clause_id: str, caller: Caller) -> Statement:
        """Saves a decision on a credit and announces it. Raises RevisionConflict."""
        ...

    def progress(self, scope: TenantScope, statement: Statement) -> None:
        """Notes how far its build is, unless another build has begun."""
        ...

    def get(self, scope: Scope, statement_id: str) -> Statement:
        """Raises NotFound("statement_not_found")."""
        ...

    def closed_among(self, scope: Scope, statement_ids: Sequence[str]) -> set[str]:
        """Which of these exist and are closed."""
        ...

    def page(self, scope: Scope, asked: StatementQuery) -> list[Statement]: ...

    def wanted(self, scope: SystemScope) -> Statement | None:
        """One whose lines are to be gathered or that is to be closed, the earliest first."""
        ...

    def last_link(self, scope: TenantScope, contract_id: str) -> Link | None: ...

    def editions(self, scope: Scope, contract_id: str, period: str) -> list[Statement]:
        """All of one month, the first edition first."""
        ...

    def latest_after(self, scope: TenantScope, moment: datetime) -> list[Statement]:
        """The latest edition of each period that ends after a time."""
        ...


@dataclass(frozen=True)
class StatementQuery:
    """Which statements: newest period first; or with `feed`, closed ones in the order they were closed in."""

    contract_id: str = ""
    closed_only: bool = False
    feed: bool = False
    # Closed by then, in a feed.
    until: datetime | None = None
    page_size: int = 50
    page_token: str = ""


class StatementLines(Protocol):
    """Lines, by statement and build."""

    def put(
        self, scope: TenantScope, statement_id: str, build: int, lines: Sequence[Mapping[str, Any]]
    ) -> None:
        """Each once, however often it is put."""
        ...

    def clear(self, scope: TenantScope, statement_id: str, keep: int) -> None:
        """Removes those of every build but one."""
        ...

    def iterate(self, scope: Scope, statement_id: str, build: int) -> Iterator[dict[str, Any]]:
        """In the statement's order."""
        ...

    def page(self, scope: Scope, statement_id: str, build: int, outcome: str, after: str, limit: int) -> list[dict[str, Any]]:  # fmt: skip
        """Those after a line's key, in the statement's order."""
        ...

    def of_incident(
        self, scope: Scope, statement_id: str, build: int, incident_id: str
    ) -> list[dict[str, Any]]: ...


class StatementSources(Protocol):
    """What statements are made of."""

    def count(self, scope: TenantScope, contract_id: str, start: datetime, end: datetime) -> int:
        """How many incidents may have a verdict in a period."""
        ...

    def batches(
        self, scope: TenantScope, contract_id: str, start: datetime, end: datetime
    ) -> Iterator[list[ClockSet]]:
        """Those incidents, many at a time; one may come twice."""
        ...

    def count_opened(self, scope: TenantScope, start: datetime, end: datetime, limit: int) -> int:
        """How many incidents were opened in [start, end); counting stops at the limit."""
        ...

    def opened(self, scope: TenantScope, start: datetime, end: datetime) -> Iterator[list[ClockSet]]:
        """Those incidents by the time of their opening, many at a time."""
        ...


class Objections(Protocol):
    """Exclusions and contests."""

    def propose(self, scope: TenantScope, exclusion: Exclusion) -> Exclusion:
        """Raises AlreadyExists("exclusion_exists")."""
        ...

    def save_exclusion(self, scope: TenantScope, exclusion: Exclusion, before: Exclusion) -> Exclusion:
        """Raises RevisionConflict when it is no longer as it was before."""
        ...

    def exclusion(self, scope: Scope, exclusion_id: str) -> Exclusion:
        """Raises NotFound("exclusion_not_found")."""
        ...

    def exclusions(self, scope: Scope, incident_ids: Sequence[str]) -> list[Exclusion]: ...

    def exclusions_of(self, scope: Scope, contract_id: str) -> list[Exclusion]:
        """Newest first."""
        ...

    def contest(self, scope: TenantScope, contest: Contest) -> Contest:
        """Raises AlreadyExists("contest_exists")."""
        ...

    def answer(self, scope: TenantScope, contest: Contest) -> Contest:
        """Raises RevisionConflict when it has been answered meanwhile."""
        ...

    def contests(self, scope: Scope, incident_ids: Sequence[str]) -> list[Contest]: ...


class CreditBook(Protocol):
    """What is owed under each contract, in versions."""

    def versions(self, scope: Scope, contract_id: str) -> list[CreditTerms]:
        """Oldest first; none where nothing is owed."""
        ...

    def add_version(self, scope: TenantScope, terms: CreditTerms) -> CreditTerms:
        """Raises RevisionConflict when a version of this number is there."""
        ...


class LateFacts(Protocol):
    """Notes of what came late; durable before the change itself is."""

    def note(self, notes: Sequence[LateFact]) -> None: ...

    def waiting(self, scope: SystemScope, limit: int) -> list[LateFact]: ...

    def done(self, scope: SystemScope, note: LateFact) -> None:
        """Removes a note, unless it was noted again meanwhile."""
        ...


class Printer(Protocol):
    """Makes a document that people read."""

    def pdf(self, content: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], brand: Brand) -> bytes:
        """Raises ResourceExhausted("printing_failed")."""
        ...


@dataclass(frozen=True)
class Brand:
    """How a client's documents look, and in which language and zone they are read."""

    display_name: str
    provider_name: str
    primary_color: str
    accent_color: str
    locale: str
    sealed: bool = True
