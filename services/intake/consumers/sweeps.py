"""The two loops behind the door: arrivals are filed, and what the record has not answered is offered again."""

import threading
from collections.abc import Callable

from chassis import telemetry
from chassis.errors import Unavailable

_POLL_SECONDS = 0.5
_REST_SECONDS = 1.0
_FULL_ROUND = 50
_GATHER_SECONDS = 0.05


class Sweeps:
    """Runs filing and accepting until stopped; each goes on at once while there is more, and rests when there is not.

    `wake` makes filing look now. What fails is logged and tried again; nothing ends the loops but `stop`.
    """

    def __init__(
        self,
        file_arrivals: Callable[[], int],
        accept_due: Callable[[], int] | None,
        names: tuple[str, str] = ("filing", "accepting"),
    ) -> None:
        self._arrived = threading.Event()
        self._stopping = threading.Event()
        self._log = telemetry.logger("intake")
        self._threads = [
            threading.Thread(target=self._run, args=(work, waits), name=f"intake-{name}", daemon=True)
            for name, work, waits in (
                (names[0], file_arrivals, self._arrived),
                (names[1], accept_due, self._stopping),
            )
            if work
        ]

    def start(self) -> None:
        """Returns at once."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There is new mail."""
        self._arrived.set()

    def stop(self) -> None:
        """Ends after the batches at hand; what is left waits for the next start."""
        self._stopping.set()
        self._arrived.set()
        for thread in self._threads:
            thread.join(timeout=4.0)

    def _run(self, work: Callable[[], int], waits: threading.Event) -> None:
        while not self._stopping.is_set():
            if waits is self._arrived:
                # Before looking, so that mail which comes while we look is looked for again.
                self._arrived.clear()
            done = self._round(work)
            if self._stopping.is_set():
                return
            if done == 0:
                waits.wait(_POLL_SECONDS)
            elif done < _FULL_ROUND:
                # More is likely to be on its way; filed together it costs a fraction.
                self._stopping.wait(_GATHER_SECONDS)

    def _round(self, work: Callable[[], int]) -> int:
        try:
            return work()
        except Unavailable as error:
            self._log.warning("sweep_postponed", reason=error.reason)
        except Exception:
            self._log.exception("sweep_failed")
        self._stopping.wait(_REST_SECONDS)
        return 0
