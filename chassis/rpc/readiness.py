"""Whether a service can do its work: its dependencies report, its health endpoint tells.

    readiness = Readiness()
    readiness.require("mongodb", lambda: database.client.admin.command("ping"))   # raises while it is down
    readiness.once("indexes", lambda: mongo.ensure_indexes([TenantDocument]))     # until it passes, then no more
    server = Server(settings, verifier, servicers, readiness=readiness)

NATS is not a dependency in this sense: commands are accepted without it and events wait in the outbox.
"""

import threading
from collections.abc import Callable

from chassis import telemetry

Check = Callable[[], object]

# Quick while starting, because a supervisor waits; then slow, because a ping costs the store something.
_UNREADY_SECONDS = 0.2
_READY_SECONDS = 2.0


class Readiness:
    """Repeats named checks in the background and tells listeners when the answer changes.

    A check that raises means "not ready". With no checks the answer is always ready.
    """

    def __init__(self, service: str = "") -> None:
        self._checks: dict[str, Check] = {}
        self._once: set[str] = set()
        self._failing: dict[str, str] = {}
        self._listeners: list[Callable[[bool], None]] = []
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._log = telemetry.logger(service)

    def require(self, name: str, check: Check) -> None:
        """Adds a dependency; not ready until the check first passes. Call it before start()."""
        self._checks[name] = check
        self._failing[name] = "not checked yet"

    def once(self, name: str, action: Check) -> None:
        """Adds something to be done before the service is ready: tried until it first passes, then never again."""
        self.require(name, action)
        self._once.add(name)

    def on_change(self, listener: Callable[[bool], None]) -> None:
        """Calls `listener(ready)` now and whenever the answer changes, on the checking thread."""
        self._listeners.append(listener)
        listener(self.ready)

    @property
    def ready(self) -> bool:
        """Whether every dependency passed its latest check."""
        return not self._failing

    def wait(self, timeout: float) -> bool:
        """Waits up to `timeout` seconds until ready; returns whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self.ready, timeout)

    def start(self) -> None:
        """Begins to check; the server does this."""
        if self._checks and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="readiness", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Checks no more; the server does this."""
        self._stopping.set()
        if self._thread:
            self._thread.join(timeout=1.0)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._check_all()
            self._stopping.wait(_READY_SECONDS if self.ready else _UNREADY_SECONDS)

    def _check_all(self) -> None:
        before = self.ready
        for name, check in self._checks.items():
            if name in self._once and name not in self._failing:
                continue
            try:
                check()
                if self._failing.pop(name, None) is not None:
                    self._log.info("dependency_ready", dependency=name)
            except Exception as error:
                self._note(name, type(error).__name__)
        if self.ready != before:
            with self._changed:
                self._changed.notify_all()
            for listener in self._listeners:
                listener(self.ready)

    def _note(self, name: str, error: str) -> None:
        """Said once for each reason, from the first on: who waits for a service wants to know what it waits for."""
        before = self._failing.get(name)
        if before is None:
            self._log.warning("dependency_lost", dependency=name, error=error)
        elif before != error:
            self._log.warning("dependency_missing", dependency=name, error=error)
        self._failing[name] = error
