"""Who is told what: from one fact about an incident to the people it concerns. Pure.

Nobody is told of their own action, and automatic mail is never answered (RFC 3834). Internal notes are told to
nobody on the client's side.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Side(StrEnum):
    """On which side somebody stands: it decides the words and the page a mail links to."""

    CLIENT = "client"
    STAFF = "staff"


@dataclass(frozen=True)
class Recipient:
    """Somebody to be told. Staff are known by their person id alone: the directory has their address.

    title: as which they know the incident, where that is not its own: they came by a merge, and its own is not for them.
    """

    side: Side
    person_id: str = ""
    address: str = ""
    name: str = ""
    title: str = ""


@dataclass(frozen=True)
class IncidentFact:
    """What happened to an incident, as the incidents or the service level service announced it.

    fact: "incident_opened", "replied", …; time: UTC. words: what a person wrote, for those who may read it.
    by_mail: a mail brought it, so an automatic answer to what is told of it may bring the next.
    """

    event_id: str
    fact: str
    time: datetime
    provider_id: str
    tenant_id: str
    # "" for what is about no incident; then number is that of the other record.
    incident_id: str
    number: str
    title: str
    actor_subject: str = ""
    actor_name: str = ""
    words: str = ""
    # What came with the words, by name; the files themselves are told to nobody by mail.
    attachments: tuple[str, ...] = ()
    by_staff: bool = False
    automatic: bool = False
    by_mail: bool = False
    verified: bool = True
    requester: Recipient | None = None
    participants: tuple[Recipient, ...] = ()
    assignee_id: str = ""
    assignee_name: str = ""
    # Who is asked to approve.
    approvers: tuple[Recipient, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Notification:
    """One thing to tell one recipient."""

    kind: str
    recipient: Recipient
    words: str = ""


def notifications_for(fact: IncidentFact) -> list[Notification]:
    """Whom this fact is to be told to, each once, in a stable order."""
    told: list[Notification] = []
    seen: set[str] = set()
    for notification in _TOLD.get(fact.fact, _nobody)(fact):
        recipient = notification.recipient
        key = recipient.person_id or recipient.address.lower()
        own_action = recipient.person_id and fact.actor_subject == f"person:{recipient.person_id}"
        # The acknowledgement answers the requester's own action: that is its point. And whoever agreed to one step of an
        # approval may be asked in the next.
        if not key or key in seen or (own_action and fact.fact not in _ALSO_TO_WHO_DID_IT):
            continue
        seen.add(key)
        told.append(notification)
    return told


def _nobody(_: IncidentFact) -> list[Notification]:
    return []


def _opened(fact: IncidentFact) -> list[Notification]:
    if fact.automatic or fact.requester is None:
        return []
    # An unauthenticated sender gets the number and not a word of anybody's: the address may be forged.
    return [Notification("incident_opened", fact.requester, fact.words if fact.verified else "")]


def _replied(fact: IncidentFact) -> list[Notification]:
    if fact.by_staff:
        return [Notification("replied", recipient, fact.words) for recipient in _client_side(fact)]
    return [Notification("answered", recipient, fact.words) for recipient in _assignee(fact)]


def _assigned(fact: IncidentFact) -> list[Notification]:
    if fact.details.get("previous_assignee_id") == fact.assignee_id:
        return []
    return [Notification("assigned", recipient) for recipient in _assignee(fact)]


def _resolved(fact: IncidentFact) -> list[Notification]:
    return [Notification("resolved", recipient, fact.words) for recipient in _client_side(fact)]


def _canceled(fact: IncidentFact) -> list[Notification]:
    # Whoever was to work on it is told as well that nobody needs it any more.
    return [
        Notification("canceled", recipient, fact.words)
        for recipient in [*_client_side(fact), *_assignee(fact)]
    ]


def _closed(fact: IncidentFact) -> list[Notification]:
    # Who confirmed knows that it closed.
    if fact.words == "confirmed":
        return []
    kind = "closed_by_silence" if fact.words == "silence" else "closed"
    words = "" if fact.words == "silence" else fact.words
    return [Notification(kind, recipient, words) for recipient in _client_side(fact)]


def _reopened(fact: IncidentFact) -> list[Notification]:
    # The reply that reopened it is told already.
    if fact.words == "requester_replied":
        return []
    # An answer by mail or link of somebody without an account comes in a service's name: they know what they did.
    by_link = fact.actor_subject.startswith("service:")
    others = [] if by_link else _client_side(fact)
    return [*_to_assignee(fact), *(Notification("reopened_client", one, fact.words) for one in others)]


def _merged(fact: IncidentFact) -> list[Notification]:
    """Those whom it concerns: they take part in the other one from now on, or no more."""
    return [Notification(fact.fact, one) for one in _client_side(fact)] if fact.details.get("people") else []


def _approval_asked(fact: IncidentFact) -> list[Notification]:
    kind = "approval_reminded" if fact.details.get("reminder") else "approval_asked"
    return [Notification(kind, recipient) for recipient in fact.approvers]


def _approval_decided(fact: IncidentFact) -> list[Notification]:
    """That nothing stands in the way any more. What ends otherwise is told as canceled, with the reason."""
    if not fact.details.get("over") or fact.details.get("outcome") != "approved":
        return []
    return [Notification("approved", recipient, fact.words) for recipient in _client_side(fact)]


def _change_asked(fact: IncidentFact) -> list[Notification]:
    kind = "change_reminded" if fact.details.get("reminder") else "change_asked"
    return [Notification(kind, recipient, fact.words) for recipient in fact.approvers]


def _to_assignee(fact: IncidentFact) -> list[Notification]:
    return [Notification(fact.fact, recipient, fact.words) for recipient in _assignee(fact)]


def _client_side(fact: IncidentFact) -> list[Recipient]:
    return [*([fact.requester] if fact.requester else []), *fact.participants]


def _assignee(fact: IncidentFact) -> list[Recipient]:
    if not fact.assignee_id:
        return []
    return [Recipient(Side.STAFF, person_id=fact.assignee_id, name=fact.assignee_name)]


_ALSO_TO_WHO_DID_IT = frozenset({"incident_opened", "approval_asked", "change_asked"})
_TOLD = {
    "incident_opened": _opened,
    "replied": _replied,
    "assigned": _assigned,
    "resolved": _resolved,
    "canceled": _canceled,
    "closed": _closed,
    "reopened": _reopened,
    "merged": _merged,
    "unmerged": _merged,
    "approval_asked": _approval_asked,
    "approval_decided": _approval_decided,
    "change_asked": _change_asked,
    "change_approved": _to_assignee,
    "change_rejected": _to_assignee,
    "paged": _to_assignee,
    "major_update_due": _to_assignee,
    "major_role_given": _to_assignee,
    "major_action_due": _to_assignee,
    "target_warned": _to_assignee,
    "target_breached": _to_assignee,
}
