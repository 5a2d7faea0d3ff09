"""Aggregates: one document each, changed under its revision, its events saved in the same write."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pymongo import ASCENDING, InsertOne, UpdateOne, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError

from chassis.errors import AlreadyExists, NotFound, RevisionConflict
from chassis.mongo import ScopedCollection, outages, scoped_filter
from chassis.mongo.scoped import Filter, Sort
from chassis.outbox.events import OutboundEvent, StoredEvent, from_stored, to_pending
from chassis.tenancy import Scope, TenantScope
from chassis.tokens import CallerSigner

PENDING_INDEX = "pending_events"
BY_ID = "_id_"
# What the outbox itself keeps in the document; a service never writes these and need not read them.
_OWN_FIELDS = ("pending_events", "published")
_RESERVED = frozenset({"_id", "provider_id", "tenant_id", "revision", *_OWN_FIELDS})
_DUPLICATE_KEY = 11000
_MATCHED_TWICE = 54

NewAggregate = tuple[TenantScope, str, Mapping[str, Any], Sequence[OutboundEvent]]
ChangedAggregate = tuple[TenantScope, str, int, Mapping[str, Any], Sequence[OutboundEvent]]


class Outcome(StrEnum):
    """What became of one item of a batch."""

    OK = "ok"
    CONFLICT = "conflict"  # someone else saved first
    EXISTS = "exists"  # the id, or another unique value, is taken
    MISSING = "missing"  # no such aggregate in that scope


@dataclass(frozen=True)
class Result:
    """One item's result; revision is the new one when it is ok, 0 otherwise."""

    id: str
    outcome: Outcome
    revision: int = 0

    @property
    def ok(self) -> bool:
        return self.outcome is Outcome.OK


