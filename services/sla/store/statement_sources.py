"""What statements are made of: clock sets, objections, credit terms, and notes of what came late."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.errors import AlreadyExists, NotFound, RevisionConflict
from chassis.mongo import ScopedCollection
from chassis.tenancy import Scope, SystemScope, TenantScope
from services.sla.domain.clock_set import ClockSet
from services.sla.domain.statements.credit import CreditTerms, terms_from
from services.sla.domain.statements.objection import Contest, Exclusion
from services.sla.ports import LateFact
from services.sla.store.documents import DECIDED_INDEX
from services.sla.store.statement_translation import (
    answer_state,
    contest_from,
    contest_state,
    exclusion_from,
    exclusion_state,
)
from services.sla.store.translation import clock_set_from

_BATCH = 200


class StatementSourceStore:
    """Implements ports.StatementSources, on the clock sets."""

    def __init__(self, database: Database) -> None:
        self._sets = ScopedCollection(database["clock_sets"])

    def count(self, scope: TenantScope, contract_id: str, start: datetime, end: datetime) -> int:
        return sum(self._sets.count(scope, criteria) for criteria, _ in _candidates(contract_id, start, end))

    def batches(
        self, scope: TenantScope, contract_id: str, start: datetime, end: datetime
    ) -> Iterator[list[ClockSet]]:
        for criteria, index in _candidates(contract_id, start, end):
            yield from self._batches(scope, criteria, index)

    def count_opened(self, scope: TenantScope, start: datetime, end: datetime, limit: int) -> int:
        return self._sets.count(scope, {"open_time": {"$gte": start, "$lt": end}}, limit)

    def opened(self, scope: TenantScope, start: datetime, end: datetime) -> Iterator[list[ClockSet]]:
        within, earliest_first = {"open_time": {"$gte": start, "$lt": end}}, [("open_time", 1)]
        # Needs no hint: no other index serves the order.
        return self._batches(scope, within, "", sort=earliest_first)

    def _batches(
        self, scope: TenantScope, criteria: dict[str, Any], index: str, **more: Any
    ) -> Iterator[list[ClockSet]]:
        batch: list[ClockSet] = []
        if index:
            more["hint"] = index
        for document in self._sets.iterate(scope, criteria, batch_size=_BATCH, **more):
            batch.append(clock_set_from(document))
            if len(batch) == _BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _candidates(contract_id: str, start: datetime, end: datetime) -> list[tuple[dict[str, Any], str]]:
    """Those with a verdict in the period, and those whose verdict may have fallen unnoticed while nobody watched.

    An incident with verdicts on both sides of the period matches, too: the replay says what belongs to it.
    """
    decided = {"contract_id": contract_id, "standings.decide_time": {"$gte": start, "$lt": end}}
    overdue = {
        "contract_id": contract_id,
        "running": True,
        "next_due_time": {"$type": "date", "$lt": end},
    }
    return [(decided, DECIDED_INDEX), (overdue, "")]


class ObjectionStore:
    """Implements ports.Objections."""

    def __init__(self, database: Database) -> None:
        self.exclusion_records = ScopedCollection(database["exclusions"])
        self.contest_records = ScopedCollection(database["contests"])

    def propose(self, scope: TenantScope, exclusion: Exclusion) -> Exclusion:
        document = {"_id": exclusion.exclusion_id, **exclusion_state(exclusion)}
        try:
            self.exclusion_records.insert_one(scope, document)
        except DuplicateKeyError as error:
            raise AlreadyExists("exclusion_exists", "It is proposed already.") from error
        return exclusion

    def save_exclusion(self, scope: TenantScope, exclusion: Exclusion, before: Exclusion) -> Exclusion:
        criteria = {
            "_id": exclusion.exclusion_id,
            "state": before.state.value,
            "propose_time": before.propose_time,
        }
        if not self.exclusion_records.update_one(
            scope, criteria, {"$set": exclusion_state(exclusion)}
        ).matched_count:
            raise RevisionConflict("exclusion_changed", "Someone else changed it first.")
        return exclusion

    def exclusion(self, scope: Scope, exclusion_id: str) -> Exclusion:
        found = self.exclusion_records.find_one(scope, {"_id": exclusion_id})
        if found is None:
            raise NotFound("exclusion_not_found", "There is no such exclusion.")
        return exclusion_from(found)

    def exclusions(self, scope: Scope, incident_ids: Sequence[str]) -> list[Exclusion]:
        found = self.exclusion_records.find(scope, {"incident_id": {"$in": list(incident_ids)}})
        return [exclusion_from(document) for document in found]

    def exclusions_of(self, scope: Scope, contract_id: str) -> list[Exclusion]:
        found = self.exclusion_records.find(
            scope, {"contract_id": contract_id}, sort=[("propose_time", -1)], limit=_BATCH
        )
        return [exclusion_from(document) for document in found]

    def contest(self, scope: TenantScope, contest: Contest) -> Contest:
        document = {"_id": f"{contest.incident_id}:{contest.pause_id}", **contest_state(contest)}
        try:
            self.contest_records.insert_one(scope, document)
        except DuplicateKeyError as error:
            raise AlreadyExists("contest_exists", "This pause is contested already.") from error
        return contest

    def answer(self, scope: TenantScope, contest: Contest) -> Contest:
        criteria = {"_id": f"{contest.incident_id}:{contest.pause_id}", "answered_by": None}
        if not self.contest_records.update_one(
            scope, criteria, {"$set": answer_state(contest)}
        ).matched_count:
            raise RevisionConflict("contest_changed", "Someone else answered first.")
        return contest

    def contests(self, scope: Scope, incident_ids: Sequence[str]) -> list[Contest]:
        found = self.contest_records.find(scope, {"incident_id": {"$in": list(incident_ids)}})
        return [contest_from(document) for document in found]


class CreditBookStore:
    """Implements ports.CreditBook: a document a version, none ever changed."""

    def __init__(self, database: Database) -> None:
        self.records = ScopedCollection(database["credit_terms"])

    def versions(self, scope: Scope, contract_id: str) -> list[CreditTerms]:
        found = self.records.find(scope, {"contract_id": contract_id}, sort=[("version", 1)])
        return [
            terms_from(
                kept["terms"], contract_id, kept["provider_id"], kept["tenant_id"], kept["effective_time"]
            )
            for kept in found
        ]

    def add_version(self, scope: TenantScope, terms: CreditTerms) -> CreditTerms:
        document = {
            "_id": f"{terms.contract_id}:{terms.version}",
            "contract_id": terms.contract_id,
            "version": terms.version,
            "effective_time": terms.effective_time,
            "terms": terms.data(),
        }
        try:
            self.records.insert_one(scope, document)
        except DuplicateKeyError as error:
            raise RevisionConflict("credit_terms_changed", "Someone else changed them first.") from error
        return replace(terms, tenant_id=scope.tenant_id)


class LateFactStore:
    """Implements ports.LateFacts."""

    def __init__(self, database: Database) -> None:
        self.records = ScopedCollection(database["late_facts"])

    def note(self, notes: Sequence[LateFact]) -> None:
        operations = []
        for note in notes:
            change = {
                "$set": {"incident_id": note.incident_id, "why": note.why, "note_time": note.note_time},
                "$min": {"earliest": note.earliest},
                "$max": {"incident_revision": note.revision},
            }
            named = UpdateOne({"_id": f"{note.incident_id}:{note.why}"}, change, upsert=True)
            operations.append((TenantScope(note.provider_id, note.tenant_id), named))
        if operations:
            self.records.bulk_write_each(operations)

    def waiting(self, scope: SystemScope, limit: int) -> list[LateFact]:
        return [
            LateFact(
                incident_id=kept["incident_id"],
                provider_id=kept["provider_id"],
                tenant_id=kept["tenant_id"],
                earliest=kept["earliest"],
                revision=kept["incident_revision"],
                why=kept["why"],
                note_time=kept["note_time"],
            )
            for kept in self.records.find(scope, sort=[("note_time", 1)], limit=limit)
        ]

    def done(self, scope: SystemScope, note: LateFact) -> None:
        self.records.delete_one(scope, {"_id": f"{note.incident_id}:{note.why}", "note_time": note.note_time})
