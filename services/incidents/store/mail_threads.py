"""Message-IDs, so that an answer finds its incident when its reply address was lost."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from chassis.mongo import ScopedCollection
from chassis.tenancy import TenantScope
from services.incidents.domain.threading import Thread, Tie

_DUPLICATE_KEY = 11000


class MailThreadStore:
    """Implements ports.MailThreads."""

    def __init__(self, database: Database) -> None:
        self._threads = ScopedCollection(database["mail_threads"])

    def find(self, scope: TenantScope, message_ids: Sequence[str]) -> dict[str, Thread]:
        found = self._threads.find(scope, {"message_id": {"$in": list(message_ids)}})
        return {document["message_id"]: _thread(document) for document in found}

    def record(self, scope: TenantScope, threads: Mapping[str, Thread], now: datetime) -> None:
        self.record_across({scope: threads}, now)

    def record_across(self, seen: Mapping[TenantScope, Mapping[str, Thread]], now: datetime) -> None:
        new = [
            (scope, _unless_known(message_id, thread, now))
            for scope, threads in seen.items()
            for message_id, thread in threads.items()
        ]
        try:
            self._threads.bulk_write_each(new)
        except BulkWriteError as error:
            # Known already, and as firmly: the first incident that a Message-ID spoke of keeps it.
            if any(each["code"] != _DUPLICATE_KEY for each in (error.details or {})["writeErrors"]):
                raise


def _unless_known(message_id: str, thread: Thread, now: datetime) -> UpdateOne:
    """Takes the place of what is known less firmly; where it is not found so, it is new or a duplicate."""
    return UpdateOne(
        {"message_id": message_id, "tie": {"$lt": thread.tie.value}},
        {
            "$set": {"incident_id": thread.incident_id, "tie": thread.tie.value, "line": thread.line},
            "$setOnInsert": {"create_time": now},
        },
        upsert=True,
    )


def _thread(document: Mapping[str, Any]) -> Thread:
    # Those from before ties were told apart were all of mails that had been sent or seen.
    tie = Tie(document.get("tie", Tie.PROVEN.value))
    return Thread(document["incident_id"], tie, document.get("line", ""))
