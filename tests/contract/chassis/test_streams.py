"""Streaming methods pass through the same layers as others."""

from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from chassis import errors, rpc
from chassis.config import Settings
from fairlead.chassis.v1 import dead_letter_service_pb2 as pb

REQUEST, ANSWER = pb.GetDeadLetterRequest, pb.GetDeadLetterResponse
NAME = "fairlead.test.v1.Streaming"


class Streaming:
    """Two methods that no generated code knows: one streams up, one streams down."""

    def Read(self, request: Any, context: Any) -> Iterator[Any]:
        subject = rpc.caller_of(context).subject
        for _ in range(3):
            yield ANSWER(payload=subject.encode())
        if request.dead_letter_id:
            raise errors.NotFound("attachment_not_found", attachment=request.dead_letter_id)

    def Write(self, requests: Iterator[Any], context: Any) -> Any:
        rpc.caller_of(context)
        return ANSWER(payload=b"".join(request.dead_letter_id.encode() for request in requests))


def add(servicer: Streaming, server: grpc.Server) -> None:
    codec = {"request_deserializer": REQUEST.FromString, "response_serializer": ANSWER.SerializeToString}
    handlers = {
        "Read": grpc.unary_stream_rpc_method_handler(servicer.Read, **codec),
        "Write": grpc.stream_unary_rpc_method_handler(servicer.Write, **codec),
    }
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(NAME, handlers),))


@pytest.fixture
def channel(bench: Any) -> grpc.Channel:
    server = rpc.Server(bench.settings(0), bench.verifier, [(add, Streaming(), NAME)])
    server.start()
    bench.servers.append(server)
    settings: Settings = bench.settings(server.port)
    return rpc.channel(settings, "directory")


@pytest.fixture
def read(channel: grpc.Channel) -> Any:
    codec = {"request_serializer": REQUEST.SerializeToString, "response_deserializer": ANSWER.FromString}
    return channel.unary_stream(f"/{NAME}/Read", **codec)


@pytest.fixture
def write(channel: grpc.Channel) -> Any:
    codec = {"request_serializer": REQUEST.SerializeToString, "response_deserializer": ANSWER.FromString}
    return channel.stream_unary(f"/{NAME}/Write", **codec)


def test_a_stream_is_read_as_the_verified_caller(bench: Any, read: Any) -> None:
    answers = list(rpc.call_stream(read, REQUEST(), bench.caller()))
    assert [answer.payload for answer in answers] == [b"person:per_1"] * 3


def test_an_error_in_the_middle_of_a_stream_arrives_as_its_class(bench: Any, read: Any) -> None:
    got: list[Any] = []
    with pytest.raises(errors.NotFound, match="attachment_not_found"):
        for answer in rpc.call_stream(read, REQUEST(dead_letter_id="att_1"), bench.caller()):
            got.append(answer)
    assert len(got) == 3


def test_a_stream_without_a_caller_is_refused_before_its_first_message(read: Any) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        list(read(REQUEST()))
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


def test_a_stream_of_requests_is_taken_in_order(bench: Any, write: Any) -> None:
    parts = (REQUEST(dead_letter_id=part) for part in ("one ", "two ", "three"))
    assert rpc.call(write, parts, bench.caller()).payload == b"one two three"
