"""Time itself as a caller: watches for the next due second and fires what has come."""

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Protocol

from chassis import telemetry
from chassis.clock import Clock
from chassis.errors import Unavailable
from services.sla.use_cases import Firing
from services.sla.use_cases.firing import BATCH

# After an outage of the store there is no use in asking five times a second.
_OUTAGE_SECONDS = 1.0
_LEAST_SECONDS = 0.005
# What comes due so soon after a round shares the next one's look, read and write, which cost more than each clock does.
_BREATH_SECONDS = 0.05


class Turn(Protocol):
    """Whose turn it is among several processes, for so many seconds; chassis.leases.Lease is one."""

    seconds: float

    def acquire(self) -> bool: ...
    def release(self) -> None: ...


class DueTimes:
    """A thread that looks at the earliest due time at least every `seconds`, and at that very time.

    The lease is taken only while something is due, renewed while it lasts and given back when it is over, so that a
    process that dies holding it delays the others by no more than the lease's few tenths of a second. It only spares
    double work: that nothing is told twice rests on the record's revision.

    fired: called after each round that saved something, which is to be announced without delay. rest: the least time between
    two looks, where nothing hurries. name: what the log calls it.
    """

    def __init__(
        self,
        firing: Firing,
        turn: Turn,
        clock: Clock,
        seconds: float,
        fired: Callable[[], None] = lambda: None,
        rest: float = 0.0,
        name: str = "due_times",
    ) -> None:
        self._firing = firing
        self._turn = turn
        self._clock = clock
        self._seconds = seconds
        self._fired = fired
        self._rest = rest
        self._name = name
        # Whether the turn is ours, and until when that needs no asking.
        self._has_turn = False
        self._sure_until = 0.0
        self._stopping = threading.Event()
        self._started = False
        self._log = telemetry.logger("sla")
        self._thread = threading.Thread(target=self._run, name=f"sla-{name}", daemon=True)

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
                pause = max(self._look(), self._rest)
            except Unavailable as error:
                self._log.warning(f"{self._name}_unwatched", reason=error.reason)
                pause = _OUTAGE_SECONDS
            except Exception:
                self._log.exception(f"{self._name}_failed")
                pause = _OUTAGE_SECONDS
        with contextlib.suppress(Unavailable):  # then it runs out by itself
            self._give_back()

    def _look(self) -> float:
        """Fires what is due; how many seconds until the next look."""
        due_time = self._firing.next_due_time()
        wait = (due_time - self._clock()).total_seconds() if due_time else self._seconds
        if due_time is None or wait >= 0:
            self._give_back()
            # A moment later than the due time itself: due means past it.
            return min(wait + _LEAST_SECONDS, self._seconds)
        if not self._take_turn():
            return self._seconds / 4
        fired = self._firing.fire()
        if not fired:
            return self._seconds  # what is due was set aside
        self._fired()
        late = round((self._clock() - due_time).total_seconds(), 3)
        self._log.info(f"{self._name}_fired", incidents=fired, seconds_late=late)
        return 0.0 if fired >= BATCH else _BREATH_SECONDS

    def _take_turn(self) -> bool:
        """Whether it is ours to fire; asked for anew when half of the lease is over."""
        asked = time.monotonic()
        if not self._has_turn or asked >= self._sure_until:
            self._has_turn = False
            self._has_turn = self._turn.acquire()
            self._sure_until = asked + self._turn.seconds / 2
        return self._has_turn

    def _give_back(self) -> None:
        if self._has_turn:
            self._turn.release()
            self._has_turn = False
