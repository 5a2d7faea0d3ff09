"""Mails that were claimed as they were planned: whoever plans them hands them to who sends, and nobody looks for them.

A claim in memory spares a read and a write a mail. It is a claim like any other: saved before anything is sent, and ended by
time where the process ended; then the attempt counts as one of unknown outcome.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.notify.domain.delivery import CLAIM, Channel, Delivery, State, claimed

# While much is handed over, what else is due is still looked for as often.
_LOOK_SECONDS = 0.5
# Well before the claim ends, when others may take it.
_DOUBTFUL_SECONDS = CLAIM.total_seconds() / 2
_MOST_DOUBTFUL = 1_000


@dataclass(frozen=True, slots=True)
class Marked:
    """What is to be saved; so many of it claimed, at that moment."""

    deliveries: list[Delivery]
    count: int
    at: float


class Claims:
    """most: so many at once, on their way or waiting; others are found when they are due. elapsed: seconds that only grow."""

    def __init__(self, most: int, elapsed: Callable[[], float]) -> None:
        self._most = most
        self._elapsed = elapsed
        self._waiting: deque[tuple[float, Delivery]] = deque()
        self._promised = 0
        self._doubtful: dict[str, float] = {}
        self._looked, self._taken_since = elapsed(), False
        self._lock = threading.Lock()

    def mark(self, planned: Sequence[Delivery], now: datetime) -> Marked:
        """Claims as many of the mails as there is room for. `hand_over` must follow, or `doubt`."""
        with self._lock:
            room = self._most - len(self._waiting) - self._promised
            marked = [one for one in planned if one.channel is Channel.EMAIL and one.due_time][: max(room, 0)]
            self._promised += len(marked)
        ids = {one.delivery_id for one in marked}
        deliveries = [claimed(one, now) if one.delivery_id in ids else one for one in planned]
        return Marked(deliveries, len(marked), self._elapsed())

    def hand_over(self, marked: Marked, added: Sequence[Delivery]) -> None:
        """added: what of it was new, as it was saved."""
        new = {one.delivery_id for one in added}
        with self._lock:
            self._promised -= marked.count
            self._waiting.extend((marked.at, one) for one in added if one.state is State.SENDING)
            # Saved after all when saving them failed: as nobody touches what is claimed, they are as they were then.
            for one in marked.deliveries:
                began = self._doubtful.pop(one.delivery_id, None)
                fresh = began is not None and self._elapsed() - began < _DOUBTFUL_SECONDS
                if fresh and began is not None and one.delivery_id not in new and one.state is State.SENDING:
                    self._waiting.append((began, replace(one, revision=1)))

    def doubt(self, marked: Marked) -> None:
        """Instead, when saving failed: whether it was saved shows when it is planned again."""
        with self._lock:
            self._promised -= marked.count
            if len(self._doubtful) > _MOST_DOUBTFUL:
                self._doubtful.clear()
            for one in marked.deliveries:
                if one.state is State.SENDING:
                    self._doubtful[one.delivery_id] = marked.at

    def take(self, most: int) -> tuple[list[Delivery], float]:
        """The oldest, and when the first of them was claimed."""
        with self._lock:
            self._taken_since = True
            taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        return [one for _, one in taken], taken[0][0] if taken else self._elapsed()

    def time_to_look(self) -> bool:
        """Whether it is time to look for what else is due; then it is not for a while, nor before something was taken: a
        round may last longer than that, and neither waits for the other to end.
        """
        with self._lock:
            due = self._taken_since and self._elapsed() - self._looked >= _LOOK_SECONDS
            if due:
                self._looked, self._taken_since = self._elapsed(), False
            return due
