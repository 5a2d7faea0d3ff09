"""A major incident as it stands: its people, the clients it touches, and what was promised to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.incidents.domain.incident import Actor, Impact, Priority, Urgency
from services.incidents.domain.major.review import Review
from services.incidents.domain.remembering import Remembering


class MajorState(StrEnum):
    """From its declaration to the end of its review."""

    DECLARED = "declared"
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"
    REVIEW = "review"
    CLOSED = "closed"
    DECLARED_IN_ERROR = "declared_in_error"


# Clients wait for news.
UNDER_WAY = frozenset(
    {MajorState.DECLARED, MajorState.INVESTIGATING, MajorState.IDENTIFIED, MajorState.MONITORING}
)
ENDED = frozenset({MajorState.CLOSED, MajorState.DECLARED_IN_ERROR})


class Severity(StrEnum):
    """SEV1 is the gravest."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"


class Role(StrEnum):
    """Who does what while it lasts; one person may have several."""

    COMMANDER = "commander"
    COMMUNICATIONS = "communications"
    SCRIBE = "scribe"
    EXPERT = "expert"


# Several people help as experts; of the others there is one each.
SHARED_ROLES = frozenset({Role.EXPERT})
# What they do, they do for every client that it touches.
DECIDING_ROLES = frozenset({Role.COMMANDER, Role.COMMUNICATIONS})


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody of the staff in a role."""

    role: Role
    person_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an incident was prioritized, and by what."""

    priority: Priority
    impact: Impact | None
    urgency: Urgency | None
    source: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A client that it touches. incident_id is "" until its incident is opened; joined: that incident knows of it."""

    tenant_id: str
    title: str
    add_time: datetime
    description: str = ""
    incident_id: str = ""
    number: str = ""
    joined: bool = False
    remove_time: datetime | None = None
    # Its incident knows that it was spared.
    left: bool = False
    # How an incident that was there already stood before it was raised; None for one that was opened.
    before: Standing | None = None

    @property
    def is_unfinished(self) -> bool:
        """What was decided about it is not carried out yet."""
        return not self.left if self.remove_time else not self.joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Major:
    """One major incident at a revision."""

    major_id: str
    provider_id: str
    position: int
    title: str
    severity: Severity
    declare_time: datetime
    update_time: datetime
    origin_incident_id: str
    origin_tenant_id: str
    # When the incident that it was declared from was opened.
    detect_time: datetime
    summary: str = ""
    # Who declared it; "" where that was no person.
    declarer_id: str = ""
    state: MajorState = MajorState.DECLARED
    holders: tuple[Holder, ...] = ()
    affected: tuple[Affected, ...] = ()
    next_update_time: datetime | None = None
    # When somebody is to be reminded of that; None once it was done.
    remind_time: datetime | None = None
    updates_sent: int = 0
    updates_late: int = 0
    # Promised, over, and never followed by any.
    updates_missed: int = 0
    acknowledge_time: datetime | None = None
    mitigate_time: datetime | None = None
    resolve_time: datetime | None = None
    close_time: datetime | None = None
    review: Review | None = None
    recent_keys: tuple[str, ...] = ()
    recent_updates: tuple[str, ...] = ()
    revision: int = 1

    @property
    def number(self) -> str:
        return f"MAJOR-{self.position}"

    @property
    def touched(self) -> tuple[Affected, ...]:
        """The clients that it touches now."""
        return tuple(one for one in self.affected if one.remove_time is None)

    @property
    def unfinished(self) -> tuple[Affected, ...]:
        return tuple(one for one in self.affected if one.is_unfinished)

    def work_time(self, patience: timedelta) -> datetime | None:
        """When the sweep has something to do about it: a reminder, or what a crash left half done."""
        times = [self.remind_time] if self.remind_time else []
        times += [one.remind_time for one in self.review.unreminded] if self.review else []
        if self.unfinished:
            times.append(self.update_time + patience)
        return min(times, default=None)

    def affected_of(self, tenant_id: str) -> Affected | None:
        """The client that it touches now."""
        return next((one for one in self.touched if one.tenant_id == tenant_id), None)

    def holder(self, role: Role) -> Holder | None:
        return next((one for one in self.holders if one.role is role), None)


# What begins so in the changes of a fact is for services alone.
HIDDEN = "at_"


@dataclass(frozen=True, slots=True)
class MajorFact:
    """What happened, for its timeline. tenant_id: the client it is about, "" for all."""

    name: str
    tenant_id: str = ""
    text: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MajorChange(Remembering):
    """One step, saved in one write."""

    before: Major | None
    after: Major
    facts: tuple[MajorFact, ...]
    actor: Actor
    time: datetime


@dataclass(frozen=True, slots=True)
class MajorLine:
    """A line of its timeline."""

    fact: str
    time: datetime
    actor: Actor
    seq: int
    tenant_id: str = ""
    text: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)


def changed(before: Major, actor: Actor, now: datetime, *facts: MajorFact, **fields: Any) -> MajorChange:
    """The change that sets these fields: the next revision, updated now."""
    after = replace(before, revision=before.revision + 1, update_time=now, **fields)
    return MajorChange(before, after, facts, actor, now)
