"""The catalog, in the provider's own room: each item as it is, and as it was at each of its versions."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from pymongo.database import Database

from chassis.errors import NotFound
from chassis.mongo import ScopedCollection
from chassis.outbox import AggregateStore
from chassis.tenancy import TenantScope
from services.incidents.domain.catalog import CatalogItem, Contents, TaskTemplate
from services.incidents.domain.incident import Priority
from services.incidents.store.orders import step_state, to_step


class CatalogStore:
    """Implements ports.Catalog."""

    def __init__(self, database: Database) -> None:
        self._items = AggregateStore(database["catalog_items"], noun="catalog_item")
        self._versions = ScopedCollection(database["catalog_versions"])

    def add(self, item: CatalogItem) -> CatalogItem:
        self._keep_version(item)
        self._items.create(_room(item.provider_id), item.item_id, _state(item), [])
        return replace(item, revision=1)

    def save(self, item: CatalogItem) -> CatalogItem:
        # The version first: whatever names it must find it. One that a crash left is written again.
        self._keep_version(item)
        scope = _room(item.provider_id)
        return replace(item, revision=self._items.save(scope, item.item_id, item.revision, _state(item), []))

    def get(self, scope: TenantScope, item_id: str) -> CatalogItem:
        return _item(self._items.load(scope, item_id))

    def version(self, scope: TenantScope, item_id: str, version: int) -> Contents:
        found = self._versions.find_one(scope, {"_id": f"{item_id}:{version}"})
        if found is None:
            raise NotFound("catalog_item_not_found", "There is no such catalog item.")
        return _contents(found["contents"])

    def find(self, scope: TenantScope, item_ids: Iterable[str]) -> dict[str, CatalogItem]:
        found = self._items.find(scope, {"_id": {"$in": sorted(set(item_ids))}})
        return {document["_id"]: _item(document) for document in found}

    def all(self, scope: TenantScope, limit: int) -> list[CatalogItem]:
        items = [_item(found) for found in self._items.find(scope, sort=[("_id", 1)], limit=limit)]
        return sorted(items, key=lambda item: item.contents.name["en"].casefold())

    def _keep_version(self, item: CatalogItem) -> None:
        key = f"{item.item_id}:{item.version}"
        kept = {"contents": _contents_state(item.contents)}
        self._versions.update_one(_room(item.provider_id), {"_id": key}, {"$set": kept}, upsert=True)


def _room(provider_id: str) -> TenantScope:
    return TenantScope(provider_id, provider_id)


def _state(item: CatalogItem) -> dict[str, Any]:
    return {
        "contents": _contents_state(item.contents),
        "version": item.version,
        "retired": item.retired,
        "create_time": item.create_time,
        "update_time": item.update_time,
    }


def _item(document: Mapping[str, Any]) -> CatalogItem:
    return CatalogItem(
        item_id=document["_id"],
        provider_id=document["provider_id"],
        contents=_contents(document["contents"]),
        version=document["version"],
        retired=document["retired"],
        create_time=document["create_time"],
        update_time=document["update_time"],
        revision=document["revision"],
    )


def _contents_state(contents: Contents) -> dict[str, Any]:
    return {
        "name": dict(contents.name),
        "summary": dict(contents.summary),
        "tenant_ids": sorted(contents.tenant_ids),
        "form_id": contents.form_id,
        "category": contents.category,
        "priority": contents.priority.value if contents.priority else None,
        "delivery_hours": contents.delivery_hours,
        "steps": [step_state(step) for step in contents.steps],
        "tasks": [asdict(task) for task in contents.tasks],
    }


def _contents(kept: Mapping[str, Any]) -> Contents:
    return Contents(
        **{
            **kept,
            "tenant_ids": frozenset(kept["tenant_ids"]),
            "priority": Priority(kept["priority"]) if kept["priority"] else None,
            "steps": tuple(to_step(step) for step in kept["steps"]),
            "tasks": tuple(TaskTemplate(**task) for task in kept["tasks"]),
        }
    )
