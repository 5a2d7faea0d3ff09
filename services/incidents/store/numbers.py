"""Counters: one find-and-modify gives each submission its number, and the same one again if it comes back."""

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne, WriteConcern
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from chassis.mongo import ScopedCollection
from chassis.tenancy import SystemScope, TenantScope
from services.incidents.ports import Reservation


class NumberStore:
    """Implements ports.Numbers.

    A reservation is not waited for on disk: the incident that uses it is, and MongoDB's journal and replication
    keep order, so an incident that survives a crash has its reservation before it. One that was lost with the
    crash was never used.
    """

    def __init__(self, database: Database) -> None:
        unwaited = database.get_collection(
            "numbers", write_concern=WriteConcern(1, j=False), read_concern=ReadConcern("local")
        )
        self._numbers = ScopedCollection(unwaited)
        self._settled: dict[TenantScope, set[str]] = {}
        self._lock = threading.Lock()

    def reserve(self, scope: TenantScope, submission_ids: Sequence[str], now: datetime) -> dict[str, int]:
        wanted = list(dict.fromkeys(submission_ids))
        settled = self._take_settled(scope)
        settled.difference_update(wanted)
        try:
            counter = self._update(scope, _reservation(wanted, settled, now))
        except Exception:
            self.settle(scope, settled)  # it may not have arrived: take it along next time
            raise
        return {
            each["submission_id"]: each["position"]
            for each in counter["reserved"]
            if each["submission_id"] in wanted
        }

    def settle(self, scope: TenantScope, submission_ids: Iterable[str]) -> None:
        with self._lock:
            self._settled.setdefault(scope, set()).update(submission_ids)

    def flush(self) -> None:
        with self._lock:
            waiting, self._settled = self._settled, {}
        changes = [
            (scope, UpdateOne({"_id": scope.tenant_id}, [_without(settled)]))
            for scope, settled in waiting.items()
            if settled
        ]
        try:
            self._numbers.bulk_write_each(changes)
        except Exception:
            for scope, settled in waiting.items():
                self.settle(scope, settled)
            raise

    def unsettled(self, before: datetime) -> list[Reservation]:
        counters = self._numbers.find(
            SystemScope("numbers reserved and not used"), {"reserved.time": {"$lte": before}}
        )
        return [
            Reservation(
                TenantScope(counter["provider_id"], counter["tenant_id"]),
                each["position"],
                each["submission_id"],
                each["time"],
            )
            for counter in counters
            for each in counter["reserved"]
            if each["time"] <= before
        ]

    def _update(self, scope: TenantScope, pipeline: list[dict[str, Any]]) -> dict[str, Any]:
        try:
            counter = self._numbers.find_one_and_update(
                scope, {"_id": scope.tenant_id}, pipeline, upsert=True
            )
        except DuplicateKeyError:
            # Two first ones of a tenant met; now that the counter is there, it is an ordinary change.
            counter = self._numbers.find_one_and_update(scope, {"_id": scope.tenant_id}, pipeline)
        if counter is None:
            raise LookupError(f"the counter {scope.tenant_id} belongs to another provider")
        return counter

    def _take_settled(self, scope: TenantScope) -> set[str]:
        with self._lock:
            return self._settled.pop(scope, set())


def _without(settled: Iterable[str]) -> dict[str, Any]:
    """The stage that drops settled reservations."""
    gone = {"$in": ["$$this.submission_id", {"$literal": sorted(settled)}]}
    kept = {"$filter": {"input": {"$ifNull": ["$reserved", []]}, "cond": {"$not": [gone]}}}
    return {"$set": {"position": {"$ifNull": ["$position", 0]}, "reserved": kept}}


def _reservation(wanted: Sequence[str], settled: Iterable[str], now: datetime) -> list[dict[str, Any]]:
    """The pipeline: drop what is settled, then give the next positions to those that have none yet."""
    has_one = {"$in": ["$$this", "$reserved.submission_id"]}
    fresh = {"$filter": {"input": {"$literal": list(wanted)}, "cond": {"$not": [has_one]}}}
    given = {
        "$map": {
            "input": {"$range": [0, {"$size": "$fresh"}]},
            "as": "place",
            "in": {
                "position": {"$add": ["$position", 1, "$$place"]},
                "submission_id": {"$arrayElemAt": ["$fresh", "$$place"]},
                "time": {"$literal": now},
            },
        }
    }
    return [
        _without(settled),
        {"$set": {"fresh": fresh}},
        {
            "$set": {
                "reserved": {"$concatArrays": ["$reserved", given]},
                "position": {"$add": ["$position", {"$size": "$fresh"}]},
            }
        },
        {"$unset": "fresh"},
    ]
