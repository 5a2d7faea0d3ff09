"""Wires the incidents service."""

import hmac
import threading
from collections.abc import Callable
from datetime import timedelta

from pymongo.database import Database

from chassis import bus, clock, mongo, rpc, telemetry
from chassis.errors import Unavailable
from chassis.ids import new_id
from chassis.leases import Lease
from chassis.outbox import Relay
from chassis.process import Closing as ClosingTogether
from chassis.process import Running, run_process
from chassis.tokens import CallerSigner, CallerVerifier
from fairlead.incidents.v1 import (
    attachment_service_pb2_grpc,
    catalog_service_pb2_grpc,
    change_service_pb2_grpc,
    configuration_item_service_pb2_grpc,
    incident_service_pb2_grpc,
    major_incident_service_pb2_grpc,
    order_service_pb2_grpc,
    problem_service_pb2_grpc,
    status_page_service_pb2_grpc,
)
from services.incidents import store
from services.incidents.clients import (
    ClamdScanner,
    DirectoryApprovers,
    DirectoryChangeApprovers,
    DirectoryClients,
    DirectoryStaff,
    DirectoryTenants,
)
from services.incidents.config import IncidentsSettings
from services.incidents.consumers import ContractFacts, DeliveryFacts, PersonFacts, TenantFacts
from services.incidents.domain.answer_token import AnswerTokens
from services.incidents.domain.major.status import StatusSeal
from services.incidents.domain.reply_token import ReplyTokens
from services.incidents.rpc import (
    AttachmentServicer,
    CatalogServicer,
    ChangeServicer,
    ConfigurationItemServicer,
    IncidentServicer,
    MajorIncidentServicer,
    OrderServicer,
    ProblemServicer,
    StatusPageServicer,
)
from services.incidents.use_cases import (
    Accepting,
    Answering,
    Attaching,
    Cataloging,
    ChangeReading,
    Changes,
    Closing,
    Commands,
    Counting,
    Family,
    ImportItems,
    ItemIncidents,
    KeepItems,
    MailThreading,
    Merging,
    Numbering,
    Opening,
    Orders,
    ProblemReading,
    Problems,
    Reading,
    ReadItems,
    Scanning,
    Splitting,
    Triaging,
)
from services.incidents.use_cases.majors import MajorUseCases, Stores

_LEASE_SECONDS = 10.0
# gRPC would widen its window while a file comes in faster than it can be stored, and hold 12 MB of it (4 MB without).
_NOT_READ_AHEAD = (("grpc.http2.bdp_probe", 0),)
# What answers short calls; files on their way hold others.
_CALL_THREADS = 16


