"""Where a consumer stands in its stream, kept by JetStream: durably for a service, or for one process's life."""

from __future__ import annotations

import contextlib
import secrets
from typing import TYPE_CHECKING, Any

from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from chassis import telemetry
from chassis.streams import ensure_stream

if TYPE_CHECKING:
    from chassis.bus.consumers import Consumer
    from chassis.config import Settings

# The server stops delivering at this many unacknowledged events, and we stop asking.
MAX_ACK_PENDING = 1_000
_TIMEOUT_SECONDS = 2
# A live consumer whose process is gone is forgotten after so long.
_FORGET_SECONDS = 60.0


class Durable:
    """The place of a service, shared by its replicas: it hears everything from the stream's beginning, once."""

    def __init__(self, settings: Settings, consumer: Consumer, ack_wait: float) -> None:
        self.name = f"{settings.installation}-{consumer.name}"
        self._installation = settings.installation
        self._replicas = settings.stream_replicas
        self._consumer = consumer
        self._ack_wait = ack_wait
        self._log = telemetry.logger(settings.service, consumer=consumer.name)

    async def set_up(self, client: Client) -> str:
        """Makes the stream and the consumer, as often as need be: both vanish with NATS's data. The stream's name."""
        stream = await ensure_stream(client, self._installation, self._consumer.source, self._replicas)
        await self._ensure(client, stream)
        return stream

    async def remove(self, client: Client, stream: str) -> None:
        """Called when the process stops: a durable place is kept."""

    def reached(self, stream_seq: int) -> None:
        """Called for every event that arrived."""

    async def pending(self, client: Client, stream: str) -> int:
        """How many events wait to be delivered."""
        info = await client.jetstream(timeout=_TIMEOUT_SECONDS).consumer_info(stream, self.name)
        return info.num_pending or 0

    async def _ensure(self, client: Client, stream: str) -> None:
        # Creates it, or brings an existing one up to date (another version may hear other facts).
        config = self._config(durable_name=self.name, deliver_policy=DeliverPolicy.ALL)
        await client.jetstream(timeout=_TIMEOUT_SECONDS).add_consumer(stream, config)
        await self._take_back(client, stream)

    def _config(self, **place: Any) -> ConsumerConfig:
        root = f"{self._installation}.{self._consumer.source}.v1"
        facts = self._consumer.facts
        return ConsumerConfig(
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=self._ack_wait,
            max_ack_pending=MAX_ACK_PENDING,
            max_deliver=-1,  # attempts are counted by us: an outage must never use them up
            filter_subjects=[f"{root}.>"] if "*" in facts else [f"{root}.*.*.{fact}" for fact in facts],
            **place,
        )

    async def _take_back(self, client: Client, stream: str) -> None:
        """Has NATS deliver again, at once and in order, what was delivered to someone who is gone.

        Without this a crash would leave those events aside for `ack_wait`, and newer ones would overtake them.
        What is in our own hands meanwhile is recognized when it comes again. An open pull request is another
        replica's sign of life: then nothing is taken from it. Servers before 2.14 cannot do this, and wait.
        """
        info = await client.jetstream(timeout=_TIMEOUT_SECONDS).consumer_info(stream, self.name)
        if info.num_ack_pending and not info.num_waiting:
            with contextlib.suppress(NoRespondersError):
                await client.request(f"$JS.API.CONSUMER.RESET.{stream}.{self.name}", timeout=_TIMEOUT_SECONDS)
                self._log.info("consumer_took_back", events=info.num_ack_pending)


class Live(Durable):
    """The place of one process: it hears what happens from now on, and no other replica takes it away."""

    def __init__(self, settings: Settings, consumer: Consumer, ack_wait: float) -> None:
        super().__init__(settings, consumer, ack_wait)
        self.name = f"{self.name}-{secrets.token_hex(6)}"
        self._last = 0

    def reached(self, stream_seq: int) -> None:
        """Remembers how far it got, to go on from there should NATS forget it."""
        self._last = stream_seq

    async def remove(self, client: Client, stream: str) -> None:
        """Nobody will come back for it."""
        with contextlib.suppress(NotFoundError):
            await client.jetstream(timeout=1).delete_consumer(stream, self.name)

    async def _ensure(self, client: Client, stream: str) -> None:
        jetstream = client.jetstream(timeout=_TIMEOUT_SECONDS)
        try:
            await jetstream.consumer_info(stream, self.name)
        except NotFoundError:
            last = (await jetstream.stream_info(stream)).state.last_seq
            # A stream shorter than where we were has been made anew: then its beginning is what we missed.
            start = self._last + 1 if self._last <= last else 1
            place = (
                {"deliver_policy": DeliverPolicy.BY_START_SEQUENCE, "opt_start_seq": start}
                if self._last
                else {"deliver_policy": DeliverPolicy.NEW}
            )
            config = self._config(
                name=self.name, inactive_threshold=_FORGET_SECONDS, mem_storage=True, **place
            )
            await jetstream.add_consumer(stream, config)
