"""The ASGI app: who may listen, and to which stream."""

import asyncio
import contextlib
import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from chassis.clock import Clock
from chassis.errors import FairleadError, NotFound, PermissionDenied, ResourceExhausted, Unauthenticated
from chassis.tenancy import Caller
from chassis.tokens import CallerVerifier
from services.gateway.auth.callers import Callers
from services.gateway.auth.sessions import Session, Sessions
from services.gateway.backends import Backends
from services.gateway.config import GatewaySettings
from services.gateway.live import answers
from services.gateway.live.answers import Receive, Scope, Send
from services.gateway.live.feed import Feed
from services.gateway.live.listener import Listener
from services.gateway.live.streams import Interests, Streams

_STATUS = {"UNAUTHENTICATED": 401, "PERMISSION_DENIED": 403, "NOT_FOUND": 404, "RESOURCE_EXHAUSTED": 503}
# Everything there is to ask for: the cross-tenant matrix has a probe for each.
STREAMS = ("GET /live/queue", "GET /live/incidents/{incident_id}", "GET /live/session")
INTERESTS = "POST /live/session/{connection_id}"
_QUEUE, _INCIDENT, _SESSION = (stream.partition(" ")[2].split("/") for stream in STREAMS)
_INTERESTS = INTERESTS.partition(" ")[2].split("/")
_LONGEST_BODY = 16 * 1024


