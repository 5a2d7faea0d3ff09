"""The statements' worker: a thread that makes what is wanted, in one process at a time."""

import threading
from typing import Protocol

from chassis import telemetry
from chassis.errors import Unavailable
from services.sla.use_cases import Closing

_OUTAGE_SECONDS = 1.0


class Turn(Protocol):
    """Whose turn it is among several processes; chassis.leases.Lease is one."""

    def acquire(self) -> bool: ...
    def release(self) -> None: ...


class StatementWork:
    """Looks every so often for statements to be made, and at once when woken."""

    def __init__(self, closing: Closing, turn: Turn, seconds: float) -> None:
        self._closing = closing
        self._turn = turn
        self._seconds = seconds
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._started = False
        self._log = telemetry.logger("sla")
        self._thread = threading.Thread(target=self._run, name="sla-statements", daemon=True)

    def start(self) -> None:
        """Begins to work, the first time it is called; returns at once."""
        if not self._started:
            self._started = True
            self._thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._woken.set()

    def stop(self) -> None:
        """Leaves off after the batch in hand; what is left is made after the next start."""
        self._stopping.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout=3.0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                pause = self._look()
            except Unavailable as error:
                self._log.warning("statements_unmade", reason=error.reason)
                pause = _OUTAGE_SECONDS
            except Exception:
                self._log.exception("statements_failed")
                pause = _OUTAGE_SECONDS
            if pause and not self._stopping.is_set():
                self._woken.wait(pause)

    def _look(self) -> float:
        if not self._keep_turn():
            return self._seconds
        try:
            more = self._closing.work(self._keep_turn)
        finally:
            self._turn.release()
        return 0.0 if more else self._seconds

    def _keep_turn(self) -> bool:
        return not self._stopping.is_set() and self._turn.acquire()
