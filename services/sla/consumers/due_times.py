"""Time itself as a caller: watches for the next due second and fires what has come."""

import threading
from typing import Protocol

from chassis import telemetry
from chassis.clock import Clock
from chassis.errors import Unavailable
from services.sla.use_cases import Firing

# After an outage of the store there is no use in asking five times a second.
_OUTAGE_SECONDS = 1.0
_LEAST_SECONDS = 0.005


class Turn(Protocol):
    """Whose turn it is among several processes; chassis.leases.Lease is one."""

    def acquire(self) -> bool: ...
    def release(self) -> None: ...


class DueTimes:
    """A thread that looks at the earliest due time at least every `seconds`, and at that very time.

    The lease is taken only while something is due and given back at once, so that a process that dies holding
    it delays the others by no more than the lease's few tenths of a second. It only spares double work: that
    nothing is told twice rests on the record's revision.
    """

    def __init__(self, firing: Firing, turn: Turn, clock: Clock, seconds: float) -> None:
        self._firing = firing
        self._turn = turn
        self._clock = clock
        self._seconds = seconds
        self._stopping = threading.Event()
        self._started = False
        self._log = telemetry.logger("sla")
        self._thread = threading.Thread(target=self._run, name="sla-due-times", daemon=True)

    def start(self) -> None:
        """Begins to watch, the first time it is called; returns at once."""
        if not self._started:
            self._started = True
            self._thread.start()

    def stop(self) -> None:
        """Lets the running batch finish and ends."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=3.0)

    def _run(self) -> None:
        pause = 0.0
        while not self._stopping.wait(pause):
            try:
                pause = self._look()
            except Unavailable as error:
                self._log.warning("due_times_unwatched", reason=error.reason)
                pause = _OUTAGE_SECONDS
            except Exception:
                self._log.exception("due_times_failed")
                pause = _OUTAGE_SECONDS

    def _look(self) -> float:
        """Fires what is due; how many seconds until the next look."""
        due_time = self._firing.next_due_time()
        if due_time is None:
            return self._seconds
        wait = (due_time - self._clock()).total_seconds()
        if wait >= 0:
            # A moment later than the due time itself: due means past it.
            return min(wait + _LEAST_SECONDS, self._seconds)
        if not self._turn.acquire():
            return self._seconds / 4
        try:
            fired = self._firing.fire()
        finally:
            self._turn.release()
        if fired:
            late = round((self._clock() - due_time).total_seconds(), 3)
            self._log.info("due_times_fired", incidents=fired, seconds_late=late)
        # Nothing could be fired: what is due was set aside.
        return 0.0 if fired else self._seconds
