"""Authorization codes and refresh tokens: redeemed once, by one atomic change; reuse ends the whole family.

A family is everything that grew from one authorization: its code, refresh tokens and access tokens. Only hashes
of codes and tokens are kept.
"""

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, TokenMixin
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from chassis.clock import Clock
from chassis.mongo import ScopedCollection, outages
from chassis.tenancy import SystemScope, TenantScope
from services.gateway.config import GatewaySettings

_LOOK_UP = SystemScope("code and token look-up by hash")
_REVOCATION_KEEP = timedelta(seconds=3)
_CAPACITY = 20_000


@dataclass(frozen=True)
class Subject:
    """The person a token speaks for, and the family it belongs to."""

    provider_id: str
    person_id: str
    family_id: str = ""
    nonce: str = ""
    auth_time: datetime | None = None

    def get_user_id(self) -> str:
        return self.person_id


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):
    """An authorization code, as kept."""

    key: str
    subject: Subject
    client_id: str
    redirect_uri: str
    scope: str
    code_challenge: str
    code_challenge_method: str
    used: bool

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.subject.nonce

    def get_auth_time(self) -> int | None:
        return int(self.subject.auth_time.timestamp()) if self.subject.auth_time else None


@dataclass(frozen=True)
class RefreshToken(TokenMixin):
    """A refresh token, as kept."""

    key: str
    subject: Subject
    client_id: str
    scope: str
    expire_time: datetime
    used: bool
    revoked: bool

    def check_client(self, client: Any) -> bool:
        return self.client_id == client.get_client_id()

    def get_scope(self) -> str:
        return self.scope

    def get_expires_in(self) -> int:
        return 0

    def is_expired(self) -> bool:
        return False  # expired ones are not found

    def is_revoked(self) -> bool:
        return self.used or self.revoked


class Grants:
    """Issues and redeems codes and refresh tokens. Raises Unavailable while MongoDB is away."""

    def __init__(
        self,
        codes: ScopedCollection,
        refresh_tokens: ScopedCollection,
        revocations: "Revocations",
        settings: GatewaySettings,
        clock: Clock,
    ) -> None:
        self._codes = codes
        self._refresh_tokens = refresh_tokens
        self.revocations = revocations
        self._code_life = timedelta(seconds=settings.code_seconds)
        self._refresh_life = timedelta(seconds=settings.refresh_token_seconds)
        self._clock = clock

    def save_code(self, code: str, subject: Subject, client_id: str, redirect_uri: str, scope: str,
                  challenge: str) -> None:  # fmt: skip
        """Keeps a fresh code for `code_seconds`."""
        document = {
            "_id": hashed(code),
            "client_id": client_id,
            "person_id": subject.person_id,
            "family_id": subject.family_id,
            "nonce": subject.nonce,
            "auth_time": subject.auth_time,
            "redirect_uri": redirect_uri,
            "scope": scope,
            "code_challenge": challenge,
            "use_time": None,
            "expire_time": self._clock() + self._code_life,
        }
        self._codes.insert_one(TenantScope(subject.provider_id, subject.provider_id), document)

    def find_code(self, code: str, client_id: str) -> Code | None:
        """An unexpired code of this client. One that was used already ends its family, and is not given."""
        found = self._codes.find_one(_LOOK_UP, {"_id": hashed(code), "client_id": client_id})
        if found and found["use_time"]:
            self.revoke_family(found["family_id"])
            return None
        return _code(found) if found and found["expire_time"] > self._clock() else None

    def redeem_code(self, code: Code) -> bool:
        """True for exactly one caller, however many try at once. The others end the family."""
        change = {"$set": {"use_time": self._clock()}}
        taken = self._codes.find_one_and_update(_LOOK_UP, {"_id": code.key, "use_time": None}, change)
        if not taken:
            self.revoke_family(code.subject.family_id)
        return taken is not None

    def save_refresh_token(self, token: str, subject: Subject, client_id: str, scope: str) -> None:
        document = {
            "_id": hashed(token),
            "client_id": client_id,
            "person_id": subject.person_id,
            "family_id": subject.family_id,
            "scope": scope,
            "use_time": None,
            "create_time": self._clock(),
            "expire_time": self._clock() + self._refresh_life,
        }
        self._refresh_tokens.insert_one(TenantScope(subject.provider_id, subject.provider_id), document)

    def find_refresh_token(self, token: str) -> RefreshToken | None:
        """An unexpired refresh token, spent or not; see is_revoked."""
        now = self._clock()
        found = self._refresh_tokens.find_one(_LOOK_UP, {"_id": hashed(token), "expire_time": {"$gt": now}})
        if not found:
            return None
        return _refresh_token(found, self.revocations.is_revoked(found["family_id"], fresh=True))

    def redeem_refresh_token(self, token: RefreshToken) -> bool:
        """True for exactly one caller. Spending a spent one ends the family: one of the two was stolen."""
        change = {"$set": {"use_time": self._clock()}}
        unspent = {"_id": token.key, "use_time": None}
        taken = self._refresh_tokens.find_one_and_update(_LOOK_UP, unspent, change)
        if not taken:
            self.revoke_family(token.subject.family_id)
        return taken is not None and not token.revoked

    def revoke_family(self, family_id: str) -> None:
        """Ends every token that grew from one authorization."""
        self.revocations.revoke(family_id, self._clock() + self._refresh_life)

    def revoke_person(self, provider_id: str, person_id: str) -> None:
        """Ends every family of a person who was disabled."""
        self._revoke_all(TenantScope(provider_id, provider_id), {"person_id": person_id})

    def _revoke_all(self, scope: TenantScope, criteria: dict[str, Any]) -> None:
        for family_id in self._refresh_tokens.distinct(scope, "family_id", criteria):
            self.revoke_family(family_id)


