"""Mail as it came, durable before anybody says 250."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from bson import Binary
from pymongo import UpdateOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from chassis.errors import NotFound
from chassis.ids import new_id
from chassis.mongo import ScopedCollection
from chassis.tenancy import SystemScope
from services.intake.domain.arrival import Arrival
from services.intake.store.gathering import CROWD, CROWD_SECONDS, Gathered

# A document holds at most 16 MB.
_INLINE_BYTES = 8 * 1024 * 1024
_CHUNK_BYTES = 4 * 1024 * 1024
# How much raw mail one claim may hold in memory.
_CLAIM_BYTES = 48 * 1024 * 1024
# Long enough for a usual batch. Filed twice at once a mail is still one submission: the id decides.
LEASE = timedelta(seconds=20)
_BEFORE_TENANT = SystemScope("mail before its tenant is known")
_FOUND = SystemScope("raw bytes of a submission that the caller was found to see")
_NOBODY = {"provider_id": "", "tenant_id": ""}
_DUPLICATE_KEY = 11000


class ArrivalStore:
    """See ports.Arrivals. `stop` it: it has writer threads."""

    def __init__(self, database: Database) -> None:
        self._arrivals = ScopedCollection(database["arrivals"])
        self._chunks = ScopedCollection(database["arrival_chunks"])
        self._fingerprints = ScopedCollection(database["fingerprints"])
        self._kept: list[Callable[[], None]] = []
        self._writer: Gathered[tuple[Arrival, bytes], None] = Gathered(
            self._write,
            "intake-arrivals",
            weight=lambda item: len(item[1]),
            linger=CROWD_SECONDS,
            crowd=CROWD,
        )

    def on_kept(self, listener: Callable[[], None]) -> None:
        """Calls the listener after every write; it must return at once."""
        self._kept.append(listener)

    def stop(self) -> None:
        self._writer.stop()

    def keep(self, arrival: Arrival, raw: bytes) -> "Future[None]":
        return self._writer.put((arrival, raw))

    def _write(self, items: list[tuple[Arrival, bytes]]) -> list[None]:
        documents = []
        for arrival, raw in items:
            count = self._write_chunks(arrival.arrival_id, raw) if len(raw) > _INLINE_BYTES else 0
            documents.append(_document(arrival, b"" if count else raw, count))
        # After its chunks: what can be seen is whole. (The driver may repeat a write whose answer was lost;
        # the server knows it by its transaction number, so nothing is doubled.)
        self._arrivals.insert_many(_BEFORE_TENANT, documents, ordered=False)
        for listener in self._kept:
            listener()
        return [None] * len(items)

    def _write_chunks(self, arrival_id: str, raw: bytes) -> int:
        count = 0
        for start in range(0, len(raw), _CHUNK_BYTES):
            chunk = {
                "_id": f"{arrival_id}:{count}",
                **_NOBODY,
                "data": Binary(raw[start : start + _CHUNK_BYTES]),
            }
            self._chunks.insert_one(_BEFORE_TENANT, chunk)
            count += 1
        return count

    def known(self, arrival_ids: Sequence[str]) -> set[str]:
        found = self._arrivals.find(_BEFORE_TENANT, {"_id": {"$in": list(arrival_ids)}}, projection=["_id"])
        return {one["_id"] for one in found}

    def claim(self, limit: int, now: datetime) -> list[tuple[Arrival, bytes]]:
        due = {"state": "received", "attempt_time": {"$lte": now}}
        found = self._arrivals.find(
            _BEFORE_TENANT, due, sort=[("attempt_time", 1)], limit=limit, projection=["size"]
        )
        wanted: list[str] = []
        total = 0
        for one in found:
            total += one["size"]
            if wanted and total > _CLAIM_BYTES:
                break
            wanted.append(one["_id"])
        if not wanted:
            return []
        lease = new_id("lease")
        change = {"$set": {"lease": lease, "attempt_time": now + LEASE}, "$inc": {"attempts": 1}}
        self._arrivals.update_many(_BEFORE_TENANT, {**due, "_id": {"$in": wanted}}, change)
        claimed = self._arrivals.find(
            _BEFORE_TENANT, {"_id": {"$in": wanted}, "lease": lease}, sort=[("_id", 1)]
        )
        return [(_arrival(one), self._bytes(one)) for one in claimed]

    def settle(self, arrival_ids: Iterable[str]) -> None:
        ids = list(arrival_ids)
        if ids:
            change = {"$set": {"state": "filed"}, "$unset": {"attempt_time": "", "lease": ""}}
            self._arrivals.update_many(_BEFORE_TENANT, {"_id": {"$in": ids}}, change)

    def note_repeats(self, first_by_repeat: dict[str, str]) -> None:
        self._arrivals.bulk_write(
            _BEFORE_TENANT,
            [
                UpdateOne(
                    {"_id": repeat},
                    {
                        "$set": {"state": "repeat", "first": first},
                        "$unset": {"attempt_time": "", "lease": ""},
                    },
                )
                for repeat, first in first_by_repeat.items()
            ],
        )

    def postpone(self, arrival_ids: Iterable[str], until: datetime) -> None:
        ids = list(arrival_ids)
        if ids:
            query = {"_id": {"$in": ids}, "state": "received"}
            self._arrivals.update_many(_BEFORE_TENANT, query, {"$set": {"attempt_time": until}})

    def first_of(self, fingerprints: dict[str, str], now: datetime) -> dict[str, str]:
        documents: dict[str, dict[str, Any]] = {}
        for arrival_id, mark in fingerprints.items():
            documents.setdefault(mark, {"_id": mark, **_NOBODY, "arrival_id": arrival_id, "create_time": now})
        try:
            self._fingerprints.insert_many(_BEFORE_TENANT, list(documents.values()), ordered=False)
        except BulkWriteError as error:
            if any(entry["code"] != _DUPLICATE_KEY for entry in (error.details or {})["writeErrors"]):
                raise
        held = self._fingerprints.find(_BEFORE_TENANT, {"_id": {"$in": list(documents)}})
        holder = {one["_id"]: one["arrival_id"] for one in held}
        return {arrival_id: holder.get(mark, arrival_id) for arrival_id, mark in fingerprints.items()}

    def raw(self, arrival_id: str) -> Iterator[bytes]:
        found = self._arrivals.find_one(_FOUND, {"_id": arrival_id})
        if found is None:
            raise NotFound("submission_not_found", "There is no such submission.")
        return self._pieces(found)

    def _pieces(self, document: dict[str, Any]) -> Iterator[bytes]:
        if not document["chunks"]:
            raw = bytes(document["raw"])
            yield from (raw[start : start + _CHUNK_BYTES] for start in range(0, len(raw), _CHUNK_BYTES))
        for number in range(document["chunks"]):
            chunk = self._chunks.find_one(_FOUND, {"_id": f"{document['_id']}:{number}"})
            yield bytes(chunk["data"]) if chunk else b""

    def _bytes(self, document: dict[str, Any]) -> bytes:
        return b"".join(self._pieces(document))


def _document(arrival: Arrival, raw: bytes, chunks: int) -> dict[str, Any]:
    return {
        "_id": arrival.arrival_id,
        **_NOBODY,
        "state": "received",
        "envelope_sender": arrival.envelope_sender,
        "recipients": list(arrival.recipients),
        "receive_time": arrival.receive_time,
        "size": arrival.size,
        "truncated": arrival.truncated,
        "peer": arrival.peer,
        "helo": arrival.helo,
        "raw": Binary(raw),
        "chunks": chunks,
        "attempts": 0,
        "attempt_time": arrival.receive_time,
    }


def _arrival(document: dict[str, Any]) -> Arrival:
    return Arrival(
        arrival_id=document["_id"],
        envelope_sender=document["envelope_sender"],
        recipients=tuple(document["recipients"]),
        receive_time=document["receive_time"],
        size=document["size"],
        truncated=document["truncated"],
        peer=document["peer"],
        helo=document.get("helo", ""),
        attempts=document["attempts"],
    )