class LiveApp:
    """GET /live/session is what pages use: one stream for all of a browser's tabs, whose interests a POST changes.

    GET /live/queue for staff, and GET /live/incidents/{id} for whoever may read the incident, are streams of one
    thing each, for programs with a session. Besides, health.
    """

    def __init__(
        self,
        settings: GatewaySettings,
        sessions: Sessions,
        callers: Callers,
        backends: Backends,
        verifier: CallerVerifier,
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
        self.streams = Streams(settings, sessions, callers, backends, verifier, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path == "/healthz":
            await answers.plain(send, 200, "ok\n")
        elif path == "/readyz":
            ready = self._queue.ready
            await answers.plain(send, 200 if ready else 503, "ready\n" if ready else "not ready\n")
        else:
            await self._live(scope, answers.headers_of(scope), receive, send)

    async def _live(self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send) -> None:
        origin, method = headers.get("origin", ""), scope["method"]
        ours = self._settings.web_origin_for(urlsplit(f"//{headers.get('host', '')}").hostname or "")
        # A browser names the origin with every POST; one that names none was not sent by a page of ours.
        if (origin or method == "POST") and origin != ours:
            await answers.problem(send, 403, "origin_not_allowed", [])
            return
        cors = answers.cors(origin)
        changes = _matches(scope["path"], _INTERESTS)
        if method == "OPTIONS":
            allowed = (b"access-control-allow-headers", b"last-event-id")
            await answers.answer(send, 204, [*cors, allowed], b"")
            return
        if method != ("POST" if changes else "GET"):
            allow = b"POST, OPTIONS" if changes else b"GET, OPTIONS"
            await answers.problem(send, 405, "method_not_allowed", [*cors, (b"allow", allow)])
            return
        try:
            if changes:
                await self._change(scope, headers, receive, send, cors)
            else:
                await self._open(scope, headers, receive, send, cors)
        except FairleadError as error:
            status = _STATUS.get(error.status, 503)
            retry = [(b"retry-after", b"2")] if status == 503 else []
            await answers.problem(send, status, error.reason, [*cors, *retry])

    async def _open(
        self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send, cors: Sequence[Any]
    ) -> None:
        feeds, listener, tenants = await self._admit(scope, headers)
        place = _place(scope, headers, len(feeds))
        kind = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": [*kind, *cors]})
        gone = asyncio.create_task(answers.disconnected(receive))
        try:
            async with contextlib.aclosing(
                self.streams.events(feeds, listener, place, gone, tenants)
            ) as texts:
                async for text in texts:
                    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except OSError:
            pass  # the browser went away between two checks
        finally:
            gone.cancel()

    async def _admit(
        self, scope: Scope, headers: dict[str, str]
    ) -> tuple[list[Feed], Listener, dict[str, str]]:
        if self.streams.open >= self._settings.live_clients:
            raise ResourceExhausted("too_many_streams", "This server has as many listeners as it can hold.")
        session = await self._session(headers)
        tenant_id, asked = answers.parameter(scope, "tenant_id"), answers.parameters(scope)
        caller = await asyncio.to_thread(self._caller, session, tenant_id)
        path = scope["path"]
        if _matches(path, _SESSION):
            # A worker outlives signing out and in again: it must not listen as somebody else from then on.
            if asked.get("session", [session.tag]) != [session.tag]:
                raise Unauthenticated("session_changed", "Somebody else is signed in now.")
            listener = Listener(session, caller, tenant_id, secrets.token_urlsafe(18), queue="queue" in asked)
            wanted = Interests.of(
                {"connection_id": "", "session_key": "", "incidents": asked.get("incident", [])}
            )
            tenants = await asyncio.to_thread(self.streams.incidents, listener, wanted.incidents)
            listener.incidents = set(tenants)
            if listener.queue:
                _require_staff(caller)
            return [self._queue, self._incidents], listener, tenants
        if _matches(path, _QUEUE):
            _require_staff(caller)
            return [self._queue], Listener(session, caller, tenant_id, queue=True), {}
        if _matches(path, _INCIDENT):
            incident = await asyncio.to_thread(self._backends.incidents.get, caller, path.split("/")[-1])
            tenants = {incident.incident_id: incident.tenant_id}
            return [self._incidents], Listener(session, caller, tenant_id, incidents=set(tenants)), tenants
        raise NotFound("not_found", "There is no such stream.")

    async def _change(
        self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send, cors: Sequence[Any]
    ) -> None:
        session = await self._session(headers)
        try:
            told = await answers.form(receive, _LONGEST_BODY)
        except answers.BodyTooLarge:
            await answers.problem(send, 413, "body_too_large", cors)
            return
        wanted = Interests.of(
            {
                "connection_id": scope["path"].split("/")[-1],
                "session_key": session.key,
                "queue": "queue" in told,
                "incidents": told.get("incident", []),
                "viewing": told.get("viewing", []),
                "typing": told.get("typing", []),
            }
        )
        answer = await self.streams.change(wanted)
        if answer is None:
            raise NotFound("connection_not_found", "There is no such connection.")
        if "error" in answer:
            await answers.problem(send, 503, answer["error"], [*cors, (b"retry-after", b"2")])
            return
        await answers.data(send, answer, cors)

    async def _session(self, headers: dict[str, str]) -> Session:
        cookie = answers.cookie(headers.get("cookie", ""), self._settings.session_cookie)
        session = await asyncio.to_thread(self._sessions.find, cookie)
        if session is None:
            raise Unauthenticated("sign_in_required", "Sign in to continue.")
        return session

    def _caller(self, session: Session, tenant_id: str) -> Caller:
        return self._callers.for_person(session.provider_id, session.person_id, tenant_id)


def _require_staff(caller: Caller) -> None:
    if not caller.is_staff:
        raise PermissionDenied("role_required", "The queue is the staff's.")


def _matches(path: str, pattern: list[str]) -> bool:
    """Whether a path is this one, its last part free where the pattern's is a place."""
    parts = path.split("/")
    free = pattern[-1].startswith("{")
    if free:
        return (
            len(parts) == len(pattern)
            and parts[:-1] == pattern[:-1]
            and parts[-1].isascii()
            and parts[-1] != ""
        )
    return parts == pattern


def _place(scope: Scope, headers: dict[str, str], feeds: int) -> list[int] | None:
    """Where a browser left off: the header when it reconnects, `after` in the address when its page knows."""
    value = headers.get("last-event-id", "") or answers.parameter(scope, "after")
    parts = value.split(".")
    if len(parts) != feeds or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
        return None
    return [int(part) for part in parts]
