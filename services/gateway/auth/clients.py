"""OAuth clients: programs of a provider or of its clients, and the installation's own operator."""

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import ClientMixin

from chassis.clock import Clock
from chassis.errors import InvalidArgument, InvalidState, NotFound
from chassis.ids import is_id, new_id
from chassis.mongo import ScopedCollection
from chassis.tenancy import Role, Scope, SystemScope, TenantScope
from services.gateway.auth.scopes import IDENTITY_SCOPES, SCOPES

OPERATOR = "operator"
_LOOK_UP = SystemScope("OAuth client look-up by its id")
_KEEP = timedelta(seconds=30)
_CAPACITY = 5_000
# "client_secret" may come by Basic or by form (one of them); it is one registration.
_METHODS = {
    "client_secret": ("client_secret_basic", "client_secret_post"),
    "private_key_jwt": ("private_key_jwt",),
    "none": ("none",),
}
GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")
# What a program may be registered as; nobody registers an operator or a service.
CLIENT_ROLES = (Role.TECHNICIAN, Role.DISPATCHER, Role.PROVIDER_ADMIN, Role.CLIENT_MANAGER)


@dataclass(frozen=True)
class OAuthClient(ClientMixin):
    """A registered program. tenant_ids None means every tenant of its provider."""

    client_id: str
    provider_id: str
    tenant_ids: frozenset[str] | None
    name: str
    auth_method: str
    grant_types: tuple[str, ...]
    scopes: tuple[str, ...]
    roles: frozenset[Role]
    redirect_uris: tuple[str, ...] = ()
    # Asks nobody for consent: it is part of the product.
    first_party: bool = False
    secret_hash: str = ""
    # Public keys (RFC 7517) of a client that authenticates by private_key_jwt.
    jwks: dict[str, Any] | None = None
    create_time: datetime | None = None

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> str | None:
        """None: OAuth 2.1 wants the redirect URI in every request."""
        return None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The scope as asked for, all of the client's when nothing was asked, None when it asks too much."""
        asked = scope.split() if scope else list(self.scopes)
        return " ".join(dict.fromkeys(asked)) if set(asked) <= {*self.scopes} else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Exact comparison; for a loopback address any port (RFC 8252, section 7.3)."""
        if redirect_uri in self.redirect_uris:
            return True
        return any(_same_loopback(redirect_uri, known) for known in self.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        return bool(self.secret_hash) and hmac.compare_digest(hash_secret(client_secret), self.secret_hash)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in _METHODS[self.auth_method]

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and "authorization_code" in self.grant_types

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.grant_types


class Clients:
    """Registers and finds OAuth clients. What is found is kept for half a minute."""

    # For the operator, who administers every provider's clients.
    everywhere = SystemScope("OAuth clients of all providers, for the operator")

    def __init__(self, collection: ScopedCollection, key_dir: Path, clock: Clock) -> None:
        self._collection = collection
        self._operator_keys = key_dir / "public"
        self._clock = clock
        self._kept: OrderedDict[str, tuple[datetime, OAuthClient | None]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, client_id: str) -> OAuthClient | None:
        """The client with this id, None when there is none (any more)."""
        if client_id == OPERATOR:
            return self._operator()
        if not is_id(client_id, "cli"):
            return None
        now = self._clock()
        with self._lock:
            kept = self._kept.get(client_id)
        if kept and now - kept[0] < _KEEP:
            return kept[1]
        document = self._collection.find_one(_LOOK_UP, {"_id": client_id})
        client = _client(document) if document else None
        with self._lock:
            self._kept[client_id] = (now, client)
            self._kept.move_to_end(client_id)
            if len(self._kept) > _CAPACITY:
                self._kept.popitem(last=False)
        return client

    def register(self, client: OAuthClient) -> tuple[OAuthClient, str]:
        """Registers a client, whose client_id is made here; returns it with its secret, which is kept nowhere.

        The secret is "" for clients that have none. Raises InvalidArgument naming the field.
        """
        _check(client)
        secret = _new_secret() if client.auth_method == "client_secret" else ""
        client_id = new_id("cli")
        document = {
            "_id": client_id,
            "name": client.name,
            "secret_hash": hash_secret(secret) if secret else "",
            "jwks": client.jwks,
            "auth_method": client.auth_method,
            "grant_types": list(client.grant_types),
            "redirect_uris": list(client.redirect_uris),
            "scopes": list(client.scopes),
            "roles": sorted(client.roles),
            "tenant_ids": None if client.tenant_ids is None else sorted(client.tenant_ids),
            "first_party": client.first_party,
            "create_time": self._clock(),
        }
        self._collection.insert_one(TenantScope(client.provider_id, _room(client)), document)
        stored = self._collection.find_one(_LOOK_UP, {"_id": client_id})
        assert stored is not None
        return _client(stored), secret

    def list(self, scope: Scope, limit: int = 500) -> list[OAuthClient]:
        """Those whose room lies in the scope, oldest first."""
        return [_client(found) for found in self._collection.find(scope, sort=[("_id", 1)], limit=limit)]

    def get(self, scope: Scope, client_id: str) -> OAuthClient:
        """Raises NotFound("client_not_found")."""
        found = self._collection.find_one(scope, {"_id": client_id})
        if not found:
            raise NotFound("client_not_found", "There is no such API client.")
        return _client(found)

    def rotate_secret(self, scope: Scope, client_id: str) -> tuple[OAuthClient, str]:
        """A new secret in place of the old one, which ends within half a minute; it is kept nowhere.

        Raises NotFound("client_not_found"), InvalidState("client_has_no_secret").
        """
        client = self.get(scope, client_id)
        if client.auth_method != "client_secret":
            raise InvalidState("client_has_no_secret", "This API client has no secret to change.")
        secret = _new_secret()
        self._collection.update_one(scope, {"_id": client_id}, {"$set": {"secret_hash": hash_secret(secret)}})
        with self._lock:
            self._kept.pop(client_id, None)
        return client, secret

    def delete(self, scope: Scope, client_id: str) -> None:
        """Its access tokens end within half a minute. Raises NotFound("client_not_found")."""
        if not self._collection.delete_one(scope, {"_id": client_id}).deleted_count:
            raise NotFound("client_not_found", "There is no such API client.")
        with self._lock:
            self._kept.pop(client_id, None)

    def _operator(self) -> OAuthClient:
        """Whoever holds the operator's private key; its public keys lie beside those of the services."""
        from joserfc.jwk import OKPKey

        keys = [
            OKPKey.import_key(file.read_bytes()) for file in self._operator_keys.glob(f"{OPERATOR}.*.pub")
        ]
        return OAuthClient(
            client_id=OPERATOR,
            provider_id="",
            tenant_ids=None,
            name="Operator",
            auth_method="private_key_jwt",
            grant_types=("client_credentials",),
            scopes=("admin",),
            roles=frozenset({Role.OPERATOR}),
            jwks={"keys": [key.as_dict(private=False) for key in keys]},
        )


