"""Changes and freezes, on the collections underneath the MongoEngine documents."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo.database import Database

from chassis.errors import AlreadyExists, NotFound
from chassis.mongo import ScopedCollection, decode_cursor, encode_cursor, page_after
from chassis.outbox import AggregateStore
from chassis.tenancy import Caller, GrantedScope, Scope, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.incidents.domain.change.freeze import Freeze
from services.incidents.domain.change.query import ChangeQuery
from services.incidents.domain.change.record import (
    ChangeEntry,
    ChangeKind,
    ChangeRecord,
    ChangeState,
    ChangeStep,
    ChangeWindow,
    Plan,
    Tie,
    TiedIncident,
    position_of,
)
from services.incidents.domain.change.risk import Assessment, Level
from services.incidents.events.changes import change_entry, change_events
from services.incidents.store.change_documents import CHANGE_DUE_INDEX, TIED_INDEX, WINDOWS_INDEX
from services.incidents.store.lately import Rare
from services.incidents.store.orders import approval_state, to_approval
from services.incidents.store.translation import EPOCH

_NEWEST = [("position", -1), ("_id", -1)]
_PLAIN = (
    *("position", "client_facing", "requester_id", "requester_name", "outcome", "review"),
    *("start_time", "end_time", "create_time", "update_time"),
)
_MOST_OF_INCIDENT, _MOST_WORDS, _MOST_ENTRIES = 50, 8, 2_000


class ChangeStore:
    """Implements ports.ChangeRecords."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.changes = AggregateStore(database["changes"], noun="change", signer=signer)
        self._tied = Rare()
        self.changes.on_saved(self._tied.saved)

    def next_position(self, provider_id: str) -> int:
        everywhere = GrantedScope(provider_id, None)
        last = self.changes.find(everywhere, sort=_NEWEST, limit=1, projection=["position"])
        return last[0]["position"] + 1 if last else 1

    def create(self, step: ChangeStep, caller: Caller) -> bool:
        after = step.after
        try:
            self.changes.create(_scope(after), after.change_id, _state(after), change_events(step, caller))
        except AlreadyExists:
            return False
        return True

    def save(self, step: ChangeStep, caller: Caller) -> None:
        before, after = step.before, step.after
        if before is None:
            raise ValueError("a draft is created, not saved")
        events = change_events(step, caller)
        self.changes.save(_scope(after), after.change_id, before.revision, _state(after), events)

    def load(self, scope: Scope, change_id: str) -> ChangeRecord:
        position = position_of(change_id)
        if position is None:
            return _change(self.changes.load(scope, change_id))
        found = self.changes.find_one(scope, {"position": position})
        if found is None:
            raise NotFound("change_not_found", "There is no such change.")
        return _change(found)

    def page(self, scope: Scope, query: ChangeQuery) -> tuple[list[ChangeRecord], str]:
        conditions = _conditions(query)
        if query.page_token:
            conditions.append(page_after(_NEWEST, decode_cursor(query.page_token, 2)))
        criteria = {"$and": conditions} if conditions else {}
        found = self.changes.find(scope, criteria, sort=_NEWEST, limit=query.page_size + 1)
        rows, more = found[: query.page_size], len(found) > query.page_size
        token = encode_cursor([rows[-1]["position"], rows[-1]["_id"]]) if more else ""
        return [_change(row) for row in rows], token

    def overlapping(
        self, scope: Scope, start: datetime, end: datetime, query: ChangeQuery, limit: int
    ) -> list[ChangeRecord]:
        # What has no window is not in this index, and the condition that says so is part of the question.
        window = {"window.end_time": {"$gt": max(start, EPOCH)}, "window.start_time": {"$lt": end}}
        criteria = {"$and": [window, *_conditions(query)]}
        soonest = [("window.start_time", 1), ("_id", 1)]
        found = self.changes.find(scope, criteria, sort=soonest, limit=limit, hint=WINDOWS_INDEX)
        return [_change(one) for one in found]

    def of_incident(self, scope: Scope, incident_id: str) -> list[ChangeRecord]:
        criteria = {"incidents.0": {"$exists": True}, "incidents.incident_id": incident_id}
        found = self.changes.find(scope, criteria, sort=_NEWEST, limit=_MOST_OF_INCIDENT, hint=TIED_INDEX)
        return [_change(one) for one in found]

    def has_tied(self, scope: Scope, incident_id: str) -> bool:
        some = {"incidents.0": {"$exists": True}}

        def named(most: int) -> list[list[str]]:
            found = self.changes.find(
                scope, some, limit=most, hint=TIED_INDEX, projection=["incidents.incident_id"]
            )
            return [[tie["incident_id"] for tie in one["incidents"]] for one in found]

        def ask() -> bool:
            criteria = {**some, "incidents.incident_id": incident_id}
            return bool(self.changes.find(scope, criteria, limit=1, hint=TIED_INDEX, projection=["_id"]))

        return self._tied.has(scope, incident_id, named, ask)

    def entries(self, scope: Scope, change_id: str, limit: int) -> list[ChangeEntry]:
        kept = self.changes.history(scope, change_id, limit=_MOST_ENTRIES)
        return [change_entry(event) for event in kept[-limit:]]

    def due(self, now: datetime, limit: int) -> list[ChangeRecord]:
        found = self.changes.find(
            SystemScope("approvals of changes that time moves"),
            {"approval_due_time": {"$gt": EPOCH, "$lte": now}},
            sort=[("approval_due_time", 1)],
            limit=limit,
            hint=CHANGE_DUE_INDEX,
        )
        return [_change(one) for one in found]


