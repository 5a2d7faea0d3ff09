"""An authorization server for tests: gives access tokens, and tells a mail server whose they are.

with Tokens(port, "desk") as tokens:
    tokens.url                           # where a token is asked for
    tokens.forms                         # what it was asked
    tokens.refresh_token = "r2"          # the next one that it accepts and gives
    tokens.refuse = "invalid_grant"      # until set to "" again
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, parse_qsl, urlsplit


class Tokens:
    """Its tokens are worth something for one user, and only the last one is."""

    def __init__(self, port: int, user: str, secret: str = "s3cret&more") -> None:
        self.user = user
        self.secret = secret
        self.refresh_token = ""
        self.refuse = ""
        self.forms: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/token"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """What a client gets for its form."""
        self.forms.append(form)
        right = (
            form.get("client_secret") == self.secret and form.get("refresh_token", "") == self.refresh_token
        )
        if self.refuse or not right:
            return 400, {"error": self.refuse or "invalid_client", "error_description": "No."}
        answer = {"access_token": f"token-{len(self.forms)}", "token_type": "Bearer", "expires_in": 3600}
        if self.refresh_token:
            self.refresh_token = f"refresh-{len(self.forms)}"
            answer["refresh_token"] = self.refresh_token
        return 200, answer

    def info(self, token: str) -> tuple[int, dict[str, Any]]:
        """Whose a token is."""
        return (
            (200, {"user": self.user})
            if token == f"token-{len(self.forms)}"
            else (401, {"error": "invalid_token"})
        )

    def _handler(tokens) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - "self" is the handler's
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(*tokens.token(dict(parse_qsl(body))))

            def do_GET(self) -> None:
                asked = parse_qs(urlsplit(self.path).query)
                self._answer(*tokens.info(asked.get("access_token", [""])[0]))

            def _answer(self, status: int, answer: dict[str, Any]) -> None:
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
