"""What can happen to an incident. Each fact becomes one event and one line of the timeline."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from services.incidents.domain.approval import Approver
from services.incidents.domain.attachment import Attachment
from services.incidents.domain.incident import KEYS_KEPT, Actor, AwaitedParty, Incident, Priority
from services.incidents.domain.order import Task


@dataclass(frozen=True, slots=True)
class Opened:
    """automatic: it came from a machine's mail, which is never answered automatically."""

    name: ClassVar[str] = "incident_opened"
    automatic: bool = False
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Replied:
    """A public message. first_response: the first public answer of staff. unverified: the sender's name proves nothing."""

    name: ClassVar[str] = "replied"
    text: str
    by_staff: bool
    submission_id: str = ""
    first_response: bool = False
    attachments: tuple[Attachment, ...] = ()
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """An internal remark."""

    name: ClassVar[str] = "noted"
    text: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Classified:
    """Category or kind were decided."""

    name: ClassVar[str] = "classified"
    previous_category: str
    reason: str


@dataclass(frozen=True, slots=True)
class Prioritized:
    """Impact, urgency or priority were decided."""

    name: ClassVar[str] = "prioritized"
    previous_priority: Priority
    reason: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """It was given to a group or a person, or back to the pool."""

    name: ClassVar[str] = "assigned"
    previous_assignee_id: str
    previous_assignment_group_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The assignee took it in hand."""

    name: ClassVar[str] = "acknowledged"


@dataclass(frozen=True, slots=True)
class Held:
    """It waits; the incident's hold says for whom."""

    name: ClassVar[str] = "held"


@dataclass(frozen=True, slots=True)
class Resumed:
    """The wait is over."""

    name: ClassVar[str] = "resumed"
    awaited: AwaitedParty
    reason: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """Staff say it is solved; the requester has the last word."""

    name: ClassVar[str] = "resolved"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The requester agreed."""

    name: ClassVar[str] = "confirmed"


@dataclass(frozen=True, slots=True)
class Closed:
    """reason: "confirmed", "silence", or staff's words."""

    name: ClassVar[str] = "closed"
    reason: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """reason: "requester_replied", or somebody's words."""

    name: ClassVar[str] = "reopened"
    reason: str


@dataclass(frozen=True, slots=True)
class Canceled:
    """It ends without being solved."""

    name: ClassVar[str] = "canceled"
    reason: str


@dataclass(frozen=True, slots=True)
class Rated:
    """The requester said how satisfied they are; previous_score is 0 for a first answer."""

    name: ClassVar[str] = "rated"
    previous_score: int = 0


@dataclass(frozen=True, slots=True)
class Merged:
    """It went into another one. people_join: whoever took part in it takes part there."""

    name: ClassVar[str] = "merged"
    into_incident_id: str
    into_number: str
    people_join: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Absorbed:
    """Another one, opened then, was merged into it."""

    name: ClassVar[str] = "absorbed"
    incident_id: str
    number: str
    title: str
    open_time: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Unmerged:
    """The merge was undone: it goes on by itself. people_left: whoever took part through it is told."""

    name: ClassVar[str] = "unmerged"
    from_incident_id: str
    from_number: str
    people_left: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Released:
    """Another one that had been merged into it goes on by itself."""

    name: ClassVar[str] = "released"
    incident_id: str
    number: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class HintDismissed:
    """Staff said that it does not belong to the one that its mail mentions."""

    name: ClassVar[str] = "hint_dismissed"
    incident_id: str
    number: str


@dataclass(frozen=True, slots=True)
class Linked:
    """It belongs to a parent. Which one is not said to whoever reads it: the parent may be another client's."""

    name: ClassVar[str] = "linked"
    parent_id: str


@dataclass(frozen=True, slots=True)
class Unlinked:
    """It belongs to that parent no more."""

    name: ClassVar[str] = "unlinked"
    parent_id: str


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """A step of its approval began; approvers: who may decide. Or nobody decided for a while, and they are reminded."""

    name: ClassVar[str] = "approval_asked"
    step: int
    step_name: str
    approvers: tuple[Approver, ...]
    reminder: bool = False


