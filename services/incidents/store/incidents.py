"""The records, on the collection underneath the MongoEngine document: a command costs one read and one write."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo.database import Database

from chassis.errors import NotFound
from chassis.mongo import decode_cursor, encode_cursor, page_after
from chassis.outbox import AggregateStore, NewAggregate
from chassis.tenancy import Caller, GrantedScope, Scope, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.incidents.domain.facts import Change
from services.incidents.domain.incident import AwaitedParty, Incident, State
from services.incidents.domain.number import is_number
from services.incidents.domain.query import IncidentQuery
from services.incidents.domain.timeline import TimelineEntry
from services.incidents.events import outbound, timeline_entry
from services.incidents.ports import Filed
from services.incidents.store.documents import (
    APPROVAL_DUE_INDEX,
    APPROVERS_INDEX,
    ATTACHMENTS_INDEX,
    CHILDREN_INDEX,
    CLOSE_DUE_INDEX,
    FOLLOW_UPS_INDEX,
    ITEMS_INDEX,
)
from services.incidents.store.lately import Rare
from services.incidents.store.translation import EPOCH, changed_state, to_incident, to_state

_NEWEST = [("create_time", -1), ("_id", -1)]
# Lists show neither, and both are the large part of a record.
_IN_LISTS = dict.fromkeys(
    ("description", "form", "attachments", "recent_keys", "pending_events", "published"), False
)

_MOST_FOLLOW_UPS = 20
_FILED = ["tenant_id", "number", "submission_ids"]


class IncidentStore:
    """Implements ports.Incidents."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.incidents = AggregateStore(database["incidents"], noun="incident", signer=signer)
        self._parents = Rare()

    def load(self, scope: Scope, incident_id: str) -> Incident:
        return to_incident(self.incidents.load(scope, incident_id))

    def load_by_number(self, scope: Scope, number: str) -> Incident:
        found = self.incidents.find_one(scope, {"number": number})
        if found is None:
            raise NotFound("incident_not_found", "There is no such incident.")
        return to_incident(found)

    def load_many(self, scope: Scope, incident_ids: Iterable[str]) -> dict[str, Incident]:
        wanted = list(incident_ids)
        if not wanted:
            return {}
        found = self.incidents.find(scope, {"_id": {"$in": wanted}})
        return {document["_id"]: to_incident(document) for document in found}

    def load_named(
        self, scope: Scope, incident_ids: Sequence[str], numbers: Sequence[str], brief: bool
    ) -> list[Incident]:
        named = [("_id", incident_ids), ("number", numbers)]
        either = [{field: {"$in": list(values)}} for field, values in named if values]
        if not either:
            return []
        found = self.incidents.find(scope, {"$or": either}, projection=_IN_LISTS if brief else None)
        return [to_incident(document) for document in found]

    def follow_ups(self, scope: Scope, incident_id: str) -> list[Incident]:
        # What follows nothing is not in this index, and the condition that says so is part of the question.
        criteria = {"follows_incident_id": {"$gt": "", "$eq": incident_id}}
        found = self.incidents.find(
            scope, criteria, sort=_NEWEST, limit=_MOST_FOLLOW_UPS, hint=FOLLOW_UPS_INDEX
        )
        return [to_incident(document) for document in found]

    def children(self, scope: Scope, incident_id: str, limit: int) -> list[Incident]:
        criteria = {"parent_id": {"$gt": "", "$eq": incident_id}}
        found = self.incidents.find(scope, criteria, sort=_NEWEST, limit=limit, hint=CHILDREN_INDEX)
        return [to_incident(document) for document in found]

    def has_children(self, scope: Scope, incident_id: str) -> bool:
        def named(most: int) -> list[list[str]]:
            some = {"parent_id": {"$gt": ""}}
            found = self.incidents.find(
                scope, some, limit=most, hint=CHILDREN_INDEX, projection=["parent_id"]
            )
            return [[one["parent_id"]] for one in found]

        def ask() -> bool:
            return bool(self.children(scope, incident_id, 1))

        return self._parents.has(scope, incident_id, named, ask)

    def naming_items(self, scope: Scope, item_ids: Sequence[str], limit: int) -> list[Incident]:
        # What names none is not in this index, and the condition that says so is part of the question.
        criteria = {"item_ids.0": {"$exists": True}, "item_ids": {"$in": list(item_ids)}}
        found = self.incidents.find(
            scope, criteria, sort=_NEWEST, limit=limit, hint=ITEMS_INDEX, projection=_IN_LISTS
        )
        return [to_incident(document) for document in found]

    def find_filed(self, scope: TenantScope, submission_ids: Iterable[str]) -> dict[str, Filed]:
        return self.find_filed_across({scope: list(submission_ids)}).get(scope, {})

    def find_filed_across(
        self, wanted: Mapping[TenantScope, Collection[str]]
    ) -> dict[TenantScope, dict[str, Filed]]:
        wanted = {scope: set(ids) for scope, ids in wanted.items() if ids}
        if not wanted:
            return {}
        (provider_id,) = {scope.provider_id for scope in wanted}
        scope = GrantedScope(provider_id, frozenset(scope.tenant_id for scope in wanted))
        criteria = {"submission_ids": {"$in": sorted(set().union(*wanted.values()))}}
        filed: dict[TenantScope, dict[str, Filed]] = {}
        for document in self.incidents.find(scope, criteria, projection=_FILED):
            own = TenantScope(provider_id, document["tenant_id"])
            for place, submission_id in enumerate(document["submission_ids"]):
                if submission_id in wanted[own]:
                    found = Filed(document["_id"], document["number"], joined=place > 0)
                    filed.setdefault(own, {})[submission_id] = found
        return filed

    def create_many(self, changes: Sequence[Change], caller: Caller) -> list[bool]:
        new = [_opening(change, caller) for change in changes]
        created = [result.ok for result in self.incidents.create_many(new)]
        self._saved(changes)
        return created

    def save(self, change: Change, caller: Caller) -> None:
        self.incidents.save(*_save(change, caller))
        self._saved([change])

    def save_many(self, changes: Sequence[Change], caller: Caller) -> list[bool]:
        saved = [result.ok for result in self.incidents.save_many([_save(each, caller) for each in changes])]
        self._saved(changes)
        return saved

    def save_together(self, changes: Sequence[Change], caller: Caller) -> None:
        self.incidents.save_together(
            [_save(each, caller) for each in changes if each.before],
            [_opening(each, caller) for each in changes if not each.before],
        )
        self._saved(changes)

    def _saved(self, changes: Sequence[Change]) -> None:
        """Who is a parent is known of all at once, until one of them becomes one."""
        if any(each.after.parent_id != (each.before.parent_id if each.before else "") for each in changes):
            self._parents.saved()

    def page(self, scope: Scope, query: IncidentQuery) -> tuple[list[Incident], str]:
        criteria = _criteria(query)
        if query.page_token:
            after = page_after(_NEWEST, decode_cursor(query.page_token, 2))
            criteria = {"$and": [criteria, after]} if criteria else after
        found = self.incidents.find(
            scope, criteria, sort=_NEWEST, limit=query.page_size + 1, projection=_IN_LISTS
        )
        rows, more = found[: query.page_size], len(found) > query.page_size
        token = encode_cursor([rows[-1]["create_time"], rows[-1]["_id"]]) if more else ""
        return [to_incident(row) for row in rows], token

    def beginnings(self, scope: TenantScope, incident_ids: Sequence[str], most: int) -> dict[str, str]:
        shortened = {"description": {"$substrCP": ["$description", 0, most]}}
        found = self.incidents.find(scope, {"_id": {"$in": list(incident_ids)}}, projection=shortened)
        return {document["_id"]: document["description"] for document in found}

    def with_timeline(
        self, scope: Scope, incident_id: str, after_seq: int, limit: int
    ) -> tuple[Incident, list[TimelineEntry]]:
        named = {"number": incident_id} if is_number(incident_id) else {"_id": incident_id}
        found, events = self.incidents.load_with_history(scope, named, after_seq, limit)
        return to_incident(found), [timeline_entry(event) for event in events]

    def due_for_closing(self, now: datetime, limit: int) -> list[Incident]:
        found = self.incidents.find(
            SystemScope("closing after silence"),
            {"close_due_time": {"$gt": EPOCH, "$lte": now}},
            sort=[("close_due_time", 1)],
            limit=limit,
            hint=CLOSE_DUE_INDEX,
        )
        return [to_incident(document) for document in found]

    def awaiting_approval(self, scope: Scope, names: Sequence[str], limit: int) -> list[Incident]:
        # What awaits nobody is not in this index, and the condition that says so is part of the question.
        criteria = {"approvers.0": {"$exists": True}, "approvers": {"$in": sorted(names)}}
        found = self.incidents.find(scope, criteria, sort=_NEWEST, limit=limit, hint=APPROVERS_INDEX)
        return [to_incident(document) for document in found]

    def due_approvals(self, now: datetime, limit: int) -> list[Incident]:
        found = self.incidents.find(
            SystemScope("approvals that time moves"),
            {"approval_due_time": {"$gt": EPOCH, "$lte": now}},
            sort=[("approval_due_time", 1)],
            limit=limit,
            hint=APPROVAL_DUE_INDEX,
        )
        return [to_incident(document) for document in found]

    def naming(self, scope: TenantScope, attachment_ids: Iterable[str]) -> set[str]:
        wanted = set(attachment_ids)
        # Incidents without attachments are not in this index, and the condition that says so is part of the question.
        criteria = {"attachments.0": {"$exists": True}, "attachments.attachment_id": {"$in": sorted(wanted)}}
        found = self.incidents.find(scope, criteria, projection=["attachments"], hint=ATTACHMENTS_INDEX)
        return wanted & {ref["attachment_id"] for document in found for ref in document["attachments"]}


