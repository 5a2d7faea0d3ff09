"""API clients (programs that authenticate by OAuth), and who a token speaks for."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from chassis.tenancy import Role
from services.gateway.api.routes import PREFIX, Answer, Call, Routes, respond
from services.gateway.api.shapes import Body, Id, Line, Query, Shape, Time
from services.gateway.auth.clients import OAuthClient
from services.gateway.auth.context import gateway
from services.gateway.auth.registering import administered, own_or_all, register
from services.gateway.auth.scopes import IDENTITY_SCOPES, SCOPES
from services.gateway.backends.words import time_text

routes = Routes("api clients", "Programs that use this interface.")

Scope_ = Literal[(*SCOPES, *IDENTITY_SCOPES)]  # type: ignore[valid-type]  # made of tuples known at start
ClientRole = Literal["technician", "dispatcher", "provider_admin", "client_manager"]
GrantType = Literal["authorization_code", "refresh_token", "client_credentials"]
AuthMethod = Literal["client_secret", "private_key_jwt", "none"]


class ApiClient(Shape):
    client_id: str
    name: str
    provider_id: str
    tenant_ids: list[str] | None = Field(None, description="Left out: every client of the provider.")
    roles: list[str]
    scopes: list[str]
    auth_method: AuthMethod
    grant_types: list[GrantType]
    redirect_uris: list[str]
    first_party: bool
    create_time: Time | None = None


class NewlyMadeApiClient(ApiClient):
    client_secret: str | None = Field(None, description="Shown once, here. Left out for clients without one.")


class ApiClientList(Shape):
    api_clients: list[ApiClient]


class NewApiClient(Body):
    name: Line
    tenant_ids: list[Id] | None = Field(
        None, min_length=1, max_length=1000, description="Left out: every client of the provider."
    )
    roles: list[ClientRole] = Field([], max_length=4, description="Beyond that of a plain API client.")
    scopes: list[Scope_] = Field(min_length=1, examples=[["incidents:read", "incidents:write"]])
    auth_method: AuthMethod = "client_secret"
    grant_types: list[GrantType] = Field(["client_credentials"], min_length=1)
    redirect_uris: list[str] = Field([], max_length=10)
    jwks: dict[str, Any] | None = Field(None, description="Public keys (RFC 7517) for private_key_jwt.")
    first_party: bool = Field(False, description="Asks nobody for consent. Operator only.")
    provider_id: Id | None = Field(None, description="Only for the operator, who belongs to no provider.")


class ClientQuery(Query):
    provider_id: Id | None = Field(None, description="Only for the operator, who belongs to no provider.")


class Me(Shape):
    subject: str
    person_id: str | None = None
    name: str
    provider_id: str | None = None
    tenant_ids: list[str] | None = Field(None, description="Left out: every client of the provider.")
    roles: list[str]
    scopes: list[str]
    locale: str


@routes.get("/me", "Who this token speaks for", returns=Me)
def get_me(call: Call) -> Answer:
    caller = call.caller
    me: dict[str, Any] = {
        "subject": caller.subject,
        "name": caller.name,
        "roles": sorted(caller.roles),
        "scopes": sorted(caller.scopes),
        "locale": caller.locale,
    }
    if caller.person_id:
        me["person_id"] = caller.person_id
    if caller.provider_id:
        me["provider_id"] = caller.provider_id
    if caller.tenant_ids is not None:
        me["tenant_ids"] = sorted(caller.tenant_ids)
    return me


@routes.get(
    "/api-clients", "List API clients", scope="clients:write", query=ClientQuery, returns=ApiClientList
)
def list_api_clients(call: Call) -> Answer:
    """Provider administrators alone."""
    found = gateway().auth.clients.list(administered(call.caller, call.query.provider_id))
    return {"api_clients": [_shown(client) for client in found]}


@routes.post(
    "/api-clients",
    "Register an API client",
    scope="clients:write",
    body=NewApiClient,
    returns=NewlyMadeApiClient,
    status=201,
)
def create_api_client(call: Call) -> Answer:
    """Its secret stands in this answer and nowhere else."""
    body: NewApiClient = call.body
    scope = administered(call.caller, body.provider_id)
    tenant_ids = None if body.tenant_ids is None else frozenset(body.tenant_ids)
    client = OAuthClient(
        client_id="",
        provider_id=scope.provider_id,
        tenant_ids=tenant_ids,
        name=body.name,
        auth_method=body.auth_method,
        grant_types=tuple(body.grant_types),
        scopes=tuple(dict.fromkeys(body.scopes)),
        roles=frozenset(Role(role) for role in body.roles),
        redirect_uris=tuple(body.redirect_uris),
        first_party=body.first_party,
        jwks=body.jwks,
    )
    made, secret = register(call.caller, client)
    shown = _shown(made)
    if secret:
        shown["client_secret"] = secret
    return respond(shown, 201, Location=f"{PREFIX}/api-clients/{made.client_id}")


@routes.get("/api-clients/{client_id}", "Get an API client", scope="clients:write", returns=ApiClient)
def get_api_client(call: Call, client_id: str) -> Answer:
    return _shown(gateway().auth.clients.get(own_or_all(call.caller), client_id))


@routes.post(
    "/api-clients/{client_id}/rotate-secret",
    "Give an API client a new secret",
    scope="clients:write",
    returns=NewlyMadeApiClient,
    conflicts=True,
)
def rotate_api_client_secret(call: Call, client_id: str) -> Answer:
    """It stands in this answer and nowhere else; the old one ends within half a minute."""
    client, secret = gateway().auth.clients.rotate_secret(own_or_all(call.caller), client_id)
    return {**_shown(client), "client_secret": secret}


@routes.delete("/api-clients/{client_id}", "Remove an API client", scope="clients:write")
def delete_api_client(call: Call, client_id: str) -> Answer:
    """Its tokens end within half a minute."""
    gateway().auth.clients.delete(own_or_all(call.caller), client_id)


def _shown(client: OAuthClient) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "client_id": client.client_id,
        "name": client.name,
        "provider_id": client.provider_id,
        "roles": sorted(client.roles),
        "scopes": list(client.scopes),
        "auth_method": client.auth_method,
        "grant_types": list(client.grant_types),
        "redirect_uris": list(client.redirect_uris),
        "first_party": client.first_party,
    }
    if client.tenant_ids is not None:
        shown["tenant_ids"] = sorted(client.tenant_ids)
    if client.create_time:
        shown["create_time"] = time_text(client.create_time)
    return shown
