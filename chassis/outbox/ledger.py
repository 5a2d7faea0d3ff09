"""The relay's side of MongoDB: what is pending, the archive, and striking out what is done."""

from collections.abc import Collection as Ids
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from chassis.mongo import outages
from chassis.outbox.events import event_id
from chassis.outbox.store import PENDING_INDEX, AggregateStore

_DUPLICATE_KEY = 11000
AGGREGATES_PER_READ = 200
EVENTS_PER_AGGREGATE = 200


@dataclass
class Waiting:
    """An aggregate with pending events, and how far the stream is known to have them.

    stream_seq: the stream sequence of its last published event, as far as known; JetStream checks it.
    done_seq: every event up to this one is in the stream; 0 while none of the pending ones is.
    refused: it cannot be published as things are; the others need not wait for it.
    """

    store: AggregateStore
    id: str
    provider_id: str
    tenant_id: str
    events: list[dict[str, Any]]
    stream_seq: int = 0
    done_seq: int = 0
    refused: bool = False
    unpublished: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def from_document(cls, store: AggregateStore, document: Mapping[str, Any]) -> "Waiting":
        events = sorted(document["pending_events"], key=lambda event: event["seq"])
        return cls(
            store=store,
            id=document["_id"],
            provider_id=document["provider_id"],
            tenant_id=document["tenant_id"],
            events=events,
            stream_seq=document.get("published", {}).get("stream_seq", 0),
            unpublished=list(events),
        )

    def skip(self, done_seq: int) -> None:
        """Leaves out what is archived, published and struck out already, up to this event."""
        self.events = [event for event in self.events if event["seq"] > done_seq]
        self.unpublished = list(self.events)

    def published(self, count: int, stream_seq: int) -> None:
        """Notes that the first `count` unpublished events now stand in the stream, the last at stream_seq."""
        self.done_seq, self.stream_seq = self.unpublished[count - 1]["seq"], stream_seq
        del self.unpublished[:count]


def read(store: AggregateStore, without: Ids[str]) -> list[Waiting]:
    """Aggregates of a store with pending events, those that wait longest first. Raises Unavailable.

    Of all tenants: the outbox is one of the documented uses of a whole collection.
    """
    query: dict[str, Any] = {"pending_events.0": {"$exists": True}}
    if without:
        query["_id"] = {"$nin": list(without)}
    fields = {"provider_id": 1, "tenant_id": 1, "published": 1}
    with outages():
        # Without the hint the planner prefers a scan of the collection.
        found = store.collection.find(
            query,
            {**fields, "pending_events": {"$slice": EVENTS_PER_AGGREGATE}},
            hint=PENDING_INDEX,
            limit=AGGREGATES_PER_READ,
        )
        return [Waiting.from_document(store, document) for document in found]


def is_full(found: Sequence[Waiting]) -> bool:
    """Whether a read gave as much as a read gives, so that there may be more."""
    most = EVENTS_PER_AGGREGATE
    return len(found) >= AGGREGATES_PER_READ or any(len(aggregate.events) >= most for aggregate in found)


def archive(store: AggregateStore, aggregates: Sequence[Waiting]) -> None:
    """Puts all events of these into the store's history, where some may already be. Raises Unavailable."""
    if not store.archive:
        return
    documents = [
        {
            "_id": event_id(aggregate.id, event["seq"]),
            "provider_id": aggregate.provider_id,
            "tenant_id": aggregate.tenant_id,
            "aggregate_id": aggregate.id,
            **event,
        }
        for aggregate in aggregates
        for event in aggregate.events
    ]
    try:
        with outages():
            store.history_collection.insert_many(documents, ordered=False)
    except BulkWriteError as error:
        # Events never change, so one that is there already (from before a crash) is the same.
        if any(entry["code"] != _DUPLICATE_KEY for entry in (error.details or {})["writeErrors"]):
            raise


def strike(store: AggregateStore, aggregates: Sequence[Waiting]) -> None:
    """Removes what is archived and published from the aggregates. Raises Unavailable.

    Nobody waits for it to be on disk, which would be half of what a round costs MongoDB: what a crash brings back is in the
    stream, and is found there when it is to be published again.
    """
    changes = [
        UpdateOne(
            {"_id": aggregate.id},
            {
                "$pull": {"pending_events": {"seq": {"$lte": aggregate.done_seq}}},
                "$set": {"published": {"seq": aggregate.done_seq, "stream_seq": aggregate.stream_seq}},
            },
        )
        for aggregate in aggregates
        if aggregate.done_seq
    ]
    if changes:
        with outages():
            store.unwaited.bulk_write(changes, ordered=False)


class Struck:
    """What was struck out of late: for a moment it may still be read, as a read shows what is on disk.

    It is forgotten again, so that what a crash brought back is found.
    """

    def __init__(self, seconds: float = 5.0) -> None:
        self._seconds = seconds
        self._done: dict[tuple[str, str], tuple[int, int, float]] = {}

    def note(self, store: AggregateStore, aggregates: Sequence[Waiting], now: float) -> None:
        """These have been struck out. now: seconds of a clock that never goes back."""
        for each in aggregates:
            if each.done_seq:
                key = store.collection.name, each.id
                self._done.pop(key, None)
                self._done[key] = each.done_seq, each.stream_seq, now + self._seconds

    def without(self, store: AggregateStore, found: Sequence[Waiting], now: float) -> list[Waiting]:
        """What of it still waits, in the light of what is known."""
        self._forget(now)
        left = []
        for each in found:
            done_seq, stream_seq, _ = self._done.get((store.collection.name, each.id), (0, 0, 0.0))
            if done_seq:
                each.skip(done_seq)
                each.stream_seq = max(each.stream_seq, stream_seq)
            if each.events:
                left.append(each)
        return left

    def _forget(self, now: float) -> None:
        # The oldest stand first.
        while self._done and (oldest := next(iter(self._done))) and self._done[oldest][2] <= now:
            del self._done[oldest]
