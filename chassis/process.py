'''One service as one process: settings in, signals out.

A service's `main.py` offers `start(settings) -> Running`; both layouts (a process for each service, or all
in one) call it. This is a complete one:

    """Wires the directory service."""

    from chassis import bus, mongo, rpc, telemetry
    from chassis.outbox import Relay
    from chassis.process import Closing, Running, run_process
    from chassis.tokens import CallerSigner, CallerVerifier
    from fairlead.directory.v1 import tenant_service_pb2_grpc
    from services.directory.config import DirectorySettings
    from services.directory.consumers import IncidentFacts
    from services.directory.rpc import TenantServicer
    from services.directory.store import TenantDocument, TenantStore
    from services.directory.use_cases import Tenants


    def start(settings: DirectorySettings) -> Running:
        telemetry.configure(settings)
        running = Closing()                                     # stops in reverse order of starting
        signer = CallerSigner.load(settings.key_dir, settings.service)
        verifier = CallerVerifier(settings.key_dir / "public")
        database = mongo.connect(settings)                      # returns at once, even with MongoDB down
        store = TenantStore(database, signer)
        tenants = Tenants(store)

        relay = running.add(Relay(settings, [store.tenants]))   # AggregateStores whose events it publishes
        relay.start()
        consumers = running.add(bus.Consumers(settings, database, verifier, [
            bus.Consumer(name="directory-incidents", source="incidents", facts=("incident_opened",),
                         handle=IncidentFacts(tenants, signer).handle),
        ]))
        consumers.start()                                       # returns at once, even with NATS down

        readiness = rpc.Readiness(settings.service)             # health: NOT_SERVING until all of it passes
        readiness.require("mongodb", lambda: database.client.admin.command("ping"))
        readiness.once("indexes", lambda: mongo.ensure_indexes([TenantDocument]))
        server = running.add(rpc.Server(settings, verifier, [
            (tenant_service_pb2_grpc.add_TenantServiceServicer_to_server, TenantServicer(tenants),
             "fairlead.directory.v1.TenantService"),
            consumers.dead_letters,                             # list, show, redeliver
        ], readiness))
        server.start()                                          # a taken port raises here
        return running


    if __name__ == "__main__":
        run_process(start, DirectorySettings)
'''

from __future__ import annotations

import contextlib
import gc
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

from chassis import telemetry
from chassis.config import Settings

STOP_SECONDS = 5.0
_PARENT_SECONDS = 0.5
_OBJECTS_BETWEEN_COLLECTIONS = 10_000


class Running(Protocol):
    """Something that was started and can be stopped, once, cleanly."""

    def stop(self) -> None:
        """Ends everything it started; returns when it has."""
        ...


Started = TypeVar("Started", bound=Running)
AnySettings = TypeVar("AnySettings", bound=Settings)


class Closing:
    """What a service started, stopped together: the last one started is the first one stopped."""

    def __init__(self) -> None:
        self._parts: list[Running] = []

    def add(self, part: Started) -> Started:
        """Remembers a part and returns it."""
        self._parts.append(part)
        return part

    def stop(self) -> None:
        """Stops every part, even if one of them fails to; the first failure is raised at the end."""
        failures: list[Exception] = []
        while self._parts:
            try:
                self._parts.pop().stop()
            except Exception as error:
                failures.append(error)
        if failures:
            raise failures[0]


def run_process(start: Callable[[AnySettings], Running], settings_class: type[AnySettings]) -> None:
    """Runs one service until SIGTERM or SIGINT, then stops it within STOP_SECONDS. Does not return.

    With FAIRLEAD_SUPERVISED=1 it also ends when the process that started it dies. Exit status: 0 after a
    clean stop, 1 when starting failed, or stopping failed or took too long.
    """
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    if os.environ.get("FAIRLEAD_SUPERVISED") == "1":
        _end_with_parent(ending)
    settings = settings_class()  # type: ignore[call-arg]  # every field comes from the environment
    telemetry.configure(settings)
    log = telemetry.logger(settings.service)
    _stand_back(settings.niceness)
    try:
        running = start(settings)
    except Exception:
        # What did start holds threads that would keep a useless process alive.
        log.exception("start_failed")
        os._exit(1)
    _collect_less()
    log.info("process_started", pid=os.getpid())
    ending.wait()
    log.info("process_stopping")
    status = _stop_in_time(running)
    log.info("process_stopped", status=status)
    telemetry.flush()
    # Threads of libraries (gRPC, pymongo, a handler that hangs) must not keep the process alive.
    os._exit(status)


def _stand_back(niceness: int) -> None:
    """Others of this machine go first while all of it is busy; without them it makes no difference."""
    if not niceness:
        return
    os.nice(niceness)
    # Where the kernel groups processes by session, it is the groups that are weighed against each other.
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(niceness))


def _collect_less() -> None:
    """What was made by starting stays for good: it is looked through no more, and what comes after it more rarely.

    Requests make few cycles, and by default every 700th object that lives on has the collector look for some.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 20)


def _stop_in_time(running: Running) -> int:
    outcome: list[int] = []

    def stop() -> None:
        try:
            running.stop()
            outcome.append(0)
        except Exception:
            telemetry.logger("process").exception("stop_failed")
            outcome.append(1)

    worker = threading.Thread(target=stop, name="stop", daemon=True)
    worker.start()
    worker.join(STOP_SECONDS)
    return outcome[0] if outcome else 1


def _end_with_parent(ending: threading.Event) -> None:
    """Watches who our parent is. PR_SET_PDEATHSIG will not do: it fires when the parent *thread* ends."""
    parent = os.getppid()

    def watch() -> None:
        while not ending.wait(_PARENT_SECONDS):
            if os.getppid() != parent:
                ending.set()

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