def start(settings: IncidentsSettings) -> Running:
    """Serves, relays, listens and sweeps; returns at once, even while MongoDB or NATS is down."""
    telemetry.configure(settings)
    running = ClosingTogether()
    verifier = CallerVerifier(settings.key_dir / "public")
    signer = CallerSigner.load(settings.key_dir, settings.service)
    database = mongo.connect(settings)

    incidents = store.IncidentStore(database, signer)
    numbers = store.NumberStore(database)
    threads = store.MailThreadStore(database)
    rules = store.RuleStore(database)
    tenants = DirectoryTenants(settings, signer, clock.now)
    staff = DirectoryStaff(settings, signer, clock.now)
    approvers = DirectoryApprovers(settings, signer, clock.now)
    catalog = store.CatalogStore(database)
    tokens = ReplyTokens(_secret(settings, "reply token"))

    def as_service(provider_id: str):
        return signer.service_caller(clock.now(), provider_id)

    items = store.ConfigurationItemStore(database, signer)
    opening = Opening(incidents, numbers, tenants, catalog, approvers, items, new_id, clock.now)
    files = store.FileStore(database)
    scanner = ClamdScanner(settings.clamd, settings.clamd_seconds) if settings.clamd else None
    scanning = Scanning(files, scanner, clock.now)
    attaching = Attaching(
        files,
        incidents,
        tenants,
        new_id,
        clock.now,
        timedelta(seconds=settings.upload_patience_seconds),
        scanning,
    )
    closing = Closing(incidents, rules, as_service, clock.now)
    mail = MailThreading(incidents, threads, tokens, clock.now)
    numbering = Numbering(
        incidents,
        numbers,
        tenants,
        new_id,
        as_service,
        clock.now,
        grace=timedelta(seconds=settings.number_grace_seconds),
        patience=timedelta(seconds=settings.number_patience_seconds),
    )
    commands = Commands(incidents, rules, staff, opening, attaching, new_id, clock.now)
    orders = Orders(incidents, approvers, staff, as_service, clock.now)
    cataloging = Cataloging(catalog, tenants, clock.now, new_id)
    problems = store.ProblemStore(database, signer)
    problem_reading = ProblemReading(problems, incidents, items)
    change_records, changes, change_reading = _changes(
        settings, signer, database, items, incidents, tenants, approvers
    )
    servicer = IncidentServicer(
        Accepting(incidents, threads, rules, staff, tokens, opening, attaching, clock.now),
        Reading(incidents, tenants, scanning),
        commands,
        Merging(incidents, clock.now),
        Family(incidents, commands, clock.now),
        Splitting(incidents, numbers, tenants, new_id, clock.now),
        Triaging(incidents, staff, clock.now),
        mail,
        Answering(incidents, rules, approvers, AnswerTokens(_secret(settings, "answer link")), clock.now),
        Counting(store.FigureStore(database), clock.now),
        problem_reading,
        change_reading,
    )

    keeping = KeepItems(items, tenants, new_id, clock.now)
    item_servicer = ConfigurationItemServicer(
        keeping,
        ReadItems(items, tenants),
        ImportItems(keeping, items, new_id, clock.now),
        ItemIncidents(incidents, items, clock.now),
    )

    clients = DirectoryClients(settings, signer, clock.now)
    major_store = store.MajorStore(database, signer)
    majors = MajorUseCases(
        Stores(
            major_store,
            store.MajorUpdateStore(database),
            store.UpdateTemplateStore(database),
            store.MajorSettingsStore(database),
            store.StatusAddressStore(database),
        ),
        incidents,
        rules,
        staff,
        clients,
        opening,
        StatusSeal(_secret(settings, "status page")),
        as_service,
        new_id,
        clock.now,
    )

    kept = [
        incidents.incidents,
        problems.problems,
        items.items,
        major_store.records,
        change_records.changes,
    ]
    relay = running.add(Relay(settings, kept))
    relay.start()
    consumers = running.add(
        bus.Consumers(
            settings,
            database,
            verifier,
            [
                bus.Consumer("incidents-notify", "notify", ("delivery_sent",), DeliveryFacts(mail).handle),
                bus.Consumer("incidents-sla", "sla", ("contract_changed",), ContractFacts(closing).handle),
                bus.Consumer(
                    "incidents-directory",
                    "directory",
                    ("tenant_changed", "tenant_suspended"),
                    TenantFacts(opening, clients.forget).handle,
                    live=True,  # each process remembers for itself
                ),
                bus.Consumer(
                    "incidents-people",
                    "directory",
                    ("person_changed", "grant_changed"),
                    PersonFacts(staff.forget, approvers.forget).handle,
                    live=True,
                ),
            ],
        )
    )
    consumers.start()
    running.add(
        _Sweeps(settings, database, closing, numbering, attaching, scanning, orders, majors, changes)
    ).start()
    server = running.add(
        rpc.Server(
            settings,
            verifier,
            [
                (
                    incident_service_pb2_grpc.add_IncidentServiceServicer_to_server,
                    servicer,
                    "fairlead.incidents.v1.IncidentService",
                ),
                (
                    attachment_service_pb2_grpc.add_AttachmentServiceServicer_to_server,
                    AttachmentServicer(attaching, settings.transfers),
                    "fairlead.incidents.v1.AttachmentService",
                ),
                (
                    problem_service_pb2_grpc.add_ProblemServiceServicer_to_server,
                    ProblemServicer(
                        Problems(problems, incidents, staff, change_records, commands, new_id, clock.now),
                        problem_reading,
                    ),
                    "fairlead.incidents.v1.ProblemService",
                ),
                (
                    catalog_service_pb2_grpc.add_CatalogServiceServicer_to_server,
                    CatalogServicer(cataloging),
                    "fairlead.incidents.v1.CatalogService",
                ),
                (
                    order_service_pb2_grpc.add_OrderServiceServicer_to_server,
                    OrderServicer(orders),
                    "fairlead.incidents.v1.OrderService",
                ),
                (
                    configuration_item_service_pb2_grpc.add_ConfigurationItemServiceServicer_to_server,
                    item_servicer,
                    "fairlead.incidents.v1.ConfigurationItemService",
                ),
                (
                    major_incident_service_pb2_grpc.add_MajorIncidentServiceServicer_to_server,
                    MajorIncidentServicer(majors),
                    "fairlead.incidents.v1.MajorIncidentService",
                ),
                (
                    status_page_service_pb2_grpc.add_StatusPageServiceServicer_to_server,
                    StatusPageServicer(majors.status),
                    "fairlead.incidents.v1.StatusPageService",
                ),
                (
                    change_service_pb2_grpc.add_ChangeServiceServicer_to_server,
                    ChangeServicer(changes, change_reading),
                    "fairlead.incidents.v1.ChangeService",
                ),
                consumers.dead_letters,
            ],
            _readiness(settings, database),
            threads=_CALL_THREADS + settings.transfers,
            options=_NOT_READ_AHEAD,
        )
    )
    server.start()
    return running


