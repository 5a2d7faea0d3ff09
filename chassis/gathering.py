"""Requests that arrive together share their writes.

Nobody waits for company: the first to come works at once, and whoever comes while they do so is taken along in
the next go. Alone, it costs nothing; sixteen at once make a few writes where they would have made thirty-two, and twice
as many get through in a second. Where several came together, the next ones may be told to wait a little for each other. A
shared write's events belong to the trace of the request that made it.
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
I = TypeVar("I")  # noqa: E741 - item
R = TypeVar("R")


class _Request(Generic[I, R]):
    def __init__(self, item: I) -> None:
        self.item = item
        self.result: R | None = None
        self.error: Exception | None = None
        self.answered = False
        # Set when it is answered, or when it is its turn to work.
        self.called = threading.Event()


class Gathering(Generic[K, I, R]):
    """Hands items of one key to `work` together; one batch of a key at a time, keys beside each other.

    work: gets a key and items, returns one result for each, in order. What it raises, everybody of that batch gets.
    linger: seconds that a batch waits for company after one that had some.
    """

    def __init__(self, work: Callable[[K, list[I]], list[R]], most: int, linger: float = 0.0) -> None:
        self._work = work
        self._most = most
        self._linger = linger
        self._had_company = False
        # A key is present while somebody works on it; its list holds those who came since.
        self._waiting: dict[K, list[_Request[I, R]]] = {}
        self._lock = threading.Lock()

    def do(self, key: K, item: I) -> R:
        """The item's result, or what `work` raised. Returns when it is done."""
        own: _Request[I, R] = _Request(item)
        with self._lock:
            alone = key not in self._waiting
            if alone:
                self._waiting[key] = []
            else:
                self._waiting[key].append(own)
        if not alone:
            own.called.wait()
        if not own.answered:
            self._lead(key, own)
        if own.error is not None:
            raise own.error
        return own.result  # type: ignore[return-value]  # answered without an error: it has a result

    def _lead(self, key: K, own: _Request[I, R]) -> None:
        if self._linger and self._had_company:
            time.sleep(self._linger)
        with self._lock:
            queue = self._waiting[key]
            batch = [own, *queue[: self._most - 1]]
            self._had_company = len(batch) > 1
            del queue[: self._most - 1]
        try:
            results = self._work(key, [request.item for request in batch])
            for request, result in zip(batch, results, strict=True):
                request.result = result
        except Exception as error:
            for request in batch:
                request.error = error
        finally:
            for request in batch:
                request.answered = True
            with self._lock:
                following = queue.pop(0) if queue else None
                if following is None:
                    del self._waiting[key]
            for request in (*batch[1:], *([following] if following else [])):
                request.called.set()
