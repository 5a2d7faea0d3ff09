"""Threads that send what is due: at once when something was planned, else when its time has come."""

import threading
from collections.abc import Callable

from chassis import telemetry

_POLL_SECONDS = 0.5
_MOST_SECONDS_BETWEEN_TRIES = 5.0


class Senders:
    """run_once: one round, answering how many deliveries it looked at."""

    def __init__(self, run_once: Callable[[], int], count: int) -> None:
        self._run_once = run_once
        self._wake = threading.Condition()
        self._rounds = 0
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"notify-sender-{number}", daemon=True)
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

    def _work(self) -> None:
        failures = 0
        while not self._stopping:
            seen = self._rounds
            try:
                found = self._run_once()
                failures = 0
            except Exception as error:
                # What was claimed comes due again by itself; look afresh a little later.
                found, failures = 0, failures + 1
                self._log.warning("sending_interrupted", error=type(error).__name__, message=str(error)[:200])
            if not found:
                self._rest(seen, min(_POLL_SECONDS * 2**failures, _MOST_SECONDS_BETWEEN_TRIES))

    def _rest(self, seen: int, seconds: float) -> None:
        """Until the time is over, or something was planned since."""
        with self._wake:
            self._wake.wait_for(lambda: self._stopping or self._rounds != seen, seconds)
