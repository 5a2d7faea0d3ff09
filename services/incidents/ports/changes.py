"""What changes need: their store, freezes, and who decides about them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Caller, Scope, TenantScope
from services.incidents.domain.approval import Approver, Roster, Step
from services.incidents.domain.change.freeze import Freeze
from services.incidents.domain.change.query import ChangeQuery
from services.incidents.domain.change.record import ChangeEntry, ChangeRecord, ChangeStep


class ChangeRecords(Protocol):
    """Changes. Every method raises Unavailable("store_unavailable") in an outage."""

    def next_position(self, provider_id: str) -> int:
        """The next number of a provider, unless somebody takes it first."""
        ...

    def create(self, step: ChangeStep, caller: Caller) -> bool:
        """False: its id or its number is taken."""
        ...

    def save(self, step: ChangeStep, caller: Caller) -> None:
        """Raises RevisionConflict when someone saved first."""
        ...

    def load(self, scope: Scope, change_id: str) -> ChangeRecord:
        """By id or number. Raises NotFound("change_not_found"), also for one outside the scope."""
        ...

    def page(self, scope: Scope, query: ChangeQuery) -> tuple[list[ChangeRecord], str]:
        """A page, the newest first, and the token of the next one ("" at the end)."""
        ...

    def overlapping(
        self, scope: Scope, start: datetime, end: datetime, query: ChangeQuery, limit: int
    ) -> list[ChangeRecord]:
        """Those whose window overlaps [start, end), the soonest first."""
        ...

    def of_incident(self, scope: Scope, incident_id: str) -> list[ChangeRecord]:
        """Those that are tied to it, the newest first."""
        ...

    def has_tied(self, scope: Scope, incident_id: str) -> bool:
        """Whether any is tied to it; what other processes saved within the last second may be missing."""
        ...

    def entries(self, scope: Scope, change_id: str, limit: int) -> list[ChangeEntry]:
        """The latest of its history, oldest first."""
        ...

    def due(self, now: datetime, limit: int) -> list[ChangeRecord]:
        """Of all providers, those whose approval time moves now."""
        ...


class Freezes(Protocol):
    """Freezes of clients, and of the provider for all of them, in its own room."""

    def add(self, freeze: Freeze) -> None: ...

    def delete(self, scope: Scope, freeze_id: str) -> None:
        """Raises NotFound("freeze_not_found")."""
        ...

    def after(self, scope: Scope, moment: datetime) -> list[Freeze]:
        """Those that are not over by then, the soonest first."""
        ...


class ChangeApprovers(Protocol):
    """Who decides about changes now; answers may be some seconds old. Raises Unavailable."""

    def roster(self, scope: TenantScope, steps: Sequence[Step]) -> Roster:
        """Change managers and client managers of this client; of a shared one, change managers who work for all."""
        ...

    def person(self, scope: TenantScope, person_id: str) -> Approver | None:
        """Somebody active of the client's, or of the staff who work for it."""
        ...
