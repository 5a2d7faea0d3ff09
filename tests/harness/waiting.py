"""Waiting for something to become true, never for luck."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(condition: Callable[[], T], timeout: float = 10.0, pause: float = 0.02, what: str = "") -> T:
    """The first truthy answer. Raises AssertionError, saying what, once timeout seconds are over."""
    deadline = time.monotonic() + timeout
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            described = what or getattr(condition, "__name__", "the condition")
            raise AssertionError(f"waited {timeout} s in vain for {described}; last answer {answer!r}")
        time.sleep(pause)
