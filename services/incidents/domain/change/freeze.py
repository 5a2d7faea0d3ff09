"""Freezes: stretches of time in which nothing is to be changed, for one client or for all of a provider's."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chassis.errors import InvalidArgument
from services.incidents.domain import texts
from services.incidents.domain.change.conflicts import Busy, ConflictKind

_LONGEST = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Freeze:
    """[start, end). One for all clients lies in the provider's own room."""

    freeze_id: str
    provider_id: str
    tenant_id: str
    name: str
    start_time: datetime
    end_time: datetime

    @property
    def is_for_all(self) -> bool:
        return self.tenant_id == self.provider_id

    def checked(self) -> "Freeze":
        """The same, trimmed. Raises InvalidArgument naming the field."""
        if not self.start_time < self.end_time:
            raise InvalidArgument("window_over", "A freeze ends after it begins.", field="end_time")
        if self.end_time - self.start_time > _LONGEST:
            raise InvalidArgument("window_too_long", "At most 92 days.", field="end_time")
        return replace(self, name=texts.required("name", self.name, 120))

    def as_busy(self) -> Busy:
        """As what speaks against a window."""
        tenant_id = "" if self.is_for_all else self.tenant_id
        return Busy(ConflictKind.FREEZE, self.name, self.start_time, self.end_time, tenant_id)
