"""Threads that send what is due: at once when something was planned, else when its time has come."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from chassis import telemetry

Group = TypeVar("Group")
_POLL_SECONDS = 0.5
_MOST_SECONDS_BETWEEN_TRIES = 5.0


class Launcher:
    """Hands each group of a round to a thread and waits for none of them, only for a free thread: a round must not
    last as long as its slowest endpoint. What fails comes due again by itself when its claim ends.
    """

    def __init__(self, count: int) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="notify-hook")
        self._log = telemetry.logger("notify")

    def each(self, send: Callable[[Group], None], groups: Sequence[Group]) -> Iterable[None]:
        for group in groups:
            self._free.acquire()
            self._pool.submit(self._run, send, group)
        return ()

    def _run(self, send: Callable[[Group], None], group: Group) -> None:
        try:
            send(group)
        except Exception as error:
            _interrupted(self._log, error)
        finally:
            self._free.release()


class Senders:
    """run_once: one round, answering how many deliveries it looked at. at_end: what is to be done after the last."""

    def __init__(
        self, run_once: Callable[[], int], count: int, at_end: Callable[[], None] = lambda: None
    ) -> None:
        self._run_once = run_once
        self._at_end = at_end
        self._wake = threading.Condition()
        self._rounds = 0
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, args=[number], name=f"notify-sender-{number}", daemon=True)
            for number in range(count)
        ]
        self._log = telemetry.logger("notify")

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def nudge(self) -> None:
        """Something may be due."""
        with self._wake:
            self._rounds += 1
            self._wake.notify_all()

    def stop(self) -> None:
        """Ends after the round at hand."""
        self._stopping = True
        self.nudge()
        for thread in self._threads:
            thread.join(5)
        try:
            self._at_end()
        except Exception as error:
            # What was claimed comes due again by itself.
            _interrupted(self._log, error)

    def _work(self, number: int) -> None:
        # The first looks for all of them whether the time of something has come, and calls them.
        poll_seconds, failures = _POLL_SECONDS if number == 0 else _MOST_SECONDS_BETWEEN_TRIES, 0
        while not self._stopping:
            seen = self._rounds
            try:
                found = self._run_once()
                failures = 0
            except Exception as error:
                # What was claimed comes due again by itself; look afresh a little later.
                found, failures = 0, failures + 1
                _interrupted(self._log, error)
            if not found:
                self._rest(seen, min(poll_seconds * 2**failures, _MOST_SECONDS_BETWEEN_TRIES))
            elif number == 0:
                self.nudge()

    def _rest(self, seen: int, seconds: float) -> None:
        """Until the time is over, or something was planned since."""
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or self._rounds != seen, seconds)


def _interrupted(log: Any, error: Exception) -> None:
    log.warning("sending_interrupted", error=type(error).__name__, message=str(error)[:200])
