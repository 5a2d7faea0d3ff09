"""Every refusal: problem details for programs and fragments, a page for people."""

from urllib.parse import quote

from flask import Flask, Response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response as BaseResponse

from chassis import telemetry
from chassis.errors import FairleadError
from services.gateway.api import problems
from services.gateway.auth.access import SignInRequired

_log = telemetry.logger("gateway")
_FOR_PROGRAMS = (
    "/api/",
    "/v2/",
    "/oauth/token",
    "/oauth/revoke",
    "/oauth/introspect",
    "/oauth/jwks",
    "/.well-known/",
)


def answer_refusals(app: Flask) -> None:
    """Adds the error handlers to an app."""
    app.register_error_handler(FairleadError, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(Exception, _break)


def _refuse(error: FairleadError) -> BaseResponse:
    if isinstance(error, SignInRequired):
        return _ask_to_sign_in(error)
    if problems.status_of(error) == 500:
        _log.error("backend_failed", reason=error.reason, route=_route())
    response = problems.problem_of(error)
    return _as_page(response, error.message) if _wants_page() else response


def _refuse_http(error: HTTPException) -> BaseResponse:
    if error.code is None or error.code < 400:
        return error.get_response()
    reason = error.name.lower().replace(" ", "_")
    kept = ("Allow", "Retry-After")
    headers = {name: value for name, value in error.get_headers() if name in kept}
    response = problems.problem(error.code, reason, error.description or "", headers=headers)
    return _as_page(response, error.description or "") if _wants_page() else response


def _break(error: Exception) -> Response:
    _log.exception("request_failed", route=_route(), exc_info=error)
    detail = "Something went wrong on our side."
    response = problems.problem(500, "internal", detail)
    return _as_page(response, detail) if _wants_page() else response


def _route() -> str:
    """The rule and not the address: a password or answer link in a log would be good for whoever reads it."""
    return request.url_rule.rule if request.url_rule else ""


def _ask_to_sign_in(error: SignInRequired) -> BaseResponse:
    if request.method == "GET" and _wants_page():
        target = iri_to_uri(request.full_path.rstrip("?"))
        return redirect(f"/login?next={quote(target, safe='')}", 303)
    return problems.problem(401, error.reason, error.message)


def _wants_page() -> bool:
    """A person looks at it: not a program, and not a fragment that htmx fetches."""
    if request.path.startswith(_FOR_PROGRAMS):
        return False
    return "HX-Request" not in request.headers and "text/html" in request.headers.get("Accept", "")


def _as_page(response: Response, detail: str) -> Response:
    status = response.status_code
    try:
        body = render_template(
            "pages/error.html",
            title=problems.title_of(status),
            detail=detail,
            status=status,
            reason=(response.get_json(silent=True) or {}).get("reason", ""),
            trace_id=telemetry.trace_id(),
        )
    except Exception:
        # The error page itself may need a back end that is down.
        _log.exception("error_page_failed")
        return response
    response.set_data(body)
    response.content_type = "text/html; charset=utf-8"
    return response
