"""A small clamd: speaks INSTREAM of ClamAV's protocol on a real socket, and knows one virus by its name."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

VIRUS = b"a-planted-virus"
FINDING = "Planted.Test.Signature"
TOO_LARGE = b"INSTREAM size limit exceeded. ERROR\0"


class _Session(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.request.recv(1)
        assert command == b"zINSTREAM\0", command
        content = b""
        while size := struct.unpack("!L", self._exactly(4))[0]:
            content += self._exactly(size)
            if len(content) > self.server.longest:  # type: ignore[attr-defined]  # FakeClamd's own
                self.request.sendall(TOO_LARGE)
                return
        found = FINDING.encode() + b" FOUND" if VIRUS in content else b"OK"
        self.request.sendall(b"stream: " + found + b"\0")

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self.request.recv(count - len(data))
            if not piece:
                raise ConnectionError("the client left")
            data += piece
        return data


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    longest = 100_000_000


class _Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    longest = 100_000_000


@contextmanager
def clamd(port: int = 0, path: str = "", longest: int = 100_000_000) -> Iterator[str]:
    """Its address while it runs: on a port of loopback, or at a path."""
    server: socketserver.BaseServer = _Unix(path, _Session) if path else _Tcp(("127.0.0.1", port), _Session)
    server.longest = longest  # type: ignore[attr-defined]  # both have it
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield path or f"127.0.0.1:{server.server_address[1]}"  # type: ignore[index]  # a TCP address is a pair
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
