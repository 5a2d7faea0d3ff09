"""Message-IDs, so that an answer finds its incident when its reply address was lost."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from chassis.mongo import ScopedCollection
from chassis.tenancy import TenantScope
from services.incidents.domain.threading import Thread, Tie


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
            (scope, message_id, thread)
            for scope, threads in seen.items()
            for message_id, thread in threads.items()
        ]
        known = self._threads.insert_each([(scope, _document(id, thread, now)) for scope, id, thread in new])
        # Known already: the first incident that a Message-ID spoke of keeps it, unless this ties it more firmly.
        self._threads.bulk_write_each(
            (scope, _if_firmer(id, thread)) for scope, id, thread in (new[place] for place in known)
        )


def _document(message_id: str, thread: Thread, now: datetime) -> dict[str, Any]:
    return {"message_id": message_id, **_told(thread), "create_time": now}


def _if_firmer(message_id: str, thread: Thread) -> UpdateOne:
    less = {"message_id": message_id, "tie": {"$lt": thread.tie.value}}
    return UpdateOne(less, {"$set": _told(thread)})


def _told(thread: Thread) -> dict[str, Any]:
    return {"incident_id": thread.incident_id, "tie": thread.tie.value, "line": thread.line}


def _thread(document: Mapping[str, Any]) -> Thread:
    # Those from before ties were told apart were all of mails that had been sent or seen.
    tie = Tie(document.get("tie", Tie.PROVEN.value))
    return Thread(document["incident_id"], tie, document.get("line", ""))
