"""What comes in at the same time is written in one go.

A durable write costs a journal flush whether it carries one document or a hundred (measured: 349 single inserts a
second, 16,800 in batches). While a batch is being written, the next one gathers by itself; where many come, or nobody
waits for the answer, a batch may linger a little for more.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from typing import Generic, TypeVar

from chassis.errors import Unavailable

Item = TypeVar("Item")
Answer = TypeVar("Answer")

# Where so many came together, the next ones wait so long for each other: writes, calls and what follows are shared by
# more, and more are answered in a second.
CROWD, CROWD_SECONDS = 3, 0.008


class Gathered(Generic[Item, Answer]):
    """Hands items to `handle` in batches, on `threads` threads; each item's future gets its own answer.

    handle returns one answer per item, an exception among them for an item that failed; what it raises fails the
    whole batch. weight: what an item counts towards `heaviest`; a batch has at least one item. linger: seconds that a batch
    waits for more, when the one before it had at least `crowd` items.
    """

    def __init__(
        self,
        handle: Callable[[list[Item]], Sequence[Answer | Exception]],
        name: str,
        threads: int = 1,
        most: int = 200,
        weight: Callable[[Item], int] = lambda _item: 1,
        heaviest: int = 16 * 1024 * 1024,
        linger: float = 0.0,
        crowd: int = 0,
    ) -> None:
        self._handle = handle
        self._most = most
        self._weight = weight
        self._heaviest = heaviest
        self._linger, self._crowd = linger, crowd
        self._came = 0
        # Somebody waits for what lingers.
        self._hurry = threading.Event()
        self._waiting: deque[tuple[Item, Future[Answer]]] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        # With one thread answers come in the order of the items, so this one is the last.
        self._latest: Future[Answer] | None = None
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, item: Item) -> "Future[Answer]":
        """Never blocks. The future fails with Unavailable once stopped."""
        future: Future[Answer] = Future()
        with self._changed:
            if self._stopping:
                future.set_exception(Unavailable("service_stopping", "The service is stopping."))
            else:
                self._waiting.append((item, future))
                self._latest = future
                self._changed.notify()
        return future

    def settle(self, seconds: float = 3.0) -> None:
        """Returns when everything that was put before is answered, or after so long."""
        with self._changed:
            latest = self._latest
        if latest is not None and not latest.done():
            self._hurry.set()
            wait([latest], timeout=seconds)

    def stop(self) -> None:
        """Finishes what is waiting, then ends."""
        with self._changed:
            self._stopping = True
            self._hurry.set()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=4.0)

    def _run(self) -> None:
        while batch := self._take():
            items = [item for item, _ in batch]
            try:
                answers = self._handle(items)
            except Exception as error:
                answers = [error] * len(items)
            for (_, future), answer in zip(batch, answers, strict=True):
                if isinstance(answer, Exception):
                    future.set_exception(answer)
                else:
                    future.set_result(answer)

    def _take(self) -> list[tuple[Item, "Future[Answer]"]]:
        """The next batch; empty only when stopped and nothing is left."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting) or self._stopping)
            if self._linger and self._came >= self._crowd:
                self._hurry.wait(self._linger)
            with self._changed:
                if self._stopping and not self._waiting:
                    return []
                batch = self._next()
            # What was taken back is left out; while this one lingered, another thread may have had them all.
            if taken := [(item, future) for item, future in batch if future.set_running_or_notify_cancel()]:
                return taken

    def _next(self) -> list[tuple[Item, "Future[Answer]"]]:
        """What goes together, of what waits. Under the lock."""
        batch: list[tuple[Item, Future[Answer]]] = []
        heavy = 0
        while self._waiting and len(batch) < self._most:
            heavy += self._weight(self._waiting[0][0])
            if batch and heavy > self._heaviest:
                break
            batch.append(self._waiting.popleft())
        self._came = len(batch)
        if not self._stopping:
            self._hurry.clear()
        return batch
