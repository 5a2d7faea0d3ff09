"""Events that were given up, in the consuming service's own database, until an operator decides."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis import clock as system_clock
from chassis import headers as names
from chassis.bus.attempts import Delivery
from chassis.clock import Clock
from chassis.errors import FairleadError, NotFound
from chassis.mongo import ScopedCollection, decode_cursor, encode_cursor, outages, page_after
from chassis.tenancy import Scope, SystemScope

WAITING = "waiting"
REDELIVERED = "redelivered"
DISCARDED = "discarded"

# One of the documented uses of a system scope: an event that cannot be read may name no tenant at all.
_ANY = SystemScope("dead letters are kept whatever tenant the event names")
_NEWEST_FIRST = (("create_time", -1), ("_id", -1))
_MESSAGE_LENGTH = 500


@dataclass(frozen=True)
class DeadLetter:
    """An event as it came, why it was given up, and what became of it. Times are UTC."""

    id: str
    consumer: str
    event_id: str
    type: str
    source: str
    subject: str
    provider_id: str
    tenant_id: str
    state: str
    reason: str
    message: str
    attempts: int
    event_time: datetime | None
    create_time: datetime
    update_time: datetime
    discard_reason: str = ""
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)
    payload: bytes = field(repr=False, default=b"")

    def delivery(self) -> Delivery:
        """The event as it would be delivered now."""
        key = self.event_id or self.id
        return Delivery(key, self.subject, self.subject, self.headers, self.payload, self.attempts + 1)


class DeadLetterStore:
    """The collection `dead_letters` of one service."""

    def __init__(self, database: Database, clock: Clock = system_clock.now) -> None:
        self._letters = ScopedCollection(database["dead_letters"])
        self._clock = clock
        self._indexed = False
        self._lock = threading.Lock()

    def keep(self, consumer: str, delivery: Delivery, error: Exception) -> None:
        """Saves the event durably; keeping it twice is keeping it once. Raises Unavailable."""
        self._ensure_indexes()
        now = self._clock()
        changes = {**_failure(error), "attempts": delivery.attempts, "state": WAITING, "update_time": now}
        document_id = f"{consumer}:{delivery.key}"
        parts = delivery.subject.split(".")
        try:
            self._letters.insert_one(
                _ANY,
                {
                    "_id": document_id,
                    "provider_id": delivery.headers.get(names.PROVIDER, ""),
                    "tenant_id": parts[3] if len(parts) == 6 else "",
                    "consumer": consumer,
                    "event_id": delivery.headers.get(names.MESSAGE_ID, ""),
                    "type": delivery.headers.get(names.TYPE, ""),
                    "source": parts[1] if len(parts) == 6 else "",
                    "subject": delivery.subject,
                    # A list, because a header's name may hold a dot.
                    "headers": [[name, value] for name, value in delivery.headers.items()],
                    "payload": delivery.payload,
                    "event_time": _time(delivery.headers.get(names.TIME, "")),
                    "create_time": now,
                    **changes,
                },
            )
        except DuplicateKeyError:
            self._letters.update_one(_ANY, {"_id": document_id}, {"$set": changes})

    def list(
        self,
        scope: Scope,
        *,
        consumer: str = "",
        include_redelivered: bool = False,
        limit: int = 50,
        cursor: str = "",
    ) -> tuple[list[DeadLetter], str]:
        """A page, newest first, without payloads, and the cursor of the next ("" after the last).

        Raises InvalidArgument("cursor_invalid").
        """
        self._ensure_indexes()
        criteria: dict[str, Any] = {} if include_redelivered else {"state": WAITING}
        if consumer:
            criteria["consumer"] = consumer
        if cursor:
            criteria |= page_after(_NEWEST_FIRST, decode_cursor(cursor, 2))
        found = self._letters.find(
            scope, criteria, sort=_NEWEST_FIRST, limit=limit + 1, projection={"payload": 0, "headers": 0}
        )
        page = found[:limit]
        more = len(found) > limit
        return (
            [_letter(document) for document in page],
            encode_cursor([page[-1]["create_time"], page[-1]["_id"]]) if more else "",
        )

    def get(self, scope: Scope, dead_letter_id: str) -> DeadLetter:
        """One of the scope's. Raises NotFound("dead_letter_not_found")."""
        document = self._letters.find_one(scope, {"_id": dead_letter_id})
        if document is None:
            raise NotFound("dead_letter_not_found", "There is no such dead letter.")
        return _letter(document)

    def settle(self, scope: Scope, dead_letter_id: str, error: Exception | None) -> DeadLetter:
        """Records one more attempt: redelivered when there is no error, else still waiting. Raises NotFound."""
        changes: dict[str, Any] = {"update_time": self._clock()}
        changes |= {"state": REDELIVERED} if error is None else {"state": WAITING, **_failure(error)}
        update = {"$set": changes, "$inc": {"attempts": 1}}
        document = self._letters.find_one_and_update(scope, {"_id": dead_letter_id}, update)
        if document is None:
            raise NotFound("dead_letter_not_found", "There is no such dead letter.")
        return _letter(document)

    def discard(self, scope: Scope, dead_letter_id: str, reason: str) -> DeadLetter:
        """Puts it away. Raises NotFound."""
        changes = {
            "state": DISCARDED,
            "discard_reason": reason[:_MESSAGE_LENGTH],
            "update_time": self._clock(),
        }
        document = self._letters.find_one_and_update(scope, {"_id": dead_letter_id}, {"$set": changes})
        if document is None:
            raise NotFound("dead_letter_not_found", "There is no such dead letter.")
        return _letter(document)

    def _ensure_indexes(self) -> None:
        # At first use rather than at start: MongoDB may be away then.
        with self._lock, outages():
            if not self._indexed:
                self._letters.collection.create_index([("provider_id", 1), *_NEWEST_FIRST])
                self._letters.collection.create_index([*_NEWEST_FIRST])
                self._indexed = True


def _failure(error: Exception) -> dict[str, str]:
    """A refusal's own words; of a bug only its type, since its text may quote what a person wrote."""
    if isinstance(error, FairleadError):
        return {"reason": error.reason, "message": error.message[:_MESSAGE_LENGTH]}
    return {"reason": "internal", "message": type(error).__name__}


def _letter(document: Mapping[str, Any]) -> DeadLetter:
    values = {name: value for name, value in document.items() if name not in ("_id", "headers")}
    headers = dict(document.get("headers", ()))
    return DeadLetter(id=document["_id"], headers=headers, **values)


def _time(text: str) -> datetime | None:
    with suppress(ValueError):
        time = datetime.fromisoformat(text)
        return time if time.tzinfo else None
    return None
