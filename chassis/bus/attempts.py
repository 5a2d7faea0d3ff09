"""One attempt at a batch, on a worker thread: hand it to the handler, and judge each event's outcome.

Knows nothing of NATS, so that the rules of retry and dead letters are tested without it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

import grpc
from prometheus_client import Counter, Histogram

from chassis import telemetry
from chassis.bus.events import CallerUnverified, Event, EventFailed, MalformedEvent, Verifier, event_from
from chassis.bus.retry import Retry
from chassis.errors import FairleadError, Unavailable
from chassis.mongo import outages
from chassis.rpc.status import error_from

HANDLED = Counter("fairlead_events_handled_total", "Events by outcome of an attempt", ["consumer", "outcome"])
SECONDS = Histogram(
    "fairlead_events_batch_seconds",
    "Seconds a handler took for a batch",
    ["consumer"],
    buckets=(0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)

Handle = Callable[[list[Event]], None]


class Outcome(Enum):
    """What becomes of an event after an attempt."""

    HANDLED = "handled"  # acknowledge it
    WAITING = "waiting"  # an earlier event of its aggregate failed: hand it over again, after that one
    RETRY = "retry"  # failed: again, after the retry's wait
    OUTAGE = "outage"  # a dependency is down: again, uncounted
    DEAD = "dead"  # kept as a dead letter: give it up


@dataclass
class Delivery:
    """An event as it was delivered, with what earlier attempts left behind."""

    key: str
    aggregate: str
    subject: str
    headers: Mapping[str, str]
    payload: bytes = field(repr=False)
    delivered: int = 1
    attempts: int = 0
    outages: int = 0


class DeadLetters(Protocol):
    """Where events are kept that were given up."""

    def keep(self, consumer: str, delivery: Delivery, error: Exception) -> None:
        """Saves it durably, or raises."""
        ...


class Attempt:
    """Hands batches of deliveries to one consumer's handler."""

    def __init__(
        self,
        service: str,
        consumer: str,
        handle: Handle,
        verifier: Verifier,
        letters: DeadLetters,
        retry: Retry,
    ) -> None:
        self._consumer = consumer
        self._handle = handle
        self._verifier = verifier
        self._letters = letters
        self._retry = retry
        self._log = telemetry.logger(service, consumer=consumer)

    def __call__(self, batch: Sequence[Delivery]) -> dict[str, Outcome]:
        """The outcome of every delivery, by key. Never raises."""
        outcomes: dict[str, Outcome] = {}
        events: list[tuple[Delivery, Event]] = []
        for delivery in batch:
            try:
                events.append((delivery, self._read(delivery)))
            except Exception as error:
                outcomes[delivery.key] = self._judge(delivery, error)
        failures = self._hand_over([event for _, event in events])
        stuck = {d.aggregate for d in batch if outcomes.get(d.key) in (Outcome.OUTAGE, Outcome.RETRY)}
        for delivery, event in events:
            if delivery.aggregate in stuck:
                outcomes[delivery.key] = Outcome.WAITING
            elif event.id in failures:
                outcomes[delivery.key] = self._judge(delivery, failures[event.id])
                # Later events of the aggregate must not overtake it: if they were handled, they are again.
                stuck.add(delivery.aggregate)
            else:
                outcomes[delivery.key] = Outcome.HANDLED
        self._tell_of_outage([d for d in batch if outcomes[d.key] is Outcome.OUTAGE], failures)
        for outcome in outcomes.values():
            HANDLED.labels(self._consumer, outcome.value).inc()
        return outcomes

    def once(self, delivery: Delivery) -> Exception | None:
        """One attempt at a single event, for redelivery by an operator: the error, or None if it was handled."""
        try:
            event = self._read(delivery)
        except Exception as error:
            return error
        return self._hand_over([event]).get(event.id)

    def _read(self, delivery: Delivery) -> Event:
        return event_from(
            delivery.subject,
            delivery.headers,
            delivery.payload,
            self._verifier,
            delivered=delivery.delivered + delivery.attempts + delivery.outages,
        )

    def _hand_over(self, events: list[Event]) -> dict[str, Exception]:
        """Calls the handler; returns the error of each event that failed."""
        if not events:
            return {}
        try:
            self._call(events)
        except EventFailed as failed:
            known = {event.id for event in events}
            if not failed.errors.keys() & known:
                return {event.id: failed for event in events}
            return failed.errors
        except Unavailable as error:
            # Trying one by one would wait for the same dependency a hundred times.
            return {event.id: error for event in events}
        except Exception as error:
            return {events[0].id: error} if len(events) == 1 else self._one_by_one(events)
        return {}

    def _one_by_one(self, events: list[Event]) -> dict[str, Exception]:
        failures: dict[str, Exception] = {}
        stuck: set[tuple[str, str]] = set()
        for number, event in enumerate(events):
            aggregate = (event.tenant_id, event.aggregate_id)
            if aggregate in stuck:
                continue
            failed = self._hand_over([event])
            failures |= failed
            stuck |= {aggregate} if failed else set()
            if any(isinstance(error, Unavailable) for error in failed.values()):
                # The rest would wait for the same dependency, each for its own time-out.
                return {other.id: failed[event.id] for other in events[number:]} | failures
        return failures

    def _call(self, events: list[Event]) -> None:
        began = time.perf_counter()
        # A batch may join several traces; it continues the first, and a lone event its own.
        with telemetry.span(f"handle {self._consumer}", parent=events[0].traceparent, events=len(events)):
            self._run(events)
        SECONDS.labels(self._consumer).observe(time.perf_counter() - began)

    def _run(self, events: list[Event]) -> None:
        """Calls the handler; an outage is one whatever library speaks of it, or good events would die of it."""
        try:
            with outages():
                self._handle(events)
        except grpc.RpcError as error:
            raise error_from(error, "peer") from error

    def _judge(self, delivery: Delivery, error: Exception) -> Outcome:
        if isinstance(error, Unavailable):
            delivery.outages += 1
            return Outcome.OUTAGE
        delivery.attempts += 1
        delivery.outages = 0
        permanent = isinstance(error, MalformedEvent | CallerUnverified)
        if permanent or delivery.attempts >= self._retry.max_deliver:
            return self._give_up(delivery, error)
        self._log.warning("event_failed", **_fields(delivery, error), **_trace_of(error))
        return Outcome.RETRY

    def _tell_of_outage(self, waiting: list[Delivery], failures: Mapping[str, Exception]) -> None:
        """One line for a batch, at its 1st, 2nd, 4th, 8th … time: an outage must not flood the log."""
        first = waiting[0] if waiting else None
        if first and first.outages & (first.outages - 1) == 0:
            error = failures.get(first.key, Unavailable("dead_letter_not_kept"))
            self._log.warning("events_wait_for_dependency", events=len(waiting), **_fields(first, error))

    def _give_up(self, delivery: Delivery, error: Exception) -> Outcome:
        delivery.attempts = max(delivery.attempts, 1)
        try:
            self._letters.keep(self._consumer, delivery, error)
        except Exception as failure:
            # Not kept, so not given up: the event stays with us until the store is back.
            delivery.outages += 1
            if not isinstance(failure, Unavailable):
                self._log.error("dead_letter_not_kept", **_fields(delivery, failure), **_trace_of(failure))
            return Outcome.OUTAGE
        self._log.error("event_dead_lettered", **_fields(delivery, error), **_trace_of(error))
        return Outcome.DEAD


def _fields(delivery: Delivery, error: Exception) -> dict[str, Any]:
    reason = error.reason if isinstance(error, FairleadError) else type(error).__name__
    return {
        "event_id": delivery.key,
        "subject": delivery.subject,
        "reason": reason,
        "attempts": delivery.attempts,
        "outages": delivery.outages,
    }


def _trace_of(error: Exception) -> dict[str, Any]:
    """A refusal explains itself; anything else is a bug, and needs its stack."""
    return {} if isinstance(error, FairleadError) else {"exc_info": error}
