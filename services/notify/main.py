"""Wires the notify service."""

import base64
import hmac
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

from chassis import bus, clock, mongo, rpc, telemetry
from chassis.ids import new_id
from chassis.outbox import Relay
from chassis.process import Closing, Running, run_process
from chassis.tokens import CallerSigner, CallerVerifier
from fairlead.notify.v1 import notify_service_pb2_grpc
from services.notify import store
from services.notify.clients import DirectoryNames, EmailChannel, HttpWebhooks, ReplyTokens, ServiceCallers
from services.notify.clients.email.compose import Composer
from services.notify.config import NotifySettings
from services.notify.consumers import Launcher, Senders, consumers
from services.notify.domain.delivery import Channel
from services.notify.domain.return_path import ReturnPaths
from services.notify.rpc import NotifyServicer
from services.notify.use_cases import (
    CLAIMED_AT_ONCE,
    Claims,
    Deliver,
    Each,
    KeepSuppressions,
    KeepWebhooks,
    NoteBounce,
    Reachable,
    SeeDeliveries,
    Tell,
)

# While one round's last mails are under way, the next round is claimed.
_ROUNDS_AT_ONCE = 2


def start(settings: NotifySettings) -> Running:
    """Starts serving, hearing, sending and relaying; returns at once, even while MongoDB or NATS is down."""
    telemetry.configure(settings)
    running = Closing()
    verifier = CallerVerifier(settings.key_dir / "public")
    signer = CallerSigner.load(settings.key_dir, settings.service)
    database = mongo.connect(settings)

    deliveries = store.DeliveryStore(database, signer)
    webhooks, suppressions = store.WebhookStore(database), store.SuppressionStore(database)
    directory = DirectoryNames(settings)
    relay = running.add(Relay(settings, [deliveries.records]))
    relay.start()

    claims = Claims(CLAIMED_AT_ONCE, time.monotonic)

    def deliver(channel: Channel, each: Each) -> Deliver:
        return Deliver(
            channel,
            deliveries,
            webhooks,
            directory,
            ReplyTokens(settings),
            ServiceCallers(signer),
            email,
            http,
            suppressions,
            clock.now,
            each=each,
            claims=claims if channel is Channel.EMAIL else Claims(0, time.monotonic),
        )

    paths = ReturnPaths(_return_path_secret(settings))
    email, http = _email(settings, paths), HttpWebhooks(settings.internal_webhooks)
    pool = ThreadPoolExecutor(settings.senders, thread_name_prefix="notify-send")
    by_mail = deliver(Channel.EMAIL, pool.map)
    mails = running.add(Senders(by_mail.run_once, _ROUNDS_AT_ONCE, at_end=by_mail.give_back))
    launcher = Launcher(settings.webhook_senders)
    hooks = running.add(Senders(deliver(Channel.WEBHOOK, launcher.each).run_once, 1))
    for senders in (mails, hooks):
        senders.start()

    def nudge() -> None:
        mails.nudge()
        hooks.nudge()

    tell = Tell(deliveries, webhooks, Reachable(suppressions, clock.now), clock.now, nudge, claims)
    bounced = NoteBounce(suppressions, deliveries, paths, clock.now)
    hearing = consumers(tell, bounced, directory.forget)
    listener = running.add(bus.Consumers(settings, database, verifier, hearing))
    listener.start()

    keep = KeepWebhooks(
        webhooks,
        directory,
        clock.now,
        new_id,
        _new_secret,
        internal_allowed=settings.internal_webhooks,
        deliveries=deliveries,
        nudge=nudge,
    )
    servicer = NotifyServicer(
        SeeDeliveries(deliveries, clock.now, nudge),
        keep,
        KeepSuppressions(suppressions, directory, clock.now),
    )
    readiness = rpc.Readiness(settings.service)
    readiness.require("mongodb", lambda: database.client.admin.command("ping"))
    readiness.once("indexes", store.prepare)
    servicers = [
        (
            notify_service_pb2_grpc.add_NotifyServiceServicer_to_server,
            servicer,
            "fairlead.notify.v1.NotifyService",
        ),
        listener.dead_letters,
    ]
    server = running.add(rpc.Server(settings, verifier, servicers, readiness))
    server.start()
    return running


def _email(settings: NotifySettings, paths: ReturnPaths) -> EmailChannel:
    return EmailChannel(
        settings.smtp_relay,
        Composer(settings.public_url, settings.installation, paths),
        settings.smtp_username,
        settings.smtp_password,
        settings.smtp_starttls,
    )


def _return_path_secret(settings: NotifySettings) -> bytes:
    """Derived from the service's own private key: every replica has the same, and nobody else has it.

    With a new key pair, reports about mail already sent are nobody's word.
    """
    private_key = (settings.key_dir / f"{settings.service}.key").read_bytes()
    return hmac.digest(private_key, b"fairlead notify return path 1", "sha256")


def _new_secret() -> str:
    """As Standard Webhooks has it: 24 random bytes, base64, with a prefix that scanners know."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


if __name__ == "__main__":
    run_process(start, NotifySettings)
