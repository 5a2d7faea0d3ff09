"""HTTP as the live face speaks it: reading a request's parts, and whole answers."""

import json
from collections.abc import Awaitable, Callable, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Scope = dict[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Headers = Sequence[tuple[bytes, bytes]]


class BodyTooLarge(Exception):
    """A request's body is larger than anything this face takes."""


def headers_of(scope: Scope) -> dict[str, str]:
    """By lower-case name."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def parameters(scope: Scope) -> dict[str, list[str]]:
    """What stands in the address."""
    return parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def parameter(scope: Scope, name: str) -> str:
    """The first of this name in the address, "" for none."""
    return parameters(scope).get(name, [""])[0]


async def form(receive: Receive, limit: int) -> dict[str, list[str]]:
    """The fields of an urlencoded body. Raises BodyTooLarge."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            raise BodyTooLarge
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return parse_qs(body.decode("latin-1"))


def cookie(header: str, name: str) -> str:
    """A cookie's value, "" if there is none or the header cannot be read."""
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def cors(origin: str) -> list[tuple[bytes, bytes]]:
    """For an origin that was found to be ours."""
    headers = [(b"vary", b"Origin"), (b"x-content-type-options", b"nosniff")]
    if origin:
        headers.append((b"access-control-allow-origin", origin.encode("latin-1")))
        headers.append((b"access-control-allow-credentials", b"true"))
    return headers


async def plain(send: Send, status: int, text: str) -> None:
    """A line for probes."""
    await answer(send, status, [(b"content-type", b"text/plain")], text.encode())


async def data(send: Send, body: dict[str, Any], headers: Headers) -> None:
    """200 with JSON."""
    kind = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await answer(send, 200, [*kind, *headers], json.dumps(body).encode())


async def problem(send: Send, status: int, reason: str, headers: Headers) -> None:
    """RFC 9457."""
    body = {"type": f"urn:fairlead:problem:{reason}", "status": status, "reason": reason}
    kind = (b"content-type", b"application/problem+json")
    await answer(send, status, [kind, *headers], json.dumps(body).encode())


async def answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """A whole answer."""
    size = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, size]})
    await send({"type": "http.response.body", "body": body})


async def disconnected(receive: Receive) -> None:
    """Returns when the browser has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def event(name: str, body: str, place: str = "") -> str:
    """One server-sent event (WHATWG HTML, section 9.2); without a place the browser's own stays as it was."""
    head = f"id: {place}\n" if place else ""
    return f"{head}event: {name}\ndata: {body}\n\n"
