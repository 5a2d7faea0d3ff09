"""The text of open streams, and what may change while they are open: interests, and what their listener may see."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chassis.clock import Clock
from chassis.errors import FairleadError, NotFound, Unavailable
from chassis.tokens import CallerVerifier
from services.gateway.auth.callers import Callers, PersonDisabled
from services.gateway.auth.sessions import Sessions
from services.gateway.backends import Backends
from services.gateway.backends.words import time_text
from services.gateway.config import GatewaySettings
from services.gateway.live.answers import event
from services.gateway.live.feed import Feed, Item, Subscriber
from services.gateway.live.listener import Listener
from services.gateway.live.presence import Look, Presence, Visit
from services.gateway.live.replicas import Replicas

# How often a stream asks whether its session still stands and its incidents are still its listener's.
_SESSION_SECONDS = 30.0
_RECONNECT_MILLISECONDS = 2000
_INTERESTS = 50


@dataclass(frozen=True)
class Interests:
    """What a browser's tabs show: the queue, incidents, those of them that somebody really looks at, and writes in."""

    connection_id: str
    session_key: str
    queue: bool = False
    incidents: tuple[str, ...] = ()
    viewing: tuple[str, ...] = ()
    typing: tuple[str, ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Interests":
        """From a form's fields or another replica's message. Whatever is beyond the limit is not listened to."""
        lists = {
            name: tuple(str(each) for each in told.get(name, ()))[:_INTERESTS]
            for name in ("incidents", "viewing", "typing")
        }
        return cls(str(told["connection_id"]), str(told["session_key"]), bool(told.get("queue")), **lists)

    def told(self) -> dict[str, Any]:
        """As another replica is told."""
        lists = {name: list(getattr(self, name)) for name in ("incidents", "viewing", "typing")}
        named = {"connection_id": self.connection_id, "session_key": self.session_key, "queue": self.queue}
        return {**named, **lists}


@dataclass
class _Connection:
    listener: Listener
    subscriber: Subscriber
    # Of the incidents it listens to.
    tenants: dict[str, str]


class Streams:
    """All streams of this replica. Everything here runs on its one event loop."""

    def __init__(
        self,
        settings: GatewaySettings,
        sessions: Sessions,
        callers: Callers,
        backends: Backends,
        verifier: CallerVerifier,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._callers = callers
        self._backends = backends
        self._clock = clock
        self._presence = Presence()
        self._subscribers: set[Subscriber] = set()
        self._connections: dict[str, _Connection] = {}
        self._listeners: dict[int, tuple[Listener, Subscriber]] = {}
        self.replicas = Replicas(
            settings.installation, verifier, clock, self._presence, self._own, self._tell, self._change_told
        )

    @property
    def open(self) -> int:
        return len(self._listeners)

    async def events(
        self,
        feeds: Sequence[Feed],
        listener: Listener,
        after: Sequence[int] | None,
        gone: asyncio.Task[None],
        tenants: dict[str, str],
    ) -> AsyncGenerator[str, None]:
        """What to send, until the browser has gone, fell behind, or may not listen any more.

        after: how far it had come in each of the feeds. tenants: of the incidents it begins with.
        """
        subscriber = Subscriber(listener.wants, self._settings.live_queue_events)
        gone.add_done_callback(lambda _: subscriber.wake())
        try:
            # Before the first word goes out: what arrives meanwhile waits with the subscriber and comes after it.
            for feed in feeds:
                feed.subscribe(subscriber)
            self._listeners[id(listener)] = listener, subscriber
            if listener.connection_id:
                self._subscribers.add(subscriber)
                self._connections[listener.connection_id] = _Connection(listener, subscriber, tenants)
            last = {feed.name: feed.sequence for feed in feeds}
            for text in self._greeting(feeds, listener, after, last):
                yield text
            async for text in self._following(feeds, listener, subscriber, last, gone):
                yield text
        finally:
            for feed in feeds:
                feed.unsubscribe(subscriber)
            self._listeners.pop(id(listener), None)
            await self._ended(listener, subscriber)

    async def change(self, wanted: Interests) -> dict[str, Any] | None:
        """What a connection listens to from now on; None when no replica holds it for this session."""
        answer = await self._change(wanted)
        return answer if answer is not None else await self.replicas.ask_holder(wanted.told())

    def recheck(self, person_id: str = "", tenant_id: str = "") -> None:
        """Somebody's access has changed, or a client's: their streams ask again what they may send."""
        for listener, subscriber in self._listeners.values():
            tenants = listener.caller.tenant_ids
            if listener.caller.person_id == person_id or (tenant_id and tenants and tenant_id in tenants):
                listener.checked = float("-inf")
                subscriber.wake()

    def incidents(self, listener: Listener, wanted: Sequence[str]) -> dict[str, str]:
        """Those that the listener may read, with their clients. Blocks. Raises Unavailable."""
        if not wanted:
            return {}
        found = self._backends.incidents.get_many(listener.caller, list(wanted))
        return {each.incident_id: each.tenant_id for each in found if listener.granted(each)}

    def _greeting(
        self, feeds: Sequence[Feed], listener: Listener, after: Sequence[int] | None, last: dict[str, int]
    ) -> Iterable[str]:
        yield f"retry: {_RECONNECT_MILLISECONDS}\n\n"
        hello: dict[str, Any] = {"sequence": _place(last), "time": time_text(self._clock())}
        if listener.connection_id:
            hello |= {"connection_id": listener.connection_id, "incidents": sorted(listener.incidents)}
        # Somebody who comes back keeps their place until they have what they missed.
        yield event("hello", json.dumps(hello), _place(last) if after is None else "")
        if listener.sees_presence:
            yield from (
                event(item.name, item.data) for item in self._presence.items() if listener.wants(item)
            )
        if after is None:
            return
        missed = [feed.since(place) for feed, place in zip(feeds, after, strict=True)]
        if any(items is None for items in missed):
            yield event("resync", "{}", _place(last))
        for feed, items in zip(feeds, missed, strict=True):
            for past in items or ():
                if past.sequence <= last[feed.name] and listener.wants(past):
                    yield event(past.name, past.data)
        yield event("replayed", "{}", _place(last))

    async def _following(
        self,
        feeds: Sequence[Feed],
        listener: Listener,
        subscriber: Subscriber,
        last: dict[str, int],
        gone: asyncio.Task[None],
    ) -> AsyncIterator[str]:
        while not gone.done():
            item = await subscriber.next(self._settings.live_heartbeat_seconds)
            if subscriber.lost:
                # The browser reconnects, is told where the stream is, and fetches its page's state.
                yield event("resync", "{}", _place({feed.name: feed.sequence for feed in feeds}))
                return
            for name, body in await self._recheck(listener):
                yield event(name, body)
                if name == "signed_out":
                    return
            if item is None:
                yield f": {time_text(self._clock())}\n\n"
            elif not listener.wants(item):
                continue  # it was theirs when it came, and is no more
            elif not item.feed:
                yield event(item.name, item.data)
            elif item.sequence > last[item.feed]:
                last[item.feed] = item.sequence
                yield event(item.name, item.data, _place(last))

    async def _recheck(self, listener: Listener) -> list[tuple[str, str]]:
        """Asked again twice a minute: sessions end, people are disabled, grants and participation change."""
        now = asyncio.get_running_loop().time()
        if not listener.checked:
            listener.checked = now
        if now - listener.checked < _SESSION_SECONDS:
            return []
        listener.checked = now
        before = listener.caller
        try:
            session = await asyncio.to_thread(self._sessions.find_by_key, listener.session.key)
            if session is None:
                return [("signed_out", "{}")]
            listener.caller = await asyncio.to_thread(
                self._callers.for_person, session.provider_id, session.person_id, listener.tenant_id
            )
            if listener.queue and not listener.caller.is_staff:
                return [("signed_out", "{}")]
            lost = await self._lost(listener)
        except Unavailable:
            return []  # a store that is away signs nobody out; the next check will tell
        except (PersonDisabled, NotFound):
            return [("signed_out", "{}")]
        told = [("gone", json.dumps({"incident_id": incident_id})) for incident_id in lost]
        if (before.tenant_ids, before.roles) != (listener.caller.tenant_ids, listener.caller.roles):
            told.append(("resync", "{}"))
        if lost and not listener.connection_id:
            told.append(("signed_out", "{}"))
        return told

    async def _lost(self, listener: Listener) -> list[str]:
        asked = sorted(listener.incidents)
        there = await asyncio.to_thread(self.incidents, listener, asked)
        lost = [incident_id for incident_id in asked if incident_id not in there]
        listener.without(lost)
        connection = self._connections.get(listener.connection_id)
        visit = self._presence.visit(listener.connection_id)
        if lost and connection and visit:
            looks = {key: look for key, look in visit.looks.items() if key not in lost}
            await self._put(connection, looks)
        return lost

    async def _change(self, wanted: Interests) -> dict[str, Any] | None:
        connection = self._connections.get(wanted.connection_id)
        if connection is None or connection.listener.session.key != wanted.session_key:
            return None
        listener = connection.listener
        new = [each for each in wanted.incidents if each not in listener.incidents]
        try:
            connection.tenants |= await asyncio.to_thread(self.incidents, listener, new)
        except FairleadError as error:
            return {"error": error.reason}
        granted = {each for each in wanted.incidents if each in connection.tenants}
        connection.tenants = {each: connection.tenants[each] for each in granted}
        listener.incidents = granted
        listener.queue = wanted.queue and listener.caller.is_staff
        if listener.sees_presence:
            seen = [each for each in wanted.viewing if each in granted]
            looks = {each: Look(connection.tenants[each], each in wanted.typing) for each in seen}
            await self._put(connection, looks)
        return {"queue": listener.queue, "incidents": sorted(granted)}

    async def _change_told(self, told: dict[str, Any]) -> dict[str, Any] | None:
        return await self._change(Interests.of(told))

    async def _put(self, connection: _Connection, looks: Mapping[str, Look]) -> None:
        caller, connection_id = connection.listener.caller, connection.listener.connection_id
        visit = Visit(connection_id, caller.provider_id, caller.person_id, caller.name, looks)
        known = self._presence.visit(connection_id)
        if known == visit or (known is None and not looks):
            return
        self._tell(self._presence.put(visit, asyncio.get_running_loop().time()))
        await self.replicas.say(visit, caller)

    async def _ended(self, listener: Listener, subscriber: Subscriber) -> None:
        self._subscribers.discard(subscriber)
        self._connections.pop(listener.connection_id, None)
        visit = self._presence.visit(listener.connection_id)
        if visit:
            self._tell(self._presence.leave(listener.connection_id))
            await self.replicas.say(replace(visit, looks={}), listener.caller)

    def _tell(self, items: Iterable[Item]) -> None:
        for item in items:
            for subscriber in tuple(self._subscribers):
                subscriber.offer(item)

    def _own(self) -> dict[str, Any]:
        return {key: connection.listener.caller for key, connection in self._connections.items()}


def _place(last: Mapping[str, int]) -> str:
    return ".".join(str(sequence) for sequence in last.values())
