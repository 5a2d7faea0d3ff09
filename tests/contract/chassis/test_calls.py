"""What a caller may rely on when it calls a service: errors, callers, traces, recovery, over real gRPC."""

import json
from datetime import timedelta
from typing import Any

import grpc
import pytest
import structlog
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from prometheus_client import REGISTRY
from pymongo.errors import AutoReconnect

from chassis import clock, errors, rpc, telemetry
from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner, make_keys
from fairlead.chassis.v1 import dead_letter_service_pb2 as pb
from tests.harness.servers import free_port
from tests.harness.waiting import wait_until

REQUEST = pb.ListDeadLettersRequest()
REFUSALS = [
    errors.NotFound,
    errors.AlreadyExists,
    errors.InvalidState,
    errors.RevisionConflict,
    errors.PermissionDenied,
    errors.InvalidArgument,
    errors.Unauthenticated,
    errors.ResourceExhausted,
    errors.Unavailable,
]


def raises(error: Exception) -> Any:
    def behave(_request: Any, _context: Any) -> Any:
        raise error

    return behave


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_arrives_as_the_class_that_was_raised(bench: Any, kind: type[errors.FairleadError]) -> None:
    bench.servicer.behave = raises(
        kind("some_reason", "Des mots pour un être humain.", field="name", limit=3)
    )
    stub = bench.stub(bench.serve().port)
    with pytest.raises(kind) as caught:
        rpc.call(stub.ListDeadLetters, REQUEST, bench.caller())
    assert caught.value.reason == "some_reason"
    assert caught.value.message == "Des mots pour un être humain."
    assert caught.value.values == {"field": "name", "limit": "3"}
    assert bench.servicer.calls == 1


def test_a_bug_tells_the_caller_nothing_about_itself(bench: Any) -> None:
    bench.servicer.behave = raises(KeyError("secret of a tenant"))
    server = bench.serve()
    with pytest.raises(errors.FairleadError) as caught:
        rpc.call(bench.stub(server.port).ListDeadLetters, REQUEST, bench.caller())
    assert caught.value.reason == "internal"
    assert "secret" not in str(caught.value.__cause__)


def test_a_store_that_is_down_is_unavailable_even_in_the_drivers_words(bench: Any) -> None:
    bench.servicer.behave = raises(AutoReconnect("connection closed"))
    with pytest.raises(errors.Unavailable, match="store_unavailable"):
        rpc.call(bench.stub(bench.serve().port).ListDeadLetters, REQUEST, bench.caller())
    assert bench.servicer.calls == 1


def test_calls_are_counted_by_method_and_code(bench: Any) -> None:
    labels = {"service": "directory", "method": "ListDeadLetters", "code": "NOT_FOUND"}
    before = REGISTRY.get_sample_value("fairlead_rpc_handled_total", labels) or 0
    bench.servicer.behave = raises(errors.NotFound("incident_not_found"))
    with pytest.raises(errors.NotFound):
        rpc.call(bench.stub(bench.serve().port).ListDeadLetters, REQUEST, bench.caller())
    wait_until(lambda: REGISTRY.get_sample_value("fairlead_rpc_handled_total", labels) == before + 1)


def test_a_servicer_sees_the_verified_caller(bench: Any) -> None:
    seen: list[Caller] = []

    def behave(_request: Any, context: Any) -> Any:
        seen.append(rpc.caller_of(context))
        return pb.ListDeadLettersResponse()

    bench.servicer.behave = behave
    caller = bench.caller()
    rpc.call(bench.stub(bench.serve().port).ListDeadLetters, REQUEST, caller)
    assert seen == [caller]
    assert seen[0].token == caller.token


@pytest.mark.parametrize("token", ["", "forged", "a.b.c"])
def test_a_call_with_a_forged_caller_is_unauthenticated(bench: Any, token: str) -> None:
    port = bench.serve().port
    metadata = (("fl-caller", token),) if token else ()
    with pytest.raises(grpc.RpcError) as caught:
        bench.stub(port).ListDeadLetters(REQUEST, metadata=metadata)
    assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert bench.servicer.calls == 0


def test_an_expired_caller_is_unauthenticated(bench: Any) -> None:
    stale = Caller("person:per_1", "prv_1", None, frozenset({Role.TECHNICIAN}))
    stale = CallerSigner.load(bench.key_dir, "gateway").mint(stale, clock.now() - timedelta(hours=1))
    with pytest.raises(errors.Unauthenticated):
        rpc.call(bench.stub(bench.serve().port).ListDeadLetters, REQUEST, stale)
    assert bench.servicer.calls == 0


def test_a_caller_signed_by_a_stranger_is_unauthenticated(bench: Any, tmp_path: Any) -> None:
    make_keys(tmp_path / "elsewhere", ["gateway"])
    stranger = Caller("person:per_1", "prv_1", None, frozenset({Role.PROVIDER_ADMIN}))
    forged = CallerSigner.load(tmp_path / "elsewhere", "gateway").mint(stranger, clock.now())
    with pytest.raises(errors.Unauthenticated):
        rpc.call(bench.stub(bench.serve().port).ListDeadLetters, REQUEST, forged)
    assert bench.servicer.calls == 0


