"""Access tokens: JWTs after RFC 9068. Issued by the authorization server, verified by the API."""

import hashlib
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol

from chassis.clock import Clock
from chassis.errors import PermissionDenied, Unauthenticated
from chassis.tenancy import Caller, Role
from services.gateway.auth.callers import Callers, PersonDisabled
from services.gateway.auth.clients import Clients, OAuthClient
from services.gateway.auth.grants import Revocations, Subject
from services.gateway.auth.keys import ALGORITHM, SigningKeys
from services.gateway.auth.scopes import covers
from services.gateway.config import GatewaySettings

_TYPE = "at+jwt"
_CAPACITY = 5_000
_LONGEST = 8_192


class InvalidToken(Unauthenticated):
    """A bearer token that is missing, expired, revoked, for someone else, or not ours (RFC 6750, section 3.1)."""


class InsufficientScope(PermissionDenied):
    """A good token that may not do this; values["scope"] names what would."""


@dataclass(frozen=True)
class AccessToken:
    """What a verified access token says."""

    jti: str
    client_id: str
    subject: str
    provider_id: str
    family_id: str
    scopes: frozenset[str]
    issue_time: datetime
    expire_time: datetime

    @property
    def is_person(self) -> bool:
        return self.subject != self.client_id


class AccessTokens:
    """Signs access tokens and turns them back into callers."""

    def __init__(
        self,
        keys: SigningKeys,
        clients: Clients,
        revocations: Revocations,
        callers: Callers,
        settings: GatewaySettings,
        clock: Clock,
    ) -> None:
        self._keys = keys
        self._clients = clients
        self._revocations = revocations
        self._callers = callers
        self._settings = settings
        self._clock = clock
        self.audience = f"{settings.origin}/api/v1"
        self._seen: OrderedDict[bytes, AccessToken] = OrderedDict()
        self._lock = threading.Lock()

    def issue(self, client: OAuthClient, subject: Subject | None, scope: str) -> str:
        """A token for a person (subject) or for the client itself."""
        now = self._clock()
        claims: dict[str, Any] = {
            "iss": self._settings.origin,
            "aud": self.audience,
            "sub": subject.person_id if subject else client.client_id,
            "client_id": client.client_id,
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + self._settings.access_token_seconds,
            "jti": secrets.token_urlsafe(16),
            "scope": scope,
            "provider_id": subject.provider_id if subject else client.provider_id,
        }
        if subject:
            claims["family_id"] = subject.family_id
        key = self._keys.signing_key()
        return jwt.encode({"alg": ALGORITHM, "typ": _TYPE, "kid": key.kid}, claims, key, [ALGORITHM])

    def caller_of(self, token: str, scope: str) -> Caller:
        """Who acts with this token. Raises InvalidToken, InsufficientScope, Unavailable."""
        access = self.read(token)
        if not covers(access.scopes, scope):
            message = "The token does not allow this."
            raise InsufficientScope("insufficient_scope", message, scope=scope)
        client = self._clients.find(access.client_id)
        if client is None:
            raise InvalidToken("invalid_token", "The token's client is not registered any more.")
        if access.is_person:
            try:
                return self._callers.for_person(access.provider_id, access.subject, scopes=access.scopes)
            except PersonDisabled as error:
                raise InvalidToken("invalid_token", error.message) from None
        return self._callers.for_client(
            client.client_id,
            client.name,
            client.provider_id,
            client.tenant_ids,
            client.roles | {Role.API_CLIENT},
            access.scopes,
        )

    def read(self, token: str) -> AccessToken:
        """Verifies signature, type, issuer, audience, time and that it was not revoked."""
        key = hashlib.sha256(token.encode()).digest()
        with self._lock:
            access = self._seen.get(key)
        if access is None:
            access = self._decode(token)
            with self._lock:
                self._seen[key] = access
                if len(self._seen) > _CAPACITY:
                    self._seen.popitem(last=False)
        if self._clock() >= access.expire_time:
            raise InvalidToken("invalid_token", "The token has expired.")
        if self._revocations.is_revoked(access.jti, access.family_id):
            raise InvalidToken("invalid_token", "The token was revoked.")
        return access

    def _decode(self, token: str) -> AccessToken:
        def key_of(guest: GuestProtocol) -> Any:
            return self._keys.verification_keys(str(guest.headers().get("kid", "")))

        if len(token) > _LONGEST:
            raise InvalidToken("invalid_token", "This is no access token of ours.")
        try:
            decoded = jwt.decode(token, key_of, algorithms=[ALGORITHM])
            claims = decoded.claims
            moments = [
                datetime.fromtimestamp(int(claims[name]), self._clock().tzinfo) for name in ("iat", "exp")
            ]
            access = AccessToken(
                jti=str(claims["jti"]),
                client_id=str(claims["client_id"]),
                subject=str(claims["sub"]),
                provider_id=str(claims["provider_id"]),
                family_id=str(claims.get("family_id", "")),
                scopes=frozenset(str(claims["scope"]).split()),
                issue_time=moments[0],
                expire_time=moments[1],
            )
        except (JoseError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise InvalidToken("invalid_token", "This is no access token of ours.") from error
        if decoded.header.get("typ") != _TYPE or claims.get("iss") != self._settings.origin:
            raise InvalidToken("invalid_token", "This is no access token of ours.")
        audience = claims.get("aud")
        if self.audience not in (audience if isinstance(audience, list) else [audience]):
            raise InvalidToken("invalid_token", "The token is for another audience.")
        if access.issue_time > self._clock() + timedelta(seconds=60):
            raise InvalidToken("invalid_token", "The token is not valid yet.")
        return access
