"""What an incident's facts do to its clocks: which begin and which end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from services.sla.domain.contract import (
    DEFAULT_PRIORITY,
    AwaitedParty,
    Subject,
    Target,
    TargetKind,
    TargetLevel,
    Track,
)
from services.sla.domain.facts import Fact, FactKind

_DONE = frozenset({FactKind.RESOLVED, FactKind.CLOSED})
_ANSWERS = _DONE | {FactKind.RESPONDED}
_PICKED_UP = _ANSWERS | {FactKind.ACKNOWLEDGED}
# A custom clock that runs towards one of these goes on when the incident is resolved.
_AFTER_RESOLUTION = frozenset({FactKind.CONFIRMED, FactKind.CLOSED, FactKind.REOPENED})


@dataclass(frozen=True, slots=True)
class Course:
    """How an incident stands between two facts."""

    subject: Subject = field(default_factory=Subject)
    # Whom it awaits; "" when it is not on hold.
    awaiting: str = ""
    opened: bool = False
    # Resolved, closed, canceled or merged, and not reopened.
    over: bool = False

    def after(self, fact: Fact) -> Course:
        """The course that a fact makes of it."""
        match fact.kind:
            case FactKind.OPENED:
                return replace(self, subject=_subject(fact, self.subject), opened=True, over=False)
            case FactKind.PRIORITIZED:
                subject = replace(self.subject, priority=fact.priority or DEFAULT_PRIORITY)
                return replace(self, subject=subject)
            case FactKind.CLASSIFIED:
                service = fact.service or self.subject.service
                return replace(self, subject=replace(self.subject, service=service))
            case FactKind.ASSIGNED:
                return replace(self, subject=replace(self.subject, group_id=fact.group_id))
            case FactKind.HELD:
                return replace(self, awaiting=fact.awaiting)
            case FactKind.RESUMED:
                return replace(self, awaiting="")
            case FactKind.REOPENED:
                return replace(self, awaiting="", over=False)
            case FactKind.RESOLVED | FactKind.CLOSED | FactKind.CANCELED | FactKind.MERGED:
                return replace(self, over=True)
        return self


def _subject(opened: Fact, known: Subject) -> Subject:
    """What the opening says; what was heard of the incident before it stands where the opening says nothing."""
    return Subject(
        priority=opened.priority or DEFAULT_PRIORITY,
        incident_kind=opened.incident_kind,
        service=opened.service or known.service,
        channel=opened.channel,
        requester_group=opened.requester_group,
        group_id=opened.group_id or known.group_id,
    )


def begins(track: Track, target: Target, fact: Fact, before: Course, after: Course) -> bool:
    """Whether a fact begins a cycle of a promise that is not running; reopening is another question."""
    if track.kind is TargetKind.CUSTOM:
        return fact.kind is target.start_event
    if after.over:
        return False
    if track.level is TargetLevel.VENDOR:
        return fact.kind is FactKind.HELD and after.awaiting == AwaitedParty.VENDOR
    if track.level is TargetLevel.OPERATIONAL:
        lies_anew = after.subject.group_id != before.subject.group_id or not before.opened
        returns = fact.kind is FactKind.REOPENED
        return after.opened and bool(after.subject.group_id) and (lies_anew or returns)
    if track.kind is TargetKind.NEXT_UPDATE:
        return fact.kind in (FactKind.RESPONDED, FactKind.REOPENED)
    return fact.kind is FactKind.OPENED


def ends(track: Track, target: Target, fact: Fact, before: Course, after: Course) -> bool:
    """Whether a fact stops a running cycle of a promise."""
    if track.kind is TargetKind.CUSTOM:
        done = fact.kind is FactKind.CLOSED or (
            fact.kind is FactKind.RESOLVED and target.stop_event not in _AFTER_RESOLUTION
        )
        return fact.kind is target.stop_event or done
    if track.level is TargetLevel.VENDOR:
        return fact.kind in _DONE or after.awaiting != AwaitedParty.VENDOR
    if track.level is TargetLevel.OPERATIONAL:
        moved = after.subject.group_id != before.subject.group_id
        return moved or fact.kind in (_PICKED_UP if track.kind is TargetKind.FIRST_RESPONSE else _DONE)
    return fact.kind in (_DONE if track.kind is TargetKind.RESOLUTION else _ANSWERS)
