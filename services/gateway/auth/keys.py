"""The keys that sign access and ID tokens: kept in MongoDB, encrypted, shared by all replicas, rotated."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from joserfc.jwk import KeyParameters, KeySet, RSAKey
from pymongo.collection import Collection

from chassis.clock import Clock
from chassis.mongo import outages
from services.gateway.config import GatewaySettings

# Every OpenID Connect client knows it (OpenID Connect Discovery 1.0, section 3, demands it).
ALGORITHM = "RS256"
_BITS = 2048
_MEANT_FOR: KeyParameters = {"alg": ALGORITHM, "use": "sig"}
_RELOAD = timedelta(minutes=1)
# A published key outlives the last token it signed.
_GRACE = timedelta(days=2)
_NONCE_BYTES = 12


def new_key() -> RSAKey:
    """A key that nobody has had."""
    # joserfc warns of nothing at 2048 bits; NIST SP 800-57 accepts it until 2030.
    return RSAKey.generate_key(_BITS, _MEANT_FOR, auto_kid=True)


class SigningKeys:
    """Signs with the newest key; publishes all that may still verify a token. Raises Unavailable."""

    def __init__(
        self,
        collection: Collection,
        secret: bytes,
        settings: GatewaySettings,
        clock: Clock,
        generate: Callable[[], RSAKey] = new_key,
    ) -> None:
        self._collection = collection
        self._seal = AESGCM(secret)
        self._life = timedelta(days=settings.signing_key_days)
        self._clock = clock
        self._generate = generate
        self._keys: list[tuple[datetime, RSAKey]] = []
        self._loaded: datetime | None = None
        self._lock = threading.Lock()

    def signing_key(self) -> RSAKey:
        """The newest key; a new one is made when it has served its time."""
        now = self._clock()
        with self._lock:
            self._load(now)
            if not self._keys or now - self._keys[-1][0] >= self._life:
                self._make(now)
                self._load(now, again=True)
            return self._keys[-1][1]

    def public_keys(self) -> KeySet:
        """All keys that may have signed a token still valid, without their private parts."""
        if not self._keys:
            self.signing_key()
        with self._lock:
            self._load(self._clock())
            return KeySet([_public(key) for _, key in self._keys])

    def verification_keys(self, key_id: str) -> KeySet:
        """As public_keys, looked up afresh when the key id is unknown (another replica may have made it)."""
        known = {key.kid for _, key in self._keys}
        if key_id not in known:
            with self._lock:
                # Forged key ids must not make us read at their pace.
                stale = self._loaded is None or self._clock() - self._loaded > timedelta(seconds=2)
                self._load(self._clock(), again=stale)
        return self.public_keys()

    def rotate(self) -> None:
        """Makes a new key now; tokens signed by former ones stay valid."""
        with self._lock:
            self._make(self._clock())
            self._load(self._clock(), again=True)

    def _load(self, now: datetime, again: bool = False) -> None:
        if not again and self._loaded and now - self._loaded < _RELOAD:
            return
        with outages():
            found = list(self._collection.find({"expire_time": {"$gt": now}}).sort("create_time", 1))
        known = {key.kid: key for _, key in self._keys}
        self._keys = [(doc["create_time"], known.get(doc["_id"]) or self._open(doc)) for doc in found]
        self._loaded = now

    def _make(self, now: datetime) -> None:
        key = self._generate()
        assert key.kid is not None  # auto_kid gave it one
        nonce = AESGCM.generate_key(128)[:_NONCE_BYTES]
        sealed = nonce + self._seal.encrypt(nonce, key.as_pem(private=True), key.kid.encode())
        document = {
            "_id": key.kid,
            "sealed": sealed,
            "create_time": now,
            "expire_time": now + self._life + _GRACE,
        }
        with outages():
            self._collection.insert_one(document)
        self._keys.append((now, key))

    def _open(self, document: dict[str, Any]) -> RSAKey:
        sealed, key_id = document["sealed"], document["_id"]
        pem = self._seal.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], key_id.encode())
        return RSAKey.import_key(pem, {"kid": key_id, **_MEANT_FOR})


def _public(key: RSAKey) -> RSAKey:
    return RSAKey.import_key(key.as_dict(private=False))
