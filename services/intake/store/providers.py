"""The providers of this installation, learned from the directory's events."""

from collections.abc import Iterable

from pymongo.database import Database

from chassis.mongo import ScopedCollection
from chassis.tenancy import SystemScope, TenantScope

_ALL = SystemScope("whether the installation has a single provider, which then gets mail that names none")


class ProviderStore:
    """See ports.Providers."""

    def __init__(self, database: Database) -> None:
        self._providers = ScopedCollection(database["providers"])
        self._noted: set[str] = set()

    def note(self, provider_ids: Iterable[str]) -> None:
        for provider_id in set(provider_ids) - self._noted:
            room = TenantScope(provider_id, provider_id)
            self._providers.update_one(room, {"_id": provider_id}, {"$setOnInsert": {}}, upsert=True)
            self._noted.add(provider_id)

    def only(self) -> str:
        found = self._providers.find(_ALL, limit=2, projection=["_id"])
        return found[0]["_id"] if len(found) == 1 else ""
