"""Wires intake."""

from dataclasses import dataclass
from functools import partial

from pymongo.database import Database

from chassis import bus, clock, mongo, rpc, telemetry
from chassis.ids import new_id
from chassis.leases import Lease
from chassis.outbox import Relay
from chassis.process import Closing, run_process
from chassis.tokens import CallerSigner, CallerVerifier
from fairlead.intake.v1 import (
    alert_service_pb2_grpc,
    form_service_pb2_grpc,
    mailbox_service_pb2_grpc,
    submission_service_pb2_grpc,
)
from services.intake.clients.alert_record import AlertRecordClient
from services.intake.clients.directory import DirectoryClient
from services.intake.clients.reader import ReaderPool
from services.intake.clients.record import FilesClient, RecordClient
from services.intake.clients.sealing import Seal
from services.intake.clients.sns import Fetch, SnsClient
from services.intake.clients.tokens import access_token
from services.intake.config import IntakeSettings
from services.intake.consumers import LEASE_SECONDS, DirectoryFacts, Fetchers, MailListener, Sweeps
from services.intake.consumers import incidents as record_news
from services.intake.domain.mailbox import Account
from services.intake.ports import Origins
from services.intake.ports.mailboxes import OpenMailbox
from services.intake.rpc import SERVICE_NAME, SubmissionServicer
from services.intake.rpc import alerts as alert_calls
from services.intake.rpc.forms import FORM_SERVICE, FormServicer
from services.intake.rpc.mailboxes import MAILBOX_SERVICE_NAME, MailboxServicer
from services.intake.store import (
    ArrivalStore,
    FormStore,
    Gathered,
    MailboxStore,
    ProviderStore,
    SubmissionStore,
)
from services.intake.store.alerts import DeliveryStore, GroupStore, Indexes, SourceStore
from services.intake.store.gathering import CROWD, CROWD_SECONDS
from services.intake.use_cases.accepting import Accepting
from services.intake.use_cases.alerts import (
    Hearing,
    ReadingAlerts,
    ReceivingAlerts,
    Sorting,
    Sources,
    Telling,
)
from services.intake.use_cases.backlog import Backlog
from services.intake.use_cases.fetching import Emptying, Fetching
from services.intake.use_cases.filing import Filing
from services.intake.use_cases.filling import Filling
from services.intake.use_cases.forms import Forming
from services.intake.use_cases.handing import Handing
from services.intake.use_cases.mailboxes import KeepMailboxes
from services.intake.use_cases.quarantine import Quarantine
from services.intake.use_cases.reading import ReadingSubmissions
from services.intake.use_cases.receiving import Receiving
from services.intake.use_cases.submitting import Submitting


class Intake(Closing):
    """The running service; its ports, as they were bound."""

    rpc_port: int
    smtp_port: int
    lmtp_port: int


@dataclass(frozen=True)
class _Alerts:
    """What alerts need beside submissions."""

    groups: GroupStore
    indexes: Indexes
    servicer: alert_calls.AlertServicer
    hearing: Hearing
    sweeps: Sweeps


