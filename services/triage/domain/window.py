"""Maintenance windows: planned work during which alerts page nobody. Their incidents are opened all the same."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.errors import InvalidArgument
from services.triage.domain.report import Report

_LONGEST = timedelta(days=31)
_MOST_ITEMS = 200


@dataclass(frozen=True)
class Window:
    """configuration_items: those worked on, in lower case; none of them: everything of the client."""

    window_id: str
    provider_id: str
    tenant_id: str
    name: str
    start_time: datetime
    end_time: datetime
    configuration_items: frozenset[str] = frozenset()

    def checked(self, now: datetime) -> "Window":
        """The same, trimmed. Raises InvalidArgument naming the field."""
        name = " ".join(self.name.split())
        if not 1 <= len(name) <= 120:
            raise InvalidArgument("name_invalid", "Between 1 and 120 characters.", field="name")
        if not now < self.end_time or not self.start_time < self.end_time:
            raise InvalidArgument(
                "window_over", "A window ends after it began, and later than now.", field="end_time"
            )
        if self.end_time - self.start_time > _LONGEST:
            raise InvalidArgument("window_too_long", "At most 31 days.", field="end_time")
        items = frozenset(filter(None, (item.strip().lower()[:255] for item in self.configuration_items)))
        if len(items) > _MOST_ITEMS:
            raise InvalidArgument("too_many_items", "At most 200 items.", field="configuration_items")
        return replace(self, name=name, configuration_items=items)

    def holds(self, report: Report, now: datetime) -> bool:
        """Whether nobody is to be paged about this: it came from monitoring, of what is worked on, just now."""
        if report.channel != "alert" or not self.start_time <= now < self.end_time:
            return False
        named = (report.configuration_item.lower(), *report.item_names)
        return not self.configuration_items or any(name in self.configuration_items for name in named)

    def ended(self, now: datetime) -> "Window":
        """Over now, unless it was before."""
        return replace(self, end_time=min(self.end_time, now))

    @property
    def reason(self) -> str:
        """Why an incident is assigned to nobody yet."""
        return f"Held by the maintenance window {self.name} until {self.end_time:%Y-%m-%d %H:%M} UTC"
