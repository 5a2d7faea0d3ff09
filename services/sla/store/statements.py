"""Statements, and their lines beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from chassis.mongo import ScopedCollection
from chassis.mongo.paging import decode_cursor, page_after
from chassis.outbox import AggregateStore, OutboundEvent
from chassis.tenancy import Caller, Scope, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.sla.domain.statements.statement import Link, Statement
from services.sla.events import credit_decided, period_closed
from services.sla.ports import StatementQuery
from services.sla.store.statement_documents import WANTED_INDEX
from services.sla.store.statement_translation import (
    build_state,
    decisions_state,
    statement_from,
    statement_state,
)

_NEWEST = [("start_time", -1), ("_id", 1)]
_FEED = [("close_time", 1), ("_id", 1)]
_BATCH = 500


class StatementStore:
    """Implements ports.Statements. Sealing and the word of it are one write, under the record's revision."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.records = AggregateStore(database["statements"], noun="statement", signer=signer)

    def add(self, scope: TenantScope, statement: Statement, now: datetime) -> Statement:
        state = {**statement_state(statement), "wanted_time": now if statement.wanted else None}
        self.records.create(scope, statement.statement_id, state, [])
        return replace(statement, revision=1)

    def save(self, scope: TenantScope, statement: Statement, now: datetime) -> Statement:
        if statement.is_closed:
            raise ValueError("a closed statement is sealed or decided about, never saved")
        state = {**statement_state(statement), "wanted_time": now if statement.wanted else None}
        return self._saved(scope, statement, state, [])

    def close(self, scope: TenantScope, statement: Statement, caller: Caller) -> Statement:
        assert statement.close_time is not None
        after = replace(statement, revision=statement.revision + 1)
        events = [period_closed(after, caller, statement.close_time)]
        return self._saved(scope, statement, {**statement_state(statement), "wanted_time": None}, events)

    def decide(self, scope: TenantScope, statement: Statement, clause_id: str, caller: Caller) -> Statement:
        decision = statement.decisions[clause_id]
        after = replace(statement, revision=statement.revision + 1)
        events = [credit_decided(after, clause_id, caller, decision.time)]
        return self._saved(scope, statement, {"decisions": decisions_state(statement.decisions)}, events)

    def progress(self, scope: TenantScope, statement: Statement) -> None:
        build = statement.build
        criteria = {"_id": statement.statement_id, "build.number": build.number, "build.finished": False}
        self.records.update_one(scope, criteria, {"$set": {"build": build_state(build)}})

    def get(self, scope: Scope, statement_id: str) -> Statement:
        return statement_from(self.records.load(scope, statement_id))

    def closed_among(self, scope: Scope, statement_ids: Sequence[str]) -> set[str]:
        found = self.records.find(
            scope, {"_id": {"$in": list(statement_ids)}, "state": "closed"}, projection=["_id"]
        )
        return {document["_id"] for document in found}

    def page(self, scope: Scope, asked: StatementQuery) -> list[Statement]:
        sort = _FEED if asked.feed else _NEWEST
        parts: list[dict[str, Any]] = []
        if asked.contract_id:
            parts.append({"contract_id": asked.contract_id})
        if asked.closed_only or asked.feed:
            parts.append({"state": "closed"})
        if asked.feed and asked.until:
            parts.append({"close_time": {"$lte": asked.until}})
        if asked.page_token:
            parts.append(page_after(sort, decode_cursor(asked.page_token, 2)))
        criteria = {"$and": parts} if parts else {}
        found = self.records.find(scope, criteria, sort=sort, limit=asked.page_size)
        return [statement_from(document) for document in found]

    def wanted(self, scope: SystemScope) -> Statement | None:
        found = self.records.find_one(
            scope, {"wanted_time": {"$type": "date"}}, sort=[("wanted_time", 1)], hint=WANTED_INDEX
        )
        return statement_from(found) if found else None

    def last_link(self, scope: TenantScope, contract_id: str) -> Link | None:
        found = self.records.find_one(
            scope, {"contract_id": contract_id, "sequence": {"$gt": 0}}, sort=[("sequence", -1)]
        )
        return Link(found["sequence"], found["seal"]["sha256"]) if found else None

    def editions(self, scope: Scope, contract_id: str, period: str) -> list[Statement]:
        criteria = {"contract_id": contract_id, "period": period}
        found = self.records.find(scope, criteria, sort=[("edition", 1)])
        return [statement_from(document) for document in found]

    def latest_after(self, scope: TenantScope, moment: datetime) -> list[Statement]:
        found = self.records.find(scope, {"end_time": {"$gt": moment}}, sort=[("edition", 1)])
        latest = {(document["contract_id"], document["period"]): document for document in found}
        return [statement_from(document) for document in latest.values()]

    def _saved(
        self,
        scope: TenantScope,
        statement: Statement,
        state: Mapping[str, Any],
        events: Sequence[OutboundEvent],
    ) -> Statement:
        revision = self.records.save(scope, statement.statement_id, statement.revision, state, events)
        return replace(statement, revision=revision)


class StatementLineStore:
    """Implements ports.StatementLines."""

    def __init__(self, database: Database) -> None:
        self.records = ScopedCollection(database["statement_lines"])

    def put(
        self, scope: TenantScope, statement_id: str, build: int, lines: Sequence[Mapping[str, Any]]
    ) -> None:
        operations = []
        for line in lines:
            key = line_key(line)
            state = {
                "statement_id": statement_id,
                "build": build,
                "key": key,
                "incident_id": line["incident_id"],
                "outcome": line["outcome"],
                "line": dict(line),
            }
            named = {"_id": f"{statement_id}:{build}:{key}"}
            operations.append(UpdateOne(named, {"$set": state}, upsert=True))
        self.records.bulk_write(scope, operations, ordered=False)

    def clear(self, scope: TenantScope, statement_id: str, keep: int) -> None:
        self.records.delete_many(scope, {"statement_id": statement_id, "build": {"$ne": keep}})

    def iterate(self, scope: Scope, statement_id: str, build: int) -> Iterator[dict[str, Any]]:
        criteria = {"statement_id": statement_id, "build": build}
        found = self.records.iterate(
            scope, criteria, sort=[("key", 1)], projection=["line"], batch_size=_BATCH
        )
        for document in found:
            yield document["line"]

    def page(
        self, scope: Scope, statement_id: str, build: int, outcome: str, after: str, limit: int
    ) -> list[dict[str, Any]]:
        criteria: dict[str, Any] = {"statement_id": statement_id, "build": build, "key": {"$gt": after}}
        if outcome:
            criteria["outcome"] = outcome
        found = self.records.find(scope, criteria, sort=[("key", 1)], limit=limit, projection=["line"])
        return [document["line"] for document in found]

    def of_incident(
        self, scope: Scope, statement_id: str, build: int, incident_id: str
    ) -> list[dict[str, Any]]:
        # The key begins with the incident: the index finds it.
        criteria = {
            "statement_id": statement_id,
            "build": build,
            "key": {"$gt": f"{incident_id}.", "$lt": f"{incident_id}/"},
        }
        found = self.records.find(scope, criteria, sort=[("key", 1)], projection=["line"])
        return [document["line"] for document in found]


def line_key(line: Mapping[str, Any]) -> str:
    """The place of a line in its statement: by incident, target and cycle."""
    return f"{line['incident_id']}.{line['target']}.{line['cycle']:06}"
