"""Major incidents, their updates, templates and settings in the provider's own room; status addresses in the client's."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database

from chassis.errors import AlreadyExists, InvalidState, NotFound, RevisionConflict
from chassis.mongo import ScopedCollection, decode_cursor, encode_cursor, page_after
from chassis.outbox import AggregateStore
from chassis.tenancy import Caller, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.incidents.domain.major.record import Major, MajorChange, MajorLine, MajorState
from services.incidents.domain.major.settings import DEFAULTS, MajorSettings, UpdateTemplate
from services.incidents.domain.major.status import StatusAddress
from services.incidents.domain.major.update import Update
from services.incidents.events.majors import major_line, outbound_major
from services.incidents.store.major_documents import (
    EPOCH,
    OPEN_UPDATES_INDEX,
    TOUCHING_INDEX,
    WORK_INDEX,
    plain,
    to_major,
    to_update,
)

_NEWEST = [("declare_time", -1), ("_id", -1)]
_ROUNDS = 20
_LONGEST_HISTORY = 2_000
# What a crash left half done is taken up after this long.
PATIENCE = timedelta(seconds=15)
_MOST_DUE = 50
_MOST_UPDATES = 1_000
_WORK = SystemScope("major incidents with something due")
_OPEN = SystemScope("updates that were not told to everybody")
_ADDRESSES = SystemScope("addresses of status pages, whose seal was verified")


class MajorStore:
    """Implements ports.Majors."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.records = AggregateStore(database["major_incidents"], noun="major_incident", signer=signer)

    def create(self, change: MajorChange, caller: Caller) -> Major:
        room = _room(change.after)
        for _ in range(_ROUNDS):
            last = self.records.find(room, {}, sort=[("position", -1)], limit=1, projection=["position"])
            made = replace(change.after, position=last[0]["position"] + 1 if last else 1)
            numbered = replace(change, after=made)
            try:
                self.records.create(room, made.major_id, _state(made), outbound_major(numbered, caller))
            except AlreadyExists as error:
                if "origin_key" in error.values.get("fields", ""):
                    raise InvalidState(
                        "incident_in_major", "It belongs to a major incident already."
                    ) from error
                continue
            return made
        raise RevisionConflict("revision_conflict", "Too many at once; try again.")

    def save(self, change: MajorChange, caller: Caller) -> None:
        before, after = change.before, change.after
        if before is None:
            raise ValueError("a declaration is created, not saved")
        events = outbound_major(change, caller)
        self.records.save(_room(after), after.major_id, before.revision, _state(after), events)

    def load(self, scope: TenantScope, major_id: str) -> Major:
        return to_major(self.records.load(scope, major_id))

    def load_by_position(self, scope: TenantScope, position: int) -> Major:
        found = self.records.find_one(scope, {"position": position})
        if found is None:
            raise NotFound("major_incident_not_found", "There is no such major incident.")
        return to_major(found)

    def page(
        self,
        scope: TenantScope,
        seen_by: tuple[frozenset[str], str] | None,
        states: frozenset[MajorState],
        size: int,
        token: str,
    ) -> tuple[list[Major], str]:
        criteria: list[dict[str, Any]] = []
        if states:
            criteria.append({"state": {"$in": sorted(states)}})
        if seen_by is not None:
            tenants, person_id = seen_by
            own: list[dict[str, Any]] = [{"affected.tenant_id": {"$in": sorted(tenants)}}]
            own += [{"holders.person_id": person_id}] if person_id else []
            criteria.append({"$or": own})
        if token:
            criteria.append(page_after(_NEWEST, decode_cursor(token, 2)))
        query = {"$and": criteria} if criteria else {}
        found = self.records.find(scope, query, sort=_NEWEST, limit=size + 1)
        rows, more = found[:size], len(found) > size
        token = encode_cursor([rows[-1]["declare_time"], rows[-1]["_id"]]) if more else ""
        return [to_major(row) for row in rows], token

    def touching(self, scope: TenantScope, tenant_id: str, since: datetime) -> list[Major]:
        criteria = {
            "affected.tenant_id": tenant_id,
            "$or": [{"resolve_time": None}, {"resolve_time": {"$gt": since}}],
        }
        found = self.records.find(scope, criteria, sort=_NEWEST, limit=200, hint=TOUCHING_INDEX)
        return [to_major(row) for row in found]

    def timeline(self, scope: TenantScope, major_id: str, after_seq: int, limit: int) -> list[MajorLine]:
        events = self.records.history(scope, major_id, after_seq, min(limit, _LONGEST_HISTORY))
        return [major_line(event) for event in events]

    def due(self, now: datetime) -> list[Major]:
        criteria = {"work_time": {"$gt": EPOCH, "$lte": now}}
        found = self.records.find(_WORK, criteria, sort=[("work_time", 1)], limit=_MOST_DUE, hint=WORK_INDEX)
        return [to_major(row) for row in found]


