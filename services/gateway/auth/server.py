"""The authorization server: Authlib's, with the defaults that OAuth 2.1 forbids changed.

Changed: only S256 challenges, always demanded; refresh tokens rotate and are redeemed once by one atomic change;
a client authenticates in exactly one way; parameters come in the body, once each; redirect URIs are never guessed.
"""

import binascii
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207.parameter import IssuerParameter
from flask import Request, request
from joserfc import jwt
from pymongo.collection import Collection

from services.gateway.auth.assertions import PrivateKeyJwt
from services.gateway.auth.callers import PersonDisabled
from services.gateway.auth.clients import OAuthClient
from services.gateway.auth.context import gateway
from services.gateway.auth.grants import Code, RefreshToken, Subject, new_token
from services.gateway.auth.keys import ALGORITHM
from services.gateway.auth.scopes import IDENTITY_SCOPES, SCOPES

METHODS = ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]
CONFIDENTIAL = METHODS[:-1]


class OAuthRequest(OAuth2Request):
    """A request as Authlib reads it. Whether transport is secure is the public address's affair, not checked here."""

    def __init__(self, flask_request: Request) -> None:
        super().__init__(method=flask_request.method, uri="https://gateway/", headers=flask_request.headers)
        self.uri = flask_request.url
        self._request = flask_request
        self.payload = FlaskOAuth2Payload(flask_request)

    @property
    def args(self) -> Any:
        return self._request.args

    @property
    def form(self) -> Any:
        return self._request.form


class Server(AuthorizationServer):
    """Authlib's server over our clients and tokens."""

    def create_oauth2_request(self, _request: Any) -> OAuthRequest:
        return _request if isinstance(_request, OAuthRequest) else OAuthRequest(request)

    def create_token_response(self, request: Any = None) -> Any:
        """As Authlib's, for a request whose parameters are plain."""
        try:
            check_parameters()
        except (InvalidClientError, InvalidRequestError) as error:
            return self.handle_error_response(None, error)
        return super().create_token_response(request)

    def handle_response(self, status_code: int, payload: Any, headers: list[tuple[str, str]]) -> Any:
        """As Authlib's; its challenge lacks the realm that RFC 7617 demands, and strict clients refuse it."""
        basic = 'Basic realm="fairlead", error='
        named = [(name, value.replace("Basic error=", basic)) for name, value in headers]
        return super().handle_response(status_code, payload, named)


class CodeGrant(AuthorizationCodeGrant):
    """Authorization code, redeemed by one atomic find-and-update."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def save_authorization_code(self, code: str, request: Any) -> None:
        data = request.payload.data
        gateway().auth.grants.save_code(
            code,
            request.user,
            request.client.client_id,
            request.payload.redirect_uri,
            request.scope,
            data["code_challenge"],
        )

    def query_authorization_code(self, code: str, client: OAuthClient) -> Code | None:
        return gateway().auth.grants.find_code(code, client.client_id)

    def authenticate_user(self, authorization_code: Code) -> Subject | None:
        """Runs after every check of the request, so a mistaken request does not spend the code."""
        if not gateway().auth.grants.redeem_code(authorization_code):
            raise InvalidGrantError("The code was used already.")
        return _active(authorization_code.subject)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Kept a day, marked as used, so that reuse is recognized."""

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        status, token, headers = super().create_token_response()
        if "openid" in token.get("scope", "").split():
            token["id_token"] = _id_token(
                self.request.client, self.request.authorization_code, token["scope"]
            )
        return status, token, headers


class RotatingRefreshGrant(RefreshTokenGrant):
    """Refresh tokens, each good for one use; a second use ends the family."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> RefreshToken | None:
        grants = gateway().auth.grants
        found = grants.find_refresh_token(refresh_token)
        if found and found.used and found.client_id == self.request.client.client_id:
            grants.revoke_family(found.subject.family_id)
        return None if found is None or found.is_revoked() else found

    def authenticate_user(self, refresh_token: RefreshToken) -> Subject | None:
        """Runs after every check of the request, and spends the token."""
        if not gateway().auth.grants.redeem_refresh_token(refresh_token):
            raise InvalidGrantError("The refresh token was used already.")
        subject = _active(refresh_token.subject)
        if subject is None:
            raise InvalidGrantError("This person may not sign in.")
        return subject

    def revoke_old_credential(self, refresh_token: RefreshToken) -> None:
        """Spent in authenticate_user, before the new one was made."""


class ProgramGrant(ClientCredentialsGrant):
    """Client credentials: a program acting for itself."""

    TOKEN_ENDPOINT_AUTH_METHODS = CONFIDENTIAL


class S256Only(CodeChallenge):
    """PKCE (RFC 7636), demanded of every client; `plain` protects nothing that TLS does not."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge'", redirect_uri=redirect_uri)
        if data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("Unsupported 'code_challenge_method'", redirect_uri=redirect_uri)
        super().validate_code_challenge(grant, redirect_uri)


