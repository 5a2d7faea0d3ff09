"""Configuration items, on the collection underneath the MongoEngine document."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pymongo.database import Database

from chassis.errors import AlreadyExists
from chassis.mongo import decode_cursor, encode_cursor, page_after
from chassis.outbox import AggregateStore
from chassis.tenancy import Caller, GrantedScope, Scope, TenantScope
from chassis.tokens import CallerSigner
from services.incidents.domain.configuration_item import (
    ConfigurationItem,
    Criticality,
    ItemEntry,
    ItemState,
    Relation,
    RelationKind,
    name_key,
    name_keys,
)
from services.incidents.domain.incident import Actor
from services.incidents.domain.item_query import ItemQuery
from services.incidents.events.configuration_items import item_changed, item_entries
from services.incidents.store.configuration_item_documents import NAMED_INDEX, RELATIONS_INDEX

_BY_NAME = [("name_key", 1), ("_id", 1)]
_PLAIN = ("type", "name", "description", "create_time", "update_time")
# Of one step of a walk; there is room for a thousand items in all.
_MOST_AROUND = 5_000
_MOST_WORDS = 8
_MOST_ENTRIES = 2_000


class ConfigurationItemStore:
    """Implements ports.ConfigurationItems."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.items = AggregateStore(database["configuration_items"], noun="configuration_item", signer=signer)

    def create(self, item: ConfigurationItem, actor: Actor, caller: Caller) -> None:
        try:
            self.items.create(_scope(item), item.item_id, _state(item), [item_changed(item, actor, caller)])
        except AlreadyExists as error:
            raise _taken() from error

    def save(self, item: ConfigurationItem, actor: Actor, caller: Caller) -> ConfigurationItem:
        saved = replace(item, revision=item.revision + 1)
        events = [item_changed(saved, actor, caller)]
        try:
            self.items.save(_scope(item), item.item_id, item.revision, _state(item), events)
        except AlreadyExists as error:
            raise _taken() from error
        return saved

    def put_many(
        self,
        new: Sequence[ConfigurationItem],
        changed: Sequence[ConfigurationItem],
        actor: Actor,
        caller: Caller,
    ) -> set[str]:
        results = self.items.create_many(
            [(_scope(one), one.item_id, _state(one), [item_changed(one, actor, caller)]) for one in new]
        )
        saved = [(one, replace(one, revision=one.revision + 1)) for one in changed]
        results += self.items.save_many(
            [
                (
                    _scope(one),
                    one.item_id,
                    one.revision,
                    _state(after),
                    [item_changed(after, actor, caller)],
                )
                for one, after in saved
            ]
        )
        return {result.id for result in results if result.ok}

    def load(self, scope: Scope, item_id: str) -> ConfigurationItem:
        return _item(self.items.load(scope, item_id))

    def load_many(self, scope: Scope, item_ids: Collection[str]) -> dict[str, ConfigurationItem]:
        if not item_ids:
            return {}
        found = self.items.find(scope, {"_id": {"$in": sorted(item_ids)}})
        return {one["_id"]: _item(one) for one in found}

    def naming(self, scope: Scope, item_ids: Collection[str]) -> list[ConfigurationItem]:
        criteria = {"relations.item_id": {"$in": sorted(item_ids)}}
        found = self.items.find(scope, criteria, limit=_MOST_AROUND, hint=RELATIONS_INDEX)
        return [_item(one) for one in found]

    def page(self, scope: Scope, query: ItemQuery) -> tuple[list[ConfigurationItem], str]:
        conditions = _conditions(query)
        if not query.shared:
            conditions.append({"$expr": {"$ne": ["$tenant_id", "$provider_id"]}})
        if query.page_token:
            conditions.append(page_after(_BY_NAME, decode_cursor(query.page_token, 2)))
        criteria = {"$and": conditions} if conditions else {}
        found = self.items.find(scope, criteria, sort=_BY_NAME, limit=query.page_size + 1)
        rows, more = found[: query.page_size], len(found) > query.page_size
        token = encode_cursor([rows[-1]["name_key"], rows[-1]["_id"]]) if more else ""
        return [_item(row) for row in rows], token

    def entries(self, scope: Scope, item_id: str, limit: int) -> list[ItemEntry]:
        return item_entries(self.items.history(scope, item_id, limit=_MOST_ENTRIES))[:limit]

    def called(self, wanted: Mapping[TenantScope, Collection[str]]) -> dict[tuple[str, str], str]:
        if not wanted:
            return {}
        (provider_id,) = {scope.provider_id for scope in wanted}
        owners = frozenset(scope.tenant_id for scope in wanted)
        keys = sorted({key for each in wanted.values() for key in each})
        # What is in this index has a name; the condition that says so is part of the question.
        criteria = {"keys.0": {"$exists": True}, "keys": {"$in": keys}}
        found = self.items.find(
            GrantedScope(provider_id, owners), criteria, projection=["tenant_id", "keys"], hint=NAMED_INDEX
        )
        return {(one["tenant_id"], key): one["_id"] for one in found for key in one["keys"]}


def _taken() -> AlreadyExists:
    return AlreadyExists("item_name_taken", "Another item in use has that name.", field="name")


def _scope(item: ConfigurationItem) -> TenantScope:
    return TenantScope(item.provider_id, item.tenant_id)


def _conditions(query: ItemQuery) -> list[dict[str, Any]]:
    conditions: list[dict[str, Any]] = []
    if query.type:
        conditions.append({"type": query.type.casefold()})
    if query.state:
        conditions.append({"state": query.state.value})
    if query.item_ids is not None:
        conditions.append({"_id": {"$in": sorted(query.item_ids)}})
    words = name_key(query.words).split()[:_MOST_WORDS]
    conditions += [{"all_keys": {"$regex": re.escape(word)}} for word in words]
    return conditions


def _state(item: ConfigurationItem) -> dict[str, Any]:
    return {
        **{name: getattr(item, name) for name in _PLAIN},
        "aliases": list(item.aliases),
        "criticality": item.criticality.value,
        # Pairs, as an attribute's name may hold what a field's name may not.
        "attributes": [{"name": name, "value": value} for name, value in item.attributes.items()],
        "state": item.state.value,
        "relations": [{"kind": one.kind.value, "item_id": one.item_id} for one in item.relations],
        "name_key": name_key(item.name),
        "all_keys": list(name_keys((item.name, *item.aliases))),
        "keys": list(item.keys),
    }


def _item(kept: Mapping[str, Any]) -> ConfigurationItem:
    return ConfigurationItem(
        item_id=kept["_id"],
        provider_id=kept["provider_id"],
        tenant_id=kept["tenant_id"],
        revision=kept["revision"],
        aliases=tuple(kept["aliases"]),
        criticality=Criticality(kept["criticality"]),
        attributes={one["name"]: one["value"] for one in kept["attributes"]},
        state=ItemState(kept["state"]),
        relations=tuple(Relation(RelationKind(one["kind"]), one["item_id"]) for one in kept["relations"]),
        **{name: kept[name] for name in _PLAIN},
    )
