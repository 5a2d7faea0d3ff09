"""The ASGI app: who may listen, and the text of the streams (WHATWG HTML, section 9.2)."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chassis import telemetry
from chassis.clock import Clock
from chassis.errors import (
    FairleadError,
    NotFound,
    PermissionDenied,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)
from chassis.tenancy import Caller
from services.gateway.auth.callers import Callers, PersonDisabled
from services.gateway.auth.sessions import Session, Sessions
from services.gateway.backends import Backends
from services.gateway.backends.words import time_text
from services.gateway.config import GatewaySettings
from services.gateway.live.feed import Feed, Item

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
_STATUS = {"UNAUTHENTICATED": 401, "PERMISSION_DENIED": 403, "NOT_FOUND": 404, "RESOURCE_EXHAUSTED": 503}
# Every stream there is: the cross-tenant matrix has a probe for each.
STREAMS = ("/live/queue", "/live/incidents/{incident_id}")
_QUEUE, _INCIDENT = (path.split("/") for path in STREAMS)
# How often a stream asks whether its session still stands.
_SESSION_SECONDS = 30.0
_RECONNECT_MILLISECONDS = 2000


@dataclass
class Listener:
    """One open stream: whose, on what, and since when that was last checked."""

    session: Session
    caller: Caller
    tenant_id: str
    incident_id: str
    checked: float = 0.0

    def wants(self, item: Item) -> bool:
        """Every event is authorized by itself: by tenant, by incident, and internal ones for staff alone."""
        caller = self.caller
        mine = item.provider_id == caller.provider_id and (
            caller.tenant_ids is None or item.tenant_id in caller.tenant_ids
        )
        there = not self.incident_id or item.aggregate_id == self.incident_id
        return mine and there and (caller.is_staff or not item.internal)


class LiveApp:
    """GET /live/queue for staff, GET /live/incidents/{id} for whoever may read the incident; health."""

    def __init__(
        self,
        settings: GatewaySettings,
        sessions: Sessions,
        callers: Callers,
        backends: Backends,
        queue: Feed,
        incidents: Feed,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._sessions = sessions
        self._callers = callers
        self._backends = backends
        self._queue = queue
        self._incidents = incidents
        self._clock = clock
        self._open = 0
        self._log = telemetry.logger("gateway")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["path"]
        if path == "/healthz":
            await _plain(send, 200, "ok\n")
        elif path == "/readyz":
            ready = self._queue.ready
            await _plain(send, 200 if ready else 503, "ready\n" if ready else "not ready\n")
        else:
            await self._live(scope, headers, receive, send)

    async def _live(self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send) -> None:
        origin = headers.get("origin", "")
        if origin and origin != self._web_origin(headers.get("host", "")):
            await _problem(send, 403, "origin_not_allowed", [])
            return
        cors = _cors(origin)
        if scope["method"] == "OPTIONS":
            await _answer(send, 204, [*cors, (b"access-control-allow-headers", b"last-event-id")], b"")
            return
        if scope["method"] != "GET":
            await _problem(send, 405, "method_not_allowed", [*cors, (b"allow", b"GET, OPTIONS")])
            return
        try:
            feed, listener = await self._admit(scope, headers)
        except FairleadError as error:
            status = _STATUS.get(error.status, 503)
            retry = [(b"retry-after", b"2")] if status == 503 else []
            await _problem(send, status, error.reason, [*cors, *retry])
            return
        await self._stream(feed, listener, _after(scope, headers), receive, send, cors)

    def _web_origin(self, host: str) -> str:
        return self._settings.web_origin_for(urlsplit(f"//{host}").hostname or "")

    async def _admit(self, scope: Scope, headers: dict[str, str]) -> tuple[Feed, Listener]:
        if self._open >= self._settings.live_clients:
            raise ResourceExhausted("too_many_streams", "This server has as many listeners as it can hold.")
        cookie = _cookie(headers.get("cookie", ""), self._settings.session_cookie)
        session = await asyncio.to_thread(self._sessions.find, cookie)
        if session is None:
            raise Unauthenticated("sign_in_required", "Sign in to continue.")
        tenant_id = _parameter(scope, "tenant_id")
        caller = await asyncio.to_thread(self._caller, session, tenant_id)
        parts = scope["path"].split("/")
        if parts == _QUEUE:
            if not caller.is_staff:
                raise PermissionDenied("role_required", "The queue is the staff's.")
            return self._queue, Listener(session, caller, tenant_id, "")
        if len(parts) == len(_INCIDENT) and parts[:-1] == _INCIDENT[:-1] and parts[-1].isascii():
            incident = await asyncio.to_thread(self._backends.incidents.get, caller, parts[-1])
            return self._incidents, Listener(session, caller, tenant_id, incident.incident_id)
        raise NotFound("not_found", "There is no such stream.")

    def _caller(self, session: Session, tenant_id: str) -> Caller:
        return self._callers.for_person(session.provider_id, session.person_id, tenant_id)

    async def _stream(
        self,
        feed: Feed,
        listener: Listener,
        after: int | None,
        receive: Receive,
        send: Send,
        cors: Sequence[Any],
    ) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            *cors,
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        gone = asyncio.create_task(_disconnected(receive))
        self._open += 1
        try:
            async for text in self._events(feed, listener, after, gone):
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            pass  # the browser went away between two checks
        finally:
            self._open -= 1
            gone.cancel()

    async def _events(
        self, feed: Feed, listener: Listener, after: int | None, gone: asyncio.Task[None]
    ) -> AsyncIterator[str]:
        subscriber = feed.subscribe(listener.wants)
        # Before the first word goes out: what arrives meanwhile waits with the subscriber and comes after it.
        last = feed.sequence
        try:
            yield f"retry: {_RECONNECT_MILLISECONDS}\n\n"
            hello = {"sequence": last, "time": time_text(self._clock())}
            yield _event("hello", json.dumps(hello), last)
            if after is not None:
                missed = feed.since(after)
                if missed is None:
                    yield _event("resync", "{}", last)
                for past in missed or ():
                    if past.sequence <= last and listener.wants(past):
                        yield _event(past.name, past.data, past.sequence)
            while not gone.done():
                item = await subscriber.next(self._settings.live_heartbeat_seconds)
                if subscriber.lost:
                    # The browser reconnects, is told where the stream is, and fetches its page's state.
                    yield _event("resync", "{}", feed.sequence)
                    return
                if not await self._still_allowed(listener):
                    yield _event("signed_out", "{}", last)
                    return
                if item is None:
                    yield f": {time_text(self._clock())}\n\n"
                elif item.sequence > last:
                    last = item.sequence
                    yield _event(item.name, item.data, item.sequence)
        finally:
            feed.unsubscribe(subscriber)

    async def _still_allowed(self, listener: Listener) -> bool:
        """Asked again twice a minute: sessions end, people are disabled, grants change."""
        now = asyncio.get_running_loop().time()
        if not listener.checked:
            listener.checked = now
        if now - listener.checked < _SESSION_SECONDS:
            return True
        listener.checked = now
        try:
            session = await asyncio.to_thread(self._sessions.find_by_key, listener.session.key)
            if session is None:
                return False
            listener.caller = await asyncio.to_thread(self._caller, session, listener.tenant_id)
            return bool(listener.incident_id) or listener.caller.is_staff
        except Unavailable:
            return True  # a store that is away signs nobody out; the next check will tell
        except (PersonDisabled, NotFound):
            return False


def _event(name: str, data: str, sequence: int) -> str:
    return f"id: {sequence}\nevent: {name}\ndata: {data}\n\n"


def _after(scope: Scope, headers: dict[str, str]) -> int | None:
    """Where a browser left off: the header when it reconnects, `after` in the address when its page knows."""
    value = headers.get("last-event-id", "") or _parameter(scope, "after")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def _parameter(scope: Scope, name: str) -> str:
    return parse_qs(scope.get("query_string", b"").decode("latin-1")).get(name, [""])[0]


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _cors(origin: str) -> list[tuple[bytes, bytes]]:
    headers = [(b"vary", b"Origin"), (b"x-content-type-options", b"nosniff")]
    if origin:
        headers.append((b"access-control-allow-origin", origin.encode("latin-1")))
        headers.append((b"access-control-allow-credentials", b"true"))
    return headers


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _plain(send: Send, status: int, text: str) -> None:
    await _answer(send, status, [(b"content-type", b"text/plain")], text.encode())


async def _problem(send: Send, status: int, reason: str, headers: Sequence[tuple[bytes, bytes]]) -> None:
    body = {"type": f"urn:fairlead:problem:{reason}", "status": status, "reason": reason}
    kind = (b"content-type", b"application/problem+json")
    await _answer(send, status, [kind, *headers], json.dumps(body).encode())


async def _answer(send: Send, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> None:
    size = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, size]})
    await send({"type": "http.response.body", "body": body})