class AggregateStore(ScopedCollection):
    """The aggregates of one collection. All methods raise Unavailable("store_unavailable") in an outage.

    noun: what one is called in errors, "incident" → "incident_not_found".
    signer: mints the token of events whose caller has none valid at the event's time (timers, sweeps).
    archive: False where the events only repeat what can be derived anew (a read model), and need no history.
    """

    def __init__(
        self, collection: Collection, noun: str, signer: CallerSigner | None = None, archive: bool = True
    ) -> None:
        super().__init__(collection)
        self.noun = noun
        self.signer = signer
        self.archive = archive
        # For what may be lost with a crash, as it is then done again: MongoDB answers before it is on disk.
        self.unwaited = collection.with_options(write_concern=WriteConcern(1, j=False))
        self.history_collection = collection.database[f"{collection.name}_history"]
        self._saved: list[Callable[[], None]] = []

    def on_saved(self, listener: Callable[[], None]) -> None:
        """Calls the listener after every save that brought events; it must return at once."""
        self._saved.append(listener)

    def ensure_indexes(self) -> None:
        """The indexes the outbox needs. The relay calls this too; it is idempotent."""
        with outages():
            # Partial, so an idle poll reads nothing; not led by the tenant, as the relay serves all of them.
            self.collection.create_index(
                [("pending_events.0.time", ASCENDING)],
                name=PENDING_INDEX,
                partialFilterExpression={"pending_events.0": {"$exists": True}},
            )
            if self.archive:
                self.history_collection.create_index(
                    [(key, ASCENDING) for key in ("provider_id", "tenant_id", "aggregate_id", "seq")]
                )

    def create(
        self, scope: TenantScope, id: str, state: Mapping[str, Any], events: Sequence[OutboundEvent]
    ) -> None:
        """A new aggregate at revision 1. Raises AlreadyExists("<noun>_exists"): the id or a unique index."""
        document = self._new(scope, id, state, events)
        try:
            self.insert_one(scope, document)
        except DuplicateKeyError as error:
            raise self._exists(error) from error
        self._wake(bool(events))

    def save(
        self,
        scope: TenantScope,
        id: str,
        revision: int,
        state: Mapping[str, Any],
        events: Sequence[OutboundEvent],
    ) -> int:
        """Sets the state's fields if the aggregate is still at that revision; returns the new revision.

        Fields that the state does not name stay as they are. Raises RevisionConflict("<noun>_changed"),
        NotFound("<noun>_not_found"), or AlreadyExists when a unique index refuses the new state.
        """
        criteria, update = self._change(scope, id, revision, state, events)
        try:
            matched = self.update_one(scope, criteria, update).matched_count
        except DuplicateKeyError as error:
            raise self._exists(error) from error
        if not matched:
            self._require(self.find_one(scope, {"_id": id}, projection=["_id"]))
            raise RevisionConflict(
                f"{self.noun}_changed", "Someone else changed it first.", revision=revision
            )
        self._wake(bool(events))
        return revision + 1

    def load(self, scope: Scope, id: str) -> dict[str, Any]:
        """The document with its "revision". Raises NotFound("<noun>_not_found"), another tenant's included."""
        return self._require(self.find_one(scope, {"_id": id}))

    def history(self, scope: Scope, id: str, after_seq: int = 0, limit: int = 500) -> list[StoredEvent]:
        """The aggregate's events with a greater sequence, in order, published or not. Raises NotFound."""
        return self.load_with_history(scope, {"_id": id}, after_seq, limit)[1]

    def load_with_history(
        self, scope: Scope, criteria: Filter, after_seq: int = 0, limit: int = 500
    ) -> tuple[dict[str, Any], list[StoredEvent]]:
        """The one document that matches, and its `history`. Raises NotFound."""
        # Pending first: the relay archives before it removes, so an event that leaves in between is met twice
        # (and counted once), never missed.
        document = self._require(super().find_one(scope, criteria))
        owner = {name: document[name] for name in ("provider_id", "tenant_id")}
        id = document["_id"]
        query = {**owner, "aggregate_id": id, "seq": {"$gt": after_seq}}
        with outages():
            archived = list(self.history_collection.find(query, sort=[("seq", ASCENDING)], limit=limit))
        kept = {event["seq"]: event for event in archived}
        kept |= {event["seq"]: event for event in document["pending_events"] if event["seq"] > after_seq}
        return document, [from_stored(kept[seq], **owner, aggregate_id=id) for seq in sorted(kept)[:limit]]

    def create_many(self, items: Sequence[NewAggregate]) -> list[Result]:
        """Creates several in one write, each for itself; results in the order of the items."""
        operations = [
            (scope, InsertOne(self._new(scope, id, state, events))) for scope, id, state, events in items
        ]
        refused = self._write_each(operations)
        self._wake(any(item[3] for place, item in enumerate(items) if place not in refused))
        return [
            Result(item[1], Outcome.EXISTS) if place in refused else Result(item[1], Outcome.OK, 1)
            for place, item in enumerate(items)
        ]

    def save_many(self, items: Sequence[ChangedAggregate]) -> list[Result]:
        """Saves several in one write, each for itself; results in the order of the items.

        Raises ValueError when an aggregate comes twice: fold its changes into one save first.
        """
        if len({id for _, id, *_ in items}) < len(items):
            raise ValueError("an aggregate may come only once in a batch")
        # A bulk write reports per item only what failed. So a change that matches nothing is made to fail: as
        # an upsert whose filter names _id twice, which MongoDB refuses to make a document of (code 54).
        operations = [(item[0], self._change_or_fail(*item)) for item in items]
        refused = self._write_each(operations)
        present = self._present([items[place] for place, code in refused.items() if code == _MATCHED_TWICE])
        self._wake(any(item[4] for place, item in enumerate(items) if place not in refused))
        results = []
        for place, (_, id, revision, *_) in enumerate(items):
            if place not in refused:
                results.append(Result(id, Outcome.OK, revision + 1))
            elif refused[place] == _DUPLICATE_KEY:
                results.append(Result(id, Outcome.EXISTS))
            else:
                results.append(Result(id, Outcome.CONFLICT if id in present else Outcome.MISSING))
        return results

    def save_together(self, items: Sequence[ChangedAggregate], created: Sequence[NewAggregate] = ()) -> None:
        """Saves several in one transaction, and creates some: all of them, or none. Raises as `save` and `create`, for the
        first that is refused.

        A transaction costs about twice what a save does: it is for changes that are wrong by halves.
        """

        def write(session: ClientSession) -> None:
            for scope, id, revision, state, events in items:
                criteria, update = self._change(scope, id, revision, state, events)
                changed = self.update_one(scope, criteria, update, session=session)
                if not changed.matched_count:
                    self._require(self.find_one(scope, {"_id": id}, projection=["_id"], session=session))
                    raise RevisionConflict(
                        f"{self.noun}_changed", "Someone else changed it first.", revision=revision
                    )

            for scope, id, state, events in created:
                self.insert_one(scope, self._new(scope, id, state, events), session=session)

        # A transaction that meets another change of the same record is begun anew by the driver, and then finds it.
        with outages(), self.collection.database.client.start_session() as session:
            try:
                session.with_transaction(write)
            except DuplicateKeyError as error:
                raise self._exists(error) from error
            # A transaction is acknowledged some milliseconds before others can read it; the session's own next read
            # waits for that.
            self.find_one(items[0][0], {"_id": items[0][1]}, projection=["_id"], session=session)
        self._wake(any(item[4] for item in items) or any(item[3] for item in created))

    def find_one(self, scope: Scope, criteria: Filter | None = None, **options: Any) -> dict[str, Any] | None:
        return super().find_one(scope, criteria, **_without_own_fields(options))

    def iterate(
        self,
        scope: Scope,
        criteria: Filter | None = None,
        sort: Sort | None = None,
        limit: int = 0,
        **options: Any,
    ) -> Iterator[dict[str, Any]]:
        return super().iterate(scope, criteria, sort, limit, **_without_own_fields(options))

    def _new(
        self, scope: TenantScope, id: str, state: Mapping[str, Any], events: Sequence[OutboundEvent]
    ) -> dict[str, Any]:
        _check(scope, id, state)
        pending = to_pending(events, scope, 1, self.signer)
        return {"_id": id, **scope.filter(), "revision": 1, **state, "pending_events": pending}

    def _change(
        self,
        scope: TenantScope,
        id: str,
        revision: int,
        state: Mapping[str, Any],
        events: Sequence[OutboundEvent],
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        _check(scope, id, state)
        update: dict[str, Any] = {"$inc": {"revision": 1}}
        if state:
            update["$set"] = dict(state)
        if events:
            pending = to_pending(events, scope, revision + 1, self.signer)
            update["$push"] = {"pending_events": {"$each": pending}}
        return {"_id": id, "revision": revision}, update

    def _change_or_fail(self, *item: Any) -> UpdateOne:
        criteria, update = self._change(*item)
        return UpdateOne({**criteria, "$and": [{"_id": criteria["_id"]}]}, update, upsert=True, hint=BY_ID)

    def _write_each(self, operations: Sequence[tuple[TenantScope, InsertOne | UpdateOne]]) -> dict[int, int]:
        """Error code by place, of those operations that were refused as a conflict or a duplicate."""
        try:
            self.bulk_write_each(operations)
        except BulkWriteError as error:
            refused = {entry["index"]: entry["code"] for entry in (error.details or {})["writeErrors"]}
            if not set(refused.values()) <= {_DUPLICATE_KEY, _MATCHED_TWICE}:
                raise
            return refused
        return {}

    def _present(self, items: Sequence[ChangedAggregate]) -> set[str]:
        if not items:
            return set()
        wanted = [scoped_filter(scope, {"_id": id}) for scope, id, *_ in items]
        with outages():
            return {found["_id"] for found in self.collection.find({"$or": wanted}, ["_id"])}

    def _require(self, document: dict[str, Any] | None) -> dict[str, Any]:
        if document is None:
            raise NotFound(f"{self.noun}_not_found", f"There is no such {self.noun.replace('_', ' ')}.")
        return document

    def _exists(self, error: DuplicateKeyError) -> AlreadyExists:
        fields = ",".join((error.details or {}).get("keyPattern", {"_id": 1}))
        return AlreadyExists(f"{self.noun}_exists", "It exists already.", fields=fields)

    def _wake(self, has_events: bool) -> None:
        if has_events:
            for listener in self._saved:
                listener()


def _check(scope: TenantScope, id: str, state: Mapping[str, Any]) -> None:
    if not isinstance(scope, TenantScope):
        raise TypeError("an aggregate belongs to one tenant: a TenantScope is required")
    # The id stands in subjects, as the tenant's does.
    TenantScope(scope.provider_id, id)
    if not _RESERVED.isdisjoint(state):
        raise ValueError(f"the store keeps these itself: {sorted(_RESERVED & set(state))}")


def _without_own_fields(options: dict[str, Any]) -> dict[str, Any]:
    return {"projection": dict.fromkeys(_OWN_FIELDS, False)} | options
