"""Does it answer? One question for each kind of thing that `fairlead up` starts."""

import http.client
import socket
from collections.abc import Callable, Mapping
from typing import Any

from cli.installation import GRPC_SERVICES, HOST

SECONDS = 2.0
Check = Callable[[], bool]


def port_accepts(port: int) -> bool:
    """Something listens there."""
    try:
        with socket.create_connection((HOST, port), timeout=SECONDS):
            return True
    except OSError:
        return False


def http_answers(port: int, path: str = "/healthz") -> bool:
    """It answers that path with 200."""
    connection = http.client.HTTPConnection(HOST, port, timeout=SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


class GrpcHealth:
    """The standard health protocol (grpc.health.v1) over one kept connection."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._channel: Any = None

    def __call__(self) -> bool:
        import grpc
        from grpc_health.v1 import health_pb2, health_pb2_grpc

        if self._channel is None:
            # A refused connection is asked again soon: at start everything is refused for a second.
            waits = [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 200)]
            self._channel = grpc.insecure_channel(
                self.address, options=[*waits, ("grpc.min_reconnect_backoff_ms", 50)]
            )
        try:
            stub = health_pb2_grpc.HealthStub(self._channel)
            reply = stub.Check(health_pb2.HealthCheckRequest(), timeout=SECONDS)
        except grpc.RpcError:
            return False
        return bool(reply.status == health_pb2.HealthCheckResponse.SERVING)

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()


def checks_for(ports: Mapping[str, int], names: list[str]) -> dict[str, Check]:
    """The check of each name: a service, or one of the servers beside them."""
    made: dict[str, Check] = {
        "mongod": lambda: port_accepts(ports["mongod"]),
        "nats": lambda: port_accepts(ports["nats"]),
        "mail_catcher": lambda: port_accepts(ports["mail_smtp"]) and http_answers(ports["mail_http"]),
        "gateway": lambda: http_answers(ports["http"]) and http_answers(ports["live"]),
    }
    for service in GRPC_SERVICES:
        made[service] = GrpcHealth(f"{HOST}:{ports[service]}")
    health = made["intake"]
    made["intake"] = lambda: health() and port_accepts(ports["smtp"])
    return {name: made[name] for name in names}
