"""How far what was acknowledged has got, by the stores' own counts: cheap enough to ask several times a second.

Only for the backlog while a load runs; whether everything was done in the end is read back through the API and the
mail catcher (records.py).
"""

import mmap
import struct
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from pymongo import MongoClient

from benchmarks.figures import Void
from benchmarks.installation import Installation

_COUNT = struct.Struct("!q")


class Progress:
    """Looks at the stores. A context manager."""

    def __init__(self, installation: Installation) -> None:
        self._client: MongoClient[dict[str, Any]] = MongoClient(installation.mongodb_uri)
        name = "fl"
        self._incidents = self._client[f"{name}_incidents"]["incidents"]
        self._rows = self._client[f"{name}_triage"]["queue_entries"]
        self._clocks = self._client[f"{name}_sla"]["clock_sets"]
        self._deliveries = self._client[f"{name}_notify"]["deliveries"]
        self._escalations = self._client[f"{name}_triage"]["escalations"]

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def done(self) -> int:
        """Incidents that went all the way: as many as the slowest of the steps has finished.

        Each is told about twice, to who asked and to who is to work on it, and this once it was decided. Who is called about
        it by an escalation is told besides.
        """
        waiting = self._deliveries.count_documents({"due_time": {"$type": "date"}}, hint="due_by_channel")
        told = (self._deliveries.estimated_document_count() - waiting - self._pages()) // 2
        return min(self._rows.estimated_document_count(), self._clocks.estimated_document_count(), told)

    def _pages(self) -> int:
        each = {"$size": {"$ifNull": ["$pages", []]}}
        found = self._escalations.aggregate([{"$group": {"_id": None, "count": {"$sum": each}}}])
        return next((int(group["count"]) for group in found), 0)

    def opened(self) -> int:
        """Incidents there are."""
        return self._incidents.estimated_document_count()

    def drain(self, count: int, timeout: float) -> float:
        """Waits until so many went all the way; seconds it took. Raises Void when that takes longer than timeout."""
        began = time.monotonic()
        while (done := self.done()) < count:
            if time.monotonic() - began > timeout:
                raise Void(f"{count - done} of what was acknowledged is not done after {timeout:.0f} s")
            time.sleep(0.05)
        return time.monotonic() - began


class Gate:
    """Tells the load generator how many are done, through a file that both have in memory."""

    def __init__(self, path: Path, progress: Progress) -> None:
        self.path = path
        path.write_bytes(_COUNT.pack(0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _COUNT.size)
        self._progress = progress
        self._base = progress.done()

    def update(self) -> int:
        """Looks and tells; how many were done since the gate was made."""
        done = self._progress.done() - self._base
        _COUNT.pack_into(self._shared, 0, done)
        return done
