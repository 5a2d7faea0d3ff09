"""Starts what this service runs: its relay, consumers, sweeps and calls."""

from pymongo.database import Database

from chassis import bus, mongo, rpc, telemetry
from chassis.outbox import Relay
from chassis.process import Closing as ClosingTogether
from chassis.process import Running
from chassis.tokens import CallerSigner, CallerVerifier
from services.incidents import store
from services.incidents.config import IncidentsSettings
from services.incidents.consumers import ContractFacts, DeliveryFacts, PersonFacts, TenantFacts, TieFacts
from services.incidents.main.elsewhere import Elsewhere, elsewhere
from services.incidents.main.parts import Parts
from services.incidents.main.serving import services_of
from services.incidents.main.stores import stores
from services.incidents.main.sweeps import Sweeps

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
    kept, others = stores(database, signer), elsewhere(settings, signer)
    use = Parts(settings, kept, others, signer)

    running.add(Relay(settings, kept.relayed)).start()
    consumers = running.add(bus.Consumers(settings, database, verifier, _heard(use, others)))
    consumers.start()
    running.add(Sweeps(settings, database, use)).start()
    running.add(
        rpc.Server(
            settings,
            verifier,
            [*services_of(settings, use), consumers.dead_letters],
            _readiness(settings, database),
            threads=_CALL_THREADS + settings.transfers,
            options=_NOT_READ_AHEAD,
        )
    ).start()
    return running


def _heard(use: Parts, others: Elsewhere) -> list[bus.Consumer]:
    return [
        bus.Consumer("incidents-notify", "notify", ("delivery_sent",), DeliveryFacts(use.mail).handle),
        bus.Consumer("incidents-ties", "incidents", TieFacts.HEARD, TieFacts(use.carrying_ties).handle),
        bus.Consumer("incidents-sla", "sla", ("contract_changed",), ContractFacts(use.closing).handle),
        bus.Consumer(
            "incidents-directory",
            "directory",
            ("tenant_changed", "tenant_suspended"),
            TenantFacts(use.opening, others.clients.forget).handle,
            live=True,  # each process remembers for itself
        ),
        bus.Consumer(
            "incidents-people",
            "directory",
            ("person_changed", "grant_changed"),
            PersonFacts(others.staff.forget, others.approvers.forget).handle,
            live=True,
        ),
    ]


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
