"""Clients that prove themselves with a signed assertion (private_key_jwt, RFC 7523)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from joserfc import jwt
from joserfc.jwk import KeySet
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from chassis.mongo import outages
from services.gateway.auth.clients import OAuthClient
from services.gateway.auth.context import gateway

# RFC 7523 assertions are signed by these; never by a shared secret or by nothing.
ASSERTION_ALGORITHMS = ["Ed25519", "EdDSA", "ES256", "RS256", "PS256"]


class PrivateKeyJwt(JWTBearerClientAssertion):
    """A client proves itself with a signed assertion (RFC 7523), each usable once."""

    CLIENT_AUTH_METHOD = "private_key_jwt"

    def __init__(self, assertions: Collection, audiences: list[str]) -> None:
        super().__init__(validate_jti=True, leeway=30)
        self._assertions = assertions
        self._audiences = audiences

    def get_audiences(self) -> list[str]:
        return self._audiences

    def resolve_client_public_key(self, client: OAuthClient) -> KeySet:
        if client.auth_method != "private_key_jwt" or not client.jwks or not client.jwks.get("keys"):
            raise InvalidClientError(description="The client has no registered keys.")
        return KeySet.import_key_set({"keys": client.jwks["keys"]})

    def process_assertion_claims(self, assertion: str, resolve_key: Any) -> Any:
        try:
            token = jwt.decode(assertion, resolve_key, algorithms=ASSERTION_ALGORITHMS)
            life = int(token.claims["exp"]) - gateway().clock().timestamp()
        except Exception as error:
            # Whatever a stranger sends, it proves nothing; which of many library errors it was is no matter.
            raise InvalidClientError(description="The assertion does not verify.") from error
        if life > 600:
            raise InvalidClientError(description="The assertion lives too long.")
        self.verify_claims(token.claims)
        return token.claims

    def validate_jti(self, claims: Any, jti: Any) -> bool:
        """False when this assertion was seen before, here or in another replica."""
        key = f"{claims['sub']}:{jti}"
        end = datetime.fromtimestamp(int(claims["exp"]), UTC) + timedelta(minutes=2)
        try:
            with outages():
                self._assertions.insert_one({"_id": key, "expire_time": end})
        except DuplicateKeyError:
            return False
        return True
