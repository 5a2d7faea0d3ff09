"""For tests of consumers: a publisher that writes events as a relay does, and a handler that remembers."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nats as nats_client

from chassis import bus, headers
from chassis.config import Settings
from chassis.streams import ensure_stream
from chassis.tenancy import Caller
from chassis.tokens import CallerSigner, CallerVerifier
from fairlead.chassis.v1.dead_letter_pb2 import DeadLetter

QUICK = bus.Retry(first=0.02, longest=0.1, longest_outage=0.1, max_deliver=3)


class Publisher:
    """Publishes events of the service "incidents" the way its relay would."""

    def __init__(self, url: str, installation: str, caller: Callable[[], Caller]) -> None:
        self.installation = installation
        self.stream = f"{installation}_incidents".upper()
        self._url = url
        self._caller = caller

    def make_stream(self) -> None:
        self._run(self._make_stream)

    def stream_info(self) -> Any:
        return self._run(lambda js: js.stream_info(self.stream))

    def delete_consumer(self, durable: str) -> None:
        self._run(lambda js: js.delete_consumer(self.stream, durable))

    def consumer_names(self) -> list[str]:
        return [info.name for info in self._run(lambda js: js.consumers_info(self.stream))]

    def pull_and_vanish(self, durable: str, count: int, acknowledge: int) -> None:
        """What a replica does that is killed: it pulled so many, and acknowledged only that one."""

        async def pull(js: Any) -> None:
            subscription = await js.pull_subscribe_bind(durable, self.stream)
            messages = await subscription.fetch(count, timeout=5)
            await messages[acknowledge].ack_sync()

        self._run(pull)

    def consumer_info(self, durable: str) -> Any:
        return self._run(lambda js: js.consumer_info(self.stream, durable))

    def publish(self, *events: tuple[str, int], tenant_id: str = "ten_a", **changes: str) -> None:
        """Each event is (aggregate id, revision)."""

        async def send(js: Any) -> None:
            for aggregate_id, revision in events:
                subject = f"{self.installation}.incidents.v1.{tenant_id}.{aggregate_id}.noted"
                payload, values = self._message(aggregate_id, revision, changes)
                await js.publish(subject, payload, timeout=5, stream=self.stream, headers=values)

        self._run(send)

    def _message(
        self, aggregate_id: str, revision: int, changes: dict[str, str]
    ) -> tuple[bytes, dict[str, str]]:
        seq = revision * 1000
        event_id = f"{aggregate_id}:{seq}"
        values = {
            headers.MESSAGE_ID: event_id,
            headers.TYPE: DeadLetter.DESCRIPTOR.full_name,
            headers.FACT: "noted",
            headers.SOURCE: "incidents",
            headers.TIME: datetime.now(UTC).isoformat(timespec="milliseconds"),
            headers.SEQUENCE: str(seq),
            headers.REVISION: str(revision),
            headers.PROVIDER: "prv_1",
            headers.TRACEPARENT: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            headers.CALLER: self._caller().token,
        } | changes
        return DeadLetter(event_id=event_id).SerializeToString(), values

    async def _make_stream(self, js: Any) -> None:
        # As the owner's relay makes it.
        await ensure_stream(js._nc, self.installation, "incidents")

    def _run(self, work: Callable[[Any], Any]) -> Any:
        async def connected() -> Any:
            connection = await nats_client.connect(self._url)
            try:
                return await work(connection.jetstream())
            finally:
                await connection.close()

        return asyncio.run(connected())


@dataclass
class Hearer:
    """A handler that remembers what it was handed, and fails where it is told to."""

    heard: list[str] = field(default_factory=list)
    batches: list[list[str]] = field(default_factory=list)
    events: list[bus.Event] = field(default_factory=list)
    fail: Callable[[bus.Event], Exception | None] = lambda _event: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, events: list[bus.Event]) -> None:
        with self.lock:
            self.batches.append([event.id for event in events])
        for event in events:
            error = self.fail(event)
            if error:
                raise error
        with self.lock:
            self.heard += [event.id for event in events]
            self.events += events


@dataclass
class Bench:
    """What a test of the bus works with."""

    settings: Settings
    database: Any
    signer: CallerSigner
    verifier: CallerVerifier
    publisher: Publisher
    started: list[bus.Consumers] = field(default_factory=list)

    def listen(self, hearer: Hearer, name: str = "triage-incidents", **options: Any) -> bus.Consumers:
        facts = options.pop("facts", ("noted",))
        parallel, live = options.pop("parallel", 4), options.pop("live", False)
        settings = options.pop("settings", self.settings)
        consumer = bus.Consumer(
            name=name, source="incidents", facts=facts, handle=hearer.handle, parallel=parallel, live=live
        )
        options.setdefault("retry", QUICK)
        consumers = bus.Consumers(settings, self.database, self.verifier, [consumer], **options)
        consumers.start()
        self.started.append(consumers)
        return consumers

    def replicate(self, hearer: Hearer, **options: Any) -> bus.Consumers:
        """Another replica of the same service: the same durable, by a connection of its own."""
        apart = self.settings.model_copy(
            update={"nats_url": self.settings.nats_url.replace("127.0.0.1", "localhost")}
        )
        return self.listen(hearer, settings=apart, **options)

    def letters(self) -> list[dict]:
        return list(self.database["dead_letters"].find())


def settings_for(service: str, installation: str, nats_url: str, mongodb_uri: str, key_dir: Path) -> Settings:
    return Settings(
        service=service,
        installation=installation,
        nats_url=nats_url,
        mongodb_uri=mongodb_uri,
        key_dir=key_dir,
    )
