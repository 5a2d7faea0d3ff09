"""Saved views, in the provider's own room."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from pymongo.database import Database

from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, TenantScope
from services.triage.domain.queue import QueueFilter, QueueSort, SlaState
from services.triage.domain.view import View


class ViewStore:
    """ports.Views on MongoDB."""

    def __init__(self, database: Database) -> None:
        self.records = AggregateStore(database["views"], noun="view")

    def add(self, scope: TenantScope, view: View, now: datetime) -> View:
        self.records.create(scope, view.view_id, {**_state(view), "update_time": now}, [])
        return replace(view, revision=1, update_time=now)

    def replace(self, scope: TenantScope, view: View, revision: int, now: datetime) -> View:
        state = {**_state(view), "update_time": now}
        saved = self.records.save(scope, view.view_id, revision, state, [])
        return replace(view, revision=saved, update_time=now)

    def delete(self, scope: TenantScope, view_id: str) -> None:
        self.records.delete_one(scope, {"_id": view_id})

    def get(self, scope: Scope, view_id: str) -> View:
        return _view(self.records.load(scope, view_id))

    def of(self, scope: Scope, *owners: str) -> list[View]:
        order = [("owner", 1), ("name_key", 1)]
        return [_view(kept) for kept in self.records.find(scope, {"owner": {"$in": [*owners]}}, sort=order)]


def _state(view: View) -> dict[str, Any]:
    wanted = {
        part.name: sorted(value) if isinstance(value, frozenset) else value
        for part in fields(QueueFilter)
        if (value := getattr(view.filter, part.name))
    }
    return {
        "name": view.name,
        "name_key": view.name_key,
        "owner": view.owner,
        "filter": wanted,
        "sort": view.sort.value,
    }


def _view(kept: dict[str, Any]) -> View:
    wanted: dict[str, Any] = {
        name: frozenset(value) if isinstance(value, list) else value for name, value in kept["filter"].items()
    }
    if "sla_states" in wanted:
        wanted["sla_states"] = frozenset(SlaState(word) for word in wanted["sla_states"])
    return View(
        view_id=kept["_id"],
        name=kept["name"],
        filter=QueueFilter(**wanted),
        sort=QueueSort(kept["sort"]),
        owner=kept["owner"],
        revision=kept["revision"],
        update_time=kept["update_time"],
    )
