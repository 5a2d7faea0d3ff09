"""A service's consumers, as its main.py declares them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pymongo.database import Database

from chassis.bus.attempts import Attempt
from chassis.bus.connection import Transport, transport
from chassis.bus.dead_letters import DeadLetterStore
from chassis.bus.events import Event, Verifier
from chassis.bus.office import DeadLetterOffice
from chassis.bus.retry import Retry
from chassis.bus.rpc import SERVICE_NAME, DeadLetterServicer
from chassis.bus.runner import Runner
from fairlead.chassis.v1 import dead_letter_service_pb2_grpc

if TYPE_CHECKING:
    from chassis.config import Settings

# Heartbeats every third of it keep what is in hand; after a crash, others get it after this time.
ACK_WAIT_SECONDS = 30.0
_STOP_SECONDS = 3.0
_NAME = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True)
class Consumer:
    """What a service wants to hear.

    name: durable name within the installation ("triage-incidents"); never reuse one for another purpose.
    Its facts may change from version to version: the durable follows, and keeps its progress.
    source: the service that announces. facts: its facts, or ("*",) for all of them.
    handle: gets a batch of up to 100 events, in order within one aggregate; see chassis.bus.
    parallel: batches (of different aggregates) handled at once.
    live: True for what concerns this process only, such as pages open in browsers: every replica hears every
    event, from the moment it started; nothing is remembered for the next start.
    """

    name: str
    source: str
    facts: tuple[str, ...]
    handle: Callable[[list[Event]], None]
    parallel: int = 4
    live: bool = False

    def __post_init__(self) -> None:
        # It becomes part of a NATS subject.
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"not a consumer's name: {self.name!r}")
        if not self.facts or self.parallel < 1:
            raise ValueError(f"{self.name} hears nothing")


class Consumers:
    """Runs a service's consumers, and serves their dead letters.

    `dead_letters` is an entry for rpc.Server's servicers. Names must differ (ValueError).
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        verifier: Verifier,
        consumers: Sequence[Consumer],
        *,
        retry: Retry | None = None,
        ack_wait: float = ACK_WAIT_SECONDS,
    ) -> None:
        if len({consumer.name for consumer in consumers}) != len(consumers):
            raise ValueError("two consumers of one name would share their progress")
        self._settings = settings
        self._consumers = consumers
        self._retry = retry or Retry()
        self._ack_wait = ack_wait
        self.letters = DeadLetterStore(database)
        self._attempts = {
            consumer.name: Attempt(
                settings.service, consumer.name, consumer.handle, verifier, self.letters, self._retry
            )
            for consumer in consumers
        }
        self._transport: Transport | None = None
        self._runners: list[Runner] = []

    @property
    def dead_letters(self) -> tuple[Callable[..., None], Any, str]:
        """The dead letter service of these consumers: (add function, servicer, full name)."""
        add = dead_letter_service_pb2_grpc.add_DeadLetterServiceServicer_to_server
        return add, DeadLetterServicer(self.office), SERVICE_NAME

    @property
    def office(self) -> DeadLetterOffice:
        """The same for a process that serves no gRPC: it asks directly."""
        return DeadLetterOffice(self.letters, self._attempts)

    def start(self) -> None:
        """Begins to listen, and returns at once; with NATS down it waits for it in the background."""
        self._transport = transport(self._settings.nats_url).acquire()
        self._transport.spawn(self._start_all(self._transport)).result(5)

    def stop(self) -> None:
        """Lets running batches finish (up to 3 s), hands the rest back, and leaves."""
        if self._transport is None:
            return
        bus, self._transport = self._transport, None
        bus.spawn(self._stop_all()).result(_STOP_SECONDS + 2)
        bus.release()

    async def _start_all(self, bus: Transport) -> None:
        for consumer in self._consumers:
            runner = Runner(
                self._settings, consumer, bus, self._attempts[consumer.name], self._retry, self._ack_wait
            )
            await runner.start()
            self._runners.append(runner)

    async def _stop_all(self) -> None:
        await asyncio.gather(*(runner.stop(_STOP_SECONDS) for runner in self._runners))
        self._runners.clear()
