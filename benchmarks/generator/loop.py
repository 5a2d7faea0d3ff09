"""Many connections in one thread: each sends what it is given, waits for the whole answer, and is given the next."""

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Protocol

_READ_BYTES = 1 << 18
# How often parked connections look whether they may go on.
_PAUSE_SECONDS = 0.005
# After the load's end an answer may take so long.
_LAST_ANSWER_SECONDS = 30.0


class Talk(Protocol):
    """One conversation: what to send next, and what came of it."""

    def begin(self) -> bytes:
        """What to send first; b"" when the other side speaks first."""

    def hear(self, data: bytes) -> bytes | None:
        """Takes what came; what to send next, b"" to hear more, None when the conversation is done."""

    @property
    def status(self) -> str:
        """How it ended."""

    @property
    def keeps_connection(self) -> bool:
        """Whether the next conversation may go on over the same connection."""


class Loop:
    """Runs conversations over so many connections, for so many seconds."""

    def __init__(
        self,
        port: int,
        connections: int,
        seconds: float,
        talks: Iterator[Talk],
        may_go_on: Callable[[int], bool] = lambda begun: True,
        paced: float = 0.0,
    ) -> None:
        """may_go_on: told how many were begun; False parks. paced: conversations a second, 0 for as fast as can be."""
        self._port = port
        self._connections = connections
        self._seconds = seconds
        self._talks = talks
        self._may_go_on = may_go_on
        self._paced = paced
        self._selector = selectors.DefaultSelector()
        self._begun = 0
        self.milliseconds: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.seconds = 0.0

    def run(self) -> None:
        """Returns after the last answer."""
        self._start = time.perf_counter()
        self._end = self._start + self._seconds
        idle: list[socket.socket | None] = [None] * self._connections
        self._busy: dict[socket.socket, tuple[Talk, float]] = {}
        while True:
            now = time.perf_counter()
            while idle and now < self._end and self._may_begin(now):
                if not self._next(idle.pop()):
                    self._end = now  # nothing is left to send
                    break
            if now >= self._end and (not self._busy or now > self._end + _LAST_ANSWER_SECONDS):
                break
            for connection in self._readable(_PAUSE_SECONDS if idle else 0.5):
                if connection not in self._busy:
                    # The other side has hung up on one that was parked; the next conversation makes its own.
                    self._close(connection)
                    idle[idle.index(connection)] = None
                    continue
                done, kept = self._read(connection)
                if done:
                    idle.append(kept)
        self.statuses["unanswered"] += len(self._busy)
        self.statuses = +self.statuses
        self.seconds = time.perf_counter() - self._start

    def _readable(self, seconds: float) -> list[socket.socket]:
        return [
            key.fileobj for key, _ in self._selector.select(seconds) if isinstance(key.fileobj, socket.socket)
        ]

    def _may_begin(self, now: float) -> bool:
        if self._paced and self._begun >= (now - self._start) * self._paced:
            return False
        return self._may_go_on(self._begun)

    def _next(self, connection: socket.socket | None) -> bool:
        talk = next(self._talks, None)
        if talk is None:
            return False
        self._begun += 1
        began = time.perf_counter()
        connection = connection or self._connect()
        self._busy[connection] = (talk, began)
        if first := talk.begin():
            connection.sendall(first)
        return True

    def _connect(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(connection, selectors.EVENT_READ)
        return connection

    def _read(self, connection: socket.socket) -> tuple[bool, socket.socket | None]:
        """Whether the conversation ended, and the connection if it can be used again."""
        talk, began = self._busy[connection]
        try:
            data = connection.recv(_READ_BYTES)
            answer = talk.hear(data) if data else None
            if answer:
                connection.sendall(answer)
        except OSError:
            data, answer = b"", None
        if answer is not None:
            return False, None
        del self._busy[connection]
        self.milliseconds.append((time.perf_counter() - began) * 1000)
        self.statuses[talk.status if data else "cut off"] += 1
        if data and talk.keeps_connection:
            return True, connection
        self._close(connection)
        return True, None

    def _close(self, connection: socket.socket) -> None:
        self._selector.unregister(connection)
        connection.close()
