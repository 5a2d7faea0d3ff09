"""What a handler receives, and how it says that some of it failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from google.protobuf.message import DecodeError, Message

from chassis import headers as names
from chassis.errors import FairleadError, Unauthenticated
from chassis.tenancy import Caller

AnyMessage = TypeVar("AnyMessage", bound=Message)
MessageClass = type[AnyMessage]  # named here, because Event has a field called type


class MalformedEvent(FairleadError):
    """The event lacks what every event carries, or its payload is not the message it claims to be."""

    status = "INVALID_ARGUMENT"


class CallerUnverified(FairleadError):
    """The event's caller token does not verify at the event's own time."""

    status = "UNAUTHENTICATED"


class EventFailed(Exception):
    """Raised by a handler: these events of the batch failed, the others are handled.

    errors: event id → what went wrong. Later events of the same aggregate are handed over again with it.
    """

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        super().__init__(f"{len(errors)} events failed")
        self.errors = dict(errors)


class Verifier(Protocol):
    """What reads caller tokens; chassis.tokens.CallerVerifier does."""

    def verify(self, token: str, at: datetime) -> Caller:
        """The caller that the token names. Raises Unauthenticated."""
        ...


@dataclass(frozen=True)
class Event:
    """One fact announced by a service.

    id: "<aggregate>:<seq>", the same at every delivery.
    type: full protobuf name of the payload; fact: its short past-tense name ("incident_opened").
    source: the service that announced it. time: when it happened (UTC).
    seq grows within the aggregate, with gaps; revision is the aggregate's revision the event belongs to.
    caller: who caused it, verified. delivered: 1 at the first attempt, then 2, 3, …
    """

    id: str
    type: str
    fact: str
    source: str
    subject: str
    provider_id: str
    tenant_id: str
    aggregate_id: str
    seq: int
    revision: int
    time: datetime
    caller: Caller
    payload: bytes = field(repr=False)
    delivered: int = 1
    traceparent: str = ""

    def parse(self, message_class: MessageClass[AnyMessage]) -> AnyMessage:
        """The payload as its message. Raises MalformedEvent("malformed_event") if it is another type or damaged."""
        if self.type != message_class.DESCRIPTOR.full_name:
            raise MalformedEvent(
                "malformed_event", f"{self.type} is not {message_class.DESCRIPTOR.full_name}."
            )
        try:
            return message_class.FromString(self.payload)
        except DecodeError as error:
            raise MalformedEvent("malformed_event", f"The payload is not a {self.type}.") from error


def aggregate_of(subject: str) -> str:
    """What order is kept within: the tenant and aggregate of a subject, or the whole subject if it has no such shape."""
    parts = subject.split(".")
    return f"{parts[3]}.{parts[4]}" if len(parts) == 6 else subject


def event_from(
    subject: str, headers: Mapping[str, str], payload: bytes, verifier: Verifier, delivered: int = 1
) -> Event:
    """Reads an event as it came. Raises MalformedEvent or CallerUnverified."""
    parts = subject.split(".")
    try:
        _, source, _, tenant_id, aggregate_id, fact = parts
        time = datetime.fromisoformat(headers[names.TIME])
        if time.tzinfo is None:
            raise ValueError("a time without zone")
        seq, revision = int(headers[names.SEQUENCE]), int(headers[names.REVISION])
        event_id, kind, provider_id = headers[names.MESSAGE_ID], headers[names.TYPE], headers[names.PROVIDER]
    except (KeyError, ValueError) as error:
        raise MalformedEvent("malformed_event", "A header is missing or unreadable.") from error
    return Event(
        id=event_id,
        type=kind,
        fact=fact,
        source=source,
        subject=subject,
        provider_id=provider_id,
        tenant_id=tenant_id,
        aggregate_id=aggregate_id,
        seq=seq,
        revision=revision,
        time=time,
        caller=_caller(headers, provider_id, time, verifier),
        payload=payload,
        delivered=delivered,
        traceparent=headers.get(names.TRACEPARENT, ""),
    )


def _caller(headers: Mapping[str, str], provider_id: str, time: datetime, verifier: Verifier) -> Caller:
    try:
        caller = verifier.verify(headers.get(names.CALLER, ""), time)
    except Unauthenticated as error:
        raise CallerUnverified("caller_unverified", f"The caller does not verify: {error.reason}.") from error
    if caller.provider_id not in ("", provider_id):
        # Only operators and cross-provider service work have no provider of their own.
        raise CallerUnverified("caller_unverified", "The caller belongs to another provider.")
    return caller
