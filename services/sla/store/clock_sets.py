"""Clock sets: one document for each incident."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pymongo.database import Database

from chassis.outbox import AggregateStore, OutboundEvent
from chassis.tenancy import Scope, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.sla.domain.clock_set import ClockSet
from services.sla.events import target_events
from services.sla.ports import Settled
from services.sla.store.documents import DUE_INDEX
from services.sla.store.translation import clock_set_from, clock_set_state


class ClockSetStore:
    """Implements ports.ClockSets. Clocks, what was told of them and what is due lie in one document, so that
    one write moves all of them together.
    """

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.records = AggregateStore(database["clock_sets"], noun="incident", signer=signer)

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
        criteria: dict[str, Any] = {"next_due_time": {"$lt": before, "$type": "date"}}
        if aside := list(without):
            criteria["_id"] = {"$nin": aside}
        found = self.records.find(scope, criteria, sort=[("next_due_time", 1)], limit=limit, hint=DUE_INDEX)
        return [clock_set_from(document) for document in found]

    def next_due_time(self, scope: SystemScope) -> datetime | None:
        found = self.records.find_one(
            scope,
            {"next_due_time": {"$type": "date"}},
            projection=["next_due_time"],
            sort=[("next_due_time", 1)],
            hint=DUE_INDEX,
        )
        return found["next_due_time"] if found else None


def _scope(change: Settled) -> TenantScope:
    return TenantScope(change.record.provider_id, change.record.tenant_id)


def _events(change: Settled) -> list[OutboundEvent]:
    return target_events(change.announcements, change.record, change.contract, change.caller, change.time)
