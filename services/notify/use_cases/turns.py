"""Whose turn it is among webhook endpoints: one that hangs holds up neither mails nor the endpoints of others."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

# So many deliveries may be under way to one endpoint while it answers; one alone, as a trial, while it does not.
AT_ONCE = 4
_FIRST_REST = 5.0
_LONGEST_REST = 30.0


@dataclass
class _Endpoint:
    under_way: int = 0
    failures: int = 0
    rests_until: float = 0.0


class Turns:
    """What this process knows of its endpoints, forgotten with it. elapsed: seconds that only grow."""

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed = elapsed
        self._endpoints: dict[str, _Endpoint] = {}
        self._lock = threading.Lock()

    def closed(self) -> frozenset[str]:
        """Those to which nothing may be sent now: they rest, or as much as they may have is under way."""
        with self._lock:
            return frozenset(name for name, one in self._endpoints.items() if self._is_closed(one))

    def begin(self, endpoint: str) -> bool:
        """Takes a turn, if there is one; then `end` must follow."""
        with self._lock:
            one = self._endpoints.setdefault(endpoint, _Endpoint())
            if self._is_closed(one):
                return False
            one.under_way += 1
            return True

    def end(self, endpoint: str, answered: bool) -> None:
        """answered: whether it said anything at all; a refusal is an answer."""
        with self._lock:
            one = self._endpoints[endpoint]
            one.under_way -= 1
            if answered:
                one.failures = 0
            else:
                rest = min(_FIRST_REST * 2 ** min(one.failures, 16), _LONGEST_REST)
                one.failures += 1
                one.rests_until = self._elapsed() + rest
            if not one.failures and not one.under_way:
                del self._endpoints[endpoint]

    def _is_closed(self, one: _Endpoint) -> bool:
        if one.failures:
            return one.under_way > 0 or self._elapsed() < one.rests_until
        return one.under_way >= AT_ONCE
