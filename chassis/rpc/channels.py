"""Channels to other services: one per process and address, made on first use, never before a fork."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import grpc

if TYPE_CHECKING:
    from chassis.config import Settings

DEFAULT_DEADLINE_SECONDS = 5.0
_MAX_MESSAGE_BYTES = 32 * 1024 * 1024
# Every call may be repeated: commands carry an idempotency key or a revision.
_SERVICE_CONFIG = json.dumps(
    {
        # A name with several addresses (a headless service) shares the calls among them all.
        "loadBalancingConfig": [{"round_robin": {}}],
        "methodConfig": [
            {
                "name": [{}],
                "retryPolicy": {
                    "maxAttempts": 4,
                    "initialBackoff": "0.1s",
                    "maxBackoff": "1s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ],
    }
)
_OPTIONS = (
    ("grpc.service_config", _SERVICE_CONFIG),
    ("grpc.enable_retries", 1),
    ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
    # A restarted peer must be found again at once; the defaults wait up to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 250),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
)

_lock = threading.Lock()
_open: dict[tuple[int, str], grpc.Channel] = {}


def channel(settings: Settings, service: str) -> grpc.Channel:
    """A channel to a service, to make stubs from. Connects at the first call, not now.

    Raises LookupError when no address of the service is configured.
    """
    return LazyChannel(service, settings.address(service))


def close_channels() -> None:
    """Closes this process's channels; a later call opens them anew. For tests and shutdown."""
    with _lock:
        for connection in _open.values():
            connection.close()
        _open.clear()


def _connection(address: str) -> grpc.Channel:
    key = (os.getpid(), address)
    with _lock:
        if key not in _open:
            _open[key] = grpc.insecure_channel(address, options=_OPTIONS)
        return _open[key]


class LazyMethod:
    """A method of a stub: knows its service, has a deadline, opens the channel when called."""

    def __init__(self, service: str, make: Callable[[], Callable[..., Any]]) -> None:
        self.service = service
        self._make = make
        self._made: tuple[int, Callable[..., Any]] | None = None

    def __call__(self, request: Any, timeout: float | None = None, **options: Any) -> Any:
        """Calls the method; `timeout` in seconds, DEFAULT_DEADLINE_SECONDS when None."""
        return self._method()(request, timeout=timeout or DEFAULT_DEADLINE_SECONDS, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._method(), name)  # with_call, future

    def _method(self) -> Callable[..., Any]:
        if self._made is None or self._made[0] != os.getpid():
            self._made = (os.getpid(), self._make())
        return self._made[1]


class LazyChannel(grpc.Channel):
    """What a generated stub needs of a channel, without a connection until the first call."""

    def __init__(self, service: str, address: str) -> None:
        self._service = service
        self._address = address

    def _lazy(self, kind: str, *args: Any, **kwargs: Any) -> LazyMethod:
        return LazyMethod(self._service, lambda: getattr(_connection(self._address), kind)(*args, **kwargs))

    def unary_unary(self, *args: Any, **kwargs: Any) -> LazyMethod:
        """A method of one request, one answer."""
        return self._lazy("unary_unary", *args, **kwargs)

    def unary_stream(self, *args: Any, **kwargs: Any) -> LazyMethod:
        """A method of one request, a stream of answers."""
        return self._lazy("unary_stream", *args, **kwargs)

    def stream_unary(self, *args: Any, **kwargs: Any) -> LazyMethod:
        """A method of a stream of requests, one answer."""
        return self._lazy("stream_unary", *args, **kwargs)

    def stream_stream(self, *args: Any, **kwargs: Any) -> LazyMethod:
        """A method of streams both ways."""
        return self._lazy("stream_stream", *args, **kwargs)

    def subscribe(self, callback: Callable[..., None], try_to_connect: bool | None = False) -> None:
        """Tells the callback of changes of the connection's state."""
        _connection(self._address).subscribe(callback, try_to_connect)

    def unsubscribe(self, callback: Callable[..., None]) -> None:
        """Ends what `subscribe` began."""
        _connection(self._address).unsubscribe(callback)

    def close(self) -> None:
        """Nothing: the connection is shared by the whole process (`close_channels` ends it)."""

    def __enter__(self) -> LazyChannel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
