"""A change as a value, and what can happen to it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.incidents.domain.approval import Approval, Approver
from services.incidents.domain.change.risk import Assessment, Level
from services.incidents.domain.incident import Actor
from services.incidents.domain.remembering import Remembering

# What one change may touch and be tied to; a document has a bound.
MOST_ITEMS, MOST_INCIDENTS = 50, 200
_NUMBER = re.compile(r"CHG-[1-9][0-9]{0,8}")


class ChangeKind(StrEnum):
    """standard: agreed once for all, needs no approval. emergency: cannot wait, one change manager is enough."""

    STANDARD = "standard"
    NORMAL = "normal"
    EMERGENCY = "emergency"


class ChangeState(StrEnum):
    """From draft to reviewed, which closes it."""

    DRAFT = "draft"
    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    FAILED = "failed"
    BACKED_OUT = "backed_out"
    REVIEWED = "reviewed"
    CANCELED = "canceled"


# Those whose window counts for others.
PLANNED = frozenset(
    {ChangeState.REQUESTED, ChangeState.APPROVED, ChangeState.SCHEDULED, ChangeState.IN_PROGRESS}
)
# What was to be done is not so.
WENT_WRONG = frozenset(
    {ChangeState.REJECTED, ChangeState.CANCELED, ChangeState.FAILED, ChangeState.BACKED_OUT}
)
# Those that a client's managers may see, where they are asked.
_DRAFTS = frozenset({ChangeState.DRAFT})


class Tie(StrEnum):
    """How an incident is tied to a change."""

    RESOLVES = "resolves"
    CAUSED = "caused"


@dataclass(frozen=True, slots=True)
class TiedIncident:
    """One incident, and whose it is."""

    tie: Tie
    incident_id: str
    tenant_id: str
    number: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of the work, in words."""

    title: str = ""
    description: str = ""
    plan: str = ""
    back_out_plan: str = ""
    test_plan: str = ""


@dataclass(frozen=True, slots=True)
class ChangeWindow:
    """When it is done: [start, end), and in which zone people speak of it."""

    start_time: datetime
    end_time: datetime
    time_zone: str = "UTC"

    def overlaps(self, start: datetime, end: datetime) -> bool:
        return self.start_time < end and start < self.end_time


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRecord:
    """One change at a revision. The provider's own lie in its own room; a client's are that client's.

    client_facing: the client's managers are asked, too, and see it from then on.
    """

    change_id: str
    provider_id: str
    tenant_id: str
    # 7 of "CHG-7": one row of numbers for a provider.
    position: int
    kind: ChangeKind
    plan: Plan
    create_time: datetime
    update_time: datetime
    requester_id: str = ""
    requester_name: str = ""
    state: ChangeState = ChangeState.DRAFT
    assessment: Assessment = field(default_factory=lambda: Assessment({}))
    suggested_impact: Level = Level.LOW
    risk: Level | None = None
    window: ChangeWindow | None = None
    client_facing: bool = False
    item_ids: tuple[str, ...] = ()
    incidents: tuple[TiedIncident, ...] = ()
    approval: Approval | None = None
    outcome: str = ""
    # Done, failed or backed out; it stays said when it is reviewed.
    ending: ChangeState | None = None
    review: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    recent_keys: tuple[str, ...] = ()
    revision: int = 1

    @property
    def number(self) -> str:
        return number_at(self.position)

    @property
    def is_shared(self) -> bool:
        return self.tenant_id == self.provider_id

    @property
    def went_wrong(self) -> bool:
        """Nothing is solved by it."""
        return self.state in WENT_WRONG or self.ending in WENT_WRONG

    @property
    def is_shown_to_client(self) -> bool:
        return self.client_facing and not self.is_shared and self.state not in _DRAFTS


def number_at(position: int) -> str:
    """What people call it."""
    return f"CHG-{position}"


def position_of(number: str) -> int | None:
    """The position in a number, in any case of letters; None for what is none."""
    return int(number[4:]) if _NUMBER.fullmatch(number.upper()) else None


class ChangeFact(StrEnum):
    """What can happen; each is one event and one line of its history."""

    DRAFTED = "change_drafted"
    EDITED = "change_edited"
    REQUESTED = "change_requested"
    # Somebody may decide now: a step began, they were named, or are reminded.
    ASKED = "change_asked"
    DECIDED = "change_decided"
    APPROVED = "change_approved"
    REJECTED = "change_rejected"
    WITHDRAWN = "change_withdrawn"
    SCHEDULED = "change_scheduled"
    STARTED = "change_started"
    DONE = "change_done"
    FAILED = "change_failed"
    BACKED_OUT = "change_backed_out"
    REVIEWED = "change_reviewed"
    CANCELED = "change_canceled"
    TIED = "change_tied"
    UNTIED = "change_untied"


@dataclass(frozen=True, slots=True)
class ChangeHappening:
    """One fact, why, and what became of fields. asked: whose word is waited for now."""

    fact: ChangeFact
    reason: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[Approver, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeStep(Remembering):
    """One step of its life, saved in one write."""

    before: ChangeRecord | None
    after: ChangeRecord
    happenings: tuple[ChangeHappening, ...]
    actor: Actor
    time: datetime


@dataclass(frozen=True, slots=True)
class ChangeEntry:
    """One line of a change's history."""

    entry_id: str
    fact: str
    time: datetime
    actor: Actor
    seq: int
    reason: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)


def stepped(
    before: ChangeRecord, actor: Actor, now: datetime, *happenings: ChangeHappening, **fields: Any
) -> ChangeStep:
    """The step that sets these fields: the next revision, updated now."""
    after = replace(before, revision=before.revision + 1, update_time=now, **fields)
    return ChangeStep(before, after, happenings, actor, now)
