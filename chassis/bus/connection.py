"""The process's one connection to NATS, on its one event-loop thread, shared by every consumer."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

from chassis import telemetry
from chassis.nats_client import QuickClient, connect

Result = TypeVar("Result")

_CONNECT_SECONDS = 2
_RECONNECT_SECONDS = 0.5
_log = telemetry.logger("bus")

_lock = threading.Lock()
_transports: dict[tuple[int, str], Transport] = {}


class Transport:
    """A connection that is always on its way back: the first connect is retried as later ones are.

    Used by several services of one process; `acquire` and `release` count them, the last one closes it.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._users = 0
        self._client: QuickClient | None = None
        self._listeners: list[Callable[[], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._connected: asyncio.Event | None = None
        self._closing = False

    @property
    def connected(self) -> bool:
        """Whether NATS answers at this moment."""
        return self._client is not None and self._client.is_connected

    def acquire(self) -> Transport:
        """Counts a user; the first one starts the loop and the connection. Returns at once."""
        with _lock:
            self._users += 1
            if self._loop is None:
                self._start()
        return self

    def release(self) -> None:
        """Counts a user less; the last one closes the connection and ends the thread."""
        with _lock:
            self._users -= 1
            if self._users or self._loop is None:
                return
            loop, self._loop = self._loop, None
            _transports.pop((os.getpid(), self._url), None)
        with contextlib.suppress(Exception):
            asyncio.run_coroutine_threadsafe(self._close(), loop).result(3)
        loop.call_soon_threadsafe(loop.stop)

    def spawn(self, work: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Runs a coroutine on the loop; returns a concurrent future."""
        assert self._loop is not None, "acquire first"
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def on_reconnect(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls the listener on the loop whenever the connection came back. Returns what removes it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def client(self) -> QuickClient:
        """The connected client, waiting for as long as that takes."""
        assert self._connected is not None
        await self._connected.wait()
        assert self._client is not None
        return self._client

    def _start(self) -> None:
        loop = asyncio.new_event_loop()
        started = threading.Event()

        def run() -> None:
            asyncio.set_event_loop(loop)
            self._connected = asyncio.Event()
            self._connecting = loop.create_task(self._connect())
            loop.call_soon(started.set)
            loop.run_forever()
            loop.close()

        threading.Thread(target=run, name="bus", daemon=True).start()
        started.wait()
        self._loop = loop

    async def _connect(self) -> None:
        assert self._connected is not None
        while True:
            try:
                # Never gives up later either; without an error callback nats-py prints stack traces.
                self._client = await connect(
                    self._url,
                    name="fairlead",
                    connect_timeout=_CONNECT_SECONDS,
                    reconnect_time_wait=_RECONNECT_SECONDS,
                    max_reconnect_attempts=-1,
                    ping_interval=10,
                    max_outstanding_pings=2,
                    error_cb=self._failed,
                    disconnected_cb=self._disconnected,
                    reconnected_cb=self._reconnected,
                )
                self._connected.set()
                _log.info("nats_connected")
                return
            except Exception as error:
                _log.warning("nats_unreachable", error=type(error).__name__)
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _close(self) -> None:
        self._closing = True
        if self._connecting:
            self._connecting.cancel()
        if self._client:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._client.flush(1), 1)
            with contextlib.suppress(Exception):
                await asyncio.wait_for(self._client.close(), 1)

    async def _failed(self, error: Exception) -> None:
        _log.debug("nats_error", error=type(error).__name__)

    async def _disconnected(self) -> None:
        if not self._closing:
            _log.warning("nats_disconnected")

    async def _reconnected(self) -> None:
        _log.info("nats_reconnected")
        for listener in tuple(self._listeners):
            listener()


def transport(url: str) -> Transport:
    """This process's transport to one NATS address. Nothing happens until `acquire`; never across a fork."""
    with _lock:
        return _transports.setdefault((os.getpid(), url), Transport(url))
