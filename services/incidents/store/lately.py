"""What was read a moment ago and would be read again for every page of an incident."""

import threading
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

from chassis.tenancy import Scope

Value = TypeVar("Value")
# What another process saves is seen after so long.
SECONDS = 1.0
_MOST = 500
# What more than so many records say is asked of each incident anew.
_FEW = 200


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


class Rare:
    """Whether an incident has what few of them have: which ones those are is read once a second and scope, not for each."""

    def __init__(self) -> None:
        self._lately = Lately()
        self.saved = self._lately.saved

    def has(
        self,
        scope: Scope,
        incident_id: str,
        named: Callable[[int], Iterable[Iterable[str]]],
        ask: Callable[[], bool],
    ) -> bool:
        """named: the incidents that each of so many records of the scope names; ask: about this one alone, where there are
        more records than that.
        """

        def look() -> frozenset[str] | None:
            found = [*named(_FEW + 1)]
            return frozenset().union(*found) if len(found) <= _FEW else None

        known = self._lately.get(scope, look)
        return ask() if known is None else incident_id in known
