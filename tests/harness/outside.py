"""What stands outside the house: a mail server and a webhook endpoint that remember, and can refuse."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from tests.harness.servers import free_port


class MailServer:
    """Takes mail over real SMTP. `answer` decides on each message: "250 OK" by default."""

    def __init__(self, port: int = 0) -> None:
        self.messages: list[Message] = []
        self.answer: Callable[[Message], str] = lambda _message: "250 OK"
        self.port = port or free_port()
        self._controller: Controller | None = None

    @property
    def relay(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> "MailServer":
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    def to(self, address: str) -> list[Message]:
        return [message for message in self.messages if address in str(message["To"])]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content)
        answer = self.answer(message)
        if answer.startswith("250"):
            self.messages.append(message)
        return answer


@dataclass
class Call:
    """One request that the endpoint got."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Endpoint:
    """An HTTP endpoint. `status` is what it answers; 0: nothing at all, until it is closed."""

    status: int = 204
    calls: list[Call] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Endpoint":
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                endpoint.calls.append(
                    Call({name.lower(): value for name, value in self.headers.items()}, body)
                )
                if not endpoint.status:
                    endpoint.closing.wait()
                    return
                self.send_response(endpoint.status)
                self.send_header("location", "http://127.0.0.1:1/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Nothing: the calls are remembered."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"
