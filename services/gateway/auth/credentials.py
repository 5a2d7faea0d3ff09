"""Passwords: argon2id hashes keyed by the directory's person id, and one-time links that set them."""

import hashlib
import secrets
import threading
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pymongo import ReturnDocument

from chassis.clock import Clock
from chassis.errors import InvalidArgument, NotFound
from chassis.mongo import ScopedCollection
from chassis.tenancy import SystemScope, TenantScope
from fairlead.directory.v1 import person_pb2
from services.gateway.backends.directory_cache import DirectoryCache
from services.gateway.config import GatewaySettings

# OWASP's second choice for argon2id: 19 MiB, two passes, one lane. A hash costs its memory while it runs,
# so few run at a time.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)
_SHORTEST, _LONGEST = 12, 200
_LOOK_UP = SystemScope("password link look-up by the hash of its token")
# Verified for accounts that have no password, so that the answer takes as long as for those that have one.
_NOBODY = _HASHER.hash(secrets.token_hex(16))


class Credentials:
    """Sets and checks passwords. Raises Unavailable while MongoDB or the directory is away."""

    def __init__(
        self,
        credentials: ScopedCollection,
        links: ScopedCollection,
        directory: DirectoryCache,
        settings: GatewaySettings,
        clock: Clock,
    ) -> None:
        self._credentials = credentials
        self._links = links
        self._directory = directory
        self._link_life = timedelta(seconds=settings.password_link_seconds)
        self._clock = clock

    def check(self, email: str, password: str) -> person_pb2.Person | None:
        """The active person with this address and password, whichever provider they belong to; else None."""
        people = self._directory.people_by_email(email.strip().lower()) if email.strip() else []
        found = None
        # An address is unique in a provider; more than a few providers are not asked, each costs a hash.
        for person in people[:5]:
            hashed = self._hash_of(person)
            if _verify(hashed or _NOBODY, password) and hashed:
                found = person
                self._refresh(person, hashed, password)
                break
        if not people:
            _verify(_NOBODY, password)
        if found and found.state == person_pb2.PERSON_STATE_ACTIVE:
            return found
        return None

    def set_password(self, provider_id: str, person_id: str, password: str) -> None:
        """Raises InvalidArgument("password_unfit") for one that is too short or too long."""
        if not _SHORTEST <= len(password) <= _LONGEST:
            message = f"A password has {_SHORTEST} to {_LONGEST} characters."
            raise InvalidArgument("password_unfit", message, field="password")
        with _AT_ONCE:
            hashed = _HASHER.hash(password)
        self._save(provider_id, person_id, hashed)

    def has_password(self, provider_id: str, person_id: str) -> bool:
        found = self._credentials.find_one(TenantScope(provider_id, provider_id), {"_id": person_id})
        return found is not None

    def make_link(self, provider_id: str, person_id: str) -> str:
        """The token of a new one-time link; `/password/<token>` redeems it. Older links end."""
        scope = TenantScope(provider_id, provider_id)
        token = secrets.token_urlsafe(32)
        self._links.delete_many(scope, {"person_id": person_id})
        expire_time = self._clock() + self._link_life
        self._links.insert_one(
            scope, {"_id": _hashed(token), "person_id": person_id, "expire_time": expire_time}
        )
        return token

    def holder(self, token: str) -> tuple[str, str]:
        """(provider_id, person_id) of an unused link. Raises NotFound("password_link_not_found")."""
        found = self._links.find_one(_LOOK_UP, self._usable(token))
        if not found:
            raise NotFound("password_link_not_found", "This link has expired or was used.")
        return found["provider_id"], found["person_id"]

    def redeem_link(self, token: str, password: str) -> tuple[str, str]:
        """Sets the password, once. Raises NotFound("password_link_not_found"), InvalidArgument."""
        provider_id, person_id = self.holder(token)
        if not _SHORTEST <= len(password) <= _LONGEST:
            self.set_password(provider_id, person_id, password)  # raises; the link stays usable
        taken = self._links.find_one_and_update(
            _LOOK_UP,
            self._usable(token),
            {"$set": {"use_time": self._clock()}},
            return_document=ReturnDocument.BEFORE,
        )
        if not taken:
            raise NotFound("password_link_not_found", "This link has expired or was used.")
        self.set_password(provider_id, person_id, password)
        return provider_id, person_id

    def _usable(self, token: str) -> dict[str, object]:
        return {"_id": _hashed(token), "use_time": None, "expire_time": {"$gt": self._clock()}}

    def _hash_of(self, person: person_pb2.Person) -> str:
        scope = TenantScope(person.provider_id, person.provider_id)
        found = self._credentials.find_one(scope, {"_id": person.person_id})
        return found["password_hash"] if found else ""

    def _refresh(self, person: person_pb2.Person, hashed: str, password: str) -> None:
        """Stronger parameters reach old hashes when their owner signs in."""
        if _HASHER.check_needs_rehash(hashed):
            with _AT_ONCE:
                renewed = _HASHER.hash(password)
            self._save(person.provider_id, person.person_id, renewed)

    def _save(self, provider_id: str, person_id: str, hashed: str) -> None:
        change = {"$set": {"password_hash": hashed, "update_time": self._clock()}}
        scope = TenantScope(provider_id, provider_id)
        self._credentials.update_one(scope, {"_id": person_id}, change, upsert=True)


def _verify(hashed: str, password: str) -> bool:
    try:
        with _AT_ONCE:
            return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