def start(settings: IntakeSettings, fetch: Fetch | None = None) -> Intake:
    """fetch: how Amazon's SNS is asked, where not by https.

    Serves at once; until MongoDB is there mail is answered 451 and calls UNAVAILABLE.
    """
    telemetry.configure(settings)
    running = Intake()
    log = telemetry.logger(settings.service)
    verifier = CallerVerifier(settings.key_dir / "public")
    signer = CallerSigner.load(settings.key_dir, settings.service)
    database = mongo.connect(settings)

    arrivals = running.add(ArrivalStore(database))
    submissions = running.add(SubmissionStore(database, signer, clock.now))
    forms = FormStore(database)
    providers = ProviderStore(database)
    directory = DirectoryClient(settings, signer, clock.now)
    record = RecordClient(settings, signer, clock.now)
    files = FilesClient(settings, signer, clock.now)
    record.gather_with(
        running.add(
            Gathered(
                record.accept_each, "intake-record", threads=2, most=50, linger=CROWD_SECONDS / 2, crowd=CROWD
            )
        )
    )
    reader = running.add(
        ReaderPool(settings.readers, settings.reader_cpu_seconds, nameservers=settings.nameservers())
    )

    accepting = Accepting(submissions, record, Handing(arrivals, reader, files, log), clock.now, log)
    filing = Filing(
        arrivals,
        submissions,
        directory,
        reader,
        providers,
        accepting,
        clock.now,
        log,
        settings.trusted_authserv_id,
        settings.loop_mark(),
        _origins(settings),
    )
    receiving = Receiving(arrivals, directory, clock.now, new_id, settings.verify_recipients)
    mailboxes = MailboxStore(database, Seal.of(settings.key_dir, settings.service))
    quarantine = Quarantine(submissions, directory, accepting, clock.now)
    servicer = SubmissionServicer(
        Submitting(
            submissions,
            directory,
            accepting,
            Backlog(submissions, settings.most_waiting, clock.now),
            Filling(forms),
            files,
            clock.now,
            new_id,
        ),
        ReadingSubmissions(submissions, arrivals),
        quarantine,
    )

    alerts = _alerts(settings, database, signer, submissions, accepting, directory, fetch)

    running.add(Relay(settings, [*submissions.aggregates, alerts.groups.groups])).start()
    news = DirectoryFacts(directory.forget, providers.note)
    consumers = running.add(
        bus.Consumers(
            settings,
            database,
            verifier,
            [
                *news.consumers,
                bus.Consumer(
                    "intake-alerts",
                    "incidents",
                    record_news.FACTS,
                    record_news.IncidentFacts(alerts.hearing).handle,
                ),
            ],
        )
    )
    consumers.start()

    readiness = rpc.Readiness(settings.service)
    readiness.require("mongodb", lambda: database.client.admin.command("ping"))
    readiness.once("indexes", submissions.prepare)
    readiness.once("alert indexes", alerts.indexes.make)
    server = running.add(
        rpc.Server(
            settings,
            verifier,
            [
                (
                    submission_service_pb2_grpc.add_SubmissionServiceServicer_to_server,
                    servicer,
                    SERVICE_NAME,
                ),
                (
                    form_service_pb2_grpc.add_FormServiceServicer_to_server,
                    FormServicer(Forming(forms, directory, clock.now, new_id)),
                    FORM_SERVICE,
                ),
                (
                    alert_service_pb2_grpc.add_AlertServiceServicer_to_server,
                    alerts.servicer,
                    alert_calls.SERVICE_NAME,
                ),
                (
                    mailbox_service_pb2_grpc.add_MailboxServiceServicer_to_server,
                    MailboxServicer(KeepMailboxes(mailboxes, directory, clock.now, new_id)),
                    MAILBOX_SERVICE_NAME,
                ),
                consumers.dead_letters,
            ],
            readiness,
            threads=32,
        )
    )
    server.start()

    sweeps = running.add(
        Sweeps(filing.file_arrivals, lambda: accepting.accept_due() + quarantine.hand_on_due())
    )
    arrivals.on_kept(sweeps.wake)
    sweeps.start()
    running.add(alerts.sweeps).start()
    listener = MailListener(
        receiving.receive_mail,
        receiving.has_mailbox,
        settings.host,
        settings.smtp_port,
        settings.lmtp_port,
        settings.hostname,
        (settings.smtp_connections, settings.smtp_connections_of_one),
    )
    listener.start()
    running.add(listener)
    running.add(_fetchers(settings, database, mailboxes, receiving, arrivals)).start()
    running.rpc_port = server.port
    running.smtp_port, running.lmtp_port = listener.smtp_port, listener.lmtp_port
    return running


def _alerts(
    settings: IntakeSettings,
    database: Database,
    signer: CallerSigner,
    submissions: SubmissionStore,
    accepting: Accepting,
    directory: DirectoryClient,
    fetch: Fetch | None,
) -> _Alerts:
    log = telemetry.logger(settings.service)
    indexes = Indexes()
    sources, deliveries = SourceStore(database), DeliveryStore(database, indexes)
    groups = GroupStore(database, signer)
    record = AlertRecordClient(settings, signer, clock.now)
    telling = Telling(groups, submissions, accepting, record, clock.now, log)
    sorting = Sorting(sources, deliveries, groups, telling, clock.now, new_id, log)
    sweeps = Sweeps(sorting.sort_due, None, ("alerts", ""))
    receiving = ReceivingAlerts(
        sources, deliveries, directory, SnsClient(fetch), clock.now, new_id, log, sweeps.wake
    )
    servicer = alert_calls.AlertServicer(
        receiving, Sources(sources, deliveries, directory, clock.now, new_id), ReadingAlerts(groups)
    )
    return _Alerts(groups, indexes, servicer, Hearing(groups, clock.now), sweeps)


def _fetchers(
    settings: IntakeSettings,
    database: Database,
    mailboxes: MailboxStore,
    receiving: Receiving,
    arrivals: ArrivalStore,
) -> Fetchers:
    log, process = telemetry.logger("intake"), new_id("proc")
    emptying = Emptying(mailboxes, receiving, arrivals, clock.now, log)
    connect = partial(_connect, internal_allowed=settings.internal_mailboxes)
    tokens = partial(access_token, internal_allowed=settings.internal_mailboxes)
    return Fetchers(
        Fetching(mailboxes, emptying, connect, tokens, clock.now, log),
        lambda mailbox_id: Lease(database, f"mailbox-{mailbox_id}", process, LEASE_SECONDS),
    )


def _connect(account: Account, key: str, internal_allowed: bool) -> OpenMailbox:
    # What speaks IMAP is read when the first mailbox is emptied: most installations have none.
    from services.intake.clients import imap

    return imap.connect(account, key, internal_allowed)


def _origins(settings: IntakeSettings) -> Origins | None:
    """Whether SPF is asked: where the client that connects is the sender's own."""
    nameservers = settings.nameservers()
    if nameservers is None or not settings.spf or settings.trusted_authserv_id:
        return None
    # Imported late: without DNS nobody needs them.
    from services.intake.clients.dmarc import DnsResolver
    from services.intake.clients.dmarc import Origins as DnsOrigins

    return DnsOrigins(DnsResolver(nameservers))


if __name__ == "__main__":
    run_process(start, IntakeSettings)
