"""What becomes of an event after an attempt: handled, tried again, kept as a dead letter."""

from collections.abc import Callable
from datetime import UTC, datetime

import grpc
import pytest
from pymongo.errors import AutoReconnect, ServerSelectionTimeoutError

from chassis import bus, headers
from chassis.bus.attempts import Attempt, Delivery, Outcome
from chassis.errors import InvalidState, Unauthenticated, Unavailable
from chassis.tenancy import Caller, Role

RETRY = bus.Retry(first=0.2, longest=30, longest_outage=5, max_deliver=3)


class Verifier:
    """Knows one token."""

    def verify(self, token: str, at: datetime) -> Caller:
        if token != "good":
            raise Unauthenticated("token_invalid")
        return Caller("service:incidents", "prv_1", None, frozenset({Role.SERVICE}), token=token)


class Letters:
    """Keeps dead letters in memory, unless it is down."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] = []
        self.down = False

    def keep(self, consumer: str, delivery: Delivery, error: Exception) -> None:
        if self.down:
            raise Unavailable("store_unavailable")
        self.kept.append((delivery.key, getattr(error, "reason", type(error).__name__)))


def delivery(aggregate: str = "inc_1", revision: int = 1, **changes: str) -> Delivery:
    key = f"{aggregate}:{revision * 1000}"
    values = {
        headers.MESSAGE_ID: key,
        headers.TYPE: "fairlead.incidents.v1.Noted",
        headers.TIME: datetime(2030, 1, 1, tzinfo=UTC).isoformat(),
        headers.SEQUENCE: str(revision * 1000),
        headers.REVISION: str(revision),
        headers.PROVIDER: "prv_1",
        headers.CALLER: "good",
    } | changes
    return Delivery(key, f"ten_a.{aggregate}", f"fl.incidents.v1.ten_a.{aggregate}.noted", values, b"")


def attempt(handle: Callable[[list[bus.Event]], None], letters: Letters | None = None) -> Attempt:
    return Attempt("triage", "triage-incidents", handle, Verifier(), letters or Letters(), RETRY)


def failing(*event_ids: str, error: Exception | None = None) -> Callable[[list[bus.Event]], None]:
    def handle(events: list[bus.Event]) -> None:
        if any(event.id in event_ids for event in events):
            raise error or ValueError("poison")

    return handle


def test_a_batch_that_failed_is_tried_again_one_by_one() -> None:
    batch = [delivery("inc_1"), delivery("inc_2"), delivery("inc_3")]
    outcomes = attempt(failing("inc_2:1000"))(batch)
    assert [outcomes[taken.key] for taken in batch] == [Outcome.HANDLED, Outcome.RETRY, Outcome.HANDLED]


def test_the_later_events_of_a_failed_aggregate_are_not_handed_over() -> None:
    handed: list[str] = []

    def handle(events: list[bus.Event]) -> None:
        if len(events) > 1:
            raise ValueError("one by one, please")
        handed.append(events[0].id)
        if events[0].id == "inc_1:1000":
            raise ValueError("poison")

    batch = [delivery("inc_1", 1), delivery("inc_1", 2), delivery("inc_2", 1)]
    outcomes = attempt(handle)(batch)
    assert [outcomes[taken.key] for taken in batch] == [Outcome.RETRY, Outcome.WAITING, Outcome.HANDLED]
    assert handed == ["inc_1:1000", "inc_2:1000"]


def test_the_last_attempt_makes_a_dead_letter() -> None:
    letters = Letters()
    judge, poison = attempt(failing("inc_1:1000", error=InvalidState("not_open")), letters), delivery()
    assert [judge([poison])[poison.key] for _ in range(3)] == [Outcome.RETRY, Outcome.RETRY, Outcome.DEAD]
    assert letters.kept == [("inc_1:1000", "not_open")]


def test_an_outage_is_never_counted() -> None:
    letters = Letters()
    judge = attempt(failing("inc_1:1000", error=Unavailable("directory_unavailable")), letters)
    event = delivery()
    assert {judge([event])[event.key] for _ in range(50)} == {Outcome.OUTAGE}
    assert (event.attempts, event.outages, letters.kept) == (0, 50, [])


class PeerDown(grpc.RpcError):
    """What a stub raises when it is called without rpc.call."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("error", [AutoReconnect("gone"), ServerSelectionTimeoutError("gone"), PeerDown()])
