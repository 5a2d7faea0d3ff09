"""Wires the triage service."""

import threading
from collections.abc import Callable

from chassis import bus, clock, mongo, rpc, telemetry
from chassis.errors import Unavailable
from chassis.ids import new_id
from chassis.outbox import Relay
from chassis.process import Closing, Running, run_process
from chassis.tokens import CallerSigner, CallerVerifier
from fairlead.triage.v1 import (
    queue_service_pb2_grpc,
    rule_service_pb2_grpc,
    view_service_pb2_grpc,
    window_service_pb2_grpc,
)
from services.triage import store
from services.triage.clients import DirectoryClients, DirectoryStaff, IncidentRecord, ServiceCallers
from services.triage.config import TriageSettings
from services.triage.consumers import consumers
from services.triage.rpc import QueueServicer, RuleServicer, ViewServicer, WindowServicer
from services.triage.use_cases import (
    CountOpen,
    DecideTriage,
    KeepGroups,
    KeepQueue,
    KeepRules,
    KeepViews,
    SeeQueue,
    TryRules,
)
from services.triage.use_cases.windows import KeepWindows, ReleaseHeld

_WINDOW_SECONDS = 2.0


def start(settings: TriageSettings) -> Running:
    """Starts serving, hearing and relaying; returns at once, even while MongoDB or NATS is down."""
    telemetry.configure(settings)
    running = Closing()
    verifier = CallerVerifier(settings.key_dir / "public")
    signer = CallerSigner.load(settings.key_dir, settings.service)
    database = mongo.connect(settings)

    rules, groups = store.RuleStore(database), store.GroupStore(database)
    views = store.ViewStore(database)
    queue = store.QueueStore(database, signer)
    relay = running.add(Relay(settings, [queue.rows]))
    relay.start()

    staff = DirectoryStaff(settings)
    record, callers = IncidentRecord(settings), ServiceCallers(signer)
    windows = store.WindowStore(database)
    decide = DecideTriage(rules, groups, queue, staff, record, callers, clock.now, windows)
    hearing = consumers(decide, KeepQueue(queue, clock.now))
    listener = running.add(bus.Consumers(settings, database, verifier, hearing))
    listener.start()

    clients = DirectoryClients(settings)
    keep_groups = KeepGroups(groups, staff, clients, new_id)
    readiness = rpc.Readiness(settings.service)
    readiness.require("mongodb", lambda: database.client.admin.command("ping"))
    readiness.once("indexes", store.prepare)
    servicers = [
        (
            queue_service_pb2_grpc.add_QueueServiceServicer_to_server,
            QueueServicer(SeeQueue(queue, views), CountOpen(queue)),
            "fairlead.triage.v1.QueueService",
        ),
        (
            rule_service_pb2_grpc.add_RuleServiceServicer_to_server,
            RuleServicer(
                KeepRules(rules, groups, clients, clock.now, new_id),
                keep_groups,
                TryRules(rules, groups, queue, staff, clients),
            ),
            "fairlead.triage.v1.RuleService",
        ),
        (
            view_service_pb2_grpc.add_ViewServiceServicer_to_server,
            ViewServicer(KeepViews(views, keep_groups, staff, clients, clock.now, new_id)),
            "fairlead.triage.v1.ViewService",
        ),
        (
            window_service_pb2_grpc.add_WindowServiceServicer_to_server,
            WindowServicer(KeepWindows(windows, clients, clock.now, new_id)),
            "fairlead.triage.v1.WindowService",
        ),
        listener.dead_letters,
    ]
    server = running.add(rpc.Server(settings, verifier, servicers, readiness))
    server.start()
    running.add(_Releases(ReleaseHeld(windows, decide, clock.now).release_due)).start()
    return running


class _Releases:
    """Looks every few seconds whether a maintenance window is over that held something."""

    def __init__(self, release_due: Callable[[], int]) -> None:
        self._release_due = release_due
        self._stopping = threading.Event()
        self._log = telemetry.logger("triage")
        self._thread = threading.Thread(target=self._run, name="triage-windows", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=4.0)

    def _run(self) -> None:
        while not self._stopping.wait(_WINDOW_SECONDS):
            try:
                self._release_due()
            except Unavailable as error:
                self._log.warning("windows_postponed", reason=error.reason)
            except Exception:
                self._log.exception("windows_failed")


if __name__ == "__main__":
    run_process(start, TriageSettings)