class FreezeStore:
    """Implements ports.Freezes."""

    def __init__(self, database: Database) -> None:
        self._freezes = ScopedCollection(database["change_freezes"])

    def add(self, freeze: Freeze) -> None:
        kept = asdict(freeze)
        scope = TenantScope(kept.pop("provider_id"), kept.pop("tenant_id"))
        self._freezes.insert_one(scope, {"_id": kept.pop("freeze_id"), **kept})

    def delete(self, scope: Scope, freeze_id: str) -> None:
        if not self._freezes.delete_one(scope, {"_id": freeze_id}).deleted_count:
            raise NotFound("freeze_not_found", "There is no such freeze.")

    def after(self, scope: Scope, moment: datetime) -> list[Freeze]:
        soonest = [("start_time", 1), ("_id", 1)]
        found = self._freezes.find(scope, {"end_time": {"$gt": moment}}, sort=soonest, limit=500)
        return [Freeze(freeze_id=one.pop("_id"), **one) for one in found]


def _scope(change: ChangeRecord) -> TenantScope:
    return TenantScope(change.provider_id, change.tenant_id)


def _conditions(query: ChangeQuery) -> list[dict[str, Any]]:
    conditions: list[dict[str, Any]] = []
    if query.states:
        conditions.append({"state": {"$in": sorted(query.states)}})
    if query.item_id:
        conditions.append({"item_ids.0": {"$exists": True}, "item_ids": query.item_id})
    if query.for_client:
        own = {"$expr": {"$ne": ["$tenant_id", "$provider_id"]}}
        conditions += [{"client_facing": True, "state": {"$ne": ChangeState.DRAFT.value}}, own]
    position = position_of(query.words.strip())
    if position is not None:
        conditions.append({"position": position})
    else:
        words = query.words.split()[:_MOST_WORDS]
        conditions += [{"plan.title": {"$regex": re.escape(word), "$options": "i"}} for word in words]
    return conditions


def _state(change: ChangeRecord) -> dict[str, Any]:
    approval = change.approval
    return {
        **{name: getattr(change, name) for name in _PLAIN},
        "kind": change.kind.value,
        "ending": change.ending.value if change.ending else None,
        "state": change.state.value,
        "plan": asdict(change.plan),
        "risk_answers": dict(change.assessment.answers),
        "risk_impact": change.assessment.impact.value if change.assessment.impact else None,
        "suggested_impact": change.suggested_impact.value,
        "risk": change.risk.value if change.risk else None,
        "window": asdict(change.window) if change.window else None,
        "item_ids": list(change.item_ids),
        "incidents": [{**asdict(one), "tie": one.tie.value} for one in change.incidents],
        "approval": approval_state(approval) if approval else None,
        "approval_due_time": approval.next_due_time if approval else None,
        "recent_keys": list(change.recent_keys),
    }


def _ending(kept: Mapping[str, Any]) -> ChangeState | None:
    """What ended before endings were kept says it by its state, until it is reviewed."""
    if "ending" in kept:
        return ChangeState(kept["ending"]) if kept["ending"] else None
    state = ChangeState(kept["state"])
    return state if state in (ChangeState.DONE, ChangeState.FAILED, ChangeState.BACKED_OUT) else None


def _change(kept: Mapping[str, Any]) -> ChangeRecord:
    return ChangeRecord(
        change_id=kept["_id"],
        provider_id=kept["provider_id"],
        tenant_id=kept["tenant_id"],
        revision=kept["revision"],
        kind=ChangeKind(kept["kind"]),
        ending=_ending(kept),
        state=ChangeState(kept["state"]),
        plan=Plan(**kept["plan"]),
        assessment=Assessment(
            kept["risk_answers"], Level(kept["risk_impact"]) if kept["risk_impact"] else None
        ),
        suggested_impact=Level(kept["suggested_impact"]),
        risk=Level(kept["risk"]) if kept["risk"] else None,
        window=ChangeWindow(**kept["window"]) if kept["window"] else None,
        item_ids=tuple(kept["item_ids"]),
        incidents=tuple(TiedIncident(**{**one, "tie": Tie(one["tie"])}) for one in kept["incidents"]),
        approval=to_approval(kept["approval"]) if kept["approval"] else None,
        recent_keys=tuple(kept["recent_keys"]),
        **{name: kept[name] for name in _PLAIN},
    )
