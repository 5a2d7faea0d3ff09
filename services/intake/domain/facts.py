"""What happened, as the domain says it; events.py makes messages of these."""

from dataclasses import dataclass

from services.intake.domain.submission import Submission


@dataclass(frozen=True, slots=True)
class Received:
    """Durable, and on its way to the record."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class Quarantined:
    """Kept for an administrator to look at; the sender was told nothing."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class Bounced:
    """A mail of ours did not arrive. status: enhanced status code (RFC 3463), made up when the report has none."""

    submission_id: str
    recipient: str
    status: str
    original_message_id: str


Fact = Received | Quarantined | Bounced
