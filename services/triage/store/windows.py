"""Maintenance windows in their client's room, and what they hold."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from chassis.errors import NotFound
from chassis.mongo import ScopedCollection
from chassis.tenancy import Scope, SystemScope, TenantScope
from services.triage.domain.matrix import Level
from services.triage.domain.report import Report
from services.triage.domain.window import Window
from services.triage.ports import Held

_SWEEP = SystemScope("what maintenance windows that are over held, of all tenants")


class WindowStore:
    """ports.Windows on MongoDB."""

    def __init__(self, database: Database) -> None:
        self._windows = ScopedCollection(database["maintenance_windows"])
        self._held = ScopedCollection(database["held_incidents"])

    def put(self, window: Window) -> None:
        room = TenantScope(window.provider_id, window.tenant_id)
        kept = {
            "name": window.name,
            "start_time": window.start_time,
            "end_time": window.end_time,
            "configuration_items": sorted(window.configuration_items),
        }
        self._windows.update_one(room, {"_id": window.window_id}, {"$set": kept}, upsert=True)
        self._held.update_many(room, {"window_id": window.window_id}, {"$set": {"due_time": window.end_time}})

    def get(self, scope: Scope, window_id: str) -> Window:
        found = self._windows.find_one(scope, {"_id": window_id})
        if found is None:
            raise NotFound("window_not_found", "There is no such maintenance window.")
        return _window(found)

    def open_at(self, scope: Scope, now: datetime) -> list[Window]:
        found = self._windows.find(scope, {"end_time": {"$gt": now}}, sort=[("start_time", 1), ("_id", 1)])
        return [_window(one) for one in found]

    def hold(self, held: Sequence[Held]) -> None:
        self._held.bulk_write_each(
            (
                TenantScope(one.provider_id, one.report.tenant_id),
                UpdateOne({"_id": one.report.incident_id}, {"$set": _state(one)}, upsert=True),
            )
            for one in held
        )

    def due(self, now: datetime, limit: int) -> list[Held]:
        return [
            _one_held(one)
            for one in self._held.find(
                _SWEEP, {"due_time": {"$lte": now}}, sort=[("due_time", 1)], limit=limit
            )
        ]

    def release(self, held: Iterable[Held]) -> None:
        for one in held:
            room = TenantScope(one.provider_id, one.report.tenant_id)
            # Another window may have taken it meanwhile.
            done = {"_id": one.report.incident_id, "due_time": one.due_time}
            self._held.delete_one(room, done)


def _window(kept: dict[str, Any]) -> Window:
    return Window(
        window_id=kept["_id"],
        provider_id=kept["provider_id"],
        tenant_id=kept["tenant_id"],
        name=kept["name"],
        start_time=kept["start_time"],
        end_time=kept["end_time"],
        configuration_items=frozenset(kept["configuration_items"]),
    )


def _state(held: Held) -> dict[str, Any]:
    told = {name: value for name, value in asdict(held.report).items() if name != "tenant_id"}
    return {"window_id": held.window_id, "event_id": held.event_id, "due_time": held.due_time, "report": told}


def _one_held(kept: dict[str, Any]) -> Held:
    told = kept["report"]
    levels = {name: Level(told[name]) if told[name] else None for name in ("impact", "urgency")}
    report = Report(**{**told, **levels, "tenant_id": kept["tenant_id"]})
    due = kept["due_time"].replace(tzinfo=UTC)
    return Held(kept["event_id"], kept["provider_id"], report, kept["window_id"], due)
