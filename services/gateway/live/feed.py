"""One stream of events, read once by this process and given to every browser that may see it."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from chassis import headers as names
from chassis import telemetry

_RETRY_SECONDS = 0.5
_QUIET_SECONDS = 5.0
# The feeds there are; a browser's place in a stream names one sequence of each that it hears, in this order.
QUEUE, INCIDENTS = "queue", "incidents"


@dataclass(frozen=True)
class Item:
    """One event as browsers get it. `sequence` is its place in its feed, 0 for what is not kept (presence)."""

    sequence: int
    provider_id: str
    tenant_id: str
    aggregate_id: str
    name: str
    data: str
    # Only the provider's staff may know of it.
    internal: bool
    feed: str = ""
    # Those of the client's side who take part; a requester hears of no other incident.
    people: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Told:
    """What a reader makes of an event."""

    name: str
    data: str
    internal: bool
    people: frozenset[str] = frozenset()


Reader = Callable[[str, bytes], Told | None]


@dataclass(frozen=True)
class Unread:
    """An event that nobody listened to: kept as it came, and read only when somebody asks for what they missed."""

    sequence: int
    provider_id: str
    subject: str
    payload: bytes


class Subscriber:
    """What one browser waits on. One that does not keep up is told to begin anew."""

    def __init__(self, wants: Callable[[Item], bool], room: int) -> None:
        self._wants = wants
        self._items: asyncio.Queue[Item | None] = asyncio.Queue(room)
        self.lost = False

    def offer(self, item: Item) -> None:
        """Gives it an item, unless it fell behind."""
        if self.lost or not self._wants(item):
            return
        try:
            self._items.put_nowait(item)
        except asyncio.QueueFull:
            self.lose()

    def wake(self) -> None:
        """Makes its reader look up, though nothing came."""
        with contextlib.suppress(asyncio.QueueFull):
            self._items.put_nowait(None)

    def lose(self) -> None:
        """Marks that something was missed; the reader wakes up and learns it."""
        self.lost = True
        with contextlib.suppress(asyncio.QueueEmpty):
            while True:
                self._items.get_nowait()
        self._items.put_nowait(None)

    async def next(self, seconds: float) -> Item | None:
        """The next item; None when there was none for so long, or when something was missed."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._items.get(), seconds)
        return None


class Feed:
    """An ordered consumer on one subject of one stream, with the last events kept for replay.

    read(fact, payload) → what browsers are told, or None where they are told nothing.
    """

    def __init__(self, name: str, stream: str, subject: str, read: Reader, keep: int) -> None:
        self.name = name
        self._stream = stream
        self._subject = subject
        self._read = read
        self._recent: deque[Item | Unread] = deque(maxlen=keep)
        self._subscribers: set[Subscriber] = set()
        # Everything after this stands in _recent.
        self._known_from = 0
        self.sequence = 0
        self.ready = False
        self._log = telemetry.logger("gateway")

    def subscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.add(subscriber)

    def unsubscribe(self, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)

    def since(self, sequence: int) -> Iterable[Item] | None:
        """What came after a sequence; None when that is not known any more."""
        if not self.ready or sequence < self._known_from or sequence > self.sequence:
            return None
        self._read_kept(sequence)
        return [item for item in self._recent if isinstance(item, Item) and item.sequence > sequence]

    async def run(self, client: Client) -> None:
        """Reads until cancelled. A break, or a stream that begins anew, makes every browser begin anew."""
        while True:
            try:
                await self._follow(client)
            except asyncio.CancelledError:
                raise
            except NotFoundError:
                pass  # its owner has not made the stream yet
            except Exception as error:
                self._log.warning("live_feed_interrupted", stream=self._stream, error=type(error).__name__)
            self.ready = False
            await asyncio.sleep(_RETRY_SECONDS)

    async def _follow(self, client: Client) -> None:
        stream = client.jetstream()
        state = (await stream.stream_info(self._stream)).state
        keep = self._recent.maxlen or 1
        if state.last_seq < self.sequence:
            self._begin_anew()  # the stream was rebuilt: sequences mean something else now
        first = self.sequence + 1 if self.sequence else max(state.last_seq - keep + 1, state.first_seq, 1)
        if not self.sequence:
            self._known_from = first - 1
        config = ConsumerConfig(
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=first, inactive_threshold=30.0
        )
        self.sequence = max(self.sequence, first - 1)
        # Called with each, rather than asked for each: that takes a task and a timer for every message.
        subscription = await stream.subscribe(
            self._subject, cb=self._take, stream=self._stream, ordered_consumer=True, config=config
        )
        try:
            await self._keep_up(client)
        finally:
            with contextlib.suppress(Exception):
                await subscription.unsubscribe()

    async def _keep_up(self, client: Client) -> None:
        """Returns when the stream began anew. Raises NotFoundError when it is gone."""
        self.ready = True
        while True:
            known = self.sequence
            await asyncio.sleep(_QUIET_SECONDS)
            if self.sequence > known or not client.is_connected:
                continue
            state = (await client.jetstream().stream_info(self._stream)).state
            if state.last_seq < self.sequence:
                return

    async def _take(self, message: Msg) -> None:
        sequence = message.metadata.sequence.stream
        if sequence <= self.sequence:
            return
        self.sequence = sequence
        provider_id = (message.headers or {}).get(names.PROVIDER, "")
        unread = Unread(sequence, provider_id, message.subject, message.data)
        # Reading costs more than all the rest, and most of the time nobody looks.
        item = self._item(unread) if self._subscribers else unread
        if item is None:
            return
        if len(self._recent) == self._recent.maxlen:
            self._known_from = self._recent[0].sequence
        self._recent.append(item)
        if isinstance(item, Item):
            for subscriber in tuple(self._subscribers):
                subscriber.offer(item)

    def _read_kept(self, after: int) -> None:
        """Reads what was kept unread and is asked for now."""
        if any(isinstance(kept, Unread) and kept.sequence > after for kept in self._recent):
            read = [
                self._item(kept) if isinstance(kept, Unread) and kept.sequence > after else kept
                for kept in self._recent
            ]
            self._recent = deque((kept for kept in read if kept is not None), self._recent.maxlen)

    def _item(self, unread: Unread) -> Item | None:
        parts = unread.subject.split(".")
        told = self._read(parts[-1], unread.payload)
        if told is None:
            return None
        return Item(
            unread.sequence,
            unread.provider_id,
            parts[3],
            parts[4],
            told.name,
            told.data,
            told.internal,
            self.name,
            told.people,
        )

    def _begin_anew(self) -> None:
        self._recent.clear()
        self.sequence = self._known_from = 0
        for subscriber in tuple(self._subscribers):
            subscriber.lose()
