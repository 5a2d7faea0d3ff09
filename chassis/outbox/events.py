"""An event before it is saved, and as it is kept."""

import builtins
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from google.protobuf.message import Message

from chassis import telemetry
from chassis.tenancy import Caller, TenantScope
from chassis.tokens import CallerSigner, covers

M = TypeVar("M", bound=Message)

EVENTS_PER_REVISION = 1000
# Well under JetStream's default of 1 MiB a message, headers included: what is saved can be published.
MAX_PAYLOAD_BYTES = 512 * 1024
_FACT = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class OutboundEvent:
    """A past-tense fact about one aggregate, to be saved with it.

    fact: the last token of the subject, such as "incident_opened".
    time: aware, UTC; when it happened. It is kept to the millisecond.
    caller: who did it. Consumers get the caller's own token when that is valid at `time`, else one that the
    store's signer mints for the service; the history keeps the caller either way.
    """

    fact: str
    message: Message
    time: datetime
    caller: Caller

    def __post_init__(self) -> None:
        if not _FACT.fullmatch(self.fact):
            raise ValueError(f"not a fact's name: {self.fact!r}")
        if self.time.tzinfo is None:
            raise ValueError("an event's time needs its zone")


@dataclass(frozen=True)
class StoredEvent:
    """An event as a timeline reads it."""

    id: str
    type: str
    fact: str
    provider_id: str
    tenant_id: str
    aggregate_id: str
    seq: int
    revision: int
    time: datetime
    caller: Caller
    payload: bytes

    def parse(self, message_class: "builtins.type[M]") -> M:
        """The payload. Raises TypeError when it is of another type, which parsing would not notice."""
        if message_class.DESCRIPTOR.full_name != self.type:
            raise TypeError(f"{self.id} is a {self.type}, not a {message_class.DESCRIPTOR.full_name}")
        return message_class.FromString(self.payload)


def event_id(aggregate_id: str, seq: int) -> str:
    """The id of an event for good, also its JetStream message id."""
    return f"{aggregate_id}:{seq}"


def to_pending(
    events: Sequence[OutboundEvent], scope: TenantScope, revision: int, signer: CallerSigner | None
) -> list[dict[str, Any]]:
    """The events of one save, as the aggregate's document holds them.

    Raises ValueError for too many, for too large a payload, and when no valid token can be had.
    """
    if len(events) > EVENTS_PER_REVISION:
        raise ValueError(f"one save carries at most {EVENTS_PER_REVISION} events")
    trace = telemetry.traceparent()
    return [
        {
            "seq": revision * EVENTS_PER_REVISION + place,
            "revision": revision,
            "fact": event.fact,
            "type": event.message.DESCRIPTOR.full_name,
            "time": event.time,
            "payload": _payload(event),
            "caller": event.caller.to_claims(),
            "token": _token(event, scope, signer),
            "trace": trace,
        }
        for place, event in enumerate(events)
    ]


def from_stored(kept: Mapping[str, Any], provider_id: str, tenant_id: str, aggregate_id: str) -> StoredEvent:
    """An event from the aggregate's document or from the history."""
    return StoredEvent(
        id=event_id(aggregate_id, kept["seq"]),
        type=kept["type"],
        fact=kept["fact"],
        provider_id=provider_id,
        tenant_id=tenant_id,
        aggregate_id=aggregate_id,
        seq=kept["seq"],
        revision=kept["revision"],
        time=kept["time"],
        caller=Caller.from_claims(kept["caller"], kept["token"]),
        payload=bytes(kept["payload"]),
    )


def _payload(event: OutboundEvent) -> bytes:
    payload = event.message.SerializeToString()
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise ValueError(f"{event.fact} carries {len(payload)} bytes; refer to large things instead")
    return payload


def _token(event: OutboundEvent, scope: TenantScope, signer: CallerSigner | None) -> str:
    if covers(event.caller, event.time):
        return event.caller.token
    if signer is None:
        # Refused here rather than by every consumer: what nobody can verify would only fill dead letters.
        raise ValueError(f"{event.fact}: its caller has no token valid at its time, and the store no signer")
    # The provider's own room is a tenant named like the provider; events there concern all its tenants.
    tenants = None if scope.tenant_id == scope.provider_id else frozenset({scope.tenant_id})
    return signer.service_caller(event.time, scope.provider_id, tenants).token
