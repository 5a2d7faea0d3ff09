"""Logs, traces and metrics of one process.

    from chassis import telemetry

    telemetry.configure(settings)                       # once, first thing in a process
    log = telemetry.logger("incidents")                 # a structlog logger bound to the service
    log.info("incident_opened", tenant_id=..., number=...)   # constant event name + fields

    with telemetry.span("deliver_mail"):                # child of whatever called us
        headers = {"traceparent": telemetry.traceparent()}   # hand the trace on

    with telemetry.span("GET /incidents", parent=request.headers.get("traceparent", "")):
        ...                                             # continue the trace a peer began

Traces: the W3C trace context (https://www.w3.org/TR/trace-context/) travels HTTP → gRPC → NATS whether or
not spans are exported, so one trace id joins the log lines of every service an incident passes through.
OpenTelemetry is imported only when `settings.otlp_endpoint` is set: it costs a process 30 MB and 0.3 s.

Logs are JSON lines on stderr. Fields that could hold a token, a secret or a body are replaced by
"[redacted]" whoever logs them.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import sys
import threading
import traceback
from collections.abc import Iterator, MutableMapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import structlog

    from chassis.config import Settings
else:
    # structlog reaches for rich to color consoles. We write JSON: without it every process saves 5 MiB.
    _without_rich = {"rich": None} if "rich" not in sys.modules else {}
    sys.modules.update(_without_rich)
    try:
        import structlog
    finally:
        for _name in _without_rich:
            del sys.modules[_name]

_REDACTED = "[redacted]"
_SECRET_NAMES = (
    frozenset(("token", "access_token", "refresh_token", "caller_token", "authorization", "cookie"))
    | frozenset(("password", "secret", "client_secret", "private_key", "key", "code_verifier"))
    | frozenset(("body", "raw", "payload", "text", "html", "content"))
)
_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


@dataclass(frozen=True)
class TraceContext:
    """Where we are in a trace: the ids of W3C `traceparent`, as lowercase hex."""

    trace_id: str
    span_id: str
    flags: str = "00"

    @property
    def header(self) -> str:
        """The context as a traceparent header."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


_current: ContextVar[TraceContext | None] = ContextVar("fairlead_trace", default=None)
_tracer: Any = None
_provider: Any = None
_lock = threading.Lock()
_metrics_servers: dict[int, Any] = {}
_configured = False


def configure(settings: Settings) -> None:
    """Sets up logs, traces and the metrics endpoint. Safe to call once per service of a shared process."""
    global _configured
    with _lock:
        if not _configured:
            _configure_logs(settings.log_level)
            _configured = True
    if getattr(settings, "otlp_endpoint", ""):
        _configure_traces(settings)
    if getattr(settings, "metrics_port", 0):
        serve_metrics(settings.metrics_port, settings.host)


def logger(service: str, **fields: str) -> Any:
    """A structured logger whose every line names the service. May be made at import, before `configure`."""
    # Not bind(): that would settle on the configuration of this moment.
    return structlog.get_logger(service=service, **fields)


def parse_traceparent(header: str) -> TraceContext | None:
    """Reads a W3C traceparent header; None if it is missing or malformed (then a new trace begins)."""
    match = _TRACEPARENT.match(header or "")
    if not match or set(match[1]) == {"0"} or set(match[2]) == {"0"}:
        return None
    return TraceContext(match[1], match[2], match[3])


def traceparent() -> str:
    """The header that continues the current trace; "" outside any span."""
    current = _current.get()
    return current.header if current else ""


def trace_id() -> str:
    """The current trace id, shown to people as the reference of a problem; "" outside any span."""
    current = _current.get()
    return current.trace_id if current else ""


def span(
    name: str, parent: str | None = None, **attributes: str | int
) -> AbstractContextManager[TraceContext]:
    """Runs its body as one step of a trace.

    `parent` is a traceparent header received from a peer; None continues the trace of the calling code.
    A missing or malformed header begins a new trace. Exported only if an OTLP endpoint is configured.
    """
    origin = parse_traceparent(parent) if parent is not None else _current.get()
    return _exported_span(name, origin, attributes) if _tracer is not None else _Step(origin)


