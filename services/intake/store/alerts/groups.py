"""Alert groups: aggregates, whose recovery is announced."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pymongo.database import Database

from chassis.errors import RevisionConflict
from chassis.mongo import decode_cursor, encode_cursor, page_after
from chassis.outbox import AggregateStore, OutboundEvent
from chassis.tenancy import Scope, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.intake.domain.alerts.group import Group, State
from services.intake.events.alerts import alert_resolved
from services.intake.ports.alerts import GroupPage
from services.intake.store.alerts.values import group_of, group_state

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SORT = [("update_time", -1), ("_id", -1)]
_SWEEP = SystemScope("what the record is to be told of alerts, of all tenants")
_ENDED = {"state": {"$ne": State.ENDED.value}}


class GroupStore:
    """See ports.Groups."""

    def __init__(self, database: Database, signer: CallerSigner) -> None:
        self.groups = AggregateStore(database["alert_groups"], noun="alert_group", signer=signer)
        self._signer = signer

    def holding(
        self, scope: TenantScope, keys: Iterable[str], correlation_keys: Iterable[str]
    ) -> list[Group]:
        wanted = [{"keys": {"$in": sorted(set(keys))}}]
        if causes := sorted(set(filter(None, correlation_keys))):
            wanted.append({"correlation_key": {"$in": causes}})
        found = {one["_id"]: one for query in wanted for one in self.groups.find(scope, {**_ENDED, **query})}
        return [group_of(one) for one in found.values()]

    def save_all(self, groups: Sequence[Group], recovered: Iterable[str], now: datetime) -> None:
        told = set(recovered)
        old = [group for group in groups if group.revision]
        fresh = [group for group in groups if not group.revision]
        results = (
            self.groups.save_many(
                [
                    (
                        _room(group),
                        group.group_id,
                        group.revision,
                        group_state(group),
                        self._events(group, told, now),
                    )
                    for group in old
                ]
            )
            if old
            else []
        )
        if all(result.ok for result in results) and fresh:
            # Only now: those that ended have given back the alerts that the new ones hold.
            results = self.groups.create_many(
                [
                    (_room(group), group.group_id, group_state(group), self._events(group, told, now))
                    for group in fresh
                ]
            )
        if not all(result.ok for result in results):
            raise RevisionConflict("alert_group_changed", "Someone else changed it first.")

    def save(self, group: Group, now: datetime) -> Group:
        revision = self.groups.save(_room(group), group.group_id, group.revision, group_state(group), [])
        return replace(group, revision=revision)

    def get(self, scope: TenantScope, group_id: str) -> Group:
        return group_of(self.groups.load(scope, group_id))

    def due(self, now: datetime, limit: int) -> list[Group]:
        found = self.groups.find(
            _SWEEP, {"due_time": {"$gt": _EPOCH, "$lte": now}}, sort=[("due_time", 1)], limit=limit
        )
        return [group_of(one) for one in found]

    def of_incident(self, scope: Scope, incident_id: str) -> list[Group]:
        found = self.groups.find(scope, {"incident_id": incident_id}, sort=_SORT, limit=20)
        return [group_of(one) for one in found]

    def page(self, scope: Scope, limit: int, page_token: str) -> GroupPage:
        query = page_after(_SORT, decode_cursor(page_token, 2)) if page_token else {}
        found = self.groups.find(scope, query, sort=_SORT, limit=limit + 1)
        page = tuple(group_of(one) for one in found[:limit])
        more = len(found) > limit
        return GroupPage(page, encode_cursor([page[-1].update_time, page[-1].group_id]) if more else "")

    def _events(self, group: Group, told: set[str], now: datetime) -> list[OutboundEvent]:
        if group.group_id not in told:
            return []
        caller = self._signer.service_caller(now, group.provider_id, frozenset({group.tenant_id}))
        return [alert_resolved(group, caller, now)]


def _room(group: Group) -> TenantScope:
    return TenantScope(group.provider_id, group.tenant_id)
