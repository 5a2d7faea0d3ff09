"""What time asks of this service, done on one process at a time."""

import threading
from collections.abc import Callable

from pymongo.database import Database

from chassis import telemetry
from chassis.errors import Unavailable
from chassis.ids import new_id
from chassis.leases import Lease
from services.incidents.config import IncidentsSettings
from services.incidents.main.parts import Parts

_LEASE_SECONDS = 10.0


class Sweeps:
    """Closes after silence and heals numbers, on one process at a time; reports this process's own numbers."""

    def __init__(
        self,
        settings: IncidentsSettings,
        database: Database,
        use: Parts,
    ) -> None:
        self._use = use
        self._seconds = settings.sweep_seconds
        self._lease = Lease(database, "incidents-sweeps", new_id("proc"), _LEASE_SECONDS)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="incidents-sweeps", daemon=True)
        self._log = telemetry.logger(settings.service)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=3.0)
        self._try(self._use.numbering.flush)
        self._try(self._lease.release)

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            self._try(self._round)

    def _round(self) -> None:
        self._use.numbering.flush()
        if not self._lease.acquire():
            return
        while closed := self._use.closing.sweep():
            self._log.info("incidents_closed_after_silence", count=closed)
        moved = self._use.orders.sweep() + self._use.changes.sweep()
        if moved:
            self._log.info("approvals_moved_by_time", count=moved)
        reminded = self._use.majors.watching.sweep()
        if reminded:
            self._log.info("major_updates_due", count=reminded)
        voided = self._use.numbering.sweep()
        if voided:
            self._log.warning("numbers_voided", count=voided)
        swept = self._use.attaching.sweep()
        if swept.removed or swept.kept:
            self._log.info("uploads_swept", removed=swept.removed, kept=swept.kept)
        rechecked = self._use.scanning.recheck()
        if rechecked.waiting:
            self._log.warning("files_wait_for_scanner", seen=rechecked.waiting)
        if rechecked.clean or rechecked.infected:
            self._log.info("held_files_scanned", clean=rechecked.clean, infected=rechecked.infected)

    def _try(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Unavailable:
            pass  # the next round tries again; readiness tells of the outage
        except Exception:
            self._log.exception("sweep_failed")
