"""Join or open: decided from evidence alone, and never across tenants."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.incidents.domain.incident import Incident
from services.incidents.domain.lifecycle import Command, allows
from services.incidents.domain.submission import Submission


@dataclass(frozen=True, slots=True)
class Verdict:
    """joins: the incident that takes the submission; else a new one is opened, which may follow another."""

    joins: Incident | None = None
    follows_incident_id: str = ""


def may_write_to(incident: Incident, submission: Submission) -> bool:
    """Whether this sender may add to this incident, given that the message is tied to it.

    The sender takes part by address, or is known to be who they claim and belongs to the tenant. A token or a
    Message-ID alone is not enough: both travel in forwarded mail.
    """
    if incident.tenant_id != submission.tenant_id:
        return False
    return submission.authenticated or incident.takes_part(submission.sender)


def decide(
    submission: Submission,
    candidates: Sequence[Incident],
    may_reopen: Callable[[Incident], bool],
) -> Verdict:
    """The verdict on a submission.

    candidates: the incidents it is tied to, the strongest tie first (a genuine reply token, then the nearest
    Message-ID). may_reopen: whether a resolved or closed incident may come back.
    """
    for incident in candidates:
        if not may_write_to(incident, submission):
            continue
        if submission.automatic:
            # Kept as a note, whatever the state: a machine neither asks again nor opens a follow-up.
            return Verdict(joins=incident)
        if submission.speaks_for_staff:
            return Verdict(joins=incident) if allows(incident.state, Command.ANSWER) else Verdict()
        ended = not allows(incident.state, Command.REPLY)
        if ended or (incident.close_time is not None and not may_reopen(incident)):
            return Verdict(follows_incident_id=incident.incident_id)
        return Verdict(joins=incident)
    return Verdict()
