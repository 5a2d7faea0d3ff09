"""From an HTTP request to a route's handler: token, scope, rate, media type, body; and back."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, json, request
from pydantic import BaseModel, ValidationError

from chassis.errors import InvalidArgument, NotFound, RevisionConflict
from chassis.ids import new_id
from chassis.tenancy import Caller
from services.gateway.api import problems
from services.gateway.api.routes import Call, Route
from services.gateway.auth.context import gateway
from services.gateway.auth.files import SentFile, sent_files, takes_files
from services.gateway.auth.limits import bucket_of
from services.gateway.auth.repeats import KeptAnswer, fingerprint_of
from services.gateway.auth.tokens import InsufficientScope, InvalidToken

_PLAIN_ID = re.compile(r"[A-Za-z0-9._@:-]{1,253}")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')
_REALM = 'Bearer realm="fairlead"'


def register(app: Flask, routes: list[Route]) -> None:
    """Adds every route to the app. HEAD comes with GET; OPTIONS is answered 405 like any other method."""
    for route in routes:
        app.add_url_rule(
            route.rule,
            endpoint=f"api.{route.operation_id}",
            view_func=_view(route),
            methods=[route.method],
            provide_automatic_options=False,
        )


def _view(route: Route) -> Callable[..., Response]:
    def view(**parameters: str) -> Response:
        try:
            caller = _caller(route.scope)
            gateway().auth.api_limits.take(bucket_of(caller))
            if not all(_PLAIN_ID.fullmatch(value) for value in parameters.values()):
                raise NotFound("not_found", "There is no such record.")
            call = Call(
                caller=caller,
                query=_query(route),
                body=_body(route),
                file=_file() if route.upload else None,
                idempotency_key=_idempotency_key() if route.idempotency else "",
                revision=_revision() if route.matches_revision else 0,
            )
            return _once(route, call, parameters)
        except _Refused as refused:
            return refused.response
        except InvalidToken as error:
            return _challenge(401, error.reason, error.message)
        except InsufficientScope as error:
            return _challenge(403, error.reason, error.message, scope=error.values["scope"])
        except RevisionConflict as error:
            status = 412 if "If-Match" in request.headers else 409
            return problems.problem(status, error.reason, error.message)

    view.__name__ = route.operation_id
    return takes_files(view) if route.upload else view


def _once(route: Route, call: Call, parameters: dict[str, str]) -> Response:
    """Handles the request, or gives the answer that the same request with the same key got before."""
    kept_here = route.idempotency == "gateway" or route.keeps_answer
    if not kept_here or "Idempotency-Key" not in request.headers:
        return _answer(route, route.handler(call, **parameters))
    repeats, subject, key = gateway().auth.repeats, call.caller.subject, call.idempotency_key
    path = request.full_path if request.query_string else request.path
    fingerprint = fingerprint_of(request.method, path, request.get_data())
    noted = route.idempotency == "gateway"
    kept = (repeats.begin if noted else repeats.find)(subject, key, fingerprint)
    if kept:
        return Response(kept.body, kept.status, kept.headers, content_type="application/json")
    if not noted:
        response = _answer(route, route.handler(call, **parameters))
        repeats.remember(subject, key, fingerprint, _to_keep(response))
        return response
    try:
        response = _answer(route, route.handler(call, **parameters))
    except Exception:
        repeats.forget(subject, key)
        raise
    repeats.keep(subject, key, _to_keep(response))
    return response


def _to_keep(response: Response) -> KeptAnswer:
    told = {name: response.headers[name] for name in ("Location", "ETag") if name in response.headers}
    return KeptAnswer(response.status_code, told, response.get_data())


class _Refused(Exception):
    def __init__(self, response: Response) -> None:
        self.response = response


def _caller(scope: str) -> Caller:
    header = request.headers.get("Authorization", "")
    scheme, _, token = header.partition(" ")
    if not header:
        raise _Refused(_challenge(401, "token_missing", "Send an access token.", code=""))
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidToken("invalid_token", "Send an access token as a bearer token.")
    return gateway().auth.access_tokens.caller_of(token.strip(), scope)


def _challenge(status: int, reason: str, message: str, scope: str = "", code: str | None = None) -> Response:
    """RFC 6750, section 3: without a token the challenge names no error."""
    code = reason if code is None else code
    parts = [_REALM]
    if code:
        parts.append(f'error="{code}"')
        parts.append(f'error_description="{message}"')
    if scope:
        parts.append(f'scope="{scope}"')
    return problems.problem(status, reason, message, headers={"WWW-Authenticate": ", ".join(parts)})


def _query(route: Route) -> Any:
    if route.query is None:
        if request.args:
            raise _Refused(_unknown(sorted(request.args)))
        return None
    fields = route.query.model_fields
    given: dict[str, Any] = {}
    for name, values in request.args.lists():
        many = name in fields and "list[" in str(fields[name].annotation)
        if len(values) > 1 and not many:
            raise InvalidArgument("repeated_parameter", f"{name} stands more than once.", field=name)
        given[name] = values if many else values[0]
    try:
        return route.query.model_validate(given)
    except ValidationError as error:
        raise _Refused(_invalid(error)) from None


def _body(route: Route) -> BaseModel | None:
    if route.body is None:
        return None
    raw = request.get_data()
    if not raw and not route.body_required:
        return route.body()
    if request.mimetype != "application/json":
        message = "Send the body as application/json."
        raise _Refused(
            problems.problem(415, "unsupported_media_type", message, headers={"Accept": "application/json"})
        )
    try:
        return route.body.model_validate_json(raw)
    except ValidationError as error:
        if any(found["type"] == "json_invalid" for found in error.errors(include_url=False)):
            raise _Refused(_no_json()) from None
        raise _Refused(_invalid(error)) from None


def _no_json() -> Response:
    message = "The body is not JSON."
    errors = [{"field": "body", "code": "malformed_json", "message": message}]
    return problems.problem(422, "malformed_json", message, errors=errors)


def _file() -> SentFile:
    if request.mimetype != "multipart/form-data":
        message = "Send the file as multipart/form-data."
        headers = {"Accept": "multipart/form-data"}
        raise _Refused(problems.problem(415, "unsupported_media_type", message, headers=headers))
    files = sent_files("file")
    if len(files) != 1:
        errors = [{"field": "file", "code": "missing", "message": "Send one file, with its name."}]
        raise _Refused(problems.problem(422, "invalid_request", "The request is not valid.", errors=errors))
    return files[0]


def _invalid(error: ValidationError) -> Response:
    errors = [
        {
            "field": ".".join(str(part) for part in found["loc"]) or "body",
            "code": str(found["type"]),
            "message": str(found["msg"]),
        }
        for found in error.errors(include_url=False, include_context=False, include_input=False)[:50]
    ]
    return problems.problem(422, "invalid_request", "The request is not valid.", errors=errors)


def _unknown(names: list[str]) -> Response:
    errors = [
        {"field": name, "code": "extra_forbidden", "message": "There is no such parameter."} for name in names
    ]
    return problems.problem(422, "invalid_request", "The request is not valid.", errors=errors)


def _idempotency_key() -> str:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return new_id("key")
    if not _KEY.fullmatch(key):
        message = "An idempotency key has 1 to 200 visible ASCII characters."
        raise InvalidArgument("idempotency_key_invalid", message, field="Idempotency-Key")
    return key


def _revision() -> int:
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return 0
    match = _ETAG.fullmatch(header.strip())
    if not match or int(match[1]) == 0:
        message = 'If-Match takes the ETag of a former answer, such as "7".'
        raise InvalidArgument("etag_invalid", message, field="If-Match")
    return int(match[1])


def _answer(route: Route, content: Any) -> Response:
    if isinstance(content, Response):
        return content
    if content is None:
        return Response(status=route.status)
    response = Response(json.dumps(content), route.status, content_type="application/json")
    if isinstance(content, dict) and isinstance(content.get("revision"), int):
        response.headers["ETag"] = f'"{content["revision"]}"'
    return response
