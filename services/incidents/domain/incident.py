"""The incident as a value: a command makes a new one and the facts that led to it (see `facts.Change`)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.incidents.domain.attachment import AttachmentRef
from services.incidents.domain.filled_form import FilledForm
from services.incidents.domain.order import Order


class Kind(StrEnum):
    """ITIL: something broke, or something is asked for."""

    INCIDENT = "incident"
    SERVICE_REQUEST = "service_request"


class State(StrEnum):
    """Where in its life; `lifecycle` holds the moves between them."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELED = "canceled"
    # It went into another incident, where its matter goes on; unmerging brings it back.
    MERGED = "merged"


# Somebody still has to do something about it.
OPEN_STATES = frozenset({State.NEW, State.ASSIGNED, State.IN_PROGRESS, State.ON_HOLD})


class Impact(StrEnum):
    """How much of the organisation is touched."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Urgency(StrEnum):
    """How soon it hurts."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Priority(StrEnum):
    """P1 first."""

    P1 = "p1"
    P2 = "p2"
    P3 = "p3"
    P4 = "p4"
    P5 = "p5"


class AwaitedParty(StrEnum):
    """Whom an incident on hold awaits."""

    REQUESTER = "requester"
    CLIENT = "client"
    VENDOR = "vendor"
    CHANGE = "change"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who asked or takes part. address is in lower case; person_id is "" when unknown."""

    address: str = ""
    name: str = ""
    person_id: str = ""

    def is_same(self, other: "Party") -> bool:
        """The same person or the same address."""
        if self.person_id and self.person_id == other.person_id:
            return True
        return bool(self.address) and self.address == other.address


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something: "person:per_…", "client:cli_…" or "service:triage", and a name to show."""

    subject: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Whom it awaits, why, since when."""

    awaiting: AwaitedParty
    reason: str
    start_time: datetime


@dataclass(frozen=True, slots=True)
class Resolution:
    """How it was solved, in words for the requester."""

    code: str
    text: str
    resolve_time: datetime


@dataclass(frozen=True, slots=True)
class Rating:
    """The requester's satisfaction, 1 (bad) to 5; rate_time: when it was first given in this cycle."""

    score: int
    comment: str
    rate_time: datetime


