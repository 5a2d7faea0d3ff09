"""The OAuth endpoints: authorize, token, revoke, introspect, userinfo, keys and discovery."""

from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from flask import Blueprint, Response, g, jsonify, redirect, render_template, request

from chassis.ids import new_id
from services.gateway.auth.access import SignInRequired, current_caller, current_session
from services.gateway.auth.assertions import ASSERTION_ALGORITHMS
from services.gateway.auth.clients import GRANT_TYPES, OAuthClient
from services.gateway.auth.context import gateway
from services.gateway.auth.grants import Subject
from services.gateway.auth.keys import ALGORITHM
from services.gateway.auth.scopes import IDENTITY_SCOPES, SCOPES
from services.gateway.auth.server import (
    CONFIDENTIAL,
    METHODS,
    check_parameters,
    identity_claims,
)
from services.gateway.auth.tokens import AccessToken, InvalidToken

oauth = Blueprint("oauth", __name__)


@oauth.get("/oauth/authorize")
def authorize() -> Any:
    """Signs the person in where needed, asks for consent where needed, and answers the client with a code."""
    server = gateway().auth.server
    try:
        if _repeated():
            raise InvalidRequestError("A parameter stands more than once.")
        grant = server.get_consent_grant()
    except OAuth2Error as error:
        return _authorization_error(error)
    client: OAuthClient = grant.request.client
    prompts = request.args.get("prompt", "").split()
    if current_session() is None:
        if "none" in prompts:
            return redirect(
                _with(grant.redirect_uri, error="login_required", state=request.args.get("state")), 303
            )
        raise SignInRequired
    current_caller()  # a person who was disabled is asked to sign in
    g.form_action = grant.redirect_uri
    if client.first_party and "consent" not in prompts:
        return _grant(grant)
    if "none" in prompts:
        return redirect(
            _with(grant.redirect_uri, error="consent_required", state=request.args.get("state")), 303
        )
    scopes = {
        name: SCOPES.get(name, name) for name in grant.request.scope.split() if name not in IDENTITY_SCOPES
    }
    return render_template("pages/consent.html", client=client, scopes=scopes, action=request.full_path)


@oauth.post("/oauth/authorize")
def consent() -> Any:
    """The person's answer on the consent page; the request itself stands in the address, as it was shown."""
    if current_session() is None:
        raise SignInRequired
    current_caller()
    server = gateway().auth.server
    try:
        grant = server.get_consent_grant()
    except OAuth2Error as error:
        return _authorization_error(error)
    g.form_action = grant.redirect_uri
    return _grant(grant, request.form.get("decision") == "allow")


@oauth.post("/oauth/token")
def token() -> Any:
    """RFC 6749, section 3.2."""
    return _uncached(gateway().auth.server.create_token_response())


@oauth.post("/oauth/revoke")
def revoke() -> Any:
    """RFC 7009. A refresh token ends its whole family; an unknown token is no error."""
    client = _endpoint_client(METHODS)
    if not isinstance(client, OAuthClient):
        return client
    value = request.form.get("token", "")
    found = gateway().auth.grants.find_refresh_token(value)
    if found:
        if found.client_id == client.client_id:
            gateway().auth.grants.revoke_family(found.subject.family_id)
        return _uncached(Response(status=200))
    try:
        access = gateway().auth.access_tokens.read(value)
    except InvalidToken:
        return _uncached(Response(status=200))
    if access.client_id == client.client_id:
        gateway().auth.grants.revocations.revoke(access.jti, access.expire_time)
    return _uncached(Response(status=200))


@oauth.post("/oauth/introspect")
def introspect() -> Any:
    """RFC 7662. A client sees its own tokens; one of another client is inactive to it."""
    client = _endpoint_client(CONFIDENTIAL)
    if not isinstance(client, OAuthClient):
        return client
    value = request.form.get("token", "")
    try:
        access = gateway().auth.access_tokens.read(value)
    except InvalidToken:
        return _uncached(jsonify(_introspect_refresh(value, client)))
    if access.client_id != client.client_id:
        return _uncached(jsonify(active=False))
    return _uncached(jsonify(_introspect_access(access)))


