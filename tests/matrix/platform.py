"""All eight services in this process, by their own start(), on real MongoDB and NATS; nothing is faked."""

import importlib
import secrets
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import grpc
import httpx
from google.protobuf import message_factory
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis import clock, mongo, rpc
from chassis.config import Settings
from chassis.mongo import ScopedCollection
from chassis.process import Closing
from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner, make_keys
from services.gateway.auth.context import Gateway
from services.gateway.auth.wiring import make_gateway
from services.gateway.backends import Backends
from services.gateway.config import GatewaySettings
from services.gateway.main import start as start_gateway
from tests.harness.servers import free_port
from tests.harness.waiting import wait_until
from tests.matrix.blindfold import remembered

GRPC_SERVICES = ("directory", "incidents", "intake", "triage", "sla", "knowledge", "notify")


@dataclass
class Platform:
    """What runs, and how to reach it as anybody. `gateway` issues tokens and sessions as the running one would."""

    settings: GatewaySettings
    gateway: Gateway
    web: httpx.Client
    live: httpx.Client
    smtp_port: int
    collections: dict[tuple[str, str], list[ScopedCollection]]

    def mint(self, issuer: str, caller: Caller) -> Caller:
        return self._signer(issuer).mint(caller, clock.now())

    def operator(self) -> Caller:
        return self.mint("operator", Caller("operator:cli", "", None, frozenset({Role.OPERATOR})))

    def peer(self, service: str, provider_id: str) -> Caller:
        """Another service at work for a provider."""
        return self._signer(service).service_caller(clock.now(), provider_id)

    def _signer(self, issuer: str) -> CallerSigner:
        return CallerSigner.load(self.settings.key_dir, issuer)

    def call(self, service: str, method: MethodDescriptor, request: Any, caller: Caller) -> list[Message]:
        """The answers of an RPC, one unless it streams. Raises the chassis error that the service raised.

        request: a message, or several of them for a method that takes a stream.
        """
        channel = rpc.channel(self.settings, service)
        path = f"/{method.containing_service.full_name}/{method.name}"
        read = message_factory.GetMessageClass(method.output_type).FromString
        write = message_factory.GetMessageClass(method.input_type).SerializeToString
        if method.server_streaming:
            return list(rpc.call_stream(channel.unary_stream(path, write, read), request, caller))
        if method.client_streaming:
            return [rpc.call(channel.stream_unary(path, write, read), iter(request), caller)]
        return [rpc.call(channel.unary_unary(path, write, read), request, caller)]

    def send_mail(self, sender: str, recipient: str, subject: str, text: str) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, recipient, subject
        message["Message-ID"] = f"<{secrets.token_hex(12)}@{sender.rpartition('@')[2]}>"
        message.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as connection:
            connection.send_message(message)

    def database(self, service: str) -> Any:
        """The database of a service, for states that no surface brings about on demand."""
        client = self.collections["directory", "tenants"][0].collection.database.client
        return client[f"{self.settings.installation}_{service}"]


@contextmanager
def running_platform(mongodb_uri: str, nats_url: str, folder: Path) -> Iterator[Platform]:
    """Everything started and ready. Its databases are dropped at the end."""
    make_keys(folder, (*GRPC_SERVICES, "gateway", "operator"))
    given = {
        "installation": f"t{secrets.token_hex(5)}",
        "mongodb_uri": mongodb_uri,
        "nats_url": nats_url,
        "key_dir": folder,
        "addresses": {service: f"127.0.0.1:{free_port()}" for service in GRPC_SERVICES},
    }
    running = Closing()
    with remembered() as collections:
        try:
            started = {service: running.add(_start(service, given)) for service in GRPC_SERVICES}
            settings = GatewaySettings(
                **given,
                http_port=free_port(),
                live_port=free_port(),
                live_heartbeat_seconds=0.2,
                # A probe listens to all that hundreds of others did before it.
                live_replay_events=20_000,
                api_requests_per_second=10_000,
                api_burst=100_000,
            )
            running.add(start_gateway(settings))
            made = [*collections]
            gateway = make_gateway(
                settings, mongo.connect(settings), Backends(lambda service: rpc.channel(settings, service))
            )
            # Only the served gateway's own stores are part of the platform.
            collections[:] = made
            with (
                httpx.Client(base_url=f"http://127.0.0.1:{settings.http_port}", timeout=20) as web,
                httpx.Client(base_url=f"http://127.0.0.1:{settings.live_port}", timeout=20) as live,
            ):
                wait_until(lambda: all(map(_serves, given["addresses"].values())), 30, what="services")
                wait_until(lambda: web.get("/readyz").status_code == 200, 30, what="gateway")
                by_place: dict[tuple[str, str], list[ScopedCollection]] = {}
                for one in made:
                    service = one.collection.database.name.removeprefix(f"{settings.installation}_")
                    by_place.setdefault((service, one.collection.name), []).append(one)
                yield Platform(settings, gateway, web, live, started["intake"].smtp_port, by_place)
        finally:
            running.stop()
            rpc.close_channels()
            _drop(settings)


def _start(service: str, given: dict[str, Any]) -> Any:
    config = importlib.import_module(f"services.{service}.config")
    classes = [
        item
        for item in vars(config).values()
        if isinstance(item, type) and issubclass(item, Settings) and item.__module__ == config.__name__
    ]
    own = {
        # Mail is taken on a port of its own; what goes out finds nobody, and is tried again and again.
        "intake": {"smtp_port": 0, "lmtp_port": -1, "readers": 1},
        "notify": {"smtp_relay": f"127.0.0.1:{free_port()}", "internal_webhooks": True},
    }
    return importlib.import_module(f"services.{service}.main").start(
        classes[0](**given, **own.get(service, {}))
    )


def _serves(address: str) -> bool:
    with grpc.insecure_channel(address) as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=2)
        except grpc.RpcError:
            return False
    return answer.status == health_pb2.HealthCheckResponse.SERVING


def _drop(settings: Settings) -> None:
    client = mongo.connect(settings).client
    for name in client.list_database_names():
        if name.startswith(f"{settings.installation}_"):
            client.drop_database(name)
    client.close()