@dataclass(frozen=True, slots=True)
class MergedInto:
    """Which incident goes on in its place, since when, and the state it comes back to when the merge is undone."""

    incident_id: str
    merge_time: datetime
    former_state: State


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who takes part because the incident they took part in was merged; title: what they know it by."""

    party: Party
    title: str


@dataclass(frozen=True, slots=True)
class Absorption:
    """An incident that was merged into this one, when, and who takes part because of it.

    They see what was said after that revision, and the files beyond so many. is_over: the merge was undone; who came
    by it is kept, for their answers to our mails about this one belong to theirs.
    """

    incident_id: str
    merge_time: datetime
    revision: int
    attachments_before: int = 0
    arrivals: tuple[Arrival, ...] = ()
    is_over: bool = False

    def arrival_of(self, party: Party) -> Arrival | None:
        return next((each for each in self.arrivals if each.party.is_same(party)), None)


# A decision of this source is a person's and outlives what machines decide later.
TECHNICIAN = "technician"


@dataclass(frozen=True, slots=True)
class Decision:
    """Why a value is what it is. confidence is 0 to 1; people and rules are sure."""

    source: str
    reason: str = ""
    confidence: float = 1.0

    @property
    def is_persons(self) -> bool:
        return self.source == TECHNICIAN


# How many it remembers of what must not be done twice, and of who takes part: a document has a bound.
KEYS_KEPT = 64
SUBMISSIONS_KEPT = 200
PARTICIPANTS_KEPT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One incident or service request of one tenant, as it stands at a revision (1 when opened)."""

    incident_id: str
    provider_id: str
    tenant_id: str
    number: str
    title: str
    create_time: datetime
    update_time: datetime
    requester: Party
    description: str = ""
    kind: Kind = Kind.INCIDENT
    state: State = State.NEW
    participants: tuple[Party, ...] = ()
    channel: str = ""
    # False: opened by a mail whose sender could not be authenticated.
    verified: bool = False
    impact: Impact | None = None
    urgency: Urgency | None = None
    priority: Priority = Priority.P3
    category: str = ""
    assignment_group_id: str = ""
    assignment_group_name: str = ""
    assignee_id: str = ""
    assignee_name: str = ""
    hold: Hold | None = None
    resolution: Resolution | None = None
    first_response_time: datetime | None = None
    close_time: datetime | None = None
    # When silence closes it; set only while it is resolved.
    close_due_time: datetime | None = None
    reopen_count: int = 0
    # For key figures (see kpi.py): when somebody of staff first took it in hand, the whole seconds that it was on hold
    # in holds that are over, and how often the client's side spoke before it was resolved, the opening included.
    acknowledge_time: datetime | None = None
    held_seconds: int = 0
    contact_count: int = 1
    # Of the present resolution; reopening begins a new cycle without one, and the history keeps the old.
    rating: Rating | None = None
    classification_decision: Decision | None = None
    priority_decision: Decision | None = None
    assignment_decision: Decision | None = None
    follows_incident_id: str = ""
    # It was tied to this one, but its sender may not write there. Staff alone see it, and decide.
    may_belong_to: str = ""
    # The incident it is a child of; perhaps another client's, so staff alone learn of it.
    parent_id: str = ""
    # Which incident it was split from, and which were split from it.
    split_from_id: str = ""
    split_ids: tuple[str, ...] = ()
    # The major incident that it belongs to, and its number. Staff alone learn of it.
    major_id: str = ""
    major_number: str = ""
    # Set while it is merged into another.
    merged: MergedInto | None = None
    # What was merged into this one, oldest first.
    absorptions: tuple[Absorption, ...] = ()
    # What was filled in, when it came by a form.
    form: FilledForm | None = None
    # Of a service request that was ordered from the catalog.
    order: Order | None = None
    # What an alert said it is about: a device or service.
    configuration_item: str = ""
    # Configuration items that it is about, the provider's shared ones among them, so not told to clients as they are.
    item_ids: tuple[str, ...] = ()
    # The submission that opened it first, then those that joined: the latest SUBMISSIONS_KEPT.
    submission_ids: tuple[str, ...] = ()
    # Which attachments are its own. Only what is named here can be read, so a message and its files show together.
    attachments: tuple[AttachmentRef, ...] = ()
    # Fingerprints of the latest KEYS_KEPT commands that carried an idempotency key.
    recent_keys: tuple[str, ...] = ()
    revision: int = 1

    @property
    def submission_id(self) -> str:
        """The submission that opened it."""
        return self.submission_ids[0] if self.submission_ids else ""

    @property
    def is_assigned(self) -> bool:
        return bool(self.assignee_id or self.assignment_group_id)

    @property
    def awaits_approval(self) -> bool:
        return self.order is not None and self.order.awaits_approval

    @property
    def is_finished(self) -> bool:
        """Solved or ended: nothing is left to decide by machines."""
        return self.state in (State.RESOLVED, State.CLOSED, State.CANCELED, State.MERGED)

    def takes_part(self, party: Party) -> bool:
        """Whether somebody is the requester or one of the participants."""
        return any(party.is_same(other) for other in (self.requester, *self.participants))

    def arrived_by(self, party: Party) -> Absorption | None:
        """The merge by which somebody came to take part; None for whoever takes part in their own right, or not at all."""
        if self.requester.is_same(party):
            return None
        return next((one for one in self.absorptions if not one.is_over and one.arrival_of(party)), None)

    def with_participants(self, parties: tuple[Party, ...]) -> tuple[Party, ...]:
        """The participants joined by those who do not take part yet, up to PARTICIPANTS_KEPT."""
        known = list(self.participants)
        for party in parties:
            if (party.address or party.person_id) and not any(
                party.is_same(other) for other in (self.requester, *known)
            ):
                known.append(party)
        return tuple(known[:PARTICIPANTS_KEPT])

    def remembering_submission(self, submission_id: str) -> tuple[str, ...]:
        """The submissions with one more; the one that opened it is never forgotten."""
        if not submission_id:
            return self.submission_ids
        first, rest = self.submission_ids[:1], (*self.submission_ids[1:], submission_id)
        return (*first, *rest[-(SUBMISSIONS_KEPT - 1) :])
