"""On-call schedules, and links to calendars of their shifts."""

from typing import Protocol

from chassis.tenancy import Scope, TenantScope
from services.triage.domain.oncall.feed import Feed
from services.triage.domain.oncall.schedule import Schedule


class Schedules(Protocol):
    """A provider's on-call schedules, in its own room."""

    def add(self, scope: TenantScope, schedule: Schedule) -> Schedule: ...
    def replace(self, scope: TenantScope, schedule: Schedule, revision: int) -> Schedule:
        """Raises NotFound("schedule_not_found"), RevisionConflict."""
        ...

    def delete(self, scope: TenantScope, schedule_id: str) -> None: ...
    def get(self, scope: Scope, schedule_id: str) -> Schedule: ...
    def all(self, scope: Scope) -> list[Schedule]:
        """By name."""
        ...


class Feeds(Protocol):
    """Links to calendars of shifts, in the provider's own room."""

    def add(self, scope: TenantScope, feed: Feed) -> None: ...
    def of_person(self, scope: Scope, person_id: str) -> list[Feed]:
        """The oldest first."""
        ...

    def delete(self, scope: TenantScope, feed_id: str, person_id: str) -> None:
        """Raises NotFound("feed_not_found") also for another's."""
        ...

    def opened(self, feed_id: str) -> tuple[str, Feed] | None:
        """Provider and feed, of all: who asks has shown that the link is genuine."""
        ...
