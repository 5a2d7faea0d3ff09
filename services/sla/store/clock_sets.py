"""Clock sets: one document for each incident."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pymongo.database import Database

from chassis.mongo import ScopedCollection, outages
from chassis.outbox import AggregateStore, OutboundEvent
from chassis.tenancy import Scope, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.sla.domain.attainment import Outcome, Tally
from services.sla.domain.clock_set import ClockSet
from services.sla.domain.contract import TargetKind
from services.sla.events import target_events
from services.sla.ports import Settled
from services.sla.store.documents import (
    DECIDED_INDEX,
    DUE_INDEX,
    LOOK_INDEX,
    OPENED_INDEX,
    RUNNING_INDEX,
    ClockSetDocument,
)
from services.sla.store.translation import clock_set_from, clock_set_state

# What was promised to clients: operational and vendor clocks have a level in their keys.
_CLIENTS = {"$not": re.compile("@")}


class ClockSetStore:
    """Implements ports.ClockSets. Clocks, what was told of them and what is due lie in one document, so that
    one write moves all of them together.
    """

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        # What is announced follows from the facts in the record, and can be derived anew: it needs no history.
        self.records = AggregateStore(database["clock_sets"], noun="incident", signer=signer, archive=False)

    def find(self, scope: Scope, incident_ids: Iterable[str], person_id: str | None = None) -> list[ClockSet]:
        criteria: dict[str, Any] = {"_id": {"$in": list(incident_ids)}}
        if person_id == "":
            return []  # nobody: an incident whose requester is unknown has an empty one, and is not theirs
        if person_id is not None:
            criteria["$or"] = [{"requester_id": person_id}, {"participant_ids": person_id}]
        return [clock_set_from(document) for document in self.records.find(scope, criteria)]

    def put(self, changes: Sequence[Settled]) -> set[str]:
        new = [change for change in changes if change.record.revision == 0]
        known = [change for change in changes if change.record.revision > 0]
        results = []
        if new:
            results += self.records.create_many(
                [(_scope(c), c.record.incident_id, clock_set_state(c.record), _events(c)) for c in new]
            )
        if known:
            results += self.records.save_many(
                [
                    (
                        _scope(c),
                        c.record.incident_id,
                        c.record.revision,
                        clock_set_state(c.record),
                        _events(c),
                    )
                    for c in known
                ]
            )
        return {result.id for result in results if not result.ok}

    def due(
        self, scope: SystemScope, before: datetime, limit: int, without: Iterable[str] = ()
    ) -> list[ClockSet]:
        return self._waiting(scope, DUE_INDEX, before, limit, without)

    def next_due_time(self, scope: SystemScope) -> datetime | None:
        return self._next(scope, DUE_INDEX)

    def to_look_at(
        self, scope: SystemScope, before: datetime, limit: int, without: Iterable[str] = ()
    ) -> list[ClockSet]:
        return self._waiting(scope, LOOK_INDEX, before, limit, without)

    def next_look_time(self, scope: SystemScope) -> datetime | None:
        return self._next(scope, LOOK_INDEX)

    def _waiting(
        self, scope: SystemScope, name: str, before: datetime, limit: int, without: Iterable[str]
    ) -> list[ClockSet]:
        """By a time that has an index of its own name."""
        criteria: dict[str, Any] = {name: {"$lt": before, "$type": "date"}}
        if aside := list(without):
            criteria["_id"] = {"$nin": aside}
        found = self.records.find(scope, criteria, sort=[(name, 1)], limit=limit, hint=name)
        return [clock_set_from(document) for document in found]

    def _next(self, scope: SystemScope, name: str) -> datetime | None:
        waits = {name: {"$type": "date"}}
        found = self.records.find_one(scope, waits, projection=[name], sort=[(name, 1)], hint=name)
        return found[name] if found else None

    def decided(self, scope: Scope, start: datetime, limit: int) -> list[ClockSet]:
        since = {"standings.decide_time": {"$gte": start}}
        latest = [("standings.decide_time", -1)]
        found = self.records.find(scope, since, sort=latest, limit=limit, hint=DECIDED_INDEX)
        return [clock_set_from(document) for document in found]

    def tallies(
        self, scope: Scope, start: datetime, now: datetime, end: datetime | None = None
    ) -> list[Tally]:
        within: dict[str, Any] = {"$gte": start, "$lte": now, **({"$lt": end} if end else {})}
        decided: list[dict[str, Any]] = [
            {"$match": {"standings.decide_time": {"$gte": start}}},
            {"$unwind": "$standings"},
            {"$match": {"standings.decide_time": within, "standings.key": _CLIENTS}},
            _grouped("$standings.verdict"),
        ]
        running: list[dict[str, Any]] = [
            {"$match": {"running": True}},
            {"$unwind": "$standings"},
            {"$match": {"standings.state": {"$in": ["running", "paused"]}, "standings.key": _CLIENTS}},
            _grouped(_outcome(start, now, end)),
        ]
        return [
            Tally(
                group["tenant"],
                group["contract"],
                TargetKind(group["kind"]),
                Outcome(group["outcome"]),
                count,
                group["group"] or "",
                group["name"] or "",
            )
            for pipeline, index in ((decided, DECIDED_INDEX), (running, RUNNING_INDEX))
            for group, count in self._counted(scope, pipeline, index)
            if group["outcome"]
        ]

    def _counted(
        self, scope: Scope, pipeline: list[dict[str, Any]], index: str
    ) -> list[tuple[dict[str, Any], int]]:
        found = self.records.aggregate(scope, pipeline, hint=index)
        return [(group["_id"], group["count"]) for group in found]


def date_openings() -> None:
    """Gives what was kept before incidents could be found by their opening the time of it, from the fact that says it.

    Done when the index is there: it is built after this.
    """
    collection = ClockSetDocument._get_collection()
    with outages():
        if OPENED_INDEX in collection.index_information():
            return
    opening = {"$first": {"$filter": {"input": "$facts", "cond": {"$eq": ["$$this.k", "opened"]}}}}
    dated = {"$let": {"vars": {"opening": opening}, "in": "$$opening.t"}}
    scope = SystemScope("every incident was opened at some time")
    ScopedCollection(collection).update_many(
        scope, {"open_time": {"$exists": False}}, [{"$set": {"open_time": dated}}]
    )


def look_at_all(now: datetime) -> None:
    """Lets what was open before chances were told be looked at. Done when the index is there: it is built after this."""
    collection = ClockSetDocument._get_collection()
    with outages():
        if LOOK_INDEX in collection.index_information():
            return
    scope = SystemScope("every incident's chances are looked at")
    # Those that have the field were reached before: what takes longer than one call may goes on from there.
    waiting = {"running": True, "next_look_time": {"$exists": False}}
    ScopedCollection(collection).update_many(scope, waiting, {"$set": {"next_look_time": now}})


def _grouped(outcome: Any) -> dict[str, Any]:
    track = {"$arrayElemAt": [{"$split": ["$standings.key", "."]}, 0]}
    kind = {"$arrayElemAt": [{"$split": [track, ":"]}, 0]}
    alike = {
        "tenant": "$tenant_id",
        "contract": "$contract_id",
        "kind": kind,
        "outcome": outcome,
        # What was written before groups were kept has none.
        "group": {"$ifNull": ["$assignment_group_id", ""]},
        "name": {"$ifNull": ["$assignment_group_name", ""]},
    }
    return {"$group": {"_id": alike, "count": {"$sum": 1}}}


def _outcome(start: datetime, now: datetime, end: datetime | None) -> dict[str, Any]:
    """Of a clock that was running when it was settled last. One whose due time has passed is breached, whether or not the
    watcher has come to it; "" where that was outside the period. A paused one has no due time.
    """
    due = "$standings.due_time"
    is_late = {"$and": [{"$ne": [{"$ifNull": [due, None]}, None]}, {"$lt": [due, now]}]}
    within: list[dict[str, Any]] = [{"$gte": [due, start]}, *([{"$lt": [due, end]}] if end else [])]
    return {"$cond": [is_late, {"$cond": [{"$and": within}, "breached", ""]}, "running"]}


def _scope(change: Settled) -> TenantScope:
    return TenantScope(change.record.provider_id, change.record.tenant_id)


def _events(change: Settled) -> list[OutboundEvent]:
    return target_events(change.announcements, change.record, change.contract, change.caller, change.time)