def _changes(
    settings: IncidentsSettings,
    signer: CallerSigner,
    database: Database,
    items: store.ConfigurationItemStore,
    incidents: store.IncidentStore,
    tenants: DirectoryTenants,
    approvers: DirectoryApprovers,
) -> tuple[store.ChangeStore, Changes, ChangeReading]:
    records = store.ChangeStore(database, signer)
    deciding = DirectoryChangeApprovers(settings, signer, clock.now, approvers)
    reading = ChangeReading(
        records, store.FreezeStore(database), items, incidents, deciding, tenants, new_id, clock.now
    )

    def as_service(provider_id: str):
        return signer.service_caller(clock.now(), provider_id)

    changes = Changes(records, items, incidents, deciding, tenants, reading, as_service, new_id, clock.now)
    return records, changes, reading


def _secret(settings: IncidentsSettings, purpose: str) -> bytes:
    """Derived from the service's own private key: every replica has the same, and nobody else has it.

    One for each purpose, so that no kind of token can stand for another. A new key pair makes the tokens of mail already
    sent void; Message-IDs still tie the answers.
    """
    private_key = (settings.key_dir / f"{settings.service}.key").read_bytes()
    return hmac.digest(private_key, f"fairlead incidents {purpose} 1".encode(), "sha256")


def _readiness(settings: IncidentsSettings, database: Database) -> rpc.Readiness:
    prepared = False

    def check() -> None:
        nonlocal prepared
        database.client.admin.command("ping")
        if not prepared:
            mongo.ensure_indexes(store.DOCUMENTS)
            prepared = True

    readiness = rpc.Readiness(settings.service)
    readiness.require("mongodb", check)
    return readiness


class _Sweeps:
    """Closes after silence and heals numbers, on one process at a time; reports this process's own numbers."""

    def __init__(
        self,
        settings: IncidentsSettings,
        database: Database,
        closing: Closing,
        numbering: Numbering,
        attaching: Attaching,
        scanning: Scanning,
        orders: Orders,
        majors: MajorUseCases,
        changes: Changes,
    ) -> None:
        self._majors = majors
        self._seconds = settings.sweep_seconds
        self._closing = closing
        self._numbering = numbering
        self._attaching = attaching
        self._scanning = scanning
        self._orders = orders
        self._changes = changes
        self._lease = Lease(database, "incidents-sweeps", new_id("proc"), _LEASE_SECONDS)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="incidents-sweeps", daemon=True)
        self._log = telemetry.logger(settings.service)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=3.0)
        self._try(self._numbering.flush)
        self._try(self._lease.release)

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            self._try(self._round)

    def _round(self) -> None:
        self._numbering.flush()
        if not self._lease.acquire():
            return
        while closed := self._closing.sweep():
            self._log.info("incidents_closed_after_silence", count=closed)
        moved = self._orders.sweep() + self._changes.sweep()
        if moved:
            self._log.info("approvals_moved_by_time", count=moved)
        reminded = self._majors.watching.sweep()
        if reminded:
            self._log.info("major_updates_due", count=reminded)
        voided = self._numbering.sweep()
        if voided:
            self._log.warning("numbers_voided", count=voided)
        swept = self._attaching.sweep()
        if swept.removed or swept.kept:
            self._log.info("uploads_swept", removed=swept.removed, kept=swept.kept)
        rechecked = self._scanning.recheck()
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


if __name__ == "__main__":
    run_process(start, IncidentsSettings)