@oauth.get("/oauth/userinfo")
def userinfo() -> Any:
    """OpenID Connect Core 1.0, section 5.3."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise InvalidToken("invalid_token", "A bearer token is needed.")
        access = gateway().auth.access_tokens.read(value.strip())
        if not access.is_person or "openid" not in access.scopes:
            raise InvalidToken("invalid_token", "The token is not for a person's identity.")
        gateway().callers.for_person(access.provider_id, access.subject)
    except InvalidToken as error:
        headers = {"WWW-Authenticate": f'Bearer realm="fairlead", error="{error.reason}"'}
        return Response(status=401, headers=headers)
    subject = Subject(access.provider_id, access.subject)
    return _uncached(jsonify(sub=access.subject, **identity_claims(subject, access.scopes)))


@oauth.get("/oauth/jwks")
def jwks() -> Response:
    """RFC 7517: the keys that verify our tokens."""
    keys = gateway().auth.keys.public_keys().as_dict(private=False)
    for key in keys["keys"]:
        key |= {"use": "sig", "alg": ALGORITHM}
    response = jsonify(keys)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@oauth.get("/.well-known/oauth-authorization-server")
@oauth.get("/.well-known/openid-configuration")
def discovery() -> Response:
    """RFC 8414 and OpenID Connect Discovery 1.0, in one document."""
    origin = gateway().settings.origin
    signing = {"token_endpoint_auth_signing_alg_values_supported": ASSERTION_ALGORITHMS}
    response = jsonify(
        issuer=origin,
        authorization_endpoint=f"{origin}/oauth/authorize",
        token_endpoint=f"{origin}/oauth/token",
        revocation_endpoint=f"{origin}/oauth/revoke",
        introspection_endpoint=f"{origin}/oauth/introspect",
        userinfo_endpoint=f"{origin}/oauth/userinfo",
        jwks_uri=f"{origin}/oauth/jwks",
        scopes_supported=[*SCOPES, *IDENTITY_SCOPES],
        response_types_supported=["code"],
        response_modes_supported=["query"],
        grant_types_supported=list(GRANT_TYPES),
        code_challenge_methods_supported=["S256"],
        token_endpoint_auth_methods_supported=METHODS,
        revocation_endpoint_auth_methods_supported=METHODS,
        introspection_endpoint_auth_methods_supported=CONFIDENTIAL,
        authorization_response_iss_parameter_supported=True,
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=[ALGORITHM],
        claims_supported=["sub", "name", "locale", "email", "email_verified"],
        service_documentation=f"{origin}/api/v1/openapi.json",
        **signing,
    )
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _grant(grant: Any, allowed: bool = True) -> Any:
    session = current_session()
    assert session is not None
    nonce = grant.request.payload.data.get("nonce", "")
    subject = Subject(session.provider_id, session.person_id, new_id("fam"), nonce, session.create_time)
    response = gateway().auth.server.create_authorization_response(
        grant.request, grant_user=subject if allowed else None, grant=grant
    )
    # 303: the browser must not repeat the consent form's POST at the client.
    response.status_code = 303 if response.status_code == 302 else response.status_code
    return response


def _authorization_error(error: OAuth2Error) -> Any:
    """Back to the client where its redirect URI is certain; otherwise a page, for the person is here."""
    if getattr(error, "redirect_uri", None):
        return redirect(_with(error.redirect_uri, error=error.error, error_description=error.description,
                              state=request.values.get("state")), 303)  # fmt: skip
    title, detail = "This sign-in request is not valid", error.description or error.error
    body = render_template("pages/error.html", title=title, detail=detail, status=400, trace_id="")
    return Response(body, 400)


def _with(uri: str, **parameters: str | None) -> str:
    from authlib.common.urls import add_params_to_uri

    given = [(name, value) for name, value in parameters.items() if value]
    return add_params_to_uri(uri, [*given, ("iss", gateway().settings.origin)])


def _repeated() -> bool:
    return any(len(values) > 1 for _, values in request.args.lists())


def _endpoint_client(methods: list[str]) -> OAuthClient | Response:
    server = gateway().auth.server
    oauth_request = server.create_oauth2_request(None)
    try:
        check_parameters()
        if "token" not in request.form:
            raise InvalidRequestError("Missing 'token' in request.")
        return server.authenticate_client(oauth_request, methods)
    except OAuth2Error as error:
        return server.handle_error_response(oauth_request, error)


def _introspect_access(access: AccessToken) -> dict[str, Any]:
    return {
        "active": True,
        "token_type": "Bearer",
        "iss": gateway().settings.origin,
        "aud": gateway().auth.access_tokens.audience,
        "client_id": access.client_id,
        "sub": access.subject,
        "scope": " ".join(sorted(access.scopes)),
        "iat": int(access.issue_time.timestamp()),
        "exp": int(access.expire_time.timestamp()),
        "jti": access.jti,
    }


def _introspect_refresh(value: str, client: OAuthClient) -> dict[str, Any]:
    found = gateway().auth.grants.find_refresh_token(value)
    if not found or found.is_revoked() or found.client_id != client.client_id:
        return {"active": False}
    return {
        "active": True,
        "client_id": found.client_id,
        "sub": found.subject.person_id,
        "scope": found.scope,
        "exp": int(found.expire_time.timestamp()),
    }


def _uncached(response: Any) -> Any:
    response.headers["Cache-Control"] = "no-store"
    return response
