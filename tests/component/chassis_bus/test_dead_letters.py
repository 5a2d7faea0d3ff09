"""Dead letters: kept, listed under the caller's scope, redelivered, over real gRPC, NATS and MongoDB."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from chassis import clock, rpc
from chassis.bus import Consumers, Event
from chassis.errors import InvalidArgument, InvalidState, NotFound, PermissionDenied
from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner
from fairlead.chassis.v1 import dead_letter_pb2
from fairlead.chassis.v1 import dead_letter_service_pb2 as pb
from fairlead.chassis.v1.dead_letter_service_pb2_grpc import DeadLetterServiceStub
from tests.harness.bus import Bench, Hearer
from tests.harness.waiting import wait_until

Serve = Callable[[Consumers], DeadLetterServiceStub]


@pytest.fixture
def serve(bench: Bench) -> Iterator[Serve]:
    """Serves the dead letters of consumers, and gives a stub to reach them."""
    servers: list[rpc.Server] = []

    def start(consumers: Consumers) -> DeadLetterServiceStub:
        free = bench.settings.model_copy(update={"addresses": {"triage": "127.0.0.1:0"}})
        server = rpc.Server(free, bench.verifier, [consumers.dead_letters])
        server.start()
        servers.append(server)
        bound = free.model_copy(update={"addresses": {"triage": f"127.0.0.1:{server.port}"}})
        return DeadLetterServiceStub(rpc.channel(bound, "triage"))

    yield start
    for server in servers:
        server.stop(0)
    rpc.close_channels()


def operator(bench: Bench) -> Caller:
    signer = CallerSigner.load(bench.settings.key_dir, "operator")
    return signer.mint(Caller("operator:cli", "", None, frozenset({Role.OPERATOR})), clock.now())


def person(bench: Bench, provider_id: str, role: Role) -> Caller:
    signer = CallerSigner.load(bench.settings.key_dir, "gateway")
    return signer.mint(Caller("person:per_1", provider_id, None, frozenset({role})), clock.now())


def listed(stub: DeadLetterServiceStub, caller: Caller, **fields: Any) -> list[Any]:
    return list(rpc.call(stub.ListDeadLetters, pb.ListDeadLettersRequest(**fields), caller).dead_letters)


def test_a_poison_event_is_kept_after_its_last_attempt_and_the_next_one_is_handled(bench: Bench) -> None:
    hearer = Hearer(fail=lambda event: ValueError("poison") if event.revision == 2 else None)
    bench.listen(hearer)
    bench.publisher.publish(*[("inc_1", revision) for revision in (1, 2, 3)])
    wait_until(lambda: hearer.heard[-1:] == ["inc_1:3000"])
    (letter,) = bench.letters()
    assert letter["_id"] == "triage-incidents:inc_1:2000"
    assert letter["attempts"] == 3
    assert (letter["reason"], letter["message"]) == ("internal", "ValueError")
    assert (letter["provider_id"], letter["tenant_id"]) == ("prv_1", "ten_a")
    durable = f"{bench.settings.installation}-triage-incidents"
    wait_until(lambda: bench.publisher.consumer_info(durable).num_ack_pending == 0)


def test_an_event_whose_caller_does_not_verify_is_kept_at_once_and_never_handled(bench: Bench) -> None:
    hearer = Hearer()
    bench.listen(hearer)
    bench.publisher.publish(("inc_1", 1), **{"Fl-Caller": "forged"})
    bench.publisher.publish(("inc_2", 1), **{"Fl-Provider": "prv_other"})
    bench.publisher.publish(("inc_3", 1), **{"Fl-Time": "2020-01-01T00:00:00.000+00:00"})
    wait_until(lambda: len(bench.letters()) == 3)
    assert {letter["reason"] for letter in bench.letters()} == {"caller_unverified"}
    assert hearer.batches == []


def test_an_event_without_its_headers_is_kept_as_malformed(bench: Bench) -> None:
    hearer = Hearer()
    bench.listen(hearer)
    bench.publisher.publish(("inc_1", 1), **{"Fl-Revision": "many"})
    wait_until(lambda: [letter["reason"] for letter in bench.letters()] == ["malformed_event"])
    assert hearer.batches == []


def test_a_redelivered_dead_letter_reaches_its_handler_and_is_marked(bench: Bench, serve: Serve) -> None:
    broken = True
    hearer = Hearer(fail=lambda event: ValueError("poison") if broken else None)
    stub = serve(bench.listen(hearer))
    bench.publisher.publish(("inc_1", 1))
    wait_until(bench.letters)
    caller = operator(bench)
    (letter,) = listed(stub, caller)
    request = pb.RedeliverDeadLetterRequest(dead_letter_id=letter.dead_letter_id)

    again = rpc.call(stub.RedeliverDeadLetter, request, caller).dead_letter
    assert (again.state, again.attempts) == (dead_letter_pb2.DeadLetter.WAITING, 4)

    broken = False
    settled = rpc.call(stub.RedeliverDeadLetter, request, caller).dead_letter
    assert (settled.state, settled.attempts) == (dead_letter_pb2.DeadLetter.REDELIVERED, 5)
    assert hearer.heard == ["inc_1:1000"]
    assert listed(stub, caller) == []
    assert [kept.state for kept in listed(stub, caller, include_redelivered=True)] == [
        dead_letter_pb2.DeadLetter.REDELIVERED
    ]
    with pytest.raises(InvalidState, match="dead_letter_redelivered"):
        rpc.call(stub.RedeliverDeadLetter, request, caller)


def test_a_discarded_dead_letter_is_listed_no_more_and_stays_readable(bench: Bench, serve: Serve) -> None:
    hearer = Hearer(fail=lambda _event: ValueError("poison"))
    stub = serve(bench.listen(hearer))
    bench.publisher.publish(("inc_1", 1))
    wait_until(bench.letters)
    caller = person(bench, "prv_1", Role.PROVIDER_ADMIN)
    request = pb.DiscardDeadLetterRequest(dead_letter_id="triage-incidents:inc_1:1000", reason=" noise ")
    gone = rpc.call(stub.DiscardDeadLetter, request, caller).dead_letter
    assert (gone.state, gone.discard_reason) == (dead_letter_pb2.DeadLetter.DISCARDED, "noise")
    assert listed(stub, caller) == []
    assert listed(stub, caller, include_redelivered=True) == [gone]
    request.reason = "another"
    assert rpc.call(stub.DiscardDeadLetter, request, caller).dead_letter == gone
    hearer.fail = lambda _event: None
    again = pb.RedeliverDeadLetterRequest(dead_letter_id=request.dead_letter_id)
    assert rpc.call(stub.RedeliverDeadLetter, again, caller).dead_letter.state == (
        dead_letter_pb2.DeadLetter.REDELIVERED
    )
    with pytest.raises(InvalidState, match="dead_letter_redelivered"):
        rpc.call(stub.DiscardDeadLetter, request, caller)


def test_a_dead_letter_shows_its_event_but_not_its_token(bench: Bench, serve: Serve) -> None:
    stub = serve(bench.listen(Hearer(fail=lambda _event: ValueError("poison"))))
    bench.publisher.publish(("inc_1", 1))
    wait_until(bench.letters)
    request = pb.GetDeadLetterRequest(dead_letter_id="triage-incidents:inc_1:1000")
    shown = rpc.call(stub.GetDeadLetter, request, operator(bench))
    assert dead_letter_pb2.DeadLetter.FromString(shown.payload).event_id == "inc_1:1000"
    assert shown.headers["Fl-Source"] == "incidents"
    assert "Fl-Caller" not in shown.headers


def test_dead_letters_are_seen_by_their_providers_administrators_and_operators_alone(
    bench: Bench, serve: Serve
) -> None:
    stub = serve(bench.listen(Hearer(fail=lambda _event: ValueError("poison"))))
    bench.publisher.publish(("inc_1", 1))
    wait_until(bench.letters)
    own = person(bench, "prv_1", Role.PROVIDER_ADMIN)
    other = person(bench, "prv_2", Role.PROVIDER_ADMIN)
    (letter,) = listed(stub, own)
    assert listed(stub, other) == []
    for method, request in (
        (stub.GetDeadLetter, pb.GetDeadLetterRequest(dead_letter_id=letter.dead_letter_id)),
        (stub.RedeliverDeadLetter, pb.RedeliverDeadLetterRequest(dead_letter_id=letter.dead_letter_id)),
        (stub.DiscardDeadLetter, pb.DiscardDeadLetterRequest(dead_letter_id=letter.dead_letter_id)),
    ):
        with pytest.raises(NotFound, match="dead_letter_not_found"):
            rpc.call(method, request, other)
        with pytest.raises(PermissionDenied):
            rpc.call(method, request, person(bench, "prv_1", Role.TECHNICIAN))
    with pytest.raises(PermissionDenied):
        listed(stub, person(bench, "prv_1", Role.REQUESTER))


def test_dead_letters_are_listed_in_pages_newest_first(bench: Bench, serve: Serve) -> None:
    stub = serve(bench.listen(Hearer(fail=lambda _event: ValueError("poison"))))
    bench.publisher.publish(*[(f"inc_{number}", 1) for number in range(5)])
    wait_until(lambda: len(bench.letters()) == 5)
    caller, seen, token = operator(bench), [], ""
    while True:
        request = pb.ListDeadLettersRequest(page_size=2, page_token=token)
        page = rpc.call(stub.ListDeadLetters, request, caller)
        seen += [letter.dead_letter_id for letter in page.dead_letters]
        token = page.next_page_token
        if not token:
            break
    newest_first = sorted(bench.letters(), key=lambda kept: (kept["create_time"], kept["_id"]), reverse=True)
    assert seen == [kept["_id"] for kept in newest_first]
    with pytest.raises(InvalidArgument, match="cursor_invalid"):
        listed(stub, caller, page_token="made up")


def test_a_message_a_handler_cannot_read_is_not_tried_eight_times(bench: Bench) -> None:
    from fairlead.chassis.v1.dead_letter_service_pb2 import GetDeadLetterRequest

    def refuse(event: Event) -> None:
        event.parse(GetDeadLetterRequest)

    hearer = Hearer()
    hearer.fail = refuse
    bench.listen(hearer)
    bench.publisher.publish(("inc_1", 1))
    wait_until(bench.letters)
    assert hearer.batches == [["inc_1:1000"]]
