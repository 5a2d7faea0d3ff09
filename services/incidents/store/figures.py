"""Counts over the records. What comes and goes is answered from two indexes alone: no document is read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pymongo.database import Database

from chassis.mongo import ScopedCollection
from chassis.tenancy import Scope
from services.incidents.domain.flow import BIN
from services.incidents.domain.kpi import Opening, Part
from services.incidents.store.documents import ARRIVED_INDEX, RESOLVED_INDEX
from services.incidents.store.kpis import part_of, pipelines

_MINUTES = int(BIN.total_seconds()) // 60


class FigureStore:
    """Implements ports.Figures."""

    def __init__(self, database: Database) -> None:
        self.incidents = ScopedCollection(database["incidents"])

    def arrivals(self, scope: Scope, start: datetime, end: datetime) -> dict[datetime, int]:
        # Whatever came in came by some channel; a number that was never used did not.
        return self._bins(scope, "create_time", start, end, ARRIVED_INDEX, {"channel": {"$gt": ""}})

    def resolutions(self, scope: Scope, start: datetime, end: datetime) -> dict[datetime, int]:
        return self._bins(scope, "resolution.resolve_time", start, end, RESOLVED_INDEX, {})

    def parts(self, scope: Scope, start: datetime, end: datetime, now: datetime) -> list[Part]:
        return [
            part_of(group)
            for pipeline, index in pipelines(start, end, now)
            for group in self.incidents.aggregate(scope, pipeline, hint=index)
        ]

    def openings(
        self, scope: Scope, person_ids: Iterable[str], start: datetime, end: datetime
    ) -> list[Opening]:
        wanted = sorted(set(person_ids))
        # Whoever asked takes part: this is what the index knows.
        criteria = {
            "party_ids": {"$in": wanted},
            "requester.person_id": {"$in": wanted},
            "create_time": {"$gte": start, "$lt": end},
        }
        found = self.incidents.find(scope, criteria, projection=["tenant_id", "requester", "create_time"])
        return [
            Opening(each["tenant_id"], each["requester"]["person_id"], each["create_time"]) for each in found
        ]

    def _bins(
        self,
        scope: Scope,
        field: str,
        start: datetime,
        end: datetime,
        index: str,
        also: dict[str, Any],
    ) -> dict[datetime, int]:
        bin = {"$dateTrunc": {"date": f"${field}", "unit": "minute", "binSize": _MINUTES}}
        found = self.incidents.aggregate(
            scope,
            [
                {"$match": {field: {"$gte": start, "$lt": end}, **also}},
                {"$group": {"_id": bin, "count": {"$sum": 1}}},
            ],
            hint=index,
        )
        return {group["_id"]: group["count"] for group in found}
