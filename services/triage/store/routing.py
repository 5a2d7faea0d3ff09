"""Work profiles in the provider's own room, and what is agreed about routing in each client's."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pymongo.database import Database

from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, TenantScope
from services.triage.domain.working import Absence, AgreedGroup, ClientRouting, WorkProfile


class ProfileStore:
    """ports.Profiles on MongoDB."""

    def __init__(self, database: Database) -> None:
        self._records = AggregateStore(database["work_profiles"], noun="work_profile")

    def put(self, scope: TenantScope, profile: WorkProfile, revision: int) -> WorkProfile:
        state = {
            "name": profile.name,
            "load_cap": profile.load_cap,
            "pressing_cap": profile.pressing_cap,
            "time_zone": profile.time_zone,
            # Days are kept as they read: they are no instants.
            "absences": [
                {"first_day": one.first_day.isoformat(), "last_day": one.last_day.isoformat()}
                for one in profile.absences
            ],
        }
        return replace(profile, revision=_put(self._records, scope, profile.person_id, revision, state))

    def get(self, scope: Scope, person_id: str) -> WorkProfile | None:
        found = self._records.find_one(scope, {"_id": person_id})
        return _profile(found) if found else None

    def all(self, scope: Scope) -> list[WorkProfile]:
        return [_profile(one) for one in self._records.find(scope, sort=[("_id", 1)])]


class RoutingStore:
    """ports.Routings on MongoDB."""

    def __init__(self, database: Database) -> None:
        self._records = AggregateStore(database["client_routings"], noun="client_routing")

    def put(self, scope: TenantScope, routing: ClientRouting, revision: int) -> ClientRouting:
        state = {
            "groups": [{"category": one.category, "group_id": one.group_id} for one in routing.groups],
            "preferred_ids": sorted(routing.preferred_ids),
            "by_history": routing.by_history,
        }
        return replace(routing, revision=_put(self._records, scope, routing.tenant_id, revision, state))

    def all(self, scope: Scope) -> list[ClientRouting]:
        return [_routing(one) for one in self._records.find(scope, sort=[("_id", 1)])]


def _put(
    records: AggregateStore, scope: TenantScope, key: str, revision: int, state: Mapping[str, Any]
) -> int:
    present = records.find_one(scope, {"_id": key})
    if present is None and not revision:
        records.create(scope, key, state, [])
        return 1
    return records.save(scope, key, revision or (present or {}).get("revision", 0), state, [])


def _profile(kept: Mapping[str, Any]) -> WorkProfile:
    return WorkProfile(
        person_id=kept["_id"],
        name=kept["name"],
        load_cap=kept["load_cap"],
        pressing_cap=kept["pressing_cap"],
        time_zone=kept["time_zone"],
        absences=tuple(
            Absence(date.fromisoformat(one["first_day"]), date.fromisoformat(one["last_day"]))
            for one in kept["absences"]
        ),
        revision=kept["revision"],
    )


def _routing(kept: Mapping[str, Any]) -> ClientRouting:
    return ClientRouting(
        tenant_id=kept["_id"],
        groups=tuple(AgreedGroup(one["category"], one["group_id"]) for one in kept["groups"]),
        preferred_ids=frozenset(kept["preferred_ids"]),
        by_history=kept["by_history"],
        revision=kept["revision"],
    )
