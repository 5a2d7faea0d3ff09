"""The OpenAPI 3.1 document, made of the routes' own declarations."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from services.gateway.api.problems import MEDIA_TYPE, TYPE_PREFIX
from services.gateway.api.routes import PREFIX, Route, Routes
from services.gateway.auth.scopes import IDENTITY_SCOPES, SCOPES

_FILE_FORM = {
    "type": "object",
    "properties": {
        "file": {"type": "string", "contentMediaType": "application/octet-stream", "format": "binary"}
    },
    "required": ["file"],
}
_REF = "#/components/schemas/{model}"
_INTRODUCTION = """Everything the portal and the console do, programs can do too.

Get a token at /oauth/token (client credentials, or authorization code with PKCE). Times are RFC 3339 in UTC. Lists
come in pages: pass `next_page_token` on as `page_token` until there is none. A POST with an `Idempotency-Key` may be
repeated safely. Every refusal is a problem (RFC 9457) with a stable `type`. Another client's record is not found.
"""
_REFUSALS = {
    400: ("bad_request", "The request cannot be read."),
    401: ("invalid_token", "No token, or one that is expired, revoked, or for another audience."),
    403: ("insufficient_scope", "The token's scope, or the caller's role, does not allow this."),
    404: ("not_found", "There is no such record for this caller."),
    409: ("transition_not_allowed", "The record's state does not allow this, or somebody else changed it."),
    412: ("revision_conflict", "If-Match names a revision that is not the present one."),
    413: ("request_entity_too_large", "The body is too large."),
    415: ("unsupported_media_type", "The body is not of the media type that is taken here."),
    422: (
        "invalid_request",
        "The body is not JSON, or a field is missing, unknown or wrong; `errors` names it.",
    ),
    429: ("rate_limited", "Too many requests; Retry-After says how long to wait."),
    500: ("internal", "A fault on our side."),
    503: ("incidents_unavailable", "A service or store is away; Retry-After says when to try again."),
}


def describe(resources: Iterable[Routes], origin: str) -> dict[str, Any]:
    """The document for a gateway at this origin."""
    resources = list(resources)
    routes = [route for resource in resources for route in resource.routes]
    schemas, components = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Fairlead", "version": "1.0.0", "description": _INTRODUCTION},
        "servers": [{"url": origin}],
        "tags": [{"name": resource.tag, "description": resource.description} for resource in resources],
        "paths": paths,
        "components": {
            "schemas": {**components, "Problem": _problem_schema()},
            "responses": {str(status): _refusal(status) for status in _REFUSALS},
            "securitySchemes": {"oauth": _oauth(origin)},
        },
        "security": [{"oauth": []}],
    }


def _schemas(routes: list[Route]) -> tuple[dict[Any, dict[str, Any]], dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    for route in routes:
        for model in (route.returns, *route.also.values()):
            if model:
                wanted[(model, "serialization")] = None
        if route.body:
            wanted[(route.body, "validation")] = None
        if route.query:
            wanted[(route.query, "validation")] = None
    found, definitions = models_json_schema(list(wanted), ref_template=_REF)
    return dict(found), definitions.get("$defs", {})


def _operation(route: Route, schemas: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.operation_id,
        "summary": route.summary,
        "tags": [route.tag],
        "security": [{"oauth": [route.scope] if route.scope else []}],
        "parameters": [*_parameters(route)],
        "responses": _responses(route, schemas),
    }
    if route.description:
        operation["description"] = route.description
    if route.body:
        schema = schemas[(route.body, "validation")]
        operation["requestBody"] = {
            "required": route.body_required,
            "content": {"application/json": {"schema": schema}},
        }
    if route.takes_lines:
        operation["requestBody"] = {
            "required": True,
            "content": {
                route.media_type: {"schema": {"type": "string", "contentMediaType": route.media_type}}
            },
        }
    if route.upload:
        operation["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": _FILE_FORM}},
        }
    return operation


def _parameters(route: Route) -> Iterable[dict[str, Any]]:
    for name in route.parameters:
        schema = {
            "type": "string",
            "minLength": 1,
            "maxLength": 253,
            "pattern": "^[A-Za-z0-9_@:-][A-Za-z0-9._@:-]*$",
        }
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    if route.query:
        yield from _query_parameters(route.query)
    if route.idempotency:
        description = (
            "Unique for what is meant. The same request with it, within a day, does nothing twice and is answered the same; "
            "another request with it is refused (422, idempotency_key_reused)."
        )
        schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[\\x21-\\x7e]+$"}
        yield {"name": "Idempotency-Key", "in": "header", "description": description, "schema": schema}
    if route.matches_revision:
        description = "The ETag of a former answer: refuses with 412 when the record has moved on."
        schema = {"type": "string", "pattern": '^(W/)?"[1-9][0-9]{0,14}"$'}
        yield {"name": "If-Match", "in": "header", "description": description, "schema": schema}


def _query_parameters(query: type[BaseModel]) -> Iterable[dict[str, Any]]:
    whole = query.model_json_schema(ref_template=_REF)
    for name, schema in whole["properties"].items():
        parameter: dict[str, Any] = {"name": name, "in": "query", "schema": _plain(schema)}
        if name in whole.get("required", ()):
            parameter["required"] = True
        if "description" in schema:
            parameter["description"] = parameter["schema"].pop("description")
        yield parameter


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that is left out has no value; it cannot be null."""
    schema = {key: value for key, value in schema.items() if key != "title" and value is not None}
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    if len(options) == 1:
        schema.pop("anyOf")
        schema |= options[0]
    return schema


