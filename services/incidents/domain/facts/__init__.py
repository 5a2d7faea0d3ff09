"""What can happen to an incident. Each fact becomes one event and one line of the timeline."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from services.incidents.domain.facts.ending import Canceled, Closed, Confirmed, Rated, Reopened, Resolved
from services.incidents.domain.facts.relations import (
    Absorbed,
    Copied,
    HintDismissed,
    JoinedMajor,
    LeftMajor,
    Linked,
    Merged,
    Released,
    SplitFrom,
    SplitOff,
    Tied,
    TieKind,
    Unlinked,
    Unmerged,
    Untied,
)
from services.incidents.domain.facts.requests import (
    ApprovalAsked,
    ApprovalDecided,
    FulfillmentStarted,
    TaskChanged,
)
from services.incidents.domain.facts.work import (
    Acknowledged,
    Assigned,
    Classified,
    Held,
    ItemsNamed,
    Noted,
    Opened,
    Prioritized,
    Replied,
    Resumed,
)
from services.incidents.domain.incident import Actor, Incident
from services.incidents.domain.remembering import Remembering

__all__ = [
    "Absorbed",
    "Acknowledged",
    "ApprovalAsked",
    "ApprovalDecided",
    "Assigned",
    "Canceled",
    "Change",
    "Classified",
    "Closed",
    "Confirmed",
    "Copied",
    "Fact",
    "FulfillmentStarted",
    "Held",
    "HintDismissed",
    "ItemsNamed",
    "JoinedMajor",
    "LeftMajor",
    "Linked",
    "Merged",
    "Noted",
    "Opened",
    "Prioritized",
    "Rated",
    "Released",
    "Reopened",
    "Replied",
    "Resolved",
    "Resumed",
    "SplitFrom",
    "SplitOff",
    "TaskChanged",
    "TieKind",
    "Tied",
    "Unlinked",
    "Unmerged",
    "Untied",
    "chained",
    "changed",
]

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
    | Tied
    | Untied
)


@dataclass(frozen=True, slots=True)
class Change(Remembering):
    """One step of an incident's life, saved in one write: what it becomes, and the facts in order."""

    before: Incident | None
    after: Incident
    facts: tuple[Fact, ...]
    actor: Actor
    time: datetime


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