def _opening(change: Change, caller: Caller) -> NewAggregate:
    after = change.after
    return _scope(after), after.incident_id, to_state(after), outbound(change, caller)


def _save(change: Change, caller: Caller) -> tuple[Any, ...]:
    before, after = change.before, change.after
    if before is None:
        raise ValueError("an opening is created, not saved")
    state = changed_state(before, after)
    return _scope(after), after.incident_id, before.revision, state, outbound(change, caller)


def _scope(incident: Incident) -> TenantScope:
    return TenantScope(incident.provider_id, incident.tenant_id)


def _criteria(query: IncidentQuery) -> dict[str, Any]:
    criteria: dict[str, Any] = {}
    if query.states:
        criteria["state"] = {"$in": sorted(query.states)}
    if query.requester_id:
        criteria["requester.person_id"] = query.requester_id
        # Whoever asked takes part: this is what the index knows.
        criteria["party_ids"] = query.requester_id
    if query.party_id:
        both = {"$all": [query.party_id, query.requester_id]} if query.requester_id else query.party_id
        criteria["party_ids"] = both
    if query.assignee_id:
        criteria["assignee_id"] = query.assignee_id
    if query.updated_after:
        criteria["update_time"] = {"$gt": query.updated_after}
    also = [*_saying(query.words), *([_AWAITS_CLIENT] if query.awaits_client else [])]
    return {**criteria, "$and": also} if also else criteria


_AWAITS_CLIENT: dict[str, Any] = {
    "$or": [
        {"state": State.RESOLVED.value},
        {
            "state": State.ON_HOLD.value,
            "hold.awaiting": {"$in": [AwaitedParty.REQUESTER.value, AwaitedParty.CLIENT.value]},
        },
    ]
}
_MOST_WORDS = 8


def _saying(words: str) -> list[dict[str, Any]]:
    """Within the tenant's or the person's own incidents, which an index gives: a few thousand titles at most."""
    wanted = words.split()[:_MOST_WORDS]
    if not wanted:
        return []
    number = re.escape(wanted[0].upper())
    by_number = {"number": {"$regex": f"^{number}" if "-" in wanted[0] else f"-{number}$"}}
    titles = [{"title": {"$regex": re.escape(word), "$options": "i"}} for word in wanted]
    return [{"$or": [by_number, *titles]}] if len(wanted) == 1 else titles
