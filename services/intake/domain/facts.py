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
class Released:
    """Somebody decided for which client it is."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class Discarded:
    """Somebody, or a client's rule, put it away."""

    submission: Submission


@dataclass(frozen=True, slots=True)
class Bounced:
    """A mail of ours did not arrive. status: enhanced status code (RFC 3463), made up when the report has none.

    return_path: the tag that the report came to, empty when it came to none; then it is anybody's word.
    permanent: trying again is of no use.
    """

    submission_id: str
    recipient: str
    status: str
    original_message_id: str
    return_path: str = ""
    permanent: bool = False
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class PageAnswered:
    """A person replied to the mail by which they were called. answer_tag: what its address carried."""

    submission_id: str
    answer_tag: str


Fact = Received | Quarantined | Released | Discarded | Bounced | PageAnswered
