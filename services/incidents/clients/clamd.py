"""A virus scanner that speaks ClamAV's protocol: clamd, or what stands in for it."""

import socket
import struct
from collections.abc import Iterable

from chassis.errors import Unavailable

_CONNECT_SECONDS = 3.0
# clamd refuses a longer piece than its StreamMaxLength at once; ours are 256 KiB.
_LENGTH = struct.Struct("!L")
_LONGEST_ANSWER = 4096


class ClamdScanner:
    """Implements ports.Scanner by INSTREAM: the bytes travel, so clamd may be on another machine.

    address: "host:port", or a path of a unix socket. seconds: how long each step of one scan may take.
    """

    def __init__(self, address: str, seconds: float) -> None:
        self._address = address
        self._seconds = seconds

    def scan(self, pieces: Iterable[bytes]) -> str:
        try:
            with self._connected() as connection:
                answer = _ask(connection, pieces)
        except (OSError, ValueError) as error:
            raise Unavailable("scanner_unavailable", "The virus scanner does not answer.") from error
        return _finding(answer)

    def _connected(self) -> socket.socket:
        if self._address.startswith("/"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.settimeout(_CONNECT_SECONDS)
                connection.connect(self._address)
            except OSError:
                connection.close()
                raise
        else:
            host, _colon, port = self._address.rpartition(":")
            connection = socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS)
        connection.settimeout(self._seconds)
        return connection


def _ask(connection: socket.socket, pieces: Iterable[bytes]) -> str:
    try:
        connection.sendall(b"zINSTREAM\0")
        for piece in pieces:
            if piece:
                connection.sendall(_LENGTH.pack(len(piece)) + piece)
        connection.sendall(_LENGTH.pack(0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has heard enough, and may have said why
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        heard = connection.recv(_LONGEST_ANSWER)
        if not heard:
            break
        answer += heard
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


def _finding(answer: str) -> str:
    """What was found, "" for nothing. Anything but a clear word is none: the file is not called clean."""
    words = answer.removeprefix("stream: ")
    if words == "OK":
        return ""
    if words.endswith(" FOUND"):
        return words.removesuffix(" FOUND")
    raise Unavailable("scanner_unavailable", "The virus scanner could not tell.", answer=words[:200])
