"""Errors on the wire: a gRPC status code plus trailing metadata `fl-error-bin` with reason and values."""

import json

import grpc

from chassis.errors import FairleadError, Unavailable, error_for

CALLER_METADATA = "fl-caller"
ERROR_METADATA = "fl-error-bin"
# gRFC A6: a negative push-back tells the client's retry policy not to try again. The server did answer;
# hammering a service whose store is down only delays the caller's own answer.
_NO_RETRY = ("grpc-retry-pushback-ms", "-1")
# HTTP/2 peers may refuse larger header blocks (8 KiB by default).
_MAX_VALUE_LENGTH = 512


def code_of(error: FairleadError) -> grpc.StatusCode:
    """The status code an error class travels as."""
    return getattr(grpc.StatusCode, error.status, grpc.StatusCode.UNKNOWN)


def trailing_metadata(error: FairleadError) -> tuple[tuple[str, str | bytes], ...]:
    """The metadata that carries reason, message and values."""
    body = {
        "reason": error.reason,
        "message": error.message[:_MAX_VALUE_LENGTH],
        "values": {name: value[:_MAX_VALUE_LENGTH] for name, value in error.values.items()},
    }
    entry = (ERROR_METADATA, json.dumps(body, separators=(",", ":")).encode())
    return (entry, _NO_RETRY) if isinstance(error, Unavailable) else (entry,)


def internal_metadata() -> tuple[tuple[str, bytes], ...]:
    """What a bug looks like from outside: a reason, and no detail."""
    body = {"reason": "internal", "message": "Something went wrong on our side.", "values": {}}
    return ((ERROR_METADATA, json.dumps(body, separators=(",", ":")).encode()),)


def error_from(error: grpc.RpcError, service: str) -> Exception:
    """The chassis error that a failed call stands for.

    A peer that does not answer (UNAVAILABLE, DEADLINE_EXCEEDED without our metadata) becomes
    Unavailable("<service>_unavailable"); a peer's bug becomes FairleadError("internal").
    """
    code = error.code() if hasattr(error, "code") else grpc.StatusCode.UNKNOWN
    for name, value in (error.trailing_metadata() if hasattr(error, "trailing_metadata") else None) or ():
        if name == ERROR_METADATA:
            body = json.loads(value)
            return error_for(code.name, body["reason"], body["message"], body["values"])
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        return Unavailable(
            f"{service}_unavailable", f"The {service} service does not answer.", service=service
        )
    return error_for(code.name, code.name.lower(), f"The {service} service refused the call.")
