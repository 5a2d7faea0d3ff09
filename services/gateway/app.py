"""The web face: one Flask app made of the API, the OAuth endpoints and the pages."""

import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, g, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.urls import iri_to_uri

from chassis import telemetry
from chassis.errors import FairleadError
from services.gateway import pages, problems
from services.gateway.auth.access import SignInRequired
from services.gateway.auth.csrf import check_csrf, csrf_token, keep_visitor
from services.gateway.auth.login import login
from services.gateway.context import Gateway, gateway

_log = telemetry.logger("gateway")
# Never asked for by people; one line each would drown the log.
_QUIET = ("/healthz", "/readyz", "/static/")


def create_app(parts: Gateway, ready: Callable[[], bool] = lambda: True) -> Flask:
    """The Flask app of a gateway. `ready` says whether the stores and services it needs answer."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.extensions["fairlead"] = parts
    app.config["MAX_CONTENT_LENGTH"] = parts.settings.max_body_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = parts.settings.max_body_bytes
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    app.url_map.strict_slashes = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["csrf_token"] = csrf_token

    app.before_request(_begin)
    app.before_request(check_csrf)
    app.after_request(keep_visitor)
    app.after_request(_secure)
    app.after_request(_report)
    app.register_error_handler(FairleadError, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(Exception, _break)

    _register_health(app, ready)
    app.register_blueprint(login)
    pages.register(app)

    app.wsgi_app = _Traced(app.wsgi_app)  # type: ignore[method-assign]
    if parts.settings.trusted_proxies:
        hops = parts.settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


class _Traced:
    """Continues the trace a peer began, or begins one, for the whole of a request."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with telemetry.span("http " + environ["REQUEST_METHOD"], parent=environ.get("HTTP_TRACEPARENT", "")):
            return self._inner(environ, start_response)


def _register_health(app: Flask, ready: Callable[[], bool]) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """The process lives."""
        return Response("ok\n", content_type="text/plain")

    @app.get("/readyz")
    def readyz() -> Response:
        """The process can serve: 503 while something it needs is away."""
        if ready():
            return Response("ready\n", content_type="text/plain")
        message = "A store or service is away."
        return problems.problem(503, "not_ready", message, headers={"Retry-After": "1"})


def _begin() -> None:
    g.start = time.perf_counter()


def _report(response: Response) -> Response:
    if not request.path.startswith(_QUIET):
        route = request.url_rule.rule if request.url_rule else ""
        milliseconds = round((time.perf_counter() - g.get("start", time.perf_counter())) * 1000, 1)
        _log.info(
            "http_request",
            method=request.method,
            route=route,
            status=response.status_code,
            milliseconds=milliseconds,
        )
    return response


def _secure(response: Response) -> Response:
    """Headers every response carries. The policy allows nothing from elsewhere but the live face."""
    settings = gateway().settings
    target = urlsplit(g.get("form_action", ""))
    form_action = f" {target.scheme}://{target.netloc}" if target.netloc else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self' {settings.live_origin}; form-action 'self'{form_action}; manifest-src 'self'; "
        "worker-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if settings.origin.startswith("https:"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if not request.path.startswith("/static/"):
        headers.setdefault("Cache-Control", "no-store")
    return response


def _refuse(error: FairleadError) -> Response:
    if isinstance(error, SignInRequired):
        return _ask_to_sign_in(error)
    if problems.status_of(error) == 500:
        _log.error("backend_failed", reason=error.reason, path=request.path)
    response = problems.problem_of(error)
    return _as_page(response, error.message) if _wants_page() else response


def _refuse_http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    reason = error.name.lower().replace(" ", "_")
    headers = {
        name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "Location")
    }
    response = problems.problem(error.code, reason, error.description or "", headers=headers)
    return _as_page(response, error.description or "") if _wants_page() else response


def _break(error: Exception) -> Response:
    _log.exception("request_failed", path=request.path, exc_info=error)
    detail = "Something went wrong on our side."
    response = problems.problem(500, "internal", detail)
    return _as_page(response, detail) if _wants_page() else response


def _ask_to_sign_in(error: SignInRequired) -> Response:
    if request.method == "GET" and _wants_page():
        target = iri_to_uri(request.full_path.rstrip("?"))
        return redirect(f"/login?next={quote(target, safe='')}", 303)  # type: ignore[return-value]
    return problems.problem(401, error.reason, error.message, headers={"HX-Reswap": "none"})


def _wants_page() -> bool:
    """A person looks at it: not a program, and not a fragment that htmx fetches."""
    if request.path.startswith(
        ("/api/", "/oauth/token", "/oauth/revoke", "/oauth/introspect", "/.well-known/")
    ):
        return False
    return "HX-Request" not in request.headers and "text/html" in request.headers.get("Accept", "")


def _as_page(response: Response, detail: str) -> Response:
    try:
        title = problems.title_of(response.status_code)
        body = render_template("pages/error.html", title=title, detail=detail, trace_id=telemetry.trace_id(),
                               status=response.status_code)  # fmt: skip
    except Exception:
        # The error page itself may need a back end that is down.
        _log.exception("error_page_failed")
        return response
    response.set_data(body)
    response.content_type = "text/html; charset=utf-8"
    return response
