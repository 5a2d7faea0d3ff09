"""What problems need: their store."""

from typing import Protocol

from chassis.tenancy import Caller, TenantScope
from services.incidents.domain.problem.query import ProblemQuery
from services.incidents.domain.problem.record import Problem, ProblemChange, ProblemEntry


class ProblemRecords(Protocol):
    """Problems, in the provider's own room. Every method raises Unavailable("store_unavailable") in an outage."""

    def next_position(self, room: TenantScope) -> int:
        """The number after the last one, as far as can be seen."""
        ...

    def create(self, change: ProblemChange, caller: Caller) -> bool:
        """False: its id or number is taken."""
        ...

    def save(self, change: ProblemChange, caller: Caller) -> None:
        """Raises RevisionConflict when someone saved first."""
        ...

    def load(self, room: TenantScope, problem_id: str) -> Problem:
        """By id or number. Raises NotFound("problem_not_found")."""
        ...

    def page(self, room: TenantScope, query: ProblemQuery) -> tuple[list[Problem], str]:
        """A page, newest first, and the token of the next one ("" at the end)."""
        ...

    def concerning(self, room: TenantScope, incident_id: str) -> list[Problem]:
        """Those that are the cause of an incident, the oldest first."""
        ...

    def has_concerning(self, room: TenantScope, incident_id: str) -> bool:
        """Whether there are such; as old as `open_now` may be."""
        ...

    def open_now(self, room: TenantScope, query: ProblemQuery) -> list[Problem]:
        """As the first `page`, for whoever looks at one incident after another: what other processes saved within the last
        second may be missing.
        """
        ...

    def has_any(self, room: TenantScope) -> bool:
        """Whether there are problems at all; as old as `open_now` may be."""
        ...

    def timeline(self, room: TenantScope, problem_id: str, after_seq: int, limit: int) -> list[ProblemEntry]:
        """Entries with a greater seq, oldest first. Raises NotFound("problem_not_found")."""
        ...
