"""Deliveries held in memory: in order within one aggregate, ready or waiting, taken in batches.

Runs on the event loop only, and knows neither NATS nor handlers.
"""

from __future__ import annotations

import bisect
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chassis import headers as names
from chassis.bus.attempts import Delivery, Outcome

BATCH = 100


@dataclass
class _Aggregate:
    events: deque[Delivery] = field(default_factory=deque)
    busy: bool = False  # a batch with its events is being handled
    parked: bool = False  # its first event waits for its next attempt
    offered: bool = False  # stands in the line of ready ones


class Queues:
    """One queue for each aggregate that has events in hand."""

    def __init__(self) -> None:
        self._aggregates: dict[str, _Aggregate] = {}
        self._ready: deque[str] = deque()
        self._held: dict[str, Delivery] = {}

    def __len__(self) -> int:
        return len(self._held)

    def held(self, key: str) -> Delivery | None:
        """The delivery of this event that is in hand already."""
        return self._held.get(key)

    def add(self, delivery: Delivery) -> None:
        """Puts a delivery in its aggregate's queue: behind the others, unless it is an older one come late."""
        self._held[delivery.key] = delivery
        aggregate = self._aggregates.setdefault(delivery.aggregate, _Aggregate())
        seq = _seq(delivery)
        if aggregate.events and seq < _seq(aggregate.events[-1]):
            aggregate.events.insert(bisect.bisect([_seq(event) for event in aggregate.events], seq), delivery)
        else:
            aggregate.events.append(delivery)
        self._offer(delivery.aggregate, aggregate)

    def take(self) -> list[Delivery]:
        """A batch of ready deliveries, their aggregates busy until `settle`. Empty when none is ready.

        After an outage batches shrink to a quarter each time, down to one event, so that work which can be done is not
        held up by an event whose own dependency is still down.
        """
        batch: list[Delivery] = []
        limit = BATCH
        while self._ready and len(batch) < limit:
            key = self._ready[0]
            aggregate = self._aggregates[key]
            limit = min(limit, max(1, BATCH >> 2 * aggregate.events[0].outages))
            if len(batch) >= limit:
                break
            self._ready.popleft()
            aggregate.offered, aggregate.busy = False, True
            for _ in range(min(len(aggregate.events), limit - len(batch))):
                batch.append(aggregate.events.popleft())
        return batch

    def settle(self, batch: Sequence[Delivery], outcomes: Mapping[str, Outcome]) -> set[str]:
        """Drops what is done, puts back what is not; returns the aggregates parked until `unpark`."""
        parked: set[str] = set()
        for delivery in reversed(batch):
            outcome = outcomes[delivery.key]
            if outcome in (Outcome.HANDLED, Outcome.DEAD):
                del self._held[delivery.key]
                continue
            aggregate = self._aggregates[delivery.aggregate]
            aggregate.events.appendleft(delivery)
            if outcome in (Outcome.RETRY, Outcome.OUTAGE):
                aggregate.parked = True
                parked.add(delivery.aggregate)
        for key in dict.fromkeys(delivery.aggregate for delivery in batch):
            aggregate = self._aggregates[key]
            aggregate.busy = False
            self._offer(key, aggregate)
            if not aggregate.events:
                del self._aggregates[key]
        return parked

    def unpark(self, key: str) -> None:
        """The aggregate's wait is over."""
        aggregate = self._aggregates.get(key)
        if aggregate and aggregate.parked:
            aggregate.parked = False
            self._offer(key, aggregate)

    def all(self) -> list[Delivery]:
        """Everything in hand, busy or not."""
        return list(self._held.values())

    def _offer(self, key: str, aggregate: _Aggregate) -> None:
        if aggregate.events and not (aggregate.busy or aggregate.parked or aggregate.offered):
            aggregate.offered = True
            self._ready.append(key)


def _seq(delivery: Delivery) -> int:
    text = delivery.headers.get(names.SEQUENCE, "")
    return int(text) if text.isdecimal() else 0
