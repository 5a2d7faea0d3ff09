"""Wires service levels."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from pymongo.database import Database

from chassis import bus, clock, mongo, rpc, telemetry
from chassis.ids import new_id
from chassis.leases import Lease
from chassis.outbox import Relay
from chassis.process import Closing, Running, run_process
from chassis.rpc.server import Servicer
from chassis.tenancy import Caller
from chassis.tokens import CallerSigner, CallerVerifier
from fairlead.sla.v1 import (
    clock_service_pb2_grpc,
    contract_service_pb2_grpc,
    pause_service_pb2_grpc,
    statement_service_pb2_grpc,
)
from services.sla import store
from services.sla.clients import ChildPrinter, DirectoryTenants, StatementKeys
from services.sla.config import SlaSettings
from services.sla.consumers import DueTimes, IncidentFacts, StatementWork
from services.sla.rpc import ClockServicer, ContractServicer, PauseServicer, StatementServicer
from services.sla.use_cases import (
    Agreeing,
    Attaining,
    Crediting,
    Firing,
    Forecasting,
    Hearing,
    Looking,
    Objecting,
    Places,
    Previewing,
    Scheduling,
    Showing,
    Simulating,
    Stating,
    TermsBook,
)
from services.sla.use_cases import Closing as ClosingStatements


def start(settings: SlaSettings) -> Running:
    """Serves, relays, listens and watches; returns at once, even while MongoDB or NATS is down."""
    telemetry.configure(settings)
    running = Closing()
    verifier = CallerVerifier(settings.key_dir / "public")
    signer = CallerSigner.load(settings.key_dir, settings.service)
    database = mongo.connect(settings)

    def as_service(provider_id: str) -> Caller:
        return signer.service_caller(clock.now(), provider_id)

    contracts = store.ContractStore(database, signer)
    calendars = store.CalendarStore(database)
    sets = store.ClockSetStore(database, signer)
    book = TermsBook(contracts, calendars)
    agreeing = Agreeing(contracts, calendars, DirectoryTenants(settings), clock.now, new_id)
    scheduling = Scheduling(calendars, contracts, clock.now, new_id)
    forecasting = Forecasting(
        sets, book, clock.now, _told_of_forecasts(settings), soon=timedelta(seconds=settings.forecast_seconds)
    )
    settling = (sets, book, as_service, clock.now, _told_of_failures(settings), forecasting.settle)
    firing, looking = Firing(*settling), Looking(*settling)

    statements = store.StatementStore(database, signer)

    # What a replica saved and died with, a breach perhaps, the others tell within the second that is promised.
    telling = [contracts.records, sets.records, statements.records]
    relay = running.add(Relay(settings, telling, poll_seconds=0.5))
    relay.start()
    late = store.LateFactStore(database)
    hearing = IncidentFacts(Hearing(sets, book, as_service, clock.now, late, forecasting.settle))
    heard = bus.Consumer("sla-incidents", "incidents", IncidentFacts.FACTS, hearing.handle)
    consumers = running.add(bus.Consumers(settings, database, verifier, [heard]))
    consumers.start()
    watchers = _watchers(settings, database, firing, looking, relay.hurry)
    for watcher in watchers:
        running.add(watcher)

    readiness = rpc.Readiness(settings.service)
    readiness.require("mongodb", lambda: database.client.admin.command("ping"))
    readiness.once("indexes", store.prepare)
    # Each watch reads by an index, so it waits until that can be read by; once begun it sits out any outage.
    readiness.once("due_times", firing.next_due_time)
    readiness.once("chances", looking.next_due_time)
    readiness.on_change(lambda ready: _start(watchers) if ready else None)
    previewing = Previewing(calendars, clock.now)
    simulating = Simulating(
        contracts,
        calendars,
        DirectoryTenants(settings),
        store.StatementSourceStore(database),
        store.ObjectionStore(database),
        store.CreditBookStore(database),
        book,
        Places(settings.simulations, settings.simulations_per_provider),
        clock.now,
    )
    agreements = ContractServicer(agreeing, scheduling, previewing, simulating)
    showing = Showing(sets, book, clock.now)
    clocks = ClockServicer(showing, Attaining(sets, contracts, clock.now), forecasting)
    about_statements, work = _statements(
        settings, database, signer, (statements, late, sets, contracts), agreeing, showing, book
    )
    running.add(work)
    readiness.on_change(lambda ready: work.start() if ready else None)
    servicers = [*_servicers(agreements, clocks), *about_statements]
    running.add(rpc.Server(settings, verifier, [*servicers, consumers.dead_letters], readiness)).start()
    return running


def _watchers(
    settings: SlaSettings, database: Database, firing: Firing, looking: Looking, hurry: Callable[[], None]
) -> list[DueTimes]:
    """Of what is due, to the second; and of chances, which have time."""

    def turn(name: str) -> Lease:
        return Lease(database, name, new_id("proc"), settings.lease_seconds)

    due = DueTimes(firing, turn("sla-due-times"), clock.now, settings.watch_seconds, hurry)
    rest = settings.look_seconds / 4
    chances = DueTimes(
        looking, turn("sla-chances"), clock.now, settings.look_seconds, rest=rest, name="chances"
    )
    return [due, chances]


def _start(watchers: Sequence[DueTimes]) -> None:
    for watcher in watchers:
        watcher.start()


def _servicers(contracts: ContractServicer, clocks: ClockServicer) -> list[Servicer]:
    add_contracts = contract_service_pb2_grpc.add_ContractServiceServicer_to_server
    add_clocks = clock_service_pb2_grpc.add_ClockServiceServicer_to_server
    return [
        (add_contracts, contracts, "fairlead.sla.v1.ContractService"),
        (add_clocks, clocks, "fairlead.sla.v1.ClockService"),
    ]


def _statements(
    settings: SlaSettings,
    database: Database,
    signer: CallerSigner,
    stores: tuple[store.StatementStore, store.LateFactStore, store.ClockSetStore, store.ContractStore],
    agreeing: Agreeing,
    showing: Showing,
    book: TermsBook,
) -> tuple[list[Servicer], StatementWork]:
    """What serves statements and pauses, and the worker that makes statements."""
    log = telemetry.logger(settings.service)
    statements, late, sets, contracts = stores
    lines = store.StatementLineStore(database)
    objections, credits = store.ObjectionStore(database), store.CreditBookStore(database)
    keys = StatementKeys(settings.key_dir, settings.service)

    def told(statement_id: str, error: Exception) -> None:
        log.error("statement_failed", statement_id=statement_id, error=type(error).__name__)

    closing = ClosingStatements(
        statements,
        lines,
        store.StatementSourceStore(database),
        objections,
        credits,
        late,
        sets,
        book,
        keys,
        lambda provider_id: signer.service_caller(clock.now(), provider_id),
        clock.now,
        told,
    )
    turn = Lease(database, "sla-statements", new_id("proc"), settings.statement_lease_seconds)
    work = StatementWork(closing, turn, settings.statement_seconds)
    stating = Stating(
        statements,
        lines,
        contracts,
        DirectoryTenants(settings),
        keys,
        ChildPrinter(),
        clock.now,
        work.wake,
    )
    objecting = Objecting(objections, showing, statements, lines, late, clock.now, work.wake)
    crediting = Crediting(credits, agreeing, clock.now)
    servicers: list[Servicer] = [
        (
            statement_service_pb2_grpc.add_StatementServiceServicer_to_server,
            StatementServicer(stating, objecting, crediting),
            "fairlead.sla.v1.StatementService",
        ),
        (
            pause_service_pb2_grpc.add_PauseServiceServicer_to_server,
            PauseServicer(objecting),
            "fairlead.sla.v1.PauseService",
        ),
    ]
    return servicers, work


def _told_of_failures(settings: SlaSettings) -> Callable[[str, Exception], None]:
    log = telemetry.logger(settings.service)

    def tell(incident_id: str, error: Exception) -> None:
        log.error("clock_set_aside", incident_id=incident_id, error=type(error).__name__)

    return tell


def _told_of_forecasts(settings: SlaSettings) -> Callable[[str, Exception], None]:
    log = telemetry.logger(settings.service)

    def tell(provider_id: str, error: Exception) -> None:
        log.warning("forecasts_not_learned", provider_id=provider_id, error=type(error).__name__)

    return tell


if __name__ == "__main__":
    run_process(start, SlaSettings)
