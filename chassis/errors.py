"""Errors with a stable reason, carried over gRPC and to problem details (RFC 9457).

A reason is a constant in snake_case that programs may compare (`incident_not_found`); a message is
for people; values are the facts the message speaks of. Each class has one gRPC status name, and
one place (`error_for`) turns a status back into its class, so a caller catches what the callee raised.
"""

from typing import ClassVar


class FairleadError(Exception):
    """A refusal that the caller can understand. Anything else that escapes is a bug (INTERNAL)."""

    status: ClassVar[str] = "UNKNOWN"

    def __init__(self, reason: str, message: str = "", **values: object) -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message or reason.replace("_", " ")
        self.values: dict[str, str] = {key: str(value) for key, value in values.items()}

    def __str__(self) -> str:
        return f"{self.reason}: {self.message}"


class NotFound(FairleadError):
    """It does not exist, or not for this caller; the two are never told apart."""

    status = "NOT_FOUND"


class AlreadyExists(FairleadError):
    """The id, or another value that must be unique, is taken."""

    status = "ALREADY_EXISTS"


class InvalidState(FairleadError):
    """The record's present state does not allow this; repeating it unchanged will not help."""

    status = "FAILED_PRECONDITION"


class RevisionConflict(FairleadError):
    """Someone else saved first; load again, decide again, save again."""

    status = "ABORTED"


class PermissionDenied(FairleadError):
    """The caller is known, and may not do this."""

    status = "PERMISSION_DENIED"


class InvalidArgument(FairleadError):
    """A value is wrong whatever the record's state; `values["field"]` names it where there is one."""

    status = "INVALID_ARGUMENT"


class Unauthenticated(FairleadError):
    """No caller token, or one that does not verify."""

    status = "UNAUTHENTICATED"


class ResourceExhausted(FairleadError):
    """A limit is reached; `values["retry_after"]` holds seconds where waiting helps."""

    status = "RESOURCE_EXHAUSTED"


class Unavailable(FairleadError):
    """Something below is down. A write may or may not have happened: retry with the same idempotency key."""

    status = "UNAVAILABLE"


_BY_STATUS: dict[str, type[FairleadError]] = {
    kind.status: kind
    for kind in (
        NotFound,
        AlreadyExists,
        InvalidState,
        RevisionConflict,
        PermissionDenied,
        InvalidArgument,
        Unauthenticated,
        ResourceExhausted,
        Unavailable,
    )
}


def error_for(
    status: str, reason: str, message: str = "", values: dict[str, str] | None = None
) -> FairleadError:
    """The error of the class that stands for a gRPC status name; a plain FairleadError for any other."""
    error = _BY_STATUS.get(status, FairleadError)(reason, message)
    error.values = dict(values or {})
    return error
