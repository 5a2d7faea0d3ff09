"""One durable consumer at work: pulls, hands batches to worker threads, acknowledges, keeps order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from nats.aio.msg import Msg
from prometheus_client import Gauge

from chassis import headers as names
from chassis import telemetry
from chassis.bus.attempts import Attempt, Delivery, Outcome
from chassis.bus.connection import Transport
from chassis.bus.events import aggregate_of
from chassis.bus.places import MAX_ACK_PENDING, Durable, Live
from chassis.bus.puller import Interrupted, Puller
from chassis.bus.queues import BATCH, Queues
from chassis.bus.retry import Retry
from chassis.nats_client import delivered
from chassis.pace import Pace

if TYPE_CHECKING:
    from chassis.bus.consumers import Consumer
    from chassis.config import Settings

LAG = Gauge("fairlead_consumer_lag_events", "Events not delivered yet", ["consumer"])
HELD = Gauge("fairlead_consumer_held_events", "Events in hand, not acknowledged", ["consumer"])

_RESTART_SECONDS = 0.5
_NAK_SECONDS = 0.05


class Runner:
    """Runs one consumer on the transport's loop. `start` and `stop` are called on that loop."""

    def __init__(
        self,
        settings: Settings,
        consumer: Consumer,
        transport: Transport,
        attempt: Attempt,
        retry: Retry,
        ack_wait: float,
    ) -> None:
        self._settings = settings
        self._consumer = consumer
        self._transport = transport
        self._attempt = attempt
        self._retry = retry
        self._ack_wait = ack_wait
        self._place = (Live if consumer.live else Durable)(settings, consumer, ack_wait)
        self._stream = ""
        self._workers = ThreadPoolExecutor(consumer.parallel, thread_name_prefix=consumer.name)
        self._queues = Queues()
        self._messages: dict[str, Msg] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._puller: Puller | None = None
        self._room = asyncio.Event()
        # Batches are taken no faster: what arrives meanwhile is handled together, in as many reads and writes as one
        # event alone. The first event after a quiet time is not held back.
        self._pace, self._taken_at = Pace(), 0.0
        self._next_turn: asyncio.TimerHandle | None = None
        self._stopping = False
        self._log = telemetry.logger(settings.service, consumer=consumer.name)
        self._lag, self._held = LAG.labels(consumer.name), HELD.labels(consumer.name)

    async def start(self) -> None:
        """Begins, and returns at once."""
        self._forget = self._transport.on_reconnect(self._reconnected)
        self._tasks = [asyncio.create_task(self._keep_pulling()), asyncio.create_task(self._keep_holding())]

    async def stop(self, grace: float) -> None:
        """Pulls no more, lets running batches finish for `grace` seconds, hands the rest back to NATS."""
        self._stopping = True
        self._forget()
        await _cancel(self._tasks)
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        for message in self._messages.values():
            with contextlib.suppress(Exception):
                # So that another replica, or our next life, has them at once.
                await message.nak(_NAK_SECONDS)
        if self._stream and self._transport.connected:
            with contextlib.suppress(Exception):
                await self._place.remove(await self._transport.client(), self._stream)
        self._workers.shutdown(wait=False, cancel_futures=True)

    async def _keep_pulling(self) -> None:
        while True:
            try:
                client = await self._transport.client()
                self._stream = await self._place.set_up(client)
                self._puller = Puller(client, self._stream, self._place.name, self._arrived)
                self._log.info("consumer_listening", stream=self._stream)
                await self._puller.run(
                    lambda: min(BATCH, MAX_ACK_PENDING - len(self._queues)), self._wait_for_room
                )
            except Interrupted as interruption:
                self._log.info("consumer_interrupted", reason=str(interruption))
            except Exception as error:
                self._log.warning("consumer_not_set_up", error=type(error).__name__)
            await asyncio.sleep(_RESTART_SECONDS)

    def _reconnected(self) -> None:
        if self._puller:
            self._puller.interrupt("reconnected")

    def _arrived(self, message: Msg) -> None:
        headers = message.headers or {}
        told = delivered(message.reply)
        self._lag.set(told.waiting)
        self._place.reached(told.stream_seq)
        key = headers.get(names.MESSAGE_ID) or f"{told.stream}:{told.stream_seq}"
        self._messages[key] = message
        if self._queues.held(key) is None:
            self._queues.add(
                Delivery(
                    key=key,
                    aggregate=aggregate_of(message.subject),
                    subject=message.subject,
                    headers=headers,
                    payload=message.data,
                    delivered=told.times,
                )
            )
            self._dispatch_soon()

    def _dispatch_soon(self) -> None:
        """Not before the end of this turn of the loop, when what came in the same packet is here too."""
        if self._next_turn is None:
            loop = asyncio.get_running_loop()
            due = self._taken_at + self._pace.breath(self._taken_at)
            wait = 0.0 if len(self._queues) >= BATCH else due - loop.time()
            self._next_turn = loop.call_later(max(wait, 0.0), self._dispatch)

    def _dispatch(self) -> None:
        self._next_turn = None
        self._held.set(len(self._queues))
        while not self._stopping and len(self._running) < self._consumer.parallel:
            batch = self._queues.take()
            if not batch:
                return
            self._taken_at = asyncio.get_running_loop().time()
            self._pace.took(len(batch), self._taken_at)
            task = asyncio.create_task(self._handle(batch))
            self._running.add(task)
            task.add_done_callback(self._handled)

    def _handled(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and task.exception():
            self._log.error("batch_lost", exc_info=task.exception())
        self._room.set()
        self._dispatch_soon()

    async def _handle(self, batch: list[Delivery]) -> None:
        loop = asyncio.get_running_loop()
        outcomes = await loop.run_in_executor(self._workers, self._attempt, batch)
        parked = self._queues.settle(batch, outcomes)
        await self._answer(batch, outcomes)
        by_wait: dict[float, list[str]] = {}
        for delivery in batch:
            if delivery.aggregate in parked and outcomes[delivery.key] in (Outcome.RETRY, Outcome.OUTAGE):
                by_wait.setdefault(self._wait_of(delivery, outcomes[delivery.key]), []).append(
                    delivery.aggregate
                )
        for wait, aggregates in by_wait.items():
            loop.call_later(wait, self._unpark, aggregates)

    def _wait_of(self, delivery: Delivery, outcome: Outcome) -> float:
        if outcome is Outcome.OUTAGE:
            return self._retry.after_outage(delivery.outages)
        return self._retry.after_failure(delivery.attempts)

    def _unpark(self, aggregates: list[str]) -> None:
        for aggregate in aggregates:
            self._queues.unpark(aggregate)
        self._dispatch_soon()

    async def _answer(self, batch: list[Delivery], outcomes: Mapping[str, Outcome]) -> None:
        handled: list[Msg] = []
        hopeless: list[Msg] = []
        for delivery in batch:
            outcome = outcomes[delivery.key]
            if outcome in (Outcome.HANDLED, Outcome.DEAD):
                message = self._messages.pop(delivery.key)
                (handled if outcome is Outcome.HANDLED else hopeless).append(message)
        try:
            if handled:
                client = await self._transport.client()
                await client.acknowledge(message.reply for message in handled)
            for message in hopeless:
                await message.term()
        except Exception as error:
            # NATS will deliver it again; handling is idempotent.
            self._log.warning("ack_not_sent", error=type(error).__name__)

    async def _keep_holding(self) -> None:
        """Tells NATS that what is in hand is still being worked on, and asks how much else there is."""
        while True:
            await asyncio.sleep(self._ack_wait / 3)
            with contextlib.suppress(Exception):
                if self._transport.connected and self._stream:
                    client = await self._transport.client()
                    self._lag.set(await self._place.pending(client, self._stream))
            for message in list(self._messages.values()):
                with contextlib.suppress(Exception):
                    await message.in_progress()

    async def _wait_for_room(self) -> None:
        self._room.clear()
        await self._room.wait()


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    """Ends tasks for sure: before Python 3.12 `wait_for` drops a cancellation that comes as its wait is over."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=1.5)
