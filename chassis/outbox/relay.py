"""The relay: a thread with its own event loop and connection that empties the outbox into JetStream."""

import asyncio
import contextlib
import secrets
import threading
import time
from collections.abc import Sequence
from functools import partial

from nats.aio.client import Client

from chassis import telemetry
from chassis.config import Settings
from chassis.nats_client import QuickClient
from chassis.outbox import ledger
from chassis.outbox.ledger import Waiting
from chassis.outbox.publisher import Publisher
from chassis.outbox.store import AggregateStore
from chassis.pace import Pace
from chassis.streams import ensure_stream

_MOST_SECONDS_BETWEEN_TRIES = 5.0
# An aggregate whose event is refused rests for so long, and does not hold up the others.
_REST_SECONDS = 5.0
# What is promised within a second cannot wait for long, however much there is of it.
URGENT_BREATH_SECONDS = 0.1


class Relay:
    """Brings the pending events of a service's stores to its stream; one for each process of the service.

    Several may run at once: JetStream refuses what another has published, and the refused one skips it. While
    NATS or MongoDB is away events wait, and the relay goes on by itself when they are back.
    """

    def __init__(
        self, settings: Settings, stores: Sequence[AggregateStore], poll_seconds: float = 2.0
    ) -> None:
        self._settings = settings
        self._stores = list(stores)
        self._poll_seconds = poll_seconds
        self._log = telemetry.logger(settings.service)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._signal: asyncio.Event | None = None
        self._started = threading.Event()
        self._stopping = False
        self._client: Client | None = None
        self._publisher: Publisher | None = None
        self._resting: dict[str, float] = {}
        self._last_error = ""
        self._struck = ledger.Struck()
        # Stores that were saved to since they were last read. Now and then all are: a crash tells nobody.
        self._touched: set[int] = set()
        self._touching = threading.Lock()
        self._idle = False
        self._looked_at_all = 0.0
        # Rounds begin no faster: what is saved meanwhile shares one read, one publish and two writes.
        self._pace = Pace()
        self._urgent = False
        for place, store in enumerate(self._stores):
            store.on_saved(partial(self._touch, place))

    @property
    def connected(self) -> bool:
        """Whether NATS answers at this moment."""
        return self._client is not None and self._client.is_connected

    def start(self) -> None:
        """Returns at once, whether or not NATS and MongoDB are there."""
        if self._thread:
            raise RuntimeError("the relay runs already")
        self._stopping = False
        name = f"{self._settings.service}-relay"
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name=name, daemon=True)
        self._thread.start()
        self._started.wait()

    def stop(self, timeout: float = 5.0) -> None:
        """Ends after the round at hand; what is still pending waits for the next start. Idempotent."""
        self._stopping = True
        self.wake()
        if self._thread:
            self._thread.join(timeout)
            self._thread = None

    def wake(self) -> None:
        """Something is pending: do not wait for the next poll. From any thread, at any time."""
        loop, signal = self._loop, self._signal
        if loop and signal:
            with contextlib.suppress(RuntimeError):  # the loop has just ended
                loop.call_soon_threadsafe(signal.set)

    def hurry(self) -> None:
        """What was saved is to be told soon: no deep breath before the next round. From any thread, after the save."""
        self._urgent = True
        self.wake()

    def _touch(self, place: int) -> None:
        with self._touching:
            self._touched.add(place)
        # At work or taking breath it looks by itself afterwards; waking a loop costs more than noting this.
        if self._idle:
            self.wake()

    async def _run(self) -> None:
        self._loop, self._signal = asyncio.get_running_loop(), asyncio.Event()
        self._started.set()
        connecting = asyncio.create_task(self._connect())
        failures = 0
        while not self._stopping:
            self._signal.clear()
            self._urgent = False
            began = time.monotonic()
            pause = self._poll_seconds
            try:
                if self.connected and await self._drain():
                    pause = self._yield_seconds()
                failures = 0
            except Exception as error:
                # Whatever it is, the events are safe in MongoDB: look at everything afresh a little later.
                self._look_afresh()
                failures += 1
                pause = min(0.1 * 2**failures, _MOST_SECONDS_BETWEEN_TRIES)
                self._log.warning("relay_interrupted", error=type(error).__name__, message=str(error)[:200])
            if pause:
                await self._sleep(pause, wakeable=not failures)
                await self._breathe(began)
        connecting.cancel()
        if self._client:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._client.close(), 2)
        self._loop = self._signal = None

    def _yield_seconds(self) -> float:
        """How long to leave the outbox to another replica that was seen to be at it; 0 when alone."""
        if self._publisher is None or not self._publisher.met_another:
            return 0.0
        self._publisher.met_another = False
        return 0.05 + secrets.randbelow(200) / 1000

    async def _sleep(self, seconds: float, wakeable: bool) -> None:
        """Until the time is over, the relay stops or, if it may, something is saved."""
        assert self._signal
        deadline = time.monotonic() + seconds
        self._idle = wakeable
        while not self._stopping and (left := deadline - time.monotonic()) > 0:
            # Looked at after _idle is set: what is saved from now on wakes us, what was saved before stands here.
            if wakeable and self._touched:
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._signal.wait(), left)
                if wakeable:
                    break
                self._signal.clear()
        self._idle = False

    async def _breathe(self, began: float) -> None:
        """Until the round after one that began then may begin; hurry() may shorten it meanwhile."""
        assert self._signal
        while not self._stopping:
            breath = self._pace.breath(began)
            left = began + (min(breath, URGENT_BREATH_SECONDS) if self._urgent else breath) - time.monotonic()
            if left <= 0:
                break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._signal.wait(), left)
                self._signal.clear()

    async def _connect(self) -> None:
        client = QuickClient()
        self._client = client
        # The first connect is retried for ever too, as max_reconnect_attempts is negative.
        await client.connect(
            self._settings.nats_url,
            name=f"{self._settings.service}-relay",
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            connect_timeout=2,
            ping_interval=5,
            max_outstanding_pings=2,
            error_cb=self._on_error,
            reconnected_cb=self._on_reconnected,
        )
        self.wake()

    async def _on_error(self, error: Exception) -> None:
        described = f"{type(error).__name__}: {error}"
        if described != self._last_error:  # once an outage, not twice a second
            self._last_error = described
            self._log.warning("relay_connection_error", error=described[:200])

    async def _on_reconnected(self) -> None:
        self._last_error = ""
        self._look_afresh()
        self.wake()

    def _look_afresh(self) -> None:
        """At the stream, at every store, and at what was struck out: either server may have lost what it had."""
        self._publisher, self._looked_at_all = None, 0.0
        self._struck = ledger.Struck()

    async def _drain(self) -> bool:
        """One round over the stores that may hold anything; whether there may be more than it took."""
        publisher = self._publisher or await self._prepare()
        now = time.monotonic()
        self._resting = {id: until for id, until in self._resting.items() if until > now}
        more = False
        for store in self._stores_to_read(now):
            # Called on this loop, which serves nothing else: a thread of its own would cost more than the read.
            found = ledger.read(store, self._resting.keys())
            more = more or ledger.is_full(found)
            if waiting := self._struck.without(store, found, now):
                self._pace.took(len(waiting), now)
                await self._move(publisher, store, waiting)
        return more or publisher.met_another

    def _stores_to_read(self, now: float) -> list[AggregateStore]:
        with self._touching:
            touched, self._touched = self._touched, set()
        if now - self._looked_at_all < self._poll_seconds:
            return [store for place, store in enumerate(self._stores) if place in touched]
        self._looked_at_all = now
        return self._stores

    async def _prepare(self) -> Publisher:
        """The stream and the indexes: either may have vanished with its server's data."""
        assert self._client
        for store in self._stores:
            store.ensure_indexes()
        settings = self._settings
        stream = await ensure_stream(
            self._client, settings.installation, settings.service, settings.stream_replicas
        )
        self._publisher = Publisher(self._client, settings.service, settings.subject_root, stream)
        return self._publisher

    async def _move(self, publisher: Publisher, store: AggregateStore, waiting: list[Waiting]) -> None:
        """Archives and publishes, then strikes out: an event leaves its aggregate only when it is in both."""
        ledger.archive(store, waiting)
        try:
            await publisher.publish(waiting)
        finally:
            ledger.strike(store, waiting)
            self._struck.note(store, waiting, time.monotonic())
        rest_until = time.monotonic() + _REST_SECONDS
        self._resting |= {each.id: rest_until for each in waiting if each.unpublished}
