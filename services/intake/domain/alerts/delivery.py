"""A delivery: one payload that a source sent, verbatim, and what became of it."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.intake.domain.alerts.signal import Signal

# So much of a payload that was refused is kept, for whoever wants to see why.
REFUSED_KEPT = 64 * 1024
LARGEST = 1024 * 1024


class State(StrEnum):
    """received: durable, its signals wait. handled: they have been heard. refused: it could not be read."""

    RECEIVED = "received"
    HANDLED = "handled"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Delivery:
    """identity: what the sender calls this very message, "" where it has no name; the same again changes nothing."""

    delivery_id: str
    provider_id: str
    tenant_id: str
    source_id: str
    receive_time: datetime
    body: bytes
    content_type: str
    state: State
    signals: tuple[Signal, ...] = ()
    identity: str = ""
    error_reason: str = ""
    error: str = ""

    def refused(self, reason: str, error: str) -> "Delivery":
        """It cannot be read, and is kept to be looked at."""
        return replace(
            self,
            state=State.REFUSED,
            error_reason=reason,
            error=error[:500],
            body=self.body[:REFUSED_KEPT],
            signals=(),
            identity="",
        )


def identity_of(signals: tuple[Signal, ...], idempotency_key: str) -> str:
    """By the sender's own names: a key for the request, else the name of each message in it."""
    if idempotency_key:
        return f"key:{hashlib.sha256(idempotency_key.encode()).hexdigest()[:40]}"
    if not signals or not all(signal.event_id for signal in signals):
        return ""
    named = "\n".join(f"{signal.action} {signal.event_id}" for signal in signals)
    return f"events:{hashlib.sha256(named.encode()).hexdigest()[:40]}"
