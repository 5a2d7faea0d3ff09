"""What was read a moment ago and would be read again for every page of an incident."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Value = TypeVar("Value")
# What another process saves is seen after so long.
SECONDS = 1.0
_MOST = 500


class Lately:
    """Answers by all that was asked: true until somebody here saves, and for a second at most. Nobody may change one."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[float, int, Any]] = {}
        self._saves = 0
        self._lock = threading.Lock()

    def saved(self) -> None:
        """Nothing that was read before is true any more."""
        self._saves += 1

    def get(self, key: Hashable, read: Callable[[], Value]) -> Value:
        """The answer under this key, which must name the scope."""
        now, saves = time.monotonic(), self._saves
        known = self._kept.get(key)
        if known is not None and known[1] == saves and now - known[0] < SECONDS:
            return known[2]
        found = read()
        with self._lock:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = now, saves, found
        return found
