"""Answers kept by idempotency key, for requests whose service keeps none: the same request gets the same answer.

Incidents and submissions take the key themselves, in the same write as the change; of what is done to an incident the
answer is kept here besides, since by the next time the incident may have moved on. For everything else the gateway notes the key before it acts and the answer afterwards. Between the two a crash leaves a note without an answer: the
request may be tried again after a minute, so it happens at least once and, crashes apart, exactly once.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pymongo import ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from chassis.clock import Clock
from chassis.errors import InvalidArgument, InvalidState
from chassis.mongo import outages

_KEPT = timedelta(hours=24)
_IN_HAND = timedelta(minutes=1)
_NONCE_BYTES = 12


@dataclass(frozen=True)
class KeptAnswer:
    """An answer as it was given the first time."""

    status: int
    headers: dict[str, str]
    body: bytes


class Repeats:
    """Notes requests by (caller, key). Answers are encrypted: some hold a secret that is shown once."""

    def __init__(self, collection: Collection, secret: bytes, clock: Clock) -> None:
        self._collection = collection
        self._seal = AESGCM(secret)
        self._clock = clock

    def begin(self, subject: str, key: str, fingerprint: str) -> KeptAnswer | None:
        """The answer given before, or None: then go on, and call keep() or forget().

        Raises InvalidArgument("idempotency_key_reused") when the key stood for another request, InvalidState
        ("request_in_progress") while the first one is still being worked on.
        """
        now = self._clock()
        note = {"fingerprint": fingerprint, "begin_time": now, "expire_time": now + _KEPT}
        with outages():
            try:
                self._collection.insert_one({"_id": _id(subject, key), **note})
                return None
            except DuplicateKeyError:
                found = self._collection.find_one({"_id": _id(subject, key)})
        if found is None:
            raise InvalidState("request_in_progress", "The same request has just failed. Try again.")
        _same(found, fingerprint)
        if "answer" in found:
            return self._open(found["_id"], found["answer"])
        stale = {"_id": found["_id"], "answer": None, "begin_time": {"$lt": now - _IN_HAND}}
        with outages():
            taken = self._collection.find_one_and_update(
                stale, {"$set": note}, return_document=ReturnDocument.AFTER
            )
        if taken is None:
            raise InvalidState("request_in_progress", "The same request is still being worked on.")
        return None

    def find(self, subject: str, key: str, fingerprint: str) -> KeptAnswer | None:
        """The answer given before, or None, where the service itself sees to it that nothing is done twice.

        Raises InvalidArgument("idempotency_key_reused").
        """
        with outages():
            found = self._collection.find_one({"_id": _id(subject, key)})
        if found is None:
            return None
        _same(found, fingerprint)
        return self._open(found["_id"], found["answer"]) if "answer" in found else None

    def remember(self, subject: str, key: str, fingerprint: str, answer: KeptAnswer) -> None:
        """Keeps an answer for which nothing was noted before. Of two at the same time the first one stays."""
        now = self._clock()
        note = {"fingerprint": fingerprint, "begin_time": now, "expire_time": now + _KEPT}
        note["answer"] = self._sealed(subject, key, answer)
        with outages():
            self._collection.update_one({"_id": _id(subject, key)}, {"$setOnInsert": note}, upsert=True)

    def keep(self, subject: str, key: str, answer: KeptAnswer) -> None:
        """Keeps the answer for a day."""
        sealed = self._sealed(subject, key, answer)
        with outages():
            self._collection.update_one({"_id": _id(subject, key)}, {"$set": {"answer": sealed}})

    def _sealed(self, subject: str, key: str, answer: KeptAnswer) -> bytes:
        text = json.dumps([answer.status, answer.headers, answer.body.decode()]).encode()
        nonce = AESGCM.generate_key(128)[:_NONCE_BYTES]
        return nonce + self._seal.encrypt(nonce, text, _id(subject, key).encode())

    def forget(self, subject: str, key: str) -> None:
        """Nothing was done, so the key may be used again."""
        with outages():
            self._collection.delete_one({"_id": _id(subject, key), "answer": None})

    def _open(self, name: str, sealed: bytes) -> KeptAnswer:
        text = self._seal.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
        status, headers, body = json.loads(text)
        return KeptAnswer(status, headers, body.encode())


def _same(found: dict[str, Any], fingerprint: str) -> None:
    if found["fingerprint"] != fingerprint:
        message = "This key was used for another request."
        raise InvalidArgument("idempotency_key_reused", message, field="Idempotency-Key")


def fingerprint_of(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same; path with its query."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


def _id(subject: str, key: str) -> str:
    return hashlib.sha256(f"{subject}\n{key}".encode()).hexdigest()
