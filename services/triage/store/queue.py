"""The queue's rows."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from pymongo.database import Database

from chassis.mongo import ScopedCollection, decode_cursor, encode_cursor, outages, page_after
from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.triage import events
from services.triage.domain.decision import PRESSING
from services.triage.domain.queue import (
    Hold,
    IncidentFacts,
    QueueClock,
    QueueFilter,
    QueueForecast,
    QueueRow,
    QueueSort,
    SlaState,
    Tally,
    Totals,
    totals_of,
)
from services.triage.domain.text import words
from services.triage.store.documents import COUNTED, COUNTS_INDEX, RISK_INDEX, QueueDocument
from services.triage.store.remembered import Answers, Rows

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # sorts rows without a due time last
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_NO_RISK = -1.0  # sorts rows without a forecast last
Counted = TypeVar("Counted")
# From so many open rows on, counts are held whatever is saved: a queue of so many for a whole second.
_LONG, _HELD_A_SECOND = 5_000, 100_000
_SORTS: dict[QueueSort, list[tuple[str, int]]] = {
    QueueSort.PRIORITY: [("priority", 1), ("due_sort", 1), ("_id", 1)],
    QueueSort.DUE_TIME: [("due_sort", 1), ("_id", 1)],
    QueueSort.UPDATE_TIME: [("update_time", -1), ("_id", 1)],
    QueueSort.BREACH_RISK: [("risk_sort", -1), ("due_sort", 1), ("_id", 1)],
}


class QueueStore:
    """ports.Queue on MongoDB."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        # A row is derived from other services' histories; keeping its own would double every change.
        self.rows = AggregateStore(database["queue_entries"], noun="incident", signer=signer, archive=False)
        self._signer = signer
        self._answers, self._read = Answers(), Rows()
        # How many open rows the longest queue had that was counted.
        self._longest = 0

    def load_many(self, scope: Scope, incident_ids: Iterable[str]) -> dict[str, QueueRow]:
        found = self.rows.find(scope, {"_id": {"$in": sorted(set(incident_ids))}})
        return {kept["_id"]: _row(kept) for kept in found}

    def save_many(self, rows: Sequence[QueueRow], now: datetime) -> set[str]:
        new, changed = [], []
        for row in rows:
            scope = TenantScope(row.provider_id, row.tenant_id)
            caller = self._signer.service_caller(now, row.provider_id, frozenset({row.tenant_id}))
            saved = replace(row, revision=row.revision + 1)
            facts = [events.queue_entry_changed(saved, now, caller)] if row.facts else []
            if row.revision:
                changed.append((scope, row.incident_id, row.revision, _state(row), facts))
            else:
                new.append((scope, row.incident_id, _state(row), facts))
        results = (self.rows.create_many(new) if new else []) + (
            self.rows.save_many(changed) if changed else []
        )
        self._answers.saved()
        return {result.id for result in results if not result.ok}

    def get(self, scope: Scope, incident_id: str) -> QueueRow:
        return _row(self.rows.load(scope, incident_id))

    def page(
        self, scope: Scope, wanted: QueueFilter, sort: QueueSort, page_size: int, page_token: str
    ) -> tuple[list[QueueRow], str]:
        order = _SORTS[sort]
        criteria = _criteria(wanted)
        if page_token:
            after = page_after(order, decode_cursor(page_token, len(order)))
            criteria = {"$and": [criteria, after]}
        shown = dict.fromkeys(("revision", *(name for name, _ in order)), 1)
        found = self.rows.find(scope, criteria, sort=order, limit=page_size + 1, projection=shown)
        token = ""
        if len(found) > page_size:
            token = encode_cursor([found[page_size - 1][name] for name, _ in order])
        return self._rows_of(
            scope, criteria, [(kept["_id"], kept["revision"]) for kept in found[:page_size]]
        ), token

    def _rows_of(
        self, scope: Scope, criteria: dict[str, Any], found: list[tuple[str, int]]
    ) -> list[QueueRow]:
        """Rows that were just found in the scope. Only those that changed since they were last read are read whole:
        to make fifty anew cost four times as much as to find them. What fits no more in between is left out.
        """
        known = self._read.known(found)
        if missing := [incident_id for incident_id, _ in found if incident_id not in known]:
            read = [
                _row(kept) for kept in self.rows.find(scope, {"$and": [criteria, {"_id": {"$in": missing}}]})
            ]
            self._read.keep(read)
            known |= {row.incident_id: row for row in read}
        return [known[incident_id] for incident_id, _ in found if incident_id in known]

    def tallies(self, scope: Scope, wanted: QueueFilter) -> list[Tally]:
        """Counted once for everybody who asks within a second, unless a row was saved since: a count reads the whole
        queue, and every page wants it.
        """
        return self._counted(("tallies", scope, wanted), lambda: self._tallied(scope, wanted))

    def totals(self, scope: Scope, wanted: QueueFilter) -> Totals:
        def added() -> Totals:
            totals = totals_of(self._tallied(scope, wanted))
            self._longest = max(self._longest, totals.counts.total)
            return totals

        return self._counted(("totals", scope, wanted), added)

    def _counted(self, key: Hashable, read: Callable[[], Counted]) -> Counted:
        """A count of a long queue is not made anew for each row that is saved: those of 100,000 take a tenth of a second."""
        long = self._longest >= _LONG
        return self._answers.get(key, read, hold=min(self._longest / _HELD_A_SECOND, 1.0) if long else 0.0)

    def _tallied(self, scope: Scope, wanted: QueueFilter) -> list[Tally]:
        criteria = _criteria(wanted)
        # All that is asked stands in one index: no row is read.
        covered = {"hint": COUNTS_INDEX} if criteria.keys() <= {*COUNTED, "open"} else {}
        found = self.rows.aggregate(
            scope,
            [
                {"$match": criteria},
                {"$group": {"_id": {name: f"${name}" for name in COUNTED}, "count": {"$sum": 1}}},
            ],
            **covered,
        )
        return [
            Tally(**{**group["_id"], "sla_state": SlaState(group["_id"]["sla_state"])}, count=group["count"])
            for group in found
        ]

    def count(self, scope: Scope, wanted: QueueFilter) -> int:
        return self._counted(("count", scope, wanted), lambda: self._count(scope, _criteria(wanted)))

    def _count(self, scope: Scope, criteria: dict[str, Any]) -> int:
        # As for tallies. What names priorities has an index of its own, which passes over all the others.
        if not criteria.keys() <= {*COUNTED, "open"} - {"priority"}:
            return self.rows.count(scope, criteria)
        found = self.rows.aggregate(scope, [{"$match": criteria}, {"$count": "rows"}], hint=COUNTS_INDEX)
        return found[0]["rows"] if found else 0

    def resolved_since(self, scope: Scope, moment: datetime) -> int:
        settled = {"open": False, "state": {"$in": ["closed", "resolved"]}, "resolve_time": {"$gte": moment}}
        return self._counted(("resolved", scope, moment), lambda: self.rows.count(scope, settled))

    def load_of_people(self, scope: Scope, person_ids: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
        """Answered by an index alone: it is asked before every decision."""
        criteria = {"open": True, "assignee_id": {"$in": sorted(set(person_ids))}}
        group: dict[str, Any] = {
            "_id": {"assignee": "$assignee_id", "priority": "$priority"},
            "count": {"$sum": 1},
        }
        load, pressing = Counter[str](), Counter[str]()
        for found in self.rows.aggregate(scope, [{"$match": criteria}, {"$group": group}]):
            person_id, count = found["_id"]["assignee"], found["count"]
            load[person_id] += count
            if found["_id"].get("priority") in PRESSING:
                pressing[person_id] += count
        return load, pressing

    def resolvers(self, scope: TenantScope, latest: int) -> Counter[str]:
        found = self.rows.find(
            scope,
            {"resolve_time": {"$gt": _LONG_AGO}},
            sort=[("resolve_time", -1)],
            limit=latest,
            projection={"assignee_id": 1},
        )
        return Counter(one["assignee_id"] for one in found if one.get("assignee_id"))

    def assigned(self, scope: Scope, incident_ids: Collection[str]) -> set[str]:
        criteria = {"_id": {"$in": sorted(incident_ids)}, "assignee_id": {"$nin": ["", None]}}
        return {row["_id"] for row in self.rows.find(scope, criteria, projection={"_id": 1})}


def place_by_risk() -> None:
    """Gives rows of older days a place in the order of risk: what runs on although it has breached first, the others last.

    Done when the index is there: it is built after this.
    """
    collection = QueueDocument._get_collection()
    with outages():
        if RISK_INDEX in collection.index_information():
            return
    broken = {"$and": [{"$eq": ["$$this.state", "breached"]}, {"$gt": ["$$this.due_time", None]}]}
    certain = {"$gt": [{"$size": {"$filter": {"input": "$clocks", "cond": broken}}}, 0]}
    risk = {"$cond": [certain, 1.0, _NO_RISK]}
    scope = SystemScope("every row has a place in each order")
    ScopedCollection(collection).update_many(
        scope, {"risk_sort": {"$exists": False}}, [{"$set": {"risk_sort": risk}}]
    )


def _criteria(wanted: QueueFilter) -> dict[str, Any]:
    criteria: dict[str, Any] = {"state": {"$in": sorted(wanted.states)}} if wanted.states else {"open": True}
    if wanted.priorities:
        criteria["priority"] = {"$in": sorted(wanted.priorities)}
    if wanted.sla_states:
        criteria["sla_state"] = {"$in": sorted(wanted.sla_states)}
    if wanted.assignee_id or wanted.unassigned:
        criteria["assignee_id"] = "" if wanted.unassigned else wanted.assignee_id
    if wanted.kinds:
        criteria["kind"] = {"$in": sorted(wanted.kinds)}
    if wanted.channels:
        criteria["channel"] = {"$in": sorted(wanted.channels)}
    for name in ("assignment_group_id", "category", "needs_dispatcher"):
        if value := getattr(wanted, name):
            criteria[name] = value
    # Every word must begin one of the row's: typing "vpn ac" finds VPN incidents of Acme's numbers.
    starts = [{"words": {"$regex": f"^{re.escape(word)}"}} for word in words(wanted.query)[:8]]
    return {**criteria, "$and": starts} if starts else criteria


def _state(row: QueueRow) -> dict[str, Any]:
    state: dict[str, Any] = {
        "open": row.is_open,
        "due_sort": row.due_time or _NEVER,
        "risk_sort": _NO_RISK if row.breach_risk is None else row.breach_risk,
        "forecast": asdict(row.forecast) if row.forecast else None,
        "sla_state": row.sla_state.value,
        "has_contract": row.has_contract,
        "clocks": [
            {
                "target": clock.target,
                "state": clock.state.value,
                "due_time": clock.due_time,
                "sequence": clock.sequence,
                "cycle": clock.cycle,
            }
            for clock in row.clocks.values()
        ],
    }
    return {**state, **_facts_state(row.facts)} if row.facts else state


def _facts_state(facts: IncidentFacts) -> dict[str, Any]:
    hold = facts.hold
    searchable = f"{facts.title} {facts.requester_name} {facts.number}"
    return {
        "incident_revision": facts.incident_revision,
        "number": facts.number,
        "title": facts.title,
        "kind": facts.kind,
        "state": facts.state,
        "priority": facts.priority,
        "category": facts.category,
        "requester_name": facts.requester_name,
        "assignment_group_id": facts.assignment_group_id,
        "assignment_group_name": facts.assignment_group_name,
        "assignee_id": facts.assignee_id,
        "assignee_name": facts.assignee_name,
        "channel": facts.channel,
        "verified": facts.verified,
        "create_time": facts.create_time,
        "update_time": facts.update_time,
        "hold": asdict(hold) if hold else None,
        "needs_dispatcher": facts.needs_dispatcher,
        "in_maintenance": facts.in_maintenance,
        "major_number": facts.major_number,
        "resolve_time": facts.resolve_time,
        "words": sorted(set(words(searchable))),
    }


def _row(kept: Mapping[str, Any]) -> QueueRow:
    return QueueRow(
        incident_id=kept["_id"],
        provider_id=kept["provider_id"],
        tenant_id=kept["tenant_id"],
        facts=_facts(kept) if "incident_revision" in kept else None,
        clocks={
            clock["target"]: QueueClock(**{**clock, "state": SlaState(clock["state"])})
            for clock in kept["clocks"]
        },
        has_contract=kept["has_contract"],
        revision=kept["revision"],
        # Rows of older days have none.
        forecast=QueueForecast(**said) if (said := kept.get("forecast")) else None,
    )


def _facts(kept: Mapping[str, Any]) -> IncidentFacts:
    plain = {
        name: kept[name]
        for name in IncidentFacts.__dataclass_fields__
        if name not in ("incident_id", "hold", "resolve_time", "in_maintenance", "major_number")
    }
    # Rows of older days have none of these.
    plain |= {"resolve_time": kept.get("resolve_time"), "in_maintenance": kept.get("in_maintenance", False)}
    plain |= {"major_number": kept.get("major_number", "")}
    hold = Hold(**kept["hold"]) if kept["hold"] else None
    return IncidentFacts(incident_id=kept["_id"], hold=hold, **plain)
