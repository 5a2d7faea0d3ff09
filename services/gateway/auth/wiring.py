"""Puts the parts of a gateway together. The one place that knows them all."""

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path

from pymongo.database import Database

from chassis import clock as system_clock
from chassis.clock import Clock
from chassis.mongo import ScopedCollection
from chassis.tokens import CallerSigner
from services.gateway.auth.callers import Callers
from services.gateway.auth.context import Gateway
from services.gateway.auth.credentials import Credentials
from services.gateway.auth.limits import RateLimiter, SignInLimits
from services.gateway.auth.sessions import Sessions
from services.gateway.backends import Backends
from services.gateway.backends.directory_cache import DirectoryCache
from services.gateway.config import GatewaySettings


@dataclass(frozen=True)
class Auth:
    """What signing in and OAuth need, beyond sessions and callers."""

    credentials: Credentials
    sign_in_limits: SignInLimits
    api_limits: RateLimiter


def make_gateway(
    settings: GatewaySettings,
    database: Database,
    backends: Backends,
    clock: Clock = system_clock.now,
) -> Gateway:
    """A gateway over a database and its back ends. Connects to nothing yet."""
    signer = CallerSigner.load(settings.key_dir, "gateway")
    directory = DirectoryCache(backends.tenants, backends.people, signer, clock, settings.caller_cache)

    def collection(name: str) -> ScopedCollection:
        return ScopedCollection(database[name])

    auth = Auth(
        credentials=Credentials(
            collection("credentials"), collection("password_links"), directory, settings, clock
        ),
        sign_in_limits=SignInLimits(database["sign_in_attempts"], settings, clock),
        api_limits=RateLimiter(settings.api_requests_per_second, settings.api_burst, clock),
    )
    return Gateway(
        settings=settings,
        clock=clock,
        backends=backends,
        directory=directory,
        callers=Callers(signer, directory, clock),
        sessions=Sessions(collection("sessions"), settings, clock),
        secret=derive_secret(settings.key_dir / "gateway.key", b"forms"),
        auth=auth,
    )


def derive_secret(private_key: Path, purpose: bytes) -> bytes:
    """32 bytes for one purpose, the same in every replica that has the gateway's private key."""
    return hmac.new(private_key.read_bytes(), b"fairlead gateway: " + purpose, hashlib.sha256).digest()
