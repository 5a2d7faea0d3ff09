"""Message-IDs, so that an answer finds its incident when its reply address was lost."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import InsertOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from chassis.mongo import ScopedCollection
from chassis.tenancy import TenantScope

_DUPLICATE_KEY = 11000


class MailThreadStore:
    """Implements ports.MailThreads."""

    def __init__(self, database: Database) -> None:
        self._threads = ScopedCollection(database["mail_threads"])

    def find(self, scope: TenantScope, message_ids: Sequence[str]) -> dict[str, str]:
        found = self._threads.find(scope, {"message_id": {"$in": list(message_ids)}})
        return {document["message_id"]: document["incident_id"] for document in found}

    def record(self, scope: TenantScope, incident_by_message_id: Mapping[str, str], now: datetime) -> None:
        self.record_across({scope: incident_by_message_id}, now)

    def record_across(self, seen: Mapping[TenantScope, Mapping[str, str]], now: datetime) -> None:
        new = [
            (
                scope,
                InsertOne({"message_id": message_id, "incident_id": incident_id, "create_time": now}),
            )
            for scope, incident_by_message_id in seen.items()
            for message_id, incident_id in incident_by_message_id.items()
        ]
        try:
            self._threads.bulk_write_each(new)
        except BulkWriteError as error:
            # Known already: the first incident that a Message-ID spoke of keeps it.
            if any(each["code"] != _DUPLICATE_KEY for each in (error.details or {})["writeErrors"]):
                raise
