"""The mail catcher over HTTP: pages for people, JSON for tests.

GET    /api/messages?to=&subject=&after=&limit=   newest first
GET    /api/messages/{id}                         with text, html and raw
DELETE /api/messages                              forget all
"""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from cli.mail_catcher import page
from cli.mail_catcher.store import MailStore, bodies

# A page elsewhere on the web must not read mail by pointing a name of its own at this machine.
_OWN_HOSTS = re.compile(r"^(localhost|[\w.-]+\.localhost|127\.0\.0\.1|\[::1\])(:\d+)?$", re.I)
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'"
_MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
_MOST = 5_000


class Handler(BaseHTTPRequestHandler):
    """Answers from the store that `serve` gave it."""

    protocol_version = "HTTP/1.1"
    store: ClassVar[MailStore]

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        if not self._asked_by_own_name():
            return
        if url.path == "/healthz":
            self._send(200, "text/plain", b"ok")
        elif url.path == "/":
            to, subject = query.get("to", ""), query.get("subject", "")
            self._page(page.list_page(self.store.find(to, subject), to, subject))
        elif url.path == "/api/messages":
            self._list(query)
        elif match := re.fullmatch(r"/(api/)?messages/(\d+)(/html|/raw)?", url.path):
            self._message(match[2], "json" if match[1] else (match[3] or "/page")[1:])
        else:
            self._missing()

    def do_DELETE(self) -> None:
        if not self._asked_by_own_name():
            return
        if self.path == "/api/messages":
            self._json({"deleted": self.store.clear()})
        else:
            self._missing()

    def _list(self, query: dict[str, str]) -> None:
        limit = query.get("limit", "500")
        wanted = min(int(limit), _MOST) if limit.isdigit() else 500
        found = self.store.find(query.get("to", ""), query.get("subject", ""), query.get("after", ""), wanted)
        self._json([caught.to_json() for caught in found])

    def _message(self, identifier: str, form: str) -> None:
        found = self.store.get(identifier)
        if not found:
            self._missing()
            return
        caught, raw = found
        if form == "raw":
            self._send(200, "text/plain; charset=utf-8", raw)
            return
        parts = bodies(raw)
        if form == "html":
            self._send(
                200, "text/html; charset=utf-8", parts["html"].encode("utf-8", "replace"), _MAIL_POLICY
            )
        elif form == "json":
            self._json({**caught.to_json(), **parts, "raw": raw.decode("utf-8", "replace")})
        else:
            self._page(page.message_page(caught, parts))

    def _asked_by_own_name(self) -> bool:
        if _OWN_HOSTS.match(self.headers.get("Host", "")):
            return True
        self._send(421, "text/plain", b"this server answers to localhost only")
        return False

    def _page(self, html: str) -> None:
        self._send(200, "text/html; charset=utf-8", html.encode("utf-8", "replace"), _PAGE_POLICY)

    def _json(self, value: Any) -> None:
        self._send(200, "application/json", json.dumps(value).encode())

    def _missing(self) -> None:
        self._send(404, "text/plain", b"there is no such message or page")

    def _send(self, status: int, kind: str, body: bytes, policy: str = "default-src 'none'") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: tests ask many times a second."""


def make_server(host: str, port: int, store: MailStore) -> ThreadingHTTPServer:
    """A server that listens; serve_forever() runs it, shutdown() ends that from another thread."""
    handler = type("BoundHandler", (Handler,), {"store": store})
    server = ThreadingHTTPServer((host, port), handler)
    server.daemon_threads = True
    return server
