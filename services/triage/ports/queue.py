"""The queue's rows, and saved views of it."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Scope, TenantScope
from services.triage.domain.queue import QueueFilter, QueueRow, QueueSort, Tally, Totals
from services.triage.domain.view import View


class Queue(Protocol):
    """The rows."""

    def load_many(self, scope: Scope, incident_ids: Iterable[str]) -> dict[str, QueueRow]: ...
    def save_many(self, rows: Sequence[QueueRow], now: datetime) -> set[str]:
        """Saves each with its event if nobody saved first; answers the ids of those that were refused."""
        ...

    def get(self, scope: Scope, incident_id: str) -> QueueRow:
        """Raises NotFound("incident_not_found")."""
        ...

    def page(
        self, scope: Scope, wanted: QueueFilter, sort: QueueSort, page_size: int, page_token: str
    ) -> tuple[list[QueueRow], str]: ...
    def tallies(self, scope: Scope, wanted: QueueFilter) -> list[Tally]: ...
    def totals(self, scope: Scope, wanted: QueueFilter) -> Totals:
        """Tallies added up. Of a long queue these, and all counts, may be as old as a second."""
        ...

    def count(self, scope: Scope, wanted: QueueFilter) -> int: ...
    def resolved_since(self, scope: Scope, moment: datetime) -> int:
        """How many were resolved then or later and still are; moment is UTC."""
        ...

    def load_of_people(self, scope: Scope, person_ids: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
        """Open incidents per person, and how many of them are P1 or P2."""
        ...

    def resolvers(self, scope: TenantScope, latest: int) -> Counter[str]:
        """How many of the client's so many latest resolved incidents each person resolved."""
        ...

    def assigned(self, scope: Scope, incident_ids: Collection[str]) -> set[str]:
        """Those of them that the queue shows with an assignee."""
        ...


class Views(Protocol):
    """A provider's saved views, in its own room."""

    def add(self, scope: TenantScope, view: View, now: datetime) -> View:
        """Raises AlreadyExists where the owner has one of that name."""
        ...

    def replace(self, scope: TenantScope, view: View, revision: int, now: datetime) -> View:
        """Raises NotFound("view_not_found"), RevisionConflict, AlreadyExists."""
        ...

    def delete(self, scope: TenantScope, view_id: str) -> None: ...
    def get(self, scope: Scope, view_id: str) -> View: ...
    def of(self, scope: Scope, *owners: str) -> list[View]:
        """Those of these owners, by name; shared ones, whose owner is "", before all others."""
        ...
