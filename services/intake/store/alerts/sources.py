"""Alert sources, in their tenant's room."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo.database import Database

from chassis.errors import NotFound, RevisionConflict
from chassis.mongo import ScopedCollection
from chassis.tenancy import Scope, SystemScope, TenantScope
from services.intake.domain.alerts.source import AlertSource
from services.intake.store.alerts.values import source_of, source_state

_WHOSE = SystemScope("whose key this is: a key is all that a sender can say of itself")


class SourceStore:
    """See ports.AlertSources."""

    def __init__(self, database: Database) -> None:
        self._sources = ScopedCollection(database["alert_sources"])

    def add(self, source: AlertSource) -> AlertSource:
        document = {"_id": source.source_id, "revision": 1, **source_state(source)}
        self._sources.insert_one(_room(source), document)
        return replace(source, revision=1)

    def save(self, source: AlertSource) -> AlertSource:
        criteria = {"_id": source.source_id, "revision": source.revision}
        change = {"$set": source_state(source), "$inc": {"revision": 1}}
        if not self._sources.update_one(_room(source), criteria, change).matched_count:
            self.get(_room(source), source.source_id)
            raise RevisionConflict("alert_source_changed", "Someone else changed it first.")
        return replace(source, revision=source.revision + 1)

    def get(self, scope: Scope, source_id: str) -> AlertSource:
        found = self._sources.find_one(scope, {"_id": source_id})
        if found is None:
            raise NotFound("alert_source_not_found", "There is no such alert source.")
        return source_of(found)

    def of(self, scope: Scope) -> list[AlertSource]:
        return [source_of(one) for one in self._sources.find(scope, sort=[("name", 1), ("_id", 1)])]

    def by_digest(self, digest: str) -> AlertSource | None:
        found = self._sources.find_one(_WHOSE, {"key_digest": digest})
        return source_of(found) if found else None

    def note(self, source: AlertSource, when: datetime, error: str = "") -> None:
        said: dict[str, Any] = {"last_alert_time": when}
        if error:
            said = {"last_error_time": when, "last_error": error[:500]}
        self._sources.update_one(_room(source), {"_id": source.source_id}, {"$set": said})

    def subscribe(self, source: AlertSource, topic: str) -> None:
        self._sources.update_one(_room(source), {"_id": source.source_id}, {"$set": {"topic": topic}})


def _room(source: AlertSource) -> TenantScope:
    return TenantScope(source.provider_id, source.tenant_id)
