"""Problem details (RFC 9457): one shape for every refusal, with a stable type that programs may compare."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, json

from chassis import telemetry
from chassis.errors import FairleadError

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:fairlead:problem:"
RETRY_SECONDS = 2

_STATUS = {
    "NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "FAILED_PRECONDITION": 409,
    "ABORTED": 409,
    "PERMISSION_DENIED": 403,
    "INVALID_ARGUMENT": 422,
    "RESOURCE_EXHAUSTED": 429,
    "UNAVAILABLE": 503,
}
# draft-ietf-httpapi-idempotency-key-header, section 2.7: a key that came with another body is no state that passes.
_STATUS_OF_REASON = {
    "json_malformed": 400,
    "form_malformed": 400,
    "alert_too_large": 413,
    "idempotency_key_reused": 422,
    "attachment_too_large": 413,
}
_TITLES = {
    400: "Bad request",
    401: "Authentication required",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    412: "Precondition failed",
    413: "Too large",
    415: "Unsupported media type",
    422: "Invalid request",
    429: "Too many requests",
    500: "Internal error",
    503: "Temporarily unavailable",
}


def status_of(error: FairleadError) -> int:
    """The HTTP status an error stands for. 500 for what no caller can mend."""
    return _STATUS_OF_REASON.get(error.reason) or _STATUS.get(error.status, 500)


def problem(
    status: int,
    reason: str,
    detail: str = "",
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    **values: str,
) -> Response:
    """A problem response. `errors` holds {field, code, message}; `values` are the facts the detail speaks of."""
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + reason,
        "title": _TITLES.get(status, "Problem"),
        "status": status,
        "reason": reason,
    }
    if detail:
        body["detail"] = detail
    if errors:
        body["errors"] = [dict(error) for error in errors]
    if values:
        body["values"] = values
    trace = telemetry.trace_id()
    if trace:
        body["trace_id"] = trace
    response = Response(json.dumps(body), status, content_type=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def problem_of(error: FairleadError) -> Response:
    """The problem a chassis error stands for."""
    status = status_of(error)
    if status == 500:
        return problem(500, "internal", "Something went wrong on our side.")
    headers, errors = {}, []
    if status == 503:
        headers["Retry-After"] = str(RETRY_SECONDS)
    if status == 429:
        headers["Retry-After"] = error.values.get("retry_after", str(RETRY_SECONDS))
    if status == 422 and error.values.get("field"):
        errors = [{"field": error.values["field"], "code": error.reason, "message": error.message}]
    if error.reason == "answers_invalid":
        errors = _wrong_answers(error.values.get("errors", "[]"))
    hidden = ("field", "retry_after", "errors")
    values = {name: value for name, value in error.values.items() if name not in hidden}
    return problem(status, error.reason, error.message, errors=errors, headers=headers, **values)


def _wrong_answers(found: str) -> list[dict[str, str]]:
    """Each answer to a form that is wrong, by the JSON pointer of where it stands in the request."""
    return [
        {
            "field": "answers" + each["pointer"].replace("/", "."),
            "pointer": "/answers" + each["pointer"],
            "code": each["code"],
            "message": f"{each['code'].replace('_', ' ')}{' (' + each['limit'] + ')' if 'limit' in each else ''}",
        }
        for each in json.loads(found)
    ]


def title_of(status: int) -> str:
    """What an HTTP status is called."""
    return _TITLES.get(status, "Problem")
