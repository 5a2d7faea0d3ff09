"""What surrounds every served call: trace, metrics and log line, error mapping, caller verification."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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
    """

    def __init__(self, service: str, verify: Callable[..., Caller], clock: Clock) -> None:
        self._service = service
        self._verify = verify
        self._clock = clock
        self._log = telemetry.logger(service)

    def intercept_service(self, continuation: Any, details: grpc.HandlerCallDetails) -> Any:
        """The handler, wrapped; called by gRPC for every call."""
        handler = continuation(details)
        if handler is None or details.method.startswith(_EXEMPT):
            return handler
        metadata = dict(details.invocation_metadata or ())

        @contextmanager
        def surround(request: Any, context: grpc.ServicerContext) -> Iterator[None]:
            with ExitStack() as layers:
                layers.enter_context(
                    telemetry.span(details.method, parent=str(metadata.get("traceparent", "")))
                )
                layers.enter_context(self._recorded(details.method, request, context))
                layers.enter_context(self._mapped(details.method, context))
                setattr(context, _ATTRIBUTE, self._verified(metadata))
                yield

        return _wrapped(handler, surround)

    def _verified(self, metadata: dict[str, Any]) -> Caller:
        token = metadata.get(CALLER_METADATA)
        if not token:
            raise Unauthenticated("caller_missing", "This call names no caller.")
        return self._verify(token, self._clock())

    @contextmanager
    def _recorded(self, method: str, request: Any, context: Any) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - began
            code = _code_of(context).name
            name = method.rpartition("/")[2]
            HANDLED.labels(self._service, name, code).inc()
            SECONDS.labels(self._service, name).observe(seconds)
            caller = getattr(context, _ATTRIBUTE, None)
            self._log.info(
                "rpc_handled",
                method=method,
                code=code,
                ms=round(seconds * 1000, 1),
                provider_id=caller.provider_id if caller else "",
                tenant_id=_tenant_of(request, caller),
            )

    @contextmanager
    def _mapped(self, method: str, context: Any) -> Iterator[None]:
        try:
            # The driver's own errors are translated by the stores; this catches one that slipped through.
            with outages():
                yield
        except FairleadError as error:
            context.set_trailing_metadata(trailing_metadata(error))
            context.abort(code_of(error), error.reason)
        except GeneratorExit:
            raise  # the client stopped reading a stream
        except Exception:
            if context.code() not in (None, grpc.StatusCode.OK):
                raise  # the servicer aborted by itself: the status is already set
            self._log.exception("rpc_failed", method=method)
            context.set_trailing_metadata(internal_metadata())
            context.abort(grpc.StatusCode.INTERNAL, "internal")


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


def _wrapped(handler: Any, surround: Callable[..., Any]) -> grpc.RpcMethodHandler:
    """The same handler with its behavior run inside `surround`."""
    kind = ("stream" if handler.request_streaming else "unary") + (
        "_stream" if handler.response_streaming else "_unary"
    )
    behavior = getattr(handler, kind)

    def one_response(request: Any, context: grpc.ServicerContext) -> Any:
        with surround(request, context):
            return behavior(request, context)

    def many_responses(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:
        with surround(request, context):
            yield from behavior(request, context)

    make = getattr(grpc, f"{kind}_rpc_method_handler")
    return make(
        many_responses if handler.response_streaming else one_response,
        request_deserializer=handler.request_deserializer,
        response_serializer=handler.response_serializer,
    )
