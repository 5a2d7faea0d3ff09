"""Limits: sign-in attempts (shared, in MongoDB) and API requests (in this process)."""

import hashlib
import math
import threading
from collections import OrderedDict
from datetime import timedelta

from pymongo import ReturnDocument
from pymongo.collection import Collection

from chassis.clock import Clock
from chassis.errors import ResourceExhausted
from chassis.mongo import outages
from chassis.tenancy import Caller
from services.gateway.config import GatewaySettings

_BUCKETS = 10_000


class SignInLimits:
    """Attempts per account and per address in a window. Whether the account exists makes no difference."""

    def __init__(self, collection: Collection, settings: GatewaySettings, clock: Clock) -> None:
        self._collection = collection
        self._window = timedelta(seconds=settings.sign_in_window_seconds)
        self._per_account = settings.sign_in_attempts_per_account
        self._per_address = settings.sign_in_attempts_per_address
        self._clock = clock

    def count(self, email: str, address: str) -> None:
        """Counts an attempt. Raises ResourceExhausted("too_many_attempts") above either limit."""
        account = self._add(_account(email), 1)
        remote = self._add(f"address:{address}", 1)
        if account > self._per_account or remote > self._per_address:
            message = "Too many attempts. Wait a while and try again."
            raise ResourceExhausted("too_many_attempts", message, retry_after=self._seconds_left())

    def forgive(self, email: str, address: str) -> None:
        """After a success: the account starts afresh, the address gets its attempt back."""
        with outages():
            self._collection.delete_one({"_id": self._key(_account(email))})
        self._add(f"address:{address}", -1)

    def _add(self, what: str, count: int) -> int:
        change = {"$inc": {"count": count}, "$set": {"expire_time": self._clock() + self._window}}
        with outages():
            found = self._collection.find_one_and_update(
                {"_id": self._key(what)}, change, upsert=True, return_document=ReturnDocument.AFTER
            )
        assert found is not None  # an upsert always finds
        return int(found["count"])

    def _seconds_left(self) -> int:
        """Until the next window begins, rounded up."""
        window = self._window.total_seconds()
        return math.ceil(window - self._clock().timestamp() % window)

    def _key(self, what: str) -> str:
        number = int(self._clock().timestamp() // self._window.total_seconds())
        return f"{what}:{number}"


def _account(email: str) -> str:
    return "account:" + hashlib.sha256(email.strip().lower().encode()).hexdigest()


class RateLimiter:
    """Token buckets, one a key: `rate` a second, `burst` at once."""

    def __init__(self, rate: float, burst: int, clock: Clock) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str) -> None:
        """Takes one token. Raises ResourceExhausted("rate_limited") with seconds to wait when there is none."""
        now = self._clock().timestamp()
        with self._lock:
            level, then = self._buckets.get(key, (self._burst, now))
            level = min(self._burst, level + max(0.0, now - then) * self._rate)
            allowed = level >= 1.0
            self._buckets[key] = (level - 1.0 if allowed else level, now)
            self._buckets.move_to_end(key)
            if len(self._buckets) > _BUCKETS:
                self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, math.ceil((1.0 - level) / self._rate))
            raise ResourceExhausted("rate_limited", "Slow down, please.", retry_after=wait)


def bucket_of(caller: Caller) -> str:
    """A tenant's programs share a bucket of its own; what works across tenants has one for each program."""
    if caller.tenant_ids is not None and len(caller.tenant_ids) == 1:
        return f"tenant:{next(iter(caller.tenant_ids))}"
    return caller.subject
