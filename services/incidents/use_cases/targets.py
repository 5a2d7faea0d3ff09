"""Which incident a command means, and what keeps it from being done twice or to what has moved on."""

import hashlib
from dataclasses import dataclass

from chassis.errors import RevisionConflict
from chassis.tenancy import Caller


@dataclass(frozen=True, slots=True)
class CommandTarget:
    """Which incident, or other record (id or number), and how to guard against doing it twice or on what has moved on.

    idempotency_key: "" for none. revision: 0 accepts any.
    """

    incident_id: str
    idempotency_key: str = ""
    revision: int = 0


def fingerprint_of(caller: Caller, target: CommandTarget, command: str) -> str:
    """The same key means the same thing only from the same caller, for the same command on the same incident."""
    if not target.idempotency_key:
        return ""
    whole = "\n".join((command, caller.subject, target.incident_id, target.idempotency_key))
    return hashlib.sha256(whole.encode()).hexdigest()[:24]


def moved_on(revision: int) -> RevisionConflict:
    """The error for a command that was made from an older revision; 0 where none can be told."""
    return RevisionConflict("revision_conflict", "Someone else changed it first.", revision=revision)