def test_a_caller_that_was_never_signed_does_not_travel(bench: Any) -> None:
    unsigned = Caller("person:per_1", "prv_1", None, frozenset())
    with pytest.raises(errors.Unauthenticated, match="caller_token_missing"):
        rpc.call(bench.stub(bench.serve().port).ListDeadLetters, REQUEST, unsigned)


def test_a_service_that_is_down_is_unavailable_by_name(bench: Any) -> None:
    with pytest.raises(errors.Unavailable, match="directory_unavailable"):
        rpc.call(bench.stub(free_port()).ListDeadLetters, REQUEST, bench.caller())


def test_a_service_that_does_not_answer_in_time_is_unavailable(bench: Any) -> None:
    def behave(_request: Any, context: Any) -> Any:
        wait_until(lambda: not context.is_active(), timeout=10)
        return pb.ListDeadLettersResponse()

    bench.servicer.behave = behave
    with pytest.raises(errors.Unavailable, match="directory_unavailable"):
        rpc.call(bench.stub(bench.serve().port).ListDeadLetters, REQUEST, bench.caller(), timeout=0.2)


def test_a_restarted_service_is_found_again_by_the_same_stub(bench: Any) -> None:
    port = free_port()
    stub = bench.stub(port)
    server = bench.serve(port)
    rpc.call(stub.ListDeadLetters, REQUEST, bench.caller())
    server.stop(0)
    with pytest.raises(errors.Unavailable):
        rpc.call(stub.ListDeadLetters, REQUEST, bench.caller())
    bench.serve(port)

    def answers() -> bool:
        try:
            rpc.call(stub.ListDeadLetters, REQUEST, bench.caller())
        except errors.Unavailable:
            return False
        return True

    wait_until(answers, timeout=5)


def test_a_trace_goes_on_in_the_service_called(bench: Any) -> None:
    seen: list[str] = []

    def behave(_request: Any, _context: Any) -> Any:
        seen.append(telemetry.trace_id())
        return pb.ListDeadLettersResponse()

    bench.servicer.behave = behave
    with telemetry.span("a page"):
        rpc.call(bench.stub(bench.serve().port).ListDeadLetters, REQUEST, bench.caller())
        assert seen == [telemetry.trace_id()]


def test_every_call_leaves_one_log_line_without_token_or_body(bench: Any) -> None:
    bench.servicer.behave = raises(errors.NotFound("incident_not_found"))
    port = bench.serve().port
    caller = bench.caller()
    with structlog.testing.capture_logs() as lines, pytest.raises(errors.NotFound):
        rpc.call(bench.stub(port).ListDeadLetters, pb.ListDeadLettersRequest(consumer="private"), caller)
    wait_until(lambda: any(line["event"] == "rpc_handled" for line in lines))
    (line,) = [line for line in lines if line["event"] == "rpc_handled"]
    assert (line["method"].rpartition("/")[2], line["code"]) == ("ListDeadLetters", "NOT_FOUND")
    assert (line["provider_id"], line["tenant_id"]) == ("prv_1", "ten_a")
    assert caller.token not in json.dumps(line)
    assert "private" not in json.dumps(line)


def test_health_and_reflection_need_no_caller(bench: Any) -> None:
    port = bench.serve().port
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        health = health_pb2_grpc.HealthStub(channel)
        for name in ("", "fairlead.chassis.v1.DeadLetterService"):
            answer = health.Check(health_pb2.HealthCheckRequest(service=name))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        reflection = reflection_pb2_grpc.ServerReflectionStub(channel)
        request = reflection_pb2.ServerReflectionRequest(list_services="")
        (listed,) = reflection.ServerReflectionInfo(iter([request]))
        names = {service.name for service in listed.list_services_response.service}
        assert "fairlead.chassis.v1.DeadLetterService" in names


def test_a_service_whose_store_is_away_is_alive_though_not_ready(bench: Any) -> None:
    readiness = rpc.Readiness()
    readiness.require("mongodb", lambda: 1 / 0)
    server = bench.serve(readiness=readiness)
    with grpc.insecure_channel(f"127.0.0.1:{server.port}") as channel:
        health = health_pb2_grpc.HealthStub(channel)
        alive = health.Check(health_pb2.HealthCheckRequest(service=rpc.LIVENESS))
        assert alive.status == health_pb2.HealthCheckResponse.SERVING
        ready = health.Check(health_pb2.HealthCheckRequest())
        assert ready.status == health_pb2.HealthCheckResponse.NOT_SERVING


def test_health_follows_the_dependencies(bench: Any) -> None:
    up = False

    def check() -> None:
        if not up:
            raise ConnectionError

    readiness = rpc.Readiness("directory")
    readiness.require("mongodb", check)
    port = bench.serve(readiness=readiness).port
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        health = health_pb2_grpc.HealthStub(channel)

        def status() -> int:
            return health.Check(health_pb2.HealthCheckRequest()).status

        assert status() == health_pb2.HealthCheckResponse.NOT_SERVING
        up = True
        wait_until(lambda: status() == health_pb2.HealthCheckResponse.SERVING)
        assert readiness.wait(1)
        up = False
        wait_until(lambda: status() == health_pb2.HealthCheckResponse.NOT_SERVING)


def test_two_servers_never_share_a_port(bench: Any) -> None:
    server = bench.serve()
    with pytest.raises(RuntimeError):
        bench.serve(server.port)
