"""What every request passes: trace, log line, metrics, security headers."""

import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from chassis import telemetry
from services.gateway.auth.access import live_origin
from services.gateway.auth.context import gateway

_log = telemetry.logger("gateway")
_PATIENCE = "5"
# Asked for by machines, over and over; one line each would drown the log.
_QUIET = ("/healthz", "/readyz", "/static/")


def pass_every_request(app: Flask) -> None:
    """Adds the edge to an app. The trace encloses everything, also what other handlers log."""
    app.before_request(_begin)
    app.after_request(_ask_for_patience)
    app.after_request(_secure)
    app.after_request(_report)
    app.wsgi_app = _Traced(app.wsgi_app)  # type: ignore[method-assign]  # as Flask documents it


class _Traced:
    """Continues the trace a peer began, or begins one, for the whole of a request."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        name = "http " + environ["REQUEST_METHOD"]
        with telemetry.span(name, parent=environ.get("HTTP_TRACEPARENT", "")):
            return self._inner(environ, start_response)


def _begin() -> None:
    g.start = time.perf_counter()


def _report(response: Response) -> Response:
    if request.path.startswith(_QUIET):
        return response
    route = request.url_rule.rule if request.url_rule else ""
    seconds = time.perf_counter() - g.get("start", time.perf_counter())
    _log.info(
        "http_request",
        method=request.method,
        route=route,
        status=response.status_code,
        milliseconds=round(seconds * 1000, 1),
    )
    _seconds().labels(request.method, route or "none", response.status_code).observe(seconds)
    return response


def _ask_for_patience(response: Response) -> Response:
    """Whoever is refused for coming too often is told when to come again, also where a page did not say."""
    if response.status_code == 429:
        response.headers.setdefault("Retry-After", _PATIENCE)
    return response


def _secure(response: Response) -> Response:
    """The policy allows nothing from elsewhere but the live face."""
    settings = gateway().settings
    target = urlsplit(g.get("form_action", ""))
    form_action = f" {target.scheme}://{target.netloc}" if target.netloc else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self' {live_origin()}; form-action 'self'{form_action}; manifest-src 'self'; "
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


_metric: Any = None


def _seconds() -> Any:
    """The histogram of request times, made once per process (a registry refuses a second one)."""
    global _metric
    if _metric is None:
        from prometheus_client import Histogram

        _metric = Histogram(
            "fairlead_http_request_seconds", "Time to answer HTTP requests.", ["method", "route", "status"]
        )
    return _metric