@dataclass(frozen=True, slots=True)
class ApprovalDecided:
    """Something was said about its approval; outcome: "approved", "rejected", "delegated", "appointed", "withdrawn",
    "expired". person: who was named. over: the approval ended with it.
    """

    name: ClassVar[str] = "approval_decided"
    step: int
    step_name: str
    outcome: str
    comment: str
    person: Approver | None
    over: bool


@dataclass(frozen=True, slots=True)
class FulfillmentStarted:
    """Nobody has to agree any more: its tasks may be done."""

    name: ClassVar[str] = "fulfillment_started"


@dataclass(frozen=True, slots=True)
class TaskChanged:
    """A task was given to somebody, or ended; task: as it is now."""

    name: ClassVar[str] = "task_changed"
    task: Task


@dataclass(frozen=True, slots=True)
class ItemsNamed:
    """It is about other configuration items than before; their names."""

    name: ClassVar[str] = "items_named"
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JoinedMajor:
    """It belongs to a major incident. For staff alone."""

    name: ClassVar[str] = "joined_major"
    major_id: str
    number: str


@dataclass(frozen=True, slots=True)
class LeftMajor:
    """It belongs to that major incident no more."""

    name: ClassVar[str] = "left_major"
    major_id: str
    number: str


@dataclass(frozen=True, slots=True)
class SplitOff:
    """Some of its lines go on in a new one, and stay here to be read."""

    name: ClassVar[str] = "split_off"
    into_incident_id: str
    into_number: str
    entry_ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class SplitFrom:
    """It was begun with lines of another one. first_response_time: when staff had answered since the first of them."""

    name: ClassVar[str] = "split_from"
    from_incident_id: str
    from_number: str
    first_response_time: datetime | None


@dataclass(frozen=True, slots=True)
class Copied:
    """A line of the one that it was split from: whose words, and when they were said there."""

    text: str
    author: Actor
    original_time: datetime
    by_staff: bool
    internal: bool
    from_entry_id: str
    unverified: bool = False
    attachments: tuple[Attachment, ...] = ()

    @property
    def name(self) -> str:
        return "copied_note" if self.internal else "copied"


Fact = (
    Opened
    | Replied
    | Noted
    | Classified
    | Prioritized
    | Assigned
    | Acknowledged
    | Held
    | Resumed
    | Resolved
    | Confirmed
    | Closed
    | Reopened
    | Canceled
    | Rated
    | Merged
    | Absorbed
    | Unmerged
    | Released
    | HintDismissed
    | Linked
    | Unlinked
    | SplitOff
    | SplitFrom
    | Copied
    | ApprovalAsked
    | ApprovalDecided
    | FulfillmentStarted
    | TaskChanged
    | ItemsNamed
    | JoinedMajor
    | LeftMajor
)


@dataclass(frozen=True, slots=True)
class Change:
    """One step of an incident's life, saved in one write: what it becomes, and the facts in order."""

    before: Incident | None
    after: Incident
    facts: tuple[Fact, ...]
    actor: Actor
    time: datetime

    def remembering(self, key: str) -> "Change":
        """The same change, which also remembers that this command was done."""
        kept = (*self.after.recent_keys, key)[-KEYS_KEPT:]
        return replace(self, after=replace(self.after, recent_keys=kept))


def changed(before: Incident, actor: Actor, now: datetime, facts: tuple[Fact, ...], **fields: Any) -> Change:
    """The change that sets these fields: the next revision, updated now. A hold that ends is added up."""
    if before.hold is not None and fields.get("hold", before.hold) is None:
        held = max(0, int((now - before.hold.start_time).total_seconds()))
        fields["held_seconds"] = before.held_seconds + held
    after = replace(before, revision=before.revision + 1, update_time=now, **fields)
    return Change(before, after, facts, actor, now)


def chained(first: Change, second: Change) -> Change:
    """Two steps as one: saved together, so at one revision."""
    after = replace(second.after, revision=first.after.revision)
    return Change(first.before, after, (*first.facts, *second.facts), first.actor, first.time)
