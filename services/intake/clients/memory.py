"""Answers remembered for a short while."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Remembered(Generic[Value]):
    """Keeps what `ask` answered for `seconds`, at most `most` answers. What raises is not remembered."""

    def __init__(self, seconds: float = 30.0, most: int = 10_000) -> None:
        self._seconds = seconds
        self._most = most
        self._answers: OrderedDict[Hashable, tuple[float, Value]] = OrderedDict()
        self._forgotten = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, ask: Callable[[], Value]) -> Value:
        """The answer to a key, asked for if need be. Two at once may both ask."""
        with self._lock:
            known = self._answers.get(key)
            if known and known[0] > time.monotonic():
                return known[1]
            forgotten = self._forgotten
        value = ask()
        with self._lock:
            # What was asked before a change was heard of may be the old answer: used once, not kept.
            if forgotten == self._forgotten:
                self._answers[key] = (time.monotonic() + self._seconds, value)
                self._answers.move_to_end(key)
                if len(self._answers) > self._most:
                    self._answers.popitem(last=False)
        return value

    def forget(self) -> None:
        """Everything: something changed."""
        with self._lock:
            self._answers.clear()
            self._forgotten += 1
