"""Calling another service: the caller and the trace go along, errors come back as they were raised."""

from collections.abc import Callable, Iterator
from typing import Any

import grpc

from chassis import telemetry
from chassis.errors import Unauthenticated
from chassis.rpc.status import CALLER_METADATA, error_from
from chassis.tenancy import Caller


def call(stub_method: Callable[..., Any], request: Any, caller: Caller, timeout: float | None = None) -> Any:
    """Calls a stub's method with one answer and returns it.

    `request` is a message, or an iterator of messages for a client-streaming method. `timeout` is in
    seconds (default 5). Raises the chassis error that the server raised; Unavailable("<service>_unavailable")
    when the server does not answer in time; Unauthenticated("caller_token_missing") for a caller without a token.
    """
    try:
        return stub_method(request, timeout=timeout, metadata=_metadata(caller))
    except grpc.RpcError as error:
        raise error_from(error, _service_of(stub_method)) from error


def call_stream(
    stub_method: Callable[..., Any], request: Any, caller: Caller, timeout: float | None = None
) -> Iterator[Any]:
    """Calls a method that answers with a stream, and yields its messages. Raises as `call` does, while iterating.

    `timeout` bounds the whole stream. Closing the iterator cancels the call.
    """
    stream = stub_method(request, timeout=timeout, metadata=_metadata(caller))
    try:
        yield from stream
    except grpc.RpcError as error:
        raise error_from(error, _service_of(stub_method)) from error
    finally:
        stream.cancel()


def _metadata(caller: Caller) -> tuple[tuple[str, str], ...]:
    if not caller.token:
        raise Unauthenticated("caller_token_missing", "A caller needs a signed token to travel.")
    with_caller = ((CALLER_METADATA, caller.token),)
    trace = telemetry.traceparent()
    return (*with_caller, ("traceparent", trace)) if trace else with_caller


def _service_of(stub_method: Callable[..., Any]) -> str:
    return getattr(stub_method, "service", "peer")
