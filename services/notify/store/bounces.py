"""Addresses that no mail reaches, per tenant."""

from collections.abc import Iterable
from datetime import datetime

from pymongo.database import Database

from chassis.ids import new_id
from chassis.mongo import ScopedCollection
from chassis.tenancy import TenantScope


class BounceStore:
    """ports.Bounces on MongoDB."""

    def __init__(self, database: Database) -> None:
        self.records = ScopedCollection(database["bounces"])

    def add(self, scope: TenantScope, address: str, status: str, now: datetime) -> None:
        change = {"$set": {"status": status, "update_time": now}, "$setOnInsert": {"_id": new_id("bnc")}}
        self.records.update_one(scope, {"address": address}, change, upsert=True)

    def among(self, scope: TenantScope, addresses: Iterable[str]) -> set[str]:
        found = self.records.find(scope, {"address": {"$in": sorted(set(addresses))}})
        return {kept["address"] for kept in found}