def test_an_outage_is_one_whatever_library_speaks_of_it(error: Exception) -> None:
    event = delivery()
    assert attempt(failing("inc_1:1000", error=error))([event]) == {event.key: Outcome.OUTAGE}


def test_an_outage_is_not_tried_one_by_one() -> None:
    calls: list[int] = []

    def handle(events: list[bus.Event]) -> None:
        calls.append(len(events))
        raise Unavailable("store_unavailable")

    attempt(handle)([delivery(f"inc_{number}") for number in range(100)])
    assert calls == [100]


def test_an_outage_that_begins_one_by_one_ends_the_round() -> None:
    calls: list[int] = []

    def handle(events: list[bus.Event]) -> None:
        calls.append(len(events))
        raise ValueError("batch") if len(events) > 1 else Unavailable("store_unavailable")

    batch = [delivery(f"inc_{number}") for number in range(100)]
    outcomes = attempt(handle)(batch)
    assert calls == [100, 1]
    assert set(outcomes.values()) == {Outcome.OUTAGE}


def test_an_event_is_not_given_up_while_it_cannot_be_kept() -> None:
    letters = Letters()
    letters.down = True
    judge, poison = attempt(failing("inc_1:1000"), letters), delivery()
    outcomes = [judge([poison])[poison.key] for _ in range(6)]
    assert outcomes[2:] == [Outcome.OUTAGE] * 4
    letters.down = False
    assert judge([poison])[poison.key] is Outcome.DEAD
    assert len(letters.kept) == 1


def test_an_unverified_caller_is_a_dead_letter_at_once() -> None:
    handed: list[bus.Event] = []
    letters = Letters()
    bad, good = delivery("inc_1", **{headers.CALLER: "forged"}), delivery("inc_2")
    outcomes = attempt(handed.extend, letters)([bad, good])
    assert outcomes == {bad.key: Outcome.DEAD, good.key: Outcome.HANDLED}
    assert letters.kept == [("inc_1:1000", "caller_unverified")]
    assert [event.id for event in handed] == ["inc_2:1000"]


def test_a_caller_of_another_provider_is_unverified() -> None:
    letters = Letters()
    event = delivery(**{headers.PROVIDER: "prv_2"})
    attempt(lambda _events: None, letters)([event])
    assert letters.kept == [("inc_1:1000", "caller_unverified")]


def test_a_time_without_a_zone_is_malformed() -> None:
    letters = Letters()
    attempt(lambda _events: None, letters)([delivery(**{headers.TIME: "2030-01-01T00:00:00"})])
    assert letters.kept == [("inc_1:1000", "malformed_event")]


def test_a_handler_that_names_no_event_of_the_batch_fails_all_of_it() -> None:
    def handle(_events: list[bus.Event]) -> None:
        raise bus.EventFailed({"another:1": ValueError()})

    event = delivery()
    assert attempt(handle)([event]) == {event.key: Outcome.RETRY}


def test_waits_double_up_to_their_limit() -> None:
    assert [RETRY.after_failure(n) for n in (1, 2, 3, 8, 100)] == [0.2, 0.4, 0.8, 25.6, 30]
    assert [RETRY.after_outage(n) for n in (1, 2, 100, 10_000)] == [0.2, 0.4, 5, 5]


@pytest.mark.parametrize("name", ["", "triage incidents", "triage.incidents", "triage-*", "Triage"])
def test_a_consumers_name_must_fit_into_a_subject(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        bus.Consumer(name=name, source="incidents", facts=("noted",), handle=lambda _events: None)


def test_a_consumer_must_hear_something() -> None:
    with pytest.raises(ValueError, match="hears nothing"):
        bus.Consumer(name="triage-incidents", source="incidents", facts=(), handle=lambda _events: None)
