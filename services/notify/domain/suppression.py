"""Addresses that no mail is sent to for now, and the failures that lead there. Pure.

A permanent failure ("no such mailbox") suppresses at once, passing ones ("mailbox full") when several mails failed
within a week. Staff may suppress and lift; a mail that surely came from the address lifts, too.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

# So many mails must fail for passing reasons within this time.
MOST_PASSING = 3
WINDOW = timedelta(days=7)
# Mail servers try for days; a report that comes much later is about something else, or made up.
OLDEST_MAIL = timedelta(days=14)
_LONGEST_DIAGNOSTIC = 300


class Cause(StrEnum):
    """Why nothing is sent; NONE while mail still is."""

    NONE = ""
    PERMANENT = "permanent_failure"
    PASSING = "passing_failures"
    STAFF = "by_staff"


@dataclass(frozen=True)
class Failure:
    """A mail of ours that did not arrive, by a report that came to its own return path.

    status: enhanced status code (RFC 3463), "" when the report has none. send_time: when the mail was planned.
    """

    delivery_id: str
    status: str
    permanent: bool
    diagnostic: str
    send_time: datetime


@dataclass(frozen=True)
class Suppression:
    """What is known of one address of one tenant. failures: delivery id → when it was reported, the latest.

    lift_time: when it was last lifted; failures of mails from before that say nothing any more.
    """

    suppression_id: str
    provider_id: str
    tenant_id: str
    address: str
    create_time: datetime
    update_time: datetime
    cause: Cause = Cause.NONE
    status: str = ""
    diagnostic: str = ""
    failures: tuple[tuple[str, datetime], ...] = ()
    lift_time: datetime | None = None
    revision: int = 0

    @property
    def active(self) -> bool:
        return self.cause is not Cause.NONE


def failed(known: Suppression, failure: Failure, now: datetime) -> Suppression:
    """After a failure; the very same one when it changes nothing: heard before, too old, or of before a lift."""
    heard = any(delivery_id == failure.delivery_id for delivery_id, _ in known.failures)
    lifted_since = known.lift_time is not None and failure.send_time <= known.lift_time
    if heard or lifted_since or now - failure.send_time > OLDEST_MAIL:
        return known
    recent = [each for each in known.failures if now - each[1] <= WINDOW]
    failures = (*recent, (failure.delivery_id, now))[-MOST_PASSING:]
    cause = known.cause
    if failure.permanent and cause is not Cause.STAFF:
        cause = Cause.PERMANENT
    elif cause is Cause.NONE and len(failures) >= MOST_PASSING:
        cause = Cause.PASSING
    return replace(
        known,
        cause=cause,
        status=failure.status,
        diagnostic=failure.diagnostic[:_LONGEST_DIAGNOSTIC],
        failures=failures,
        update_time=now,
    )


def suppressed_by_staff(known: Suppression, now: datetime) -> Suppression:
    """Staff know better than any report."""
    return replace(known, cause=Cause.STAFF, status="", diagnostic="", update_time=now)


def lifted(known: Suppression, now: datetime) -> Suppression:
    """Mail is sent again, and what had failed is forgotten."""
    return replace(
        known, cause=Cause.NONE, status="", diagnostic="", failures=(), lift_time=now, update_time=now
    )


def heard_from(known: Suppression, now: datetime) -> Suppression:
    """A mail surely came from there: the address is in use. What staff decided stays."""
    return known if known.cause is Cause.STAFF else lifted(known, now)
