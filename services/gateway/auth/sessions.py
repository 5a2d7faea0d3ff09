"""Signed-in browser sessions, kept in MongoDB under the hash of what the cookie holds."""

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chassis.clock import Clock
from chassis.mongo import ScopedCollection
from chassis.tenancy import SystemScope, TenantScope
from services.gateway.config import GatewaySettings

# The cookie is looked up before anybody knows whose it is.
_LOOK_UP = SystemScope("session look-up by the hash of its cookie")
# A session that is used writes its time at most this often.
_TOUCH = timedelta(minutes=1)
# A page is followed by what it asks for: what was found so lately is not looked up again. One that another process ends
# is honored for as long at most.
_REMEMBERED_SECONDS = 1.0
_MOST_REMEMBERED = 1_000


@dataclass(frozen=True)
class Session:
    """Somebody signed in with one browser. `key` is the hash of the cookie, never the cookie."""

    key: str
    provider_id: str
    person_id: str
    create_time: datetime
    expire_time: datetime

    @property
    def tag(self) -> str:
        """Tells one session from another in a page and an address; good for nothing else."""
        return hashlib.sha256(f"tag:{self.key}".encode()).hexdigest()[:16]


class Sessions:
    """Starts, finds and ends sessions. Raises Unavailable while MongoDB is away."""

    def __init__(self, collection: ScopedCollection, settings: GatewaySettings, clock: Clock) -> None:
        self._collection = collection
        self._idle = timedelta(seconds=settings.session_idle_seconds)
        self._absolute = timedelta(seconds=settings.session_absolute_seconds)
        self._clock = clock
        self._lately: dict[str, tuple[float, dict[str, Any]]] = {}
        self._endings = 0

    def start(self, provider_id: str, person_id: str) -> str:
        """A new session; returns the cookie's value, which is kept nowhere."""
        cookie = secrets.token_urlsafe(32)
        now = self._clock()
        document = {
            "_id": session_key(cookie),
            "person_id": person_id,
            "create_time": now,
            "update_time": now,
            "expire_time": now + min(self._idle, self._absolute),
        }
        self._collection.insert_one(TenantScope(provider_id, provider_id), document)
        return cookie

    def find(self, cookie: str) -> Session | None:
        """The session of a cookie, if it has neither idled too long nor reached its end; using it keeps it."""
        return self.find_by_key(session_key(cookie), touch=True) if cookie else None

    def find_by_key(self, key: str, touch: bool = False) -> Session | None:
        """The session under a key (`Session.key`), for those who already looked it up once."""
        now = self._clock()
        document = self._document(key)
        if document is None or document["expire_time"] <= now:
            return None
        if touch and now - document["update_time"] > _TOUCH:
            self._touch(document, now)
        return _session(document)

    def _document(self, key: str) -> dict[str, Any] | None:
        then, known = self._lately.get(key, (0.0, None))
        if known is not None and time.monotonic() - then < _REMEMBERED_SECONDS:
            return known
        endings, then = self._endings, time.monotonic()
        found = self._collection.find_one(_LOOK_UP, {"_id": key})
        if found is not None:
            if len(self._lately) >= _MOST_REMEMBERED:
                self._lately.clear()
            self._lately[key] = then, found
            # Whoever ended one meanwhile must not see it come back.
            if endings != self._endings:
                self._lately.pop(key, None)
        return found

    def end(self, cookie: str) -> None:
        self._collection.delete_one(_LOOK_UP, {"_id": session_key(cookie)})
        self._forget()

    def end_all(self, provider_id: str, person_id: str) -> int:
        """Signs a person out everywhere; returns how many sessions ended."""
        scope = TenantScope(provider_id, provider_id)
        ended = self._collection.delete_many(scope, {"person_id": person_id}).deleted_count
        self._forget()
        return ended

    def _forget(self) -> None:
        """All of them: sessions seldom end, and are found again at once."""
        self._endings += 1
        self._lately.clear()

    def _touch(self, document: dict[str, Any], now: datetime) -> None:
        end = min(now + self._idle, document["create_time"] + self._absolute)
        change = {"update_time": now, "expire_time": end}
        self._collection.update_one(_LOOK_UP, {"_id": document["_id"]}, {"$set": change})
        # In the remembered one, too, or each request of the next moment would write it again.
        document.update(change)


def session_key(cookie: str) -> str:
    """The hash under which a cookie's session is kept."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def _session(document: dict[str, Any]) -> Session:
    return Session(
        document["_id"],
        document["provider_id"],
        document["person_id"],
        document["create_time"],
        document["expire_time"],
    )
