"""How many simulations go on at once in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from chassis.errors import ResourceExhausted
from chassis.tenancy import TenantScope

# A month of a busy client takes about as long.
_RETRY_SECONDS = 10


class Places:
    """One for each simulation that runs. They compute in the process that fires clocks, so there are few."""

    def __init__(self, in_all: int, of_a_provider: int, of_a_client: int = 1) -> None:
        self._in_all = in_all
        self._of_a_provider = of_a_provider
        self._of_a_client = of_a_client
        self._lock = Lock()
        self._taken: Counter[TenantScope] = Counter()

    @contextmanager
    def taken(self, scope: TenantScope) -> Iterator[None]:
        """A place while it lasts. Raises ResourceExhausted("too_many_simulations")."""
        with self._lock:
            self._refuse_more(scope)
            self._taken[scope] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[scope] -= 1
                self._taken += Counter()  # forgets who has none

    def _refuse_more(self, scope: TenantScope) -> None:
        same_provider = sum(many for of, many in self._taken.items() if of.provider_id == scope.provider_id)
        for running, most, whose in (
            (self._taken[scope], self._of_a_client, "client"),
            (same_provider, self._of_a_provider, "provider"),
            (self._taken.total(), self._in_all, "service"),
        ):
            if running >= most:
                raise ResourceExhausted(
                    "too_many_simulations",
                    "Other contracts are being simulated; wait until one of them is done.",
                    limit=most,
                    limit_of=whose,
                    retry_after=_RETRY_SECONDS,
                )