class _Step:
    """A span that nobody is told of. There is one for each call and each request, so it is no generator."""

    __slots__ = ("_origin", "_reset")

    def __init__(self, origin: TraceContext | None) -> None:
        self._origin = origin

    def __enter__(self) -> TraceContext:
        origin = self._origin
        here = TraceContext(
            trace_id=origin.trace_id if origin else secrets.token_hex(16),
            span_id=secrets.token_hex(8),
            flags=origin.flags if origin else "00",
        )
        self._reset = _current.set(here)
        return here

    def __exit__(self, *_: object) -> None:
        _reset(self._reset)


def serve_metrics(port: int, host: str = "127.0.0.1") -> None:
    """Serves Prometheus metrics at http://host:port/metrics, once per port and process."""
    from prometheus_client import start_http_server

    with _lock:
        if port not in _metrics_servers:
            _metrics_servers[port] = start_http_server(port, addr=host)


def flush() -> None:
    """Sends the spans that wait to be exported; for a process that is about to end."""
    if _provider is not None:
        _provider.force_flush(2_000)


def _reset(token: Any) -> None:
    try:
        _current.reset(token)
    except ValueError:
        # A streaming response may be finished on another thread than it began on.
        _current.set(None)


def _redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if name in _SECRET_NAMES or isinstance(value, bytes):
            event[name] = _REDACTED
    return event


def _describe_exception(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Where it happened and what: never local variables, which hold tokens and bodies."""
    info = event.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else sys.exc_info()[1] if info else None
    if error is not None:
        event["error"] = type(error).__name__
        event["error_message"] = str(error)[:300]
        event["stack"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__, limit=-12)
        ]
    return event


def _add_trace(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    current = _current.get()
    if current:
        event.setdefault("trace_id", current.trace_id)
    return event


class _LibraryHandler(logging.Handler):
    """Libraries log through the standard module; their warnings belong among our lines."""

    def emit(self, record: logging.LogRecord) -> None:
        fields = {"logger": record.name, "message": record.getMessage()[:300]}
        log = structlog.get_logger()
        log.log(record.levelno, f"library_{record.levelname.lower()}", **fields)


def _configure_logs(level: str) -> None:
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
            _add_trace,
            _redact,
            _describe_exception,
            structlog.processors.JSONRenderer(default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    if not any(isinstance(handler, _LibraryHandler) for handler in root.handlers):
        root.addHandler(_LibraryHandler(logging.WARNING))


def _configure_traces(settings: Settings) -> None:
    global _tracer, _provider
    with _lock:
        if _tracer is not None:
            return
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

        # 5 % sampling costs 10 % of throughput, 100 % costs 40 % (measured).
        ratio = float(os.environ.get("OTEL_TRACES_SAMPLER_ARG", "0.05"))
        provider = TracerProvider(
            resource=Resource.create({"service.name": f"fairlead-{settings.service}"}),
            sampler=ParentBased(TraceIdRatioBased(ratio)),
        )
        endpoint = settings.otlp_endpoint.rstrip("/")
        endpoint = endpoint if endpoint.endswith("/v1/traces") else f"{endpoint}/v1/traces"
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
        _tracer, _provider = provider.get_tracer("fairlead"), provider


@contextmanager
def _exported_span(
    name: str, origin: TraceContext | None, attributes: dict[str, str | int]
) -> Iterator[TraceContext]:
    from opentelemetry import trace

    context = None
    if origin is not None:
        remote = trace.SpanContext(
            int(origin.trace_id, 16), int(origin.span_id, 16), True, trace.TraceFlags(int(origin.flags, 16))
        )
        context = trace.set_span_in_context(trace.NonRecordingSpan(remote))
    exported = _tracer.start_span(name, context=context, attributes=attributes)
    ids = exported.get_span_context()
    here = TraceContext(f"{ids.trace_id:032x}", f"{ids.span_id:016x}", f"{int(ids.trace_flags):02x}")
    reset = _current.set(here)
    try:
        yield here
    except Exception as error:
        exported.record_exception(error)
        exported.set_status(trace.Status(trace.StatusCode.ERROR))
        raise
    finally:
        _reset(reset)
        exported.end()
