"""The hand-spoken health call against gRPC's own server."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from cli.grpc_health import is_serving


@pytest.fixture
def server() -> Iterator[tuple[int, health.HealthServicer]]:
    server = grpc.server(ThreadPoolExecutor(2))
    servicer = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield port, servicer
    server.stop(None)


def test_a_serving_server_is_serving(server: tuple[int, health.HealthServicer]) -> None:
    port, servicer = server
    servicer.set("", health_pb2.HealthCheckResponse.SERVING)
    assert all(is_serving("127.0.0.1", port, 5.0) for _ in range(20))


def test_a_server_that_says_it_is_not_serving_is_believed(server: tuple[int, health.HealthServicer]) -> None:
    port, servicer = server
    servicer.set("", health_pb2.HealthCheckResponse.NOT_SERVING)
    assert not is_serving("127.0.0.1", port, 5.0)


def test_a_server_without_the_protocol_is_not_serving() -> None:
    bare = grpc.server(ThreadPoolExecutor(1))
    port = bare.add_insecure_port("127.0.0.1:0")
    bare.start()
    assert not is_serving("127.0.0.1", port, 5.0)
    bare.stop(None)


def test_nobody_there_is_not_serving() -> None:
    assert not is_serving("127.0.0.1", 1, 1.0)
