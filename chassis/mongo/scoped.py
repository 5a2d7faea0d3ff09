"""A collection that cannot be touched without saying whose records are meant."""

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pymongo import DeleteMany, DeleteOne, InsertOne, ReturnDocument, UpdateMany, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError
from pymongo.results import BulkWriteResult, DeleteResult, UpdateResult

from chassis.mongo.connection import outages
from chassis.tenancy import GrantedScope, Scope, SystemScope, TenantScope

Filter = Mapping[str, Any]
Sort = Sequence[tuple[str, int]]
Operation = InsertOne | UpdateOne | UpdateMany | DeleteOne | DeleteMany

_DUPLICATE_KEY = 11000
_OWNERS = ("provider_id", "tenant_id")
# Stages that read or write other collections, where the scope would not follow.
_STAGES_THAT_LEAVE = frozenset({"$lookup", "$graphLookup", "$unionWith", "$out", "$merge"})


def scoped_filter(scope: Scope, criteria: Filter | None = None) -> dict[str, Any]:
    """Criteria narrowed to a scope; criteria that name an owner themselves can only narrow it further.

    Raises TypeError for anything that is not a scope, None above all.
    """
    if not isinstance(scope, TenantScope | GrantedScope | SystemScope):
        raise TypeError(f"a scope is required, not {type(scope).__name__}")
    own = scope.filter()
    if not criteria:
        return own
    if own.keys().isdisjoint(criteria):
        return {**own, **criteria}
    return {"$and": [own, dict(criteria)]}


def stamped(scope: Scope, document: Mapping[str, Any]) -> dict[str, Any]:
    """A document with its owner in it: from a tenant's scope, else its own, which must lie in the scope.

    Raises TypeError without a scope or an owner, ValueError when the document's owner is outside the scope.
    """
    scoped_filter(scope)
    owner = scope.filter() if isinstance(scope, TenantScope) else {}
    result = {**document, **{name: document.get(name, owner.get(name)) for name in _OWNERS}}
    provider_id, tenant_id = (result[name] for name in _OWNERS)
    if not isinstance(provider_id, str) or not isinstance(tenant_id, str):
        raise TypeError("a document needs provider_id and tenant_id, or a TenantScope to give them")
    if not scope.includes(provider_id, tenant_id):
        raise ValueError("the document belongs to another tenant than the scope")
    return result