def hash_secret(secret: str) -> str:
    """A plain hash suffices: secrets are 256 random bits, not somebody's choice."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _new_secret() -> str:
    return f"fls_{secrets.token_urlsafe(32)}"


def _room(client: OAuthClient) -> str:
    """A program of exactly one tenant is that tenant's record, any other the provider's."""
    if client.tenant_ids is not None and len(client.tenant_ids) == 1:
        return next(iter(client.tenant_ids))
    return client.provider_id


def _check(client: OAuthClient) -> None:
    def refuse(field: str, message: str) -> None:
        raise InvalidArgument("client_invalid", message, field=field)

    if client.auth_method not in _METHODS:
        refuse("auth_method", "Not a way for clients to authenticate.")
    if not client.grant_types or not set(client.grant_types) <= set(GRANT_TYPES):
        refuse("grant_types", "Not grant types that are offered.")
    if not client.scopes or not set(client.scopes) <= {*SCOPES, *IDENTITY_SCOPES}:
        refuse("scopes", "Not scopes that are offered.")
    if not client.roles <= set(CLIENT_ROLES) | {Role.API_CLIENT}:
        refuse("roles", "Not roles a program may have.")
    if client.auth_method == "none" and "client_credentials" in client.grant_types:
        refuse("grant_types", "A public client has no credentials of its own.")
    if client.auth_method == "private_key_jwt" and not (client.jwks or {}).get("keys"):
        refuse("jwks", "private_key_jwt needs the client's public keys.")
    if ("authorization_code" in client.grant_types) != bool(client.redirect_uris):
        refuse("redirect_uris", "Clients that sign people in have redirect URIs, and only they.")
    for uri in client.redirect_uris:
        parts = urlsplit(uri)
        loopback = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
        if not (parts.scheme == "https" or loopback) or not parts.netloc or parts.fragment:
            refuse("redirect_uris", "https, or http on a loopback address, without a fragment.")


def _same_loopback(uri: str, known: str) -> bool:
    one, other = urlsplit(uri), urlsplit(known)
    if other.scheme != "http" or other.hostname not in ("127.0.0.1", "::1"):
        return False
    return (one.scheme, one.hostname, one.path, one.query, one.fragment) == (
        other.scheme,
        other.hostname,
        other.path,
        other.query,
        "",
    )


def _client(document: dict[str, Any]) -> OAuthClient:
    tenants = document["tenant_ids"]
    return OAuthClient(
        client_id=document["_id"],
        provider_id=document["provider_id"],
        tenant_ids=None if tenants is None else frozenset(tenants),
        name=document["name"],
        auth_method=document["auth_method"],
        grant_types=tuple(document["grant_types"]),
        scopes=tuple(document["scopes"]),
        roles=frozenset(Role(role) for role in document["roles"]),
        redirect_uris=tuple(document["redirect_uris"]),
        first_party=bool(document.get("first_party")),
        secret_hash=document.get("secret_hash", ""),
        jwks=document.get("jwks"),
        create_time=document["create_time"],
    )
