"""Puts the parts of a gateway together. The one place that knows them all."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import RSAKey
from pymongo.database import Database

from chassis import clock as system_clock
from chassis.clock import Clock
from chassis.errors import PermissionDenied
from chassis.mongo import ScopedCollection
from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner
from services.gateway.auth.callers import Callers
from services.gateway.auth.clients import Clients
from services.gateway.auth.context import Gateway
from services.gateway.auth.credentials import Credentials
from services.gateway.auth.grants import Grants, Revocations
from services.gateway.auth.keys import SigningKeys, new_key
from services.gateway.auth.limits import RateLimiter, SignInLimits
from services.gateway.auth.repeats import Repeats
from services.gateway.auth.server import Server, make_server
from services.gateway.auth.sessions import Sessions
from services.gateway.auth.tokens import AccessTokens
from services.gateway.backends import Backends
from services.gateway.backends.directory_cache import DirectoryCache
from services.gateway.bulk import BulkAction, BulkActions, BulkRunner
from services.gateway.bulk.macros import Macros, Planner
from services.gateway.config import GatewaySettings

# Nobody guesses a key of 160 bits; this keeps a sender with an old one from being a load.
_WRONG_KEYS_PER_SECOND, _WRONG_KEYS_BURST = 1.0, 30


@dataclass(frozen=True)
class Auth:
    """What signing in and OAuth need, beyond sessions and callers."""

    credentials: Credentials
    clients: Clients
    keys: SigningKeys
    grants: Grants
    access_tokens: AccessTokens
    repeats: Repeats
    server: Server
    sign_in_limits: SignInLimits
    api_limits: RateLimiter
    alert_limits: RateLimiter
    wrong_key_limits: RateLimiter


def make_gateway(
    settings: GatewaySettings,
    database: Database,
    backends: Backends,
    clock: Clock = system_clock.now,
    new_key: Callable[[], RSAKey] = new_key,
) -> Gateway:
    """A gateway over a database and its back ends. Connects to nothing yet."""
    signer = CallerSigner.load(settings.key_dir, "gateway")
    directory = DirectoryCache(backends.tenants, backends.people, signer, clock, settings.caller_cache)

    def collection(name: str) -> ScopedCollection:
        return ScopedCollection(database[name])

    callers = Callers(signer, directory, clock)
    clients = Clients(collection("clients"), settings.key_dir, clock)
    private_key = settings.key_dir / "gateway.key"
    sealing = derive_secret(private_key, b"signing keys")
    keys = SigningKeys(database["signing_keys"], sealing, settings, clock, new_key)
    revocations = Revocations(database["revocations"], clock)
    auth = Auth(
        clients=clients,
        keys=keys,
        grants=Grants(collection("codes"), collection("refresh_tokens"), revocations, settings, clock),
        access_tokens=AccessTokens(keys, clients, revocations, callers, settings, clock),
        repeats=Repeats(database["repeats"], derive_secret(private_key, b"kept answers"), clock),
        server=make_server(clients.find, database["assertions"], settings.origin),
        credentials=Credentials(
            collection("credentials"), collection("password_links"), directory, settings, clock
        ),
        sign_in_limits=SignInLimits(database["sign_in_attempts"], settings, clock),
        api_limits=RateLimiter(settings.api_requests_per_second, settings.api_burst, clock),
        alert_limits=RateLimiter(settings.alerts_per_second, settings.alerts_burst, clock),
        wrong_key_limits=RateLimiter(_WRONG_KEYS_PER_SECOND, _WRONG_KEYS_BURST, clock),
    )
    bulk = BulkActions(collection("bulk_actions"), clock)
    return Gateway(
        settings=settings,
        clock=clock,
        backends=backends,
        directory=directory,
        callers=callers,
        sessions=Sessions(collection("sessions"), settings, clock),
        secret=derive_secret(private_key, b"forms"),
        auth=auth,
        bulk=bulk,
        bulk_runner=BulkRunner(bulk, backends, lambda action: _asker(callers, clients, action)),
        macros=Macros(collection("macros"), clock),
        planner=Planner(backends, directory),
    )


def _asker(callers: Callers, clients: Clients, action: BulkAction) -> Caller:
    """Who asked for a bulk action, with the grants of now. Raises PersonDisabled, PermissionDenied, Unavailable."""
    kind, _, name = action.subject.partition(":")
    if kind == "person":
        return callers.for_person(action.provider_id, name, scopes=action.scopes)
    client = clients.find(name)
    if client is None:
        raise PermissionDenied("client_not_registered", "The program is not registered any more.")
    roles = client.roles | {Role.API_CLIENT}
    return callers.for_client(
        client.client_id, client.name, client.provider_id, client.tenant_ids, roles, action.scopes
    )


def derive_secret(private_key: Path, purpose: bytes) -> bytes:
    """32 bytes for one purpose, the same in every replica that has the gateway's private key."""
    return hmac.new(private_key.read_bytes(), b"fairlead gateway: " + purpose, hashlib.sha256).digest()
