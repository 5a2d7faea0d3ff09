"""What was read a moment ago and would be read again for every page."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Any, TypeVar

from services.triage.domain.queue import QueueRow

Value = TypeVar("Value")
# Other replicas' saves are seen after so long.
_SECONDS = 1.0
_ANSWERS = 1_000
_ROWS = 1_000


class Answers:
    """What was counted: true until somebody here saves, and for a second at most."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, int, Any]] = {}
        self._reading: dict[Hashable, Lock] = {}
        self._saves = 0
        self._lock = Lock()

    def saved(self) -> None:
        """Something was saved: nothing that was read before is true any more."""
        self._saves += 1

    def get(self, key: Hashable, read: Callable[[], Value], hold: float = 0.0) -> Value:
        """The answer under this key, which must name the scope and all that was asked.

        hold: seconds for which an answer is given whatever is saved, since to read it takes long. Halfway through them
        somebody reads it anew, while the others go on with the old one.
        """
        known, age = self._look(key, hold)
        if known is not None and (not hold or age < hold / 2):
            return known[2]
        with self._lock:
            reading = self._reading.setdefault(key, Lock())
        if known is not None and reading.locked():
            return known[2]
        with reading:
            # Meanwhile somebody else may have read it.
            later, age = self._look(key, hold)
            if later is not None and (not hold or age < hold / 2):
                return later[2]
            now, saves = time.monotonic(), self._saves
            found = read()
            with self._lock:
                if len(self._kept) > _ANSWERS:
                    self._kept.clear()
                    self._reading.clear()
                self._kept[key] = (now, saves, found)
            return found

    def _look(self, key: Hashable, hold: float) -> tuple[tuple[float, int, Any] | None, float]:
        """The answer that may still be given, or None; and how old it is."""
        known = self._kept.get(key)
        if known is None:
            return None, 0.0
        age = time.monotonic() - known[0]
        still = age < _SECONDS and (known[1] == self._saves or age < hold)
        return known if still else None, age


class Rows:
    """Rows of the queue by id and revision: one of the same revision is the same row.

    Whether somebody may see it is not asked here: whoever takes a row must have found id and revision in their scope.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], QueueRow] = OrderedDict()
        self._lock = Lock()

    def known(self, keys: Iterable[tuple[str, int]]) -> dict[str, QueueRow]:
        """Those of them that are kept, by id."""
        return {key[0]: row for key in keys if (row := self._kept.get(key)) is not None}

    def keep(self, rows: Iterable[QueueRow]) -> None:
        with self._lock:
            for row in rows:
                self._kept[row.incident_id, row.revision] = row
            while len(self._kept) > _ROWS:
                self._kept.popitem(last=False)