class _Issuer(IssuerParameter):
    def get_issuer(self) -> str:
        """Clients of several servers tell them apart by it (RFC 9207)."""
        return gateway().settings.origin


def make_server(
    find_client: Callable[[str], OAuthClient | None], assertions: Collection, origin: str
) -> Server:
    """The server with its grants. Needs a Flask request only when used."""
    server = Server(query_client=find_client, save_token=_save_token)
    server.scopes_supported = [*SCOPES, *IDENTITY_SCOPES]
    server.register_token_generator("default", _generate)
    server.register_grant(CodeGrant, [S256Only(required=True)])
    server.register_grant(RotatingRefreshGrant)
    server.register_grant(ProgramGrant)
    server.register_extension(_Issuer())
    audiences = [origin, f"{origin}/oauth/token"]
    server.register_client_auth_method("private_key_jwt", PrivateKeyJwt(assertions, audiences))
    return server


def check_parameters() -> None:
    """Refuses what is ambiguous: parameters in the address or twice, two ways to authenticate, broken Basic.

    Raises InvalidRequestError and InvalidClientError (RFC 6749, sections 2.3 and 3.2; RFC 6750, section 2.3).
    """
    if request.args:
        raise InvalidRequestError("Parameters belong in the body.")
    if any(len(values) > 1 for _, values in request.form.lists()):
        raise InvalidRequestError("A parameter stands more than once.")
    basic = request.headers.get("Authorization", "")
    ways = [bool(basic), "client_secret" in request.form, "client_assertion" in request.form]
    if sum(ways) > 1:
        raise InvalidRequestError("A client authenticates in one way at a time.")
    if basic:
        _check_basic(basic)


def _check_basic(header: str) -> None:
    scheme, _, encoded = header.partition(" ")
    try:
        client_id = b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        client_id = ""
    if scheme.lower() != "basic" or not client_id:
        raise InvalidClientError(status_code=401, description="The Authorization header is not understood.")
    named = request.form.get("client_id")
    if named and named != client_id:
        raise InvalidRequestError("Two client ids are given.")


def _generate(grant_type: str, client: OAuthClient, user: Subject | None = None, scope: str | None = None,
              expires_in: int | None = None, include_refresh_token: bool = True) -> dict[str, Any]:  # fmt: skip
    allowed = client.get_allowed_scope(scope)
    if allowed is None:
        raise InvalidScopeError()
    token = {
        "token_type": "Bearer",
        "access_token": gateway().auth.access_tokens.issue(client, user, allowed),
        "expires_in": gateway().settings.access_token_seconds,
        "scope": allowed,
    }
    if include_refresh_token:
        token["refresh_token"] = new_token("flr")
    return token


def _save_token(token: dict[str, Any], request: Any) -> None:
    """Access tokens are kept nowhere. A refresh token keeps the scope first granted, however narrow this use was."""
    if "refresh_token" in token:
        scope = request.refresh_token.get_scope() if request.refresh_token else token["scope"]
        grants = gateway().auth.grants
        grants.save_refresh_token(token["refresh_token"], request.user, request.client.client_id, scope)


def _active(subject: Subject) -> Subject | None:
    try:
        gateway().callers.for_person(subject.provider_id, subject.person_id)
    except PersonDisabled:
        return None
    return subject


def _id_token(client: OAuthClient, code: Code, scope: str) -> str:
    """OpenID Connect Core 1.0, section 2."""
    now = int(gateway().clock().timestamp())
    claims: dict[str, Any] = {
        "iss": gateway().settings.origin,
        "sub": code.subject.person_id,
        "aud": client.client_id,
        "iat": now,
        "exp": now + gateway().settings.access_token_seconds,
    }
    if code.subject.nonce:
        claims["nonce"] = code.subject.nonce
    if code.subject.auth_time:
        claims["auth_time"] = code.get_auth_time()
    claims |= identity_claims(code.subject, frozenset(scope.split()))
    key = gateway().auth.keys.signing_key()
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, [ALGORITHM])


def identity_claims(subject: Subject, scopes: frozenset[str]) -> dict[str, Any]:
    """What OpenID Connect's scopes `profile` and `email` disclose about a person."""
    person = gateway().directory.person(subject.provider_id, subject.person_id)
    claims: dict[str, Any] = {}
    if "profile" in scopes:
        claims |= {"name": person.display_name, "locale": person.locale or "en"}
    if "email" in scopes:
        claims |= {"email": person.email, "email_verified": person.verified}
    return claims