class MajorUpdateStore:
    """Implements ports.MajorUpdates."""

    def __init__(self, database: Database) -> None:
        self._records = AggregateStore(database["major_updates"], noun="major_update", archive=False)

    def add(self, update: Update) -> None:
        self._records.create(_room(update), update.update_id, _update_state(update), [])

    def save(self, update: Update) -> Update:
        saved = self._records.save(
            _room(update), update.update_id, update.revision, _update_state(update), []
        )
        return replace(update, revision=saved)

    def find(self, scope: TenantScope, update_id: str) -> Update | None:
        found = self._records.find_one(scope, {"_id": update_id})
        return to_update(found) if found else None

    def of_majors(self, scope: TenantScope, major_ids: list[str]) -> list[Update]:
        newest = [("create_time", -1), ("_id", -1)]
        found = self._records.find(scope, {"major_id": {"$in": major_ids}}, sort=newest, limit=_MOST_UPDATES)
        return [to_update(row) for row in found]

    def unfinished(self, before: datetime) -> list[Update]:
        found = self._records.find(
            _OPEN, {"open_time": {"$gt": EPOCH, "$lte": before}}, limit=_MOST_DUE, hint=OPEN_UPDATES_INDEX
        )
        return [to_update(row) for row in found]


class UpdateTemplateStore:
    """Implements ports.UpdateTemplates."""

    def __init__(self, database: Database) -> None:
        self._records = AggregateStore(database["major_templates"], noun="update_template", archive=False)

    def all(self, scope: TenantScope) -> list[UpdateTemplate]:
        found = self._records.find(scope, sort=[("name", 1), ("_id", 1)])
        return [_template(row) for row in found]

    def get(self, scope: TenantScope, template_id: str) -> UpdateTemplate:
        return _template(self._records.load(scope, template_id))

    def add(self, scope: TenantScope, template: UpdateTemplate) -> UpdateTemplate:
        self._records.create(scope, template.template_id, _template_state(template), [])
        return replace(template, revision=1)

    def replace(self, scope: TenantScope, template: UpdateTemplate) -> UpdateTemplate:
        revision = template.revision or self._records.load(scope, template.template_id)["revision"]
        saved = self._records.save(scope, template.template_id, revision, _template_state(template), [])
        return replace(template, revision=saved)

    def delete(self, scope: TenantScope, template_id: str) -> None:
        if not self._records.delete_one(scope, {"_id": template_id}).deleted_count:
            raise NotFound("update_template_not_found", "There is no such template.")


class MajorSettingsStore:
    """Implements ports.MajorSettingsKept."""

    def __init__(self, database: Database) -> None:
        self._records = AggregateStore(database["major_settings"], noun="major_settings", archive=False)

    def get(self, scope: TenantScope) -> MajorSettings:
        found = self._records.find_one(scope, {"_id": scope.provider_id})
        if not found:
            return DEFAULTS
        return MajorSettings(
            minutes=found["minutes"],
            actions_before_closing=found["actions_before_closing"],
            revision=found["revision"],
        )

    def put(self, scope: TenantScope, settings: MajorSettings) -> MajorSettings:
        state = {
            "minutes": dict(settings.minutes),
            "actions_before_closing": settings.actions_before_closing,
        }
        present = self.get(scope).revision
        if settings.revision not in (0, present):
            raise RevisionConflict("revision_conflict", "Somebody else saved first.", revision=present)
        if not present:
            self._records.create(scope, scope.provider_id, state, [])
            return replace(settings, revision=1)
        return replace(settings, revision=self._records.save(scope, scope.provider_id, present, state, []))


class StatusAddressStore:
    """Implements ports.StatusAddresses."""

    def __init__(self, database: Database) -> None:
        self._addresses = ScopedCollection(database["status_addresses"])

    def of_tenant(self, scope: TenantScope) -> StatusAddress | None:
        found = self._addresses.find_one(scope, {})
        return _address(found) if found else None

    def put(self, scope: TenantScope, address: StatusAddress) -> None:
        self.remove(scope)
        kept = {"_id": address.address_id, "revision": 1, "create_time": address.create_time}
        self._addresses.insert_one(scope, kept)

    def remove(self, scope: TenantScope) -> None:
        self._addresses.delete_many(scope, {})

    def opened(self, address_id: str) -> StatusAddress | None:
        found = self._addresses.find_one(_ADDRESSES, {"_id": address_id})
        return _address(found) if found else None


def _room(record: Major | Update) -> TenantScope:
    return TenantScope(record.provider_id, record.provider_id)


def _state(major: Major) -> dict[str, Any]:
    state = plain(asdict(major))
    for name in ("major_id", "provider_id", "revision"):
        del state[name]
    # One that has ended holds its origin no more: what comes back is a matter of its own.
    held = major.origin_incident_id if major.close_time is None else major.major_id
    return {**state, "origin_key": held, "work_time": major.work_time(PATIENCE)}


def _update_state(update: Update) -> dict[str, Any]:
    state = plain(asdict(update))
    for name in ("update_id", "provider_id", "revision"):
        del state[name]
    return {**state, "open_time": update.create_time if update.is_open else None}


def _template_state(template: UpdateTemplate) -> dict[str, Any]:
    return {
        "name": template.name.strip(),
        "texts": dict(template.texts),
        "update_time": template.update_time,
    }


def _template(row: dict[str, Any]) -> UpdateTemplate:
    return UpdateTemplate(
        template_id=row["_id"],
        name=row["name"],
        texts=row["texts"],
        update_time=row["update_time"],
        revision=row["revision"],
    )


def _address(row: dict[str, Any]) -> StatusAddress:
    return StatusAddress(row["_id"], row["provider_id"], row["tenant_id"], row["create_time"])
