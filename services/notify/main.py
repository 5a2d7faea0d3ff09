"""Wires the notify service."""

import base64
import secrets
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
from services.notify.rpc import NotifyServicer
from services.notify.use_cases import Deliver, Each, KeepWebhooks, NoteBounce, SeeDeliveries, Tell

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
    webhooks, bounces = store.WebhookStore(database), store.BounceStore(database)
    directory = DirectoryNames(settings)
    relay = running.add(Relay(settings, [deliveries.records]))
    relay.start()

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
            clock.now,
            each=each,
        )

    email, http = _email(settings), HttpWebhooks(settings.internal_webhooks)
    pool = ThreadPoolExecutor(settings.senders, thread_name_prefix="notify-send")
    mails = running.add(Senders(deliver(Channel.EMAIL, pool.map).run_once, _ROUNDS_AT_ONCE))
    launcher = Launcher(settings.webhook_senders)
    hooks = running.add(Senders(deliver(Channel.WEBHOOK, launcher.each).run_once, 1))
    for senders in (mails, hooks):
        senders.start()

    def nudge() -> None:
        mails.nudge()
        hooks.nudge()

    tell = Tell(deliveries, webhooks, bounces, clock.now, nudge)
    hearing = consumers(tell, NoteBounce(bounces, deliveries, clock.now), directory.forget)
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
    servicer = NotifyServicer(SeeDeliveries(deliveries, clock.now, nudge), keep)
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


def _email(settings: NotifySettings) -> EmailChannel:
    return EmailChannel(
        settings.smtp_relay,
        Composer(settings.public_url, settings.installation),
        settings.smtp_username,
        settings.smtp_password,
        settings.smtp_starttls,
    )


def _new_secret() -> str:
    """As Standard Webhooks has it: 24 random bytes, base64, with a prefix that scanners know."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


if __name__ == "__main__":
    run_process(start, NotifySettings)
