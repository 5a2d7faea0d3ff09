"""Work handed out a moment ago, which the queue does not show yet."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

# Longer than an announcement takes to come back even after a restart of the bus; afterwards the queue is believed.
_BELIEVED_FOR = timedelta(minutes=1)


@dataclass(frozen=True)
class _Handed:
    assignee_id: str
    time: datetime
    pressing: bool


class RecentAssignments:
    """Counts what was assigned until the queue shows it.

    Without this a burst would be decided on yesterday's load: until the first assignment has come back through the
    record and the bus, everything would go to the same person. Not thread-safe: the caller holds a lock.
    """

    def __init__(self) -> None:
        self._handed: dict[str, _Handed] = {}

    def add(self, incident_id: str, assignee_id: str, now: datetime, pressing: bool = False) -> None:
        """A later decision on the same incident takes the place of the earlier one."""
        self._handed[incident_id] = _Handed(assignee_id, now, pressing)

    def waiting(self, now: datetime) -> Collection[str]:
        """The incidents still to be looked for in the queue; forgets what is too old to be believed."""
        self._handed = {key: one for key, one in self._handed.items() if now - one.time < _BELIEVED_FOR}
        return self._handed.keys()

    def shown(self, incident_ids: Collection[str]) -> None:
        """The queue counts these by itself now."""
        for incident_id in incident_ids:
            self._handed.pop(incident_id, None)

    def load(self) -> Mapping[str, int]:
        """Assignments the queue does not show yet, per person id."""
        return Counter(one.assignee_id for one in self._handed.values())

    def pressing(self) -> Mapping[str, int]:
        """Of those, P1 and P2."""
        return Counter(one.assignee_id for one in self._handed.values() if one.pressing)