def _responses(route: Route, schemas: dict[Any, dict[str, Any]]) -> dict[str, Any]:
    good = {route.status: route.returns, **route.also}
    responses = {str(status): _good(route, status, model, schemas) for status, model in good.items()}
    for status in sorted(_refusals_of(route)):
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    return responses


def _good(
    route: Route, status: int, model: type[BaseModel] | None, schemas: dict[Any, dict[str, Any]]
) -> dict[str, Any]:
    descriptions = {200: "Done.", 201: "Made.", 202: "Kept; it will be done.", 204: "Done."}
    answer: dict[str, Any] = {"description": descriptions[status]}
    if model:
        answer["content"] = {"application/json": {"schema": schemas[(model, "serialization")]}}
    elif route.media_type != "application/json":
        answer["content"] = {route.media_type: {"schema": {"type": "string", "format": "binary"}}}
    if route.also_media_type and status == route.status:
        answer["content"][route.also_media_type] = {"schema": {"type": "string"}}
    headers = {"Location": "Where it is."} if status in (201, 202) and route.also else {}
    if headers:
        answer["headers"] = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()
        }
    return answer


def _refusals_of(route: Route) -> set[int]:
    refusals = {401, 403, 422, 429, 500, 503}
    if route.parameters or route.body or route.query:
        refusals.add(404)
    if route.body:
        refusals |= {400, 413, 415}
    if route.upload or route.takes_lines:
        refusals |= {404, 413, 415}
    if route.conflicts or route.idempotency == "gateway":
        refusals.add(409)
    if route.matches_revision:
        refusals.add(412)
    return refusals


def _refusal(status: int) -> dict[str, Any]:
    reason, description = _REFUSALS[status]
    example = {"type": TYPE_PREFIX + reason, "title": description, "status": status, "reason": reason}
    answer: dict[str, Any] = {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }
    text = {"schema": {"type": "string"}}
    if status in (401, 403):
        answer["headers"] = {"WWW-Authenticate": {"description": "RFC 6750, section 3.", **text}}
    if status in (429, 503):
        answer["headers"] = {"Retry-After": {"description": "Seconds.", **text}}
    return answer


def _problem_schema() -> dict[str, Any]:
    error = {
        "type": "object",
        "properties": {
            "field": {"type": "string", "description": "Path of the field, with dots."},
            "pointer": {"type": "string", "description": "JSON pointer of an answer to a form."},
            "code": {"type": "string"},
            "message": {"type": "string"},
        },
        "required": ["field", "code", "message"],
    }
    return {
        "type": "object",
        "description": "RFC 9457. `type` and `reason` are stable; texts are for people.",
        "properties": {
            "type": {"type": "string", "examples": [TYPE_PREFIX + "incident_not_found"]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "reason": {"type": "string"},
            "detail": {"type": "string"},
            "errors": {"type": "array", "items": error},
            "values": {"type": "object", "additionalProperties": {"type": "string"}},
            "trace_id": {"type": "string"},
        },
        "required": ["type", "title", "status", "reason"],
    }


def _oauth(origin: str) -> dict[str, Any]:
    scopes = {**SCOPES, **dict.fromkeys(IDENTITY_SCOPES, "Identity (OpenID Connect)")}
    token = f"{origin}/oauth/token"
    return {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {"tokenUrl": token, "scopes": dict(SCOPES)},
            "authorizationCode": {
                "authorizationUrl": f"{origin}/oauth/authorize",
                "tokenUrl": token,
                "refreshUrl": token,
                "scopes": scopes,
            },
        },
    }