class ScopedCollection:
    """Every method takes a scope first, and sees and changes only the records within it.

    Raises TypeError without a scope and Unavailable("store_unavailable") while MongoDB is away.
    Duplicate keys raise pymongo's DuplicateKeyError or BulkWriteError.
    """

    def __init__(self, collection: Collection) -> None:
        self.collection = collection

    def find_one(self, scope: Scope, criteria: Filter | None = None, **options: Any) -> dict[str, Any] | None:
        """One record, or None. Options as pymongo's: projection, sort, hint."""
        query = scoped_filter(scope, criteria)
        with outages():
            return self.collection.find_one(query, **options)

    def find(
        self,
        scope: Scope,
        criteria: Filter | None = None,
        sort: Sort | None = None,
        limit: int = 0,
        **options: Any,
    ) -> list[dict[str, Any]]:
        """The records, all of them when limit is 0; for long ones see `iterate`."""
        return list(self.iterate(scope, criteria, sort=sort, limit=limit, **options))

    def iterate(
        self,
        scope: Scope,
        criteria: Filter | None = None,
        sort: Sort | None = None,
        limit: int = 0,
        **options: Any,
    ) -> Iterator[dict[str, Any]]:
        """The records one after another, without holding them all in memory."""
        query = scoped_filter(scope, criteria)
        return self._read(query, dict(sort=list(sort) if sort else None, limit=limit, **options))

    def _read(self, query: dict[str, Any], options: dict[str, Any]) -> Iterator[dict[str, Any]]:
        with outages(), self.collection.find(query, **options) as cursor:
            yield from cursor

    def count(self, scope: Scope, criteria: Filter | None = None, limit: int = 0) -> int:
        """How many there are; counting stops at limit when it is given."""
        options: dict[str, Any] = {"limit": limit} if limit else {}
        query = scoped_filter(scope, criteria)
        with outages():
            return self.collection.count_documents(query, **options)

    def distinct(self, scope: Scope, field: str, criteria: Filter | None = None) -> list[Any]:
        query = scoped_filter(scope, criteria)
        with outages():
            return self.collection.distinct(field, query)

    def aggregate(
        self, scope: Scope, pipeline: Sequence[Mapping[str, Any]], **options: Any
    ) -> list[dict[str, Any]]:
        """A pipeline over the scope's records. Raises ValueError for stages that reach other collections.

        Options as pymongo's: hint.
        """
        if _names(pipeline) & _STAGES_THAT_LEAVE:
            raise ValueError("a scoped pipeline may not reach other collections")
        first, rest = {}, list(pipeline)
        if rest and "$match" in rest[0]:
            first = rest.pop(0)["$match"]  # one stage: $text is allowed only in the first
        stages = [{"$match": scoped_filter(scope, first)}, *rest]
        with outages():
            return list(self.collection.aggregate(stages, **options))

    def insert_one(self, scope: Scope, document: Mapping[str, Any], **options: Any) -> Any:
        """Inserts the document with its owner stamped on it; returns its _id. Options as pymongo's: session."""
        with outages():
            return self.collection.insert_one(stamped(scope, document), **options).inserted_id

    def insert_many(
        self, scope: Scope, documents: Iterable[Mapping[str, Any]], ordered: bool = True
    ) -> list[Any]:
        batch = [stamped(scope, document) for document in documents]
        if not batch:
            return []
        with outages():
            return self.collection.insert_many(batch, ordered=ordered).inserted_ids

    def insert_each(self, documents: Sequence[tuple[Scope, Mapping[str, Any]]]) -> list[int]:
        """Inserts those whose keys are free, in one write; the places of the others, in order.

        What mostly is new is cheaper so than by upserts, which look first: MongoDB writes inserts together.
        """
        refused: list[int] = []
        try:
            self.bulk_write_each((scope, InsertOne(document)) for scope, document in documents)
        except BulkWriteError as error:
            failed = (error.details or {})["writeErrors"]
            if any(each["code"] != _DUPLICATE_KEY for each in failed):
                raise
            refused = sorted(each["index"] for each in failed)
        return refused

    def update_one(self, scope: Scope, criteria: Filter, update: Any, **options: Any) -> UpdateResult:
        """Options as pymongo's: upsert (with a TenantScope only), array_filters, hint."""
        query = _checked(scope, criteria, update, options.get("upsert", False))
        with outages():
            return self.collection.update_one(query, update, **options)

    def update_many(self, scope: Scope, criteria: Filter, update: Any, **options: Any) -> UpdateResult:
        query = _checked(scope, criteria, update, options.get("upsert", False))
        with outages():
            return self.collection.update_many(query, update, **options)

    def find_one_and_update(
        self, scope: Scope, criteria: Filter, update: Any, **options: Any
    ) -> dict[str, Any] | None:
        """The record after the change (`return_document` to have it as it was), or None."""
        query = _checked(scope, criteria, update, options.get("upsert", False))
        options.setdefault("return_document", ReturnDocument.AFTER)
        with outages():
            return self.collection.find_one_and_update(query, update, **options)

    def delete_one(self, scope: Scope, criteria: Filter) -> DeleteResult:
        query = scoped_filter(scope, criteria)
        with outages():
            return self.collection.delete_one(query)

    def delete_many(self, scope: Scope, criteria: Filter) -> DeleteResult:
        query = scoped_filter(scope, criteria)
        with outages():
            return self.collection.delete_many(query)

    def bulk_write(
        self, scope: Scope, operations: Iterable[Operation], ordered: bool = False
    ) -> BulkWriteResult | None:
        """InsertOne, UpdateOne, UpdateMany, DeleteOne, DeleteMany in one go, all in one scope."""
        return self.bulk_write_each(((scope, operation) for operation in operations), ordered)

    def bulk_write_each(
        self, operations: Iterable[tuple[Scope, Operation]], ordered: bool = False
    ) -> BulkWriteResult | None:
        """The same with a scope for each operation, for batches that cross tenants; None for none."""
        batch = [_scoped_operation(scope, operation) for scope, operation in operations]
        if not batch:
            return None
        with outages():
            return self.collection.bulk_write(batch, ordered=ordered)


def _checked(scope: Scope, criteria: Filter, update: Any, upsert: bool) -> dict[str, Any]:
    query = scoped_filter(scope, criteria)
    if _changes_owner(update):
        raise ValueError("a record's provider and tenant never change")
    if upsert and not isinstance(scope, TenantScope):
        raise TypeError("an upsert needs a TenantScope, which gives the new record its owner")
    return query


def _changes_owner(update: Any) -> bool:
    stages = update if isinstance(update, list) else [update]
    for stage in stages:
        for operator, change in stage.items():
            if operator in ("$replaceRoot", "$replaceWith", "$project"):
                return True
            touched = {change} if isinstance(change, str) else set(change)
            if operator == "$rename":
                touched |= set(change.values())
            if not touched.isdisjoint(_OWNERS):
                return True
    return False


def _scoped_operation(scope: Scope, operation: Operation) -> Operation:
    if isinstance(operation, InsertOne):
        return InsertOne(stamped(scope, operation._doc))
    if not isinstance(operation, UpdateOne | UpdateMany | DeleteOne | DeleteMany):
        raise TypeError(f"{type(operation).__name__} cannot be scoped")
    result = copy.copy(operation)
    if isinstance(operation, UpdateOne | UpdateMany):
        result._filter = _checked(scope, operation._filter, operation._doc, bool(operation._upsert))
    else:
        result._filter = scoped_filter(scope, operation._filter)
    return result


def _names(value: Any) -> set[str]:
    if isinstance(value, Mapping):
        return set(value).union(*(_names(inner) for inner in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(_names(inner) for inner in value))
    return set()
