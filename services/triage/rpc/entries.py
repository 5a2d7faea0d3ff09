"""Rows as messages, each made once."""

from collections import OrderedDict
from threading import Lock

from fairlead.triage.v1.queue_pb2 import QueueEntry
from services.triage.domain.queue import QueueRow
from services.triage.events import messages

_KEPT = 1_000


class Entries:
    """A row of the same revision is the same message: half of what a page of the queue cost was to make fifty."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], QueueEntry] = OrderedDict()
        self._lock = Lock()

    def of(self, row: QueueRow) -> QueueEntry:
        """The row as a message, which must not be changed."""
        key = (row.incident_id, row.revision)
        known = self._kept.get(key)
        if known is None:
            known = messages.entry(row)
            with self._lock:
                self._kept[key] = known
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return known
