"""What surrounds every served call: trace, metrics and log line, error mapping, caller verification."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import grpc
from prometheus_client import Counter, Histogram

from chassis import telemetry
from chassis.clock import Clock
from chassis.errors import FairleadError, Unauthenticated
from chassis.mongo import outages
from chassis.rpc.status import CALLER_METADATA, code_of, internal_metadata, trailing_metadata
from chassis.tenancy import Caller

HANDLED = Counter("fairlead_rpc_handled_total", "Calls answered", ["service", "method", "code"])
SECONDS = Histogram(
    "fairlead_rpc_handled_seconds",
    "Seconds from request to answer",
    ["service", "method"],
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)

_ATTRIBUTE = "fairlead_caller"
_EXEMPT = ("/grpc.health.v1.Health/", "/grpc.reflection.")


def caller_of(context: grpc.ServicerContext) -> Caller:
    """The verified caller of the call being served. Raises Unauthenticated("caller_missing") without one."""
    caller = getattr(context, _ATTRIBUTE, None)
    if caller is None:
        raise Unauthenticated("caller_missing", "This call names no caller.")
    return caller


class Surroundings(grpc.ServerInterceptor):
    """Wraps every handler, unary or streaming either way, in the same four layers.

    Outermost first: the trace continues; the call is counted and logged when it ends, whatever its end;
    errors become status codes; the caller's token is verified (health and reflection are exempt).

    A page makes half a dozen calls that do little else, so the layers are plain objects, made once a call; what does
    not differ between the calls of a method is kept.
    """

    def __init__(self, service: str, verify: Callable[..., Caller], clock: Clock) -> None:
        self._service = service
        self._verify = verify
        self._clock = clock
        self._log = telemetry.logger(service)
        self._wrapped: dict[str, tuple[Any, grpc.RpcMethodHandler]] = {}
        self._meters: dict[tuple[str, str], tuple[Counter, Histogram]] = {}

    def intercept_service(self, continuation: Any, details: grpc.HandlerCallDetails) -> Any:
        """The handler, wrapped; called by gRPC for every call."""
        handler, method = continuation(details), details.method
        if handler is None or method.startswith(_EXEMPT):
            return handler
        known = self._wrapped.get(method)
        if known is None or known[0] is not handler:
            known = self._wrapped[method] = handler, self._wrap(handler, method)
        return known[1]

    def _wrap(self, handler: Any, method: str) -> grpc.RpcMethodHandler:
        """The same handler with its behavior run inside the layers."""
        kind = ("stream" if handler.request_streaming else "unary") + (
            "_stream" if handler.response_streaming else "_unary"
        )
        behavior = getattr(handler, kind)

        def one_response(request: Any, context: grpc.ServicerContext) -> Any:
            metadata = dict(context.invocation_metadata() or ())
            with (
                telemetry.span(method, parent=str(metadata.get("traceparent", ""))),
                _Recorded(self, method, request, context),
                _Mapped(self._log, method, context),
            ):
                setattr(context, _ATTRIBUTE, self._verified(metadata))
                return behavior(request, context)

        def many_responses(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
            metadata = dict(context.invocation_metadata() or ())
            with (
                telemetry.span(method, parent=str(metadata.get("traceparent", ""))),
                _Recorded(self, method, request, context),
                _Mapped(self._log, method, context),
            ):
                setattr(context, _ATTRIBUTE, self._verified(metadata))
                yield from behavior(request, context)

        make = getattr(grpc, f"{kind}_rpc_method_handler")
        return make(
            many_responses if handler.response_streaming else one_response,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _verified(self, metadata: dict[str, Any]) -> Caller:
        token = metadata.get(CALLER_METADATA)
        if not token:
            raise Unauthenticated("caller_missing", "This call names no caller.")
        return self._verify(token, self._clock())

    def record(self, method: str, request: Any, context: Any, seconds: float) -> None:
        """Counts and logs a call that has ended."""
        code = _code_of(context).name
        meters = self._meters.get((method, code))
        if meters is None:
            name = method.rpartition("/")[2]
            meters = HANDLED.labels(self._service, name, code), SECONDS.labels(self._service, name)
            self._meters[method, code] = meters
        meters[0].inc()
        meters[1].observe(seconds)
        caller = getattr(context, _ATTRIBUTE, None)
        self._log.info(
            "rpc_handled",
            method=method,
            code=code,
            ms=round(seconds * 1000, 1),
            provider_id=caller.provider_id if caller else "",
            tenant_id=_tenant_of(request, caller),
        )


class _Recorded:
    """Counts and logs a call when it ends, whatever its end."""

    __slots__ = ("_began", "_context", "_method", "_request", "_surroundings")

    def __init__(self, surroundings: Surroundings, method: str, request: Any, context: Any) -> None:
        self._surroundings = surroundings
        self._method = method
        self._request = request
        self._context = context

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        seconds = time.perf_counter() - self._began
        self._surroundings.record(self._method, self._request, self._context, seconds)


class _Mapped:
    """Turns what a handler raises into a status; the call is over then (`abort` raises)."""

    __slots__ = ("_context", "_log", "_method")

    def __init__(self, log: Any, method: str, context: Any) -> None:
        self._log = log
        self._method = method
        self._context = context

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        # A client that stops reading a stream closes the handler's generator, which is no error.
        if not isinstance(error, Exception):
            return
        try:
            # The driver's own errors are translated by the stores; this catches one that slipped through.
            with outages():
                raise error
        except FairleadError as known:
            self._context.set_trailing_metadata(trailing_metadata(known))
            self._context.abort(code_of(known), known.reason)
        except Exception:
            if self._context.code() not in (None, grpc.StatusCode.OK):
                raise  # the servicer aborted by itself: the status is already set
            self._log.exception("rpc_failed", method=self._method)
            self._context.set_trailing_metadata(internal_metadata())
            self._context.abort(grpc.StatusCode.INTERNAL, "internal")


def _code_of(context: Any) -> grpc.StatusCode:
    code = context.code()
    if code is None:
        # Nobody waits for the answer any more: canceled, or past its deadline.
        return grpc.StatusCode.OK if context.is_active() else grpc.StatusCode.CANCELLED
    return code


def _tenant_of(request: Any, caller: Caller | None) -> str:
    named = getattr(request, "tenant_id", "")
    if isinstance(named, str) and named:
        return named
    if caller and caller.tenant_ids and len(caller.tenant_ids) == 1:
        return next(iter(caller.tenant_ids))
    return ""
