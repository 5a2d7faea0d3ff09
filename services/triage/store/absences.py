"""When people cannot be on call, in the provider's own room."""

from datetime import datetime
from typing import Any

from pymongo.database import Database

from chassis.errors import NotFound
from chassis.mongo import ScopedCollection
from chassis.tenancy import Scope, TenantScope
from services.triage.domain.oncall.absence import Unavailable
from services.triage.domain.oncall.piece import Watcher


class AbsenceStore:
    """ports.Absences on MongoDB."""

    def __init__(self, database: Database) -> None:
        self._absences = ScopedCollection(database["on_call_absences"])

    def add(self, scope: TenantScope, absence: Unavailable) -> None:
        kept = {
            "_id": absence.absence_id,
            "person_id": absence.watcher.person_id,
            "name": absence.watcher.name,
            "start_time": absence.start_time,
            "end_time": absence.end_time,
            "reason": absence.reason,
            "made_by": absence.made_by,
        }
        self._absences.insert_one(scope, kept)

    def all(self, scope: Scope, since: datetime) -> list[Unavailable]:
        soonest = [("start_time", 1), ("_id", 1)]
        return [
            _absence(one) for one in self._absences.find(scope, {"end_time": {"$gt": since}}, sort=soonest)
        ]

    def get(self, scope: Scope, absence_id: str) -> Unavailable:
        found = self._absences.find_one(scope, {"_id": absence_id})
        if found is None:
            raise NotFound("absence_not_found", "There is no such entry.")
        return _absence(found)

    def end(self, scope: TenantScope, absence_id: str, end_time: datetime | None) -> None:
        if end_time is None:
            self._absences.delete_one(scope, {"_id": absence_id})
        else:
            self._absences.update_one(scope, {"_id": absence_id}, {"$set": {"end_time": end_time}})


def _absence(kept: dict[str, Any]) -> Unavailable:
    watcher = Watcher(kept["person_id"], kept["name"])
    times = kept["start_time"], kept["end_time"]
    return Unavailable(kept["_id"], watcher, *times, kept["reason"], kept["made_by"])
