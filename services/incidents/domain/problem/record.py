"""The problem as a value, and what can happen to it. It is the provider's own: no client reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.incidents.domain.incident import Actor, Impact, Priority, Urgency
from services.incidents.domain.remembering import Remembering

# What one problem may be the cause of; a document has a bound.
MOST_INCIDENTS = 500


class ProblemState(StrEnum):
    """After ITIL 4: a known error is understood and not yet solved."""

    LOGGED = "logged"
    INVESTIGATING = "investigating"
    KNOWN_ERROR = "known_error"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELED = "canceled"


OPEN_PROBLEMS = frozenset({ProblemState.LOGGED, ProblemState.INVESTIGATING, ProblemState.KNOWN_ERROR})


class SolutionKind(StrEnum):
    """How a problem ended; by a workaround that one lives with, too, or by never coming again."""

    CHANGE = "change"
    FIX = "fix"
    ACCEPTED = "accepted"
    NOT_REPRODUCIBLE = "not_reproducible"


@dataclass(frozen=True, slots=True)
class Solution:
    """How it was solved, in words for staff."""

    kind: SolutionKind
    text: str
    change_number: str
    resolve_time: datetime


@dataclass(frozen=True, slots=True)
class Concerned:
    """An incident that it is the cause of."""

    incident_id: str
    tenant_id: str
    number: str
    link_time: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """Since when this client reads the wording for clients, on its own incidents."""

    tenant_id: str
    publish_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem of a provider, as it stands at a revision (1 when logged)."""

    problem_id: str
    provider_id: str
    # 12 of "PRB-12".
    position: int
    title: str
    create_time: datetime
    update_time: datetime
    description: str = ""
    state: ProblemState = ProblemState.LOGGED
    impact: Impact | None = None
    urgency: Urgency | None = None
    priority: Priority = Priority.P3
    configuration_item: str = ""
    assignment_group_id: str = ""
    assignment_group_name: str = ""
    assignee_id: str = ""
    assignee_name: str = ""
    cause: str = ""
    workaround: str = ""
    client_text: str = ""
    incidents: tuple[Concerned, ...] = ()
    # Of clients whose incidents are linked no more, too: what is written there may be about them.
    known_to: frozenset[str] = frozenset()
    publications: tuple[Publication, ...] = ()
    solution: Solution | None = None
    close_time: datetime | None = None
    recent_keys: tuple[str, ...] = ()
    revision: int = 1

    @property
    def number(self) -> str:
        return number_at(self.position)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_PROBLEMS

    @property
    def tenant_ids(self) -> frozenset[str]:
        """The clients that it concerns now."""
        return frozenset(each.tenant_id for each in self.incidents)

    def concerns(self, incident_id: str) -> bool:
        return any(each.incident_id == incident_id for each in self.incidents)

    def is_published_to(self, tenant_id: str) -> bool:
        return any(each.tenant_id == tenant_id for each in self.publications)

    def shown_to(self, tenant_id: str) -> str:
        """What this client reads of the workaround on its incidents; "" for nothing."""
        return self.client_text if self.is_open and self.is_published_to(tenant_id) else ""


def number_at(position: int) -> str:
    """What people call it. Problems have a row of their own: P12 would be taken for a priority."""
    return f"PRB-{position}"


def position_of(number: str) -> int | None:
    """The position in a number, in any case of letters; None for what is none."""
    prefix, _, digits = number.upper().partition("-")
    is_one = prefix == "PRB" and digits.isascii() and digits.isdigit() and len(digits) <= 9
    return int(digits) if is_one else None


class ProblemFact(StrEnum):
    """What can happen; each is one event and one line of the timeline."""

    LOGGED = "problem_logged"
    EDITED = "problem_edited"
    # Cause, workaround or the wording for clients were written.
    ANALYZED = "problem_analyzed"
    ASSIGNED = "problem_assigned"
    NOTED = "problem_noted"
    INVESTIGATED = "problem_investigated"
    KNOWN_ERROR = "known_error_declared"
    PUBLISHED = "workaround_published"
    WITHDRAWN = "workaround_withdrawn"
    LINKED = "incident_linked"
    UNLINKED = "incident_unlinked"
    RESOLVED = "problem_resolved"
    CLOSED = "problem_closed"
    REOPENED = "problem_reopened"
    CANCELED = "problem_canceled"


@dataclass(frozen=True, slots=True)
class Happening:
    """One fact. tenant_id: whose incident it speaks of; only whoever is granted that client reads it."""

    fact: ProblemFact
    text: str = ""
    reason: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    tenant_id: str = ""


@dataclass(frozen=True, slots=True)
class ProblemChange(Remembering):
    """One step, saved in one write."""

    before: Problem | None
    after: Problem
    happenings: tuple[Happening, ...]
    actor: Actor
    time: datetime


@dataclass(frozen=True, slots=True)
class ProblemEntry:
    """One line of a problem's history."""

    entry_id: str
    fact: str
    time: datetime
    actor: Actor
    seq: int
    text: str = ""
    reason: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    tenant_id: str = ""


def changed_problem(
    before: Problem, actor: Actor, now: datetime, *happenings: Happening, **fields: Any
) -> ProblemChange:
    """The change that sets these fields: the next revision, updated now."""
    after = replace(before, revision=before.revision + 1, update_time=now, **fields)
    return ProblemChange(before, after, happenings, actor, now)
