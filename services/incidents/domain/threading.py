"""Join or open: decided from evidence alone, and never across tenants."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from services.incidents.domain.incident import Incident
from services.incidents.domain.lifecycle import Command, allows
from services.incidents.domain.submission import Submission

# Follow-ups of follow-ups: further on nobody looks.
_LONGEST_CHAIN = 10
# Of the Message-IDs that a mail mentions, so many are remembered: the thread's beginning and the nearest.
_FIRST_KEPT, _NEAREST_KEPT = 5, 45


class Tie(IntEnum):
    """How a Message-ID came to be tied to an incident; a greater one takes the place of a lesser, never the reverse.

    claimed: mentioned by a mail whose sender could not be authenticated, be it that they take part. mentioned: by a mail
    whose sender was. seen: it is such an unauthenticated mail itself. proven: the mail of an authenticated sender. sent: a
    mail of ours.
    """

    CLAIMED = 1
    MENTIONED = 2
    SEEN = 3
    PROVEN = 4
    SENT = 5


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a Message-ID leads, and how firmly. line: what it says or tells of, by submission or event; "" where unknown."""

    incident_id: str
    tie: Tie
    line: str = ""

    def counts_for(self, submission: Submission, incident: Incident) -> bool:
        """What a forger mentioned ties nobody but whom they named as its sender, who takes part in it."""
        return self.tie is not Tie.CLAIMED or incident.takes_part(submission.sender)


@dataclass(frozen=True, slots=True)
class Verdict:
    """joins: the incident that takes the submission; else a new one is opened, which may follow another.

    may_belong_to: the incident it is tied to and may not join, for staff to see.
    """

    joins: Incident | None = None
    follows_incident_id: str = ""
    may_belong_to: str = ""


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
    follow_ups: Callable[[Incident], Sequence[Incident]] = lambda _: (),
    meant: Callable[[Incident], Incident] = lambda each: each,
) -> Verdict:
    """The verdict on a submission.

    candidates: the incidents it is tied to, the strongest tie first (a genuine reply token, then the nearest
    Message-ID). may_reopen: whether a resolved or closed incident may come back. follow_ups: what an ended one was
    continued by, the newest first; a second answer to it belongs there. meant: where what is said to one belongs, where it
    was merged; whoever may write to the one may write to the other.
    """
    for tied in candidates:
        incident = meant(tied)
        if not may_write_to(tied, submission) and not may_write_to(incident, submission):
            continue
        if submission.automatic:
            # Kept as a note, whatever the state: a machine neither asks again nor opens a follow-up.
            return Verdict(joins=incident)
        if submission.speaks_for_staff:
            return Verdict(joins=incident) if allows(incident.state, Command.ANSWER) else Verdict()
        return _joined_or_followed(submission, incident, may_reopen, follow_ups)
    own = [each for each in candidates if each.tenant_id == submission.tenant_id]
    return Verdict(may_belong_to=meant(own[0]).incident_id if own else "")


def remembered(submission: Submission, incident_id: str, known: Mapping[str, Thread]) -> dict[str, Thread]:
    """What is learned of Message-IDs from a submission that was filed.

    The mail's own, and those it mentions: two answers to a mail that never passed us meet by them. Of an
    unauthenticated mail that mentions another incident's thread nothing more is believed.
    known: what is tied already of those it mentions.
    """
    trusted = submission.authenticated
    learned: dict[str, Thread] = {}
    if trusted or not any(thread.incident_id != incident_id for thread in known.values()):
        tie = Tie.MENTIONED if trusted else Tie.CLAIMED
        learned = {mentioned: Thread(incident_id, tie) for mentioned in _kept(submission)}
    if submission.message_id:
        learned[submission.message_id] = Thread(
            incident_id, Tie.PROVEN if trusted else Tie.SEEN, submission.submission_id
        )
    return learned


def _kept(submission: Submission) -> Iterable[str]:
    mentioned = [one for one in submission.referenced_message_ids if one]
    return dict.fromkeys((*mentioned[:_FIRST_KEPT], *mentioned[-_NEAREST_KEPT:]))


def _joined_or_followed(
    submission: Submission,
    incident: Incident,
    may_reopen: Callable[[Incident], bool],
    follow_ups: Callable[[Incident], Sequence[Incident]],
) -> Verdict:
    for _ in range(_LONGEST_CHAIN):
        ended = not allows(incident.state, Command.REPLY)
        if not ended and (incident.close_time is None or may_reopen(incident)):
            return Verdict(joins=incident)
        later = next((each for each in follow_ups(incident) if may_write_to(each, submission)), None)
        if later is None:
            break
        incident = later
    return Verdict(follows_incident_id=incident.incident_id)
