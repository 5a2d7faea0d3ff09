"""What sources sent. A client's deliveries are handled in their order, by one at a time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.ids import new_id
from chassis.mongo import ScopedCollection
from chassis.tenancy import Scope, SystemScope, TenantScope
from services.intake.domain.alerts.delivery import Delivery, State
from services.intake.store.alerts.documents import WAITING, WAITING_OF_TENANT, Indexes
from services.intake.store.alerts.values import delivery_of, delivery_state

LEASE = timedelta(seconds=30)
_SWEEP = SystemScope("alerts that nobody has handled, of all tenants")
_LOOKED_AT = 500
_OLDEST_FIRST = [("receive_time", 1), ("_id", 1)]


class DeliveryStore:
    """See ports.Deliveries."""

    def __init__(self, database: Database, indexes: Indexes) -> None:
        self._indexes = indexes
        self._deliveries = ScopedCollection(database["alert_deliveries"])
        self._lanes = ScopedCollection(database["alert_lanes"])

    def keep(self, delivery: Delivery) -> bool:
        self._indexes.make()
        document = {"_id": delivery.delivery_id, **delivery_state(delivery)}
        if delivery.state is not State.RECEIVED:
            document["expire_time"] = delivery.receive_time
        room = TenantScope(delivery.provider_id, delivery.tenant_id)
        try:
            self._deliveries.insert_one(room, document)
        except DuplicateKeyError:
            return False
        return True

    def waiting_scopes(self, limit: int) -> list[TenantScope]:
        self._indexes.make()
        found = self._deliveries.find(
            _SWEEP,
            {"state": State.RECEIVED.value},
            sort=_OLDEST_FIRST,
            limit=_LOOKED_AT,
            projection=["provider_id", "tenant_id"],
            hint=WAITING,
        )
        rooms = dict.fromkeys(TenantScope(one["provider_id"], one["tenant_id"]) for one in found)
        return list(rooms)[:limit]

    def waiting(self, scope: TenantScope, limit: int) -> list[Delivery]:
        found = self._deliveries.find(
            scope, {"state": State.RECEIVED.value}, sort=_OLDEST_FIRST, limit=limit, hint=WAITING_OF_TENANT
        )
        return [delivery_of(one) for one in found]

    def settle(self, scope: TenantScope, delivery_ids: Sequence[str]) -> None:
        change = [{"$set": {"state": State.HANDLED.value, "expire_time": "$receive_time"}}]
        self._deliveries.update_many(scope, {"_id": {"$in": list(delivery_ids)}}, change)

    @contextmanager
    def lane(self, scope: TenantScope, now: datetime) -> Iterator[bool]:
        lease = new_id("lease")
        free = {"_id": scope.tenant_id, "lease_time": {"$lt": now}}
        change = {"$set": {"lease": lease, "lease_time": now + LEASE}}
        try:
            taken = self._lanes.update_one(scope, free, change, upsert=True)
            ours = bool(taken.matched_count or taken.upserted_id)
        except DuplicateKeyError:
            ours = False  # it is there, and somebody else's
        try:
            yield ours
        finally:
            if ours:
                over = {"$set": {"lease_time": now - LEASE}}
                self._lanes.update_one(scope, {"_id": scope.tenant_id, "lease": lease}, over)

    def latest(self, scope: Scope, source_id: str, limit: int) -> list[Delivery]:
        found = self._deliveries.find(scope, {"source_id": source_id}, sort=[("_id", -1)], limit=limit)
        return [delivery_of(one) for one in found]
