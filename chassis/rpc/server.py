"""The gRPC server of one service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from chassis import clock as system_clock
from chassis import telemetry
from chassis.clock import Clock
from chassis.rpc.interceptors import Surroundings
from chassis.rpc.readiness import Readiness

if TYPE_CHECKING:
    from chassis.config import Settings
    from chassis.tokens import CallerVerifier

Servicer = tuple[Callable[[Any, grpc.Server], None], Any, str]

MAX_MESSAGE_BYTES = 32 * 1024 * 1024
_OPTIONS = (
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    # Two processes must never share a port by accident: each would get half of the calls.
    ("grpc.so_reuseport", 0),
    # Channels ping idle connections every 20 s; without leave the server would close them.
    ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
)


LIVENESS = "liveness"


class Server:
    """Serves gRPC at the service's own address, with health and reflection.

    Raises RuntimeError from start() when the port is taken. Health answers for "" and for each
    service's full name: SERVING while `readiness` is ready, from start() if there is none. For LIVENESS
    it answers SERVING as long as the process answers at all: a store that is away is no reason to be restarted.
    """

    def __init__(
        self,
        settings: Settings,
        verifier: CallerVerifier,
        servicers: Sequence[Servicer],
        readiness: Readiness | None = None,
        *,
        clock: Clock = system_clock.now,
        threads: int = 16,
        options: Sequence[tuple[str, int]] = (),
    ) -> None:
        self._settings = settings
        self._names = [name for _, _, name in servicers]
        self._readiness = readiness or Readiness(settings.service)
        self._log = telemetry.logger(settings.service)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=f"rpc-{settings.service}")
        self._server = grpc.server(
            self._pool,
            interceptors=(Surroundings(settings.service, verifier.verify, clock),),
            options=(*_OPTIONS, *options),
        )
        for add, servicer, _ in servicers:
            add(servicer, self._server)
        # Non-blocking: a watched health check must not hold a thread for as long as the watcher lives.
        self._health = health.HealthServicer(experimental_non_blocking=True)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection(
            (*self._names, health.SERVICE_NAME, reflection.SERVICE_NAME), self._server
        )
        self.port = 0

    def start(self) -> None:
        """Binds and serves; returns at once."""
        _, _, port = self._settings.address(self._settings.service).rpartition(":")
        self.port = self._server.add_insecure_port(f"{self._settings.host}:{port}")
        self._readiness.on_change(self._tell_health)
        self._health.set(LIVENESS, health_pb2.HealthCheckResponse.SERVING)
        self._server.start()
        self._readiness.start()
        self._log.info("rpc_serving", port=self.port, services=self._names)

    def stop(self, grace: float = 2.0) -> None:
        """Refuses new calls, lets running ones finish for `grace` seconds, then cancels them."""
        self._readiness.stop()
        self._health.enter_graceful_shutdown()
        self._server.stop(grace).wait(grace + 1.0)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _tell_health(self, ready: bool) -> None:
        states = health_pb2.HealthCheckResponse
        state = states.SERVING if ready else states.NOT_SERVING
        for name in ("", *self._names):
            self._health.set(name, state)