class Revocations:
    """Access tokens (by jti) and families that ended early. "Not revoked" is believed for three seconds."""

    def __init__(self, collection: Collection, clock: Clock) -> None:
        self._collection = collection
        self._clock = clock
        self._clean: OrderedDict[str, datetime] = OrderedDict()
        self._lock = threading.Lock()

    def revoke(self, key: str, expire_time: datetime) -> None:
        """Remembers until expire_time, when nothing of it can be valid any more."""
        with self._lock:
            self._clean.pop(key, None)
        try:
            with outages():
                self._collection.insert_one({"_id": key, "expire_time": expire_time})
        except DuplicateKeyError:
            pass  # revoked before: the same outcome

    def is_revoked(self, *keys: str, fresh: bool = False) -> bool:
        """Whether any of the keys is revoked. Raises Unavailable when that cannot be known."""
        now = self._clock()
        with self._lock:
            asked = [key for key in keys if key and (fresh or not self._is_clean(key, now))]
        if not asked:
            return False
        with outages():
            found = self._collection.find_one({"_id": {"$in": asked}})
        if found:
            return True
        with self._lock:
            for key in asked:
                self._clean[key] = now
                self._clean.move_to_end(key)
            while len(self._clean) > _CAPACITY:
                self._clean.popitem(last=False)
        return False

    def _is_clean(self, key: str, now: datetime) -> bool:
        seen = self._clean.get(key)
        return seen is not None and now - seen < _REVOCATION_KEEP


def hashed(token: str) -> str:
    """What a code or token is kept under."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token(prefix: str) -> str:
    """A random token; the prefix lets secret scanners recognize a leaked one."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def _subject(document: dict[str, Any]) -> Subject:
    return Subject(
        document["provider_id"],
        document["person_id"],
        document["family_id"],
        document.get("nonce", ""),
        document.get("auth_time"),
    )


def _code(document: dict[str, Any]) -> Code:
    return Code(
        key=document["_id"],
        subject=_subject(document),
        client_id=document["client_id"],
        redirect_uri=document["redirect_uri"],
        scope=document["scope"],
        code_challenge=document["code_challenge"],
        code_challenge_method="S256",
        used=document["use_time"] is not None,
    )


def _refresh_token(document: dict[str, Any], revoked: bool) -> RefreshToken:
    return RefreshToken(
        key=document["_id"],
        subject=_subject(document),
        client_id=document["client_id"],
        scope=document["scope"],
        expire_time=document["expire_time"],
        used=document["use_time"] is not None,
        revoked=revoked,
    )
