"""Counters: one find-and-modify gives each submission its number, and the same one again if it comes back."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne, WriteConcern
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern

from chassis.mongo import ScopedCollection
from chassis.tenancy import GrantedScope, SystemScope, TenantScope
from services.incidents.ports import Reservation

_DUPLICATE_KEY = 11000


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

    def reserve_across(
        self, wanted: Mapping[TenantScope, Sequence[str]], now: datetime
    ) -> dict[TenantScope, dict[str, int]]:
        if len(wanted) < 2:
            return {scope: self.reserve(scope, ids, now) for scope, ids in wanted.items()}
        # One write for all counters, then one look at what each was given: a reservation stays until it is settled.
        settled = {scope: self._take_settled(scope) - set(ids) for scope, ids in wanted.items()}
        changes = [
            (
                scope,
                UpdateOne(
                    {"_id": scope.tenant_id},
                    _reservation([*dict.fromkeys(ids)], settled[scope], now),
                    upsert=True,
                ),
            )
            for scope, ids in wanted.items()
        ]
        try:
            self._numbers.bulk_write_each(changes)
        except BulkWriteError as error:
            for scope, gone in settled.items():
                self.settle(scope, gone)
            if any(each["code"] != _DUPLICATE_KEY for each in (error.details or {})["writeErrors"]):
                raise
            # Two first ones of a tenant met: one by one it is an ordinary change.
            return {scope: self.reserve(scope, ids, now) for scope, ids in wanted.items()}
        except Exception:
            for scope, gone in settled.items():
                self.settle(scope, gone)  # it may not have arrived: take it along next time
            raise
        given = self._reserved(wanted)
        # One may have been settled by who sent it, too, in between: such a one is given another, and found filed later.
        lost = [scope for scope, ids in wanted.items() if not given[scope].keys() >= set(ids)]
        return given | {scope: self.reserve(scope, wanted[scope], now) for scope in lost}

    def _reserved(self, wanted: Mapping[TenantScope, Sequence[str]]) -> dict[TenantScope, dict[str, int]]:
        (provider_id,) = {scope.provider_id for scope in wanted}
        tenants = sorted(scope.tenant_id for scope in wanted)
        found = self._numbers.find(GrantedScope(provider_id, frozenset(tenants)), {"_id": {"$in": tenants}})
        given = {
            TenantScope(provider_id, counter["tenant_id"]): {
                each["submission_id"]: each["position"] for each in counter["reserved"]
            }
            for counter in found
        }
        missing = [scope.tenant_id for scope in wanted if scope not in given]
        if missing:
            raise LookupError(f"the counters {missing} belong to another provider")
        return {
            scope: {key: given[scope][key] for key in ids if key in given[scope]}
            for scope, ids in wanted.items()
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
