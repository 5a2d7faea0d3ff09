"""A long queue, laid into triage's read model without the incidents behind it: opening a hundred thousand takes half an hour.

Every row is one that triage itself wrote, under another id, number, client and times.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from types import TracebackType
from typing import Any

from pymongo import MongoClient

from benchmarks.context import Context
from benchmarks.figures import require

_MARK = "inc_bench"
_PATTERNS = 1_000
_BATCH = 2_000


class LongQueue:
    """The queue of an installation, made as long as is wanted. A context manager: what was laid in is gone at its end."""

    def __init__(self, context: Context, tenant_ids: Sequence[str]) -> None:
        self._context = context
        self._tenant_ids = tenant_ids
        self._client: MongoClient[dict[str, Any]] = MongoClient(context.installation.mongodb_uri)
        self._rows = self._client["fl_triage"]["queue_entries"]
        self._chance = random.Random(1)
        self._planted = 0

    def __enter__(self) -> "LongQueue":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._client:
            self._rows.delete_many({"_id": {"$regex": f"^{_MARK}"}})

    def lengthen(self, count: int) -> None:
        """As many open rows in all, over all the clients. Raises Void when there is none to copy."""
        is_real = {"open": True, "_id": {"$not": {"$regex": f"^{_MARK}"}}}
        patterns = list(self._rows.find(is_real).limit(_PATTERNS))
        require(bool(patterns), "there is no row to take as a pattern")
        missing = count - self._rows.count_documents({"open": True})
        copies = self._copies(patterns, missing)
        while batch := list(islice(copies, _BATCH)):
            self._rows.insert_many(batch, ordered=False)
        self._context.progress(f"{count} rows of {len(self._tenant_ids)} clients")

    def _copies(self, patterns: Sequence[Mapping[str, Any]], count: int) -> Iterator[dict[str, Any]]:
        for _ in range(count):
            place, self._planted = self._planted, self._planted + 1
            pattern, number = patterns[place % len(patterns)], f"LONG-{place}"
            later = timedelta(seconds=self._chance.randrange(14 * 86_400))
            words = sorted({"long", str(place), *pattern["words"]})
            yield {
                **pattern,
                "_id": f"{_MARK}{place:07}",
                "tenant_id": self._tenant_ids[place % len(self._tenant_ids)],
                "number": number,
                "words": words,
                "due_sort": pattern["due_sort"] + later,
                "clocks": [
                    {**clock, "due_time": _later(clock["due_time"], later)} for clock in pattern["clocks"]
                ],
                "update_time": pattern["update_time"] - later,
                "create_time": pattern["create_time"] - later,
            }


def _later(moment: Any, later: timedelta) -> Any:
    return moment and moment + later
