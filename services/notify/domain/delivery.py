"""One notification on its way to one recipient: attempts, back-off, and the end. Pure.

The identity follows from what is told to whom, so telling it again finds the delivery that is there. The
Message-ID is the same for every attempt: a receiver that got it twice can tell.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Channel(StrEnum):
    """How it travels."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class State(StrEnum):
    """pending → sending → sent, or retrying, or dead; suppressed is never sent."""

    PENDING = "pending"
    SENDING = "sending"
    RETRYING = "retrying"
    SENT = "sent"
    DEAD = "dead"
    SUPPRESSED = "suppressed"


class Outcome(StrEnum):
    """What an attempt came to."""

    SENT = "sent"
    TRY_AGAIN = "try_again"  # the peer is away or busy
    REFUSED = "refused"  # the peer will never take it
    UNKNOWN = "unknown"  # the peer went away after taking the message, before saying so


# A claim lasts longer than any attempt may take, so nobody sends what another is sending.
CLAIM = timedelta(seconds=30)
# Why it is deliberately not sent.
UNREACHABLE = "address_bounces"
TOO_MANY = "too_many_an_hour"
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(hours=1)
# RFC 5321 section 4.5.4.1: give up after at least four to five days.
_GIVE_UP_AFTER = timedelta(days=5)


@dataclass(frozen=True)
class Delivery:
    """due_time: when it next needs attention (UTC); None once it has ended."""

    delivery_id: str
    provider_id: str
    tenant_id: str
    incident_id: str
    incident_number: str
    channel: Channel
    notification: str
    recipient: str  # mail address, person id while the address is not known, or webhook id
    event_id: str
    create_time: datetime
    due_time: datetime | None
    state: State = State.PENDING
    recipient_person_id: str = ""
    recipient_name: str = ""
    side: str = ""
    subject: str = ""
    message_id: str = ""
    attempts: int = 0
    ambiguous_attempts: int = 0
    last_error: str = ""
    send_time: datetime | None = None
    content: Mapping[str, str] = field(default_factory=dict)
    revision: int = 0


def delivery_id(event_id: str, channel: Channel, recipient: str) -> str:
    """The same for the same event, channel and recipient, however often it is asked."""
    digest = hashlib.sha256(f"{event_id}\n{channel}\n{recipient.lower()}".encode()).hexdigest()
    return f"dlv_{digest[:26]}"


def claimed(delivery: Delivery, now: datetime) -> Delivery:
    """Marked before the attempt, so that a crash in its middle is seen as one of unknown outcome."""
    interrupted = delivery.state is State.SENDING
    return replace(
        delivery,
        state=State.SENDING,
        attempts=delivery.attempts + 1,
        ambiguous_attempts=delivery.ambiguous_attempts + interrupted,
        due_time=now + CLAIM,
    )


def finished(delivery: Delivery, outcome: Outcome, error: str, now: datetime) -> Delivery:
    """After an attempt."""
    if outcome is Outcome.SENT:
        return replace(delivery, state=State.SENT, send_time=now, due_time=None, last_error="")
    if outcome is Outcome.REFUSED or now - delivery.create_time > _GIVE_UP_AFTER:
        return replace(delivery, state=State.DEAD, due_time=None, last_error=error)
    return replace(
        delivery,
        state=State.RETRYING,
        ambiguous_attempts=delivery.ambiguous_attempts + (outcome is Outcome.UNKNOWN),
        due_time=now + pause_after(delivery.attempts),
        last_error=error,
    )


def released(delivery: Delivery, now: datetime) -> Delivery:
    """A claim given back without an attempt."""
    state = State.RETRYING if delivery.attempts > 1 else State.PENDING
    return replace(delivery, state=state, attempts=delivery.attempts - 1, due_time=now)


def suppressed(delivery: Delivery, reason: str) -> Delivery:
    """Deliberately not sent."""
    return replace(delivery, state=State.SUPPRESSED, due_time=None, last_error=reason)


def redelivered(delivery: Delivery, now: datetime) -> Delivery:
    """An operator asks for one more round of attempts."""
    return replace(delivery, state=State.RETRYING, due_time=now, last_error="")


def pause_after(attempts: int) -> timedelta:
    """2 s doubling to an hour."""
    return min(_FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 16), _LONGEST_PAUSE)
