"""Files as GridFS lays them out, so that its tools read them; written and read through scopes.

The driver's own GridFS writer keeps up to 32 MB in memory before it writes (pymongo 4.20), and its reader finds a file
by id alone. So chunks are written here, a few at a time, and every document bears its owners.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from bson import Binary, Int64
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError

from chassis.errors import AlreadyExists, NotFound
from chassis.mongo import ScopedCollection
from chassis.tenancy import Scope, SystemScope, TenantScope
from services.incidents.domain.attachment import Attachment, Scan
from services.incidents.store.file_documents import EXPIRING_INDEX, HELD_INDEX
from services.incidents.store.translation import EPOCH

CHUNK_BYTES = 256 * 1024
# Read ahead: the driver would take up to 16 MB at once.
_CHUNKS_AT_ONCE = 4
_DUPLICATE_KEY = 11000
_HELD = SystemScope("files that wait for the virus scanner")
_EXPIRING = SystemScope("uploads that no message took")
_WHOLE = ("stored", "kept")


class FileStore:
    """Implements ports.Files. What it has answered is durable: majority and journal, as all of the database."""

    def __init__(self, database: Database) -> None:
        self._files = ScopedCollection(database["attachments.files"])
        self._chunks = ScopedCollection(database["attachments.chunks"])

    def begin(
        self,
        scope: TenantScope,
        attachment_id: str,
        name: str,
        uploader: str,
        now: datetime,
        expire_time: datetime,
    ) -> None:
        file = {
            "_id": attachment_id,
            "state": "uploading",
            "uploader": uploader,
            "claim": "",
            "expire_time": expire_time,
            "filename": name,
            "length": Int64(0),
            "chunkSize": CHUNK_BYTES,
            "uploadDate": now,
        }
        self._files.insert_one(scope, file)

    def append(self, scope: TenantScope, attachment_id: str, first: int, chunks: Sequence[bytes]) -> None:
        documents = [
            {"files_id": attachment_id, "n": number, "data": Binary(chunk)}
            for number, chunk in enumerate(chunks, first)
        ]
        try:
            self._chunks.insert_many(scope, documents, ordered=False)
        except BulkWriteError as error:
            # The driver repeated a write whose answer was lost: the same bytes are there.
            if any(each["code"] != _DUPLICATE_KEY for each in (error.details or {})["writeErrors"]):
                raise

    def finish(self, scope: TenantScope, attachment: Attachment, source_key: str) -> None:
        whole: dict[str, Any] = {
            "state": "stored",
            "length": Int64(attachment.size),
            "sha256": attachment.sha256,
            "content_type": attachment.content_type,
        }
        if source_key:
            whole["source_key"] = source_key
        if attachment.scan:
            whole |= {"scan": attachment.scan.value, "finding": attachment.finding, "scan_time": EPOCH}
        try:
            found = self._files.update_one(
                scope, {"_id": attachment.attachment_id, "state": "uploading"}, {"$set": whole}
            )
        except DuplicateKeyError as error:
            raise AlreadyExists("attachment_exists", "It was uploaded already.") from error
        if not found.matched_count:
            raise _missing()  # it took longer than uploads may wait

    def uploaded(self, scope: TenantScope, uploader: str, source_key: str) -> Attachment | None:
        criteria = {"uploader": uploader, "source_key": source_key, "state": {"$in": _WHOLE}}
        found = self._files.find_one(scope, criteria)
        return _attachment(found) if found else None

    def waiting(self, scope: TenantScope, uploader: str, limit: int) -> int:
        criteria = {
            "uploader": uploader,
            "state": {"$in": ["uploading", "stored"]},
            "expire_time": {"$gt": EPOCH},
        }
        return self._files.count(scope, criteria, limit=limit)

    def claim(
        self,
        scope: TenantScope,
        attachment_ids: Sequence[str],
        uploader: str,
        claim: str,
        expire_time: datetime,
    ) -> dict[str, Attachment]:
        own = {"_id": {"$in": list(attachment_ids)}, "uploader": uploader}
        free = {**own, "state": "stored", "claim": {"$in": ["", claim]}}
        self._files.update_many(scope, free, {"$set": {"claim": claim, "expire_time": expire_time}})
        found = self._files.find(scope, {**own, "state": {"$in": _WHOLE}, "claim": claim})
        return {file["_id"]: _attachment(file) for file in found}

    def get(self, scope: Scope, attachment_id: str) -> Attachment:
        found = self._files.find_one(scope, {"_id": attachment_id, "state": {"$in": _WHOLE}})
        if found is None:
            raise _missing()
        return _attachment(found)

    def chunks(self, scope: Scope, attachment_id: str) -> Iterator[bytes]:
        found = self._chunks.iterate(
            scope, {"files_id": attachment_id}, sort=[("n", 1)], batch_size=_CHUNKS_AT_ONCE
        )
        return (bytes(chunk["data"]) for chunk in found)

    def unclean(self, scope: TenantScope, attachment_ids: Sequence[str]) -> list[Attachment]:
        criteria = {"_id": {"$in": list(attachment_ids)}, "scan": {"$in": ["waiting", "infected"]}}
        return [_attachment(file) for file in self._files.find(scope, criteria)]

    def held(self, limit: int) -> list[tuple[TenantScope, Attachment]]:
        criteria = {"scan": "waiting", "state": {"$in": _WHOLE}}
        found = self._files.find(_HELD, criteria, sort=[("scan_time", 1)], limit=limit, hint=HELD_INDEX)
        return [(TenantScope(file["provider_id"], file["tenant_id"]), _attachment(file)) for file in found]

    def judge(self, scope: TenantScope, attachment: Attachment, now: datetime) -> None:
        change = {"scan": attachment.scan.value, "finding": attachment.finding, "scan_time": now}
        self._files.update_one(scope, {"_id": attachment.attachment_id, "scan": "waiting"}, {"$set": change})

    def expired(self, now: datetime, limit: int) -> dict[TenantScope, list[str]]:
        due = {"expire_time": {"$gt": EPOCH, "$lte": now}}
        found = self._files.find(
            _EXPIRING, due, sort=[("expire_time", 1)], limit=limit, projection=["_id"], hint=EXPIRING_INDEX
        )
        ids = [file["_id"] for file in found]
        if not ids:
            return {}
        # A claim that came first has moved the time; one that comes later finds nothing any more.
        self._files.update_many(_EXPIRING, {"_id": {"$in": ids}, **due}, {"$set": {"state": "expiring"}})
        taken = self._files.find(
            _EXPIRING,
            {"_id": {"$in": ids}, "state": "expiring"},
            projection=["_id", "provider_id", "tenant_id"],
        )
        result: dict[TenantScope, list[str]] = defaultdict(list)
        for file in taken:
            result[TenantScope(file["provider_id"], file["tenant_id"])].append(file["_id"])
        return result

    def keep(self, scope: TenantScope, attachment_ids: Iterable[str]) -> None:
        change = {"$set": {"state": "kept", "expire_time": None}}
        self._files.update_many(scope, {"_id": {"$in": list(attachment_ids)}}, change)

    def discard(self, scope: TenantScope, attachment_ids: Iterable[str]) -> None:
        ids = list(attachment_ids)
        # Bytes first: what a crash leaves is found again by its file.
        self._chunks.delete_many(scope, {"files_id": {"$in": ids}})
        self._files.delete_many(scope, {"_id": {"$in": ids}})


def _attachment(file: dict[str, Any]) -> Attachment:
    return Attachment(
        file["_id"],
        file["filename"],
        file["content_type"],
        file["length"],
        file["sha256"],
        Scan(file.get("scan", "")),
        file.get("finding", ""),
    )


def _missing() -> NotFound:
    return NotFound("attachment_not_found", "There is no such file.")
