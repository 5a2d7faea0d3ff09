"""Addresses that mail failed to reach, per tenant."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.errors import NotFound, RevisionConflict
from chassis.ids import new_id
from chassis.mongo import ScopedCollection, decode_cursor, encode_cursor, page_after
from chassis.tenancy import GrantedScope, Scope, TenantScope
from services.notify.domain.suppression import Cause, Suppression

_NEWEST_FIRST = [("update_time", -1), ("_id", 1)]
_ASKED = ["tenant_id", "address", "cause"]
# A record of before there were causes: such an address was said not to exist.
_FORMER = {"cause": {"$exists": False}}


class SuppressionStore:
    """ports.Suppressions on MongoDB."""

    def __init__(self, database: Database) -> None:
        self.records = ScopedCollection(database["bounces"])

    def of(self, scope: TenantScope, address: str, now: datetime) -> Suppression:
        found = self.records.find_one(scope, {"address": address})
        if found:
            return _suppression(found)
        return Suppression(new_id("spr"), scope.provider_id, scope.tenant_id, address, now, now)

    def get(self, scope: Scope, suppression_id: str) -> Suppression:
        found = self.records.find_one(scope, {"_id": suppression_id})
        if found is None:
            raise NotFound("suppression_not_found", "There is no such suppression.")
        return _suppression(found)

    def save(self, suppression: Suppression) -> Suppression:
        scope = TenantScope(suppression.provider_id, suppression.tenant_id)
        saved = replace(suppression, revision=suppression.revision + 1)
        if suppression.revision == 0:
            return self._add(scope, saved)
        known = {"_id": saved.suppression_id, "revision": suppression.revision}
        if suppression.revision == 1:
            known = {"_id": saved.suppression_id, "$or": [{"revision": 1}, _FORMER]}
        if not self.records.update_one(scope, known, {"$set": _state(saved)}).matched_count:
            raise _changed()
        return saved

    def _add(self, scope: TenantScope, saved: Suppression) -> Suppression:
        try:
            self.records.insert_one(
                scope, {"_id": saved.suppression_id, "address": saved.address, **_state(saved)}
            )
        except DuplicateKeyError as error:
            raise _changed() from error
        return saved

    def among(self, asked: Mapping[TenantScope, Iterable[str]]) -> dict[TenantScope, set[str]]:
        # One question for all tenants of a provider: a batch of mails is of as many tenants as it has mails.
        tenants: dict[str, set[str]] = defaultdict(set)
        wanted: dict[str, set[str]] = defaultdict(set)
        for scope, addresses in asked.items():
            tenants[scope.provider_id].add(scope.tenant_id)
            wanted[scope.provider_id].update(addresses)
        among: dict[TenantScope, set[str]] = defaultdict(set)
        for provider_id, addresses in wanted.items():
            granted = GrantedScope(provider_id, frozenset(tenants[provider_id]))
            criteria = {"address": {"$in": sorted(addresses)}}
            for kept in self.records.find(granted, criteria, projection=_ASKED):
                own = TenantScope(provider_id, kept["tenant_id"])
                if kept.get("cause", Cause.PERMANENT) and kept["address"] in asked[own]:
                    among[own].add(kept["address"])
        return dict(among)

    def page(self, scope: Scope, size: int, token: str, address: str = "") -> tuple[list[Suppression], str]:
        criteria: dict[str, Any] = {"cause": {"$ne": Cause.NONE.value}}
        if address:
            criteria["address"] = address
        if token:
            criteria |= page_after(_NEWEST_FIRST, decode_cursor(token, 2))
        found = self.records.find(scope, criteria, sort=_NEWEST_FIRST, limit=size + 1)
        after = ""
        if len(found) > size:
            after = encode_cursor([found[size - 1]["update_time"], found[size - 1]["_id"]])
        return [_suppression(kept) for kept in found[:size]], after


def _changed() -> RevisionConflict:
    return RevisionConflict("suppression_changed", "Somebody else changed it first.")


def _state(suppression: Suppression) -> dict[str, Any]:
    return {
        "cause": suppression.cause.value,
        "status": suppression.status,
        "diagnostic": suppression.diagnostic,
        "failures": [list(each) for each in suppression.failures],
        "create_time": suppression.create_time,
        "update_time": suppression.update_time,
        "lift_time": suppression.lift_time,
        "revision": suppression.revision,
    }


def _suppression(kept: Mapping[str, Any]) -> Suppression:
    return Suppression(
        suppression_id=kept["_id"],
        provider_id=kept["provider_id"],
        tenant_id=kept["tenant_id"],
        address=kept["address"],
        create_time=kept.get("create_time", kept["update_time"]),
        update_time=kept["update_time"],
        cause=Cause(kept.get("cause", Cause.PERMANENT)),
        status=kept.get("status", ""),
        diagnostic=kept.get("diagnostic", ""),
        failures=tuple((delivery_id, moment) for delivery_id, moment in kept.get("failures", ())),
        lift_time=kept.get("lift_time"),
        revision=kept.get("revision", 1),
    )
