"""On-call schedules, and links to calendars of their shifts."""

from datetime import datetime
from typing import Protocol

from chassis.tenancy import Scope, TenantScope
from services.triage.domain.oncall.absence import Unavailable
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


class Absences(Protocol):
    """When people of a provider cannot be on call, in its own room."""

    def add(self, scope: TenantScope, absence: Unavailable) -> None: ...
    def all(self, scope: Scope, since: datetime) -> list[Unavailable]:
        """Those that are not over by then, the earliest first."""
        ...

    def get(self, scope: Scope, absence_id: str) -> Unavailable:
        """Raises NotFound("absence_not_found")."""
        ...

    def end(self, scope: TenantScope, absence_id: str, end_time: datetime | None) -> None:
        """At that time; None: it never was."""
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
