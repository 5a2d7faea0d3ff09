"""The immutable facts of an incident that its clocks run on, and their order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.sla.domain.instants import micros


class FactKind(StrEnum):
    """What happened, as far as a clock cares."""

    OPENED = "opened"
    PRIORITIZED = "prioritized"
    HELD = "held"
    RESUMED = "resumed"
    # Staff answered publicly.
    RESPONDED = "responded"
    # The client's side wrote.
    REPLIED = "replied"
    CLASSIFIED = "classified"
    ASSIGNED = "assigned"
    # The assignee took it in hand.
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    CANCELED = "canceled"
    CONFIRMED = "confirmed"
    # This incident went into another one, where its matter goes on.
    MERGED = "merged"
    # Another incident went into this one.
    ABSORBED = "absorbed"


# These end a clock: one of them is worth keeping however many facts there are.
ENDING = frozenset(
    {FactKind.RESPONDED, FactKind.RESOLVED, FactKind.CLOSED, FactKind.CANCELED, FactKind.MERGED}
)


# Worth keeping only where a promise of the contract asks for them; the others any contract might.
OPTIONAL = frozenset({FactKind.CLASSIFIED, FactKind.ACKNOWLEDGED, FactKind.CONFIRMED, FactKind.REPLIED})


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened to an incident.

    sequence: its place in the incident's history (grows with the incident's revision). That, not the time of
    arrival nor the wall clock of whichever machine wrote it, decides the order.
    """

    event_id: str
    sequence: int
    kind: FactKind
    time: datetime
    # After the fact, for opened and prioritized; 0 when nobody has decided.
    priority: int = 0
    # An AwaitedParty, for held.
    awaiting: str = ""
    # After the fact, where it says so (opened, classified, assigned); "" tells nothing. group_id: whom it lies with.
    incident_kind: str = ""
    service: str = ""
    channel: str = ""
    requester_group: str = ""
    group_id: str = ""
    # How it was resolved.
    code: str = ""
    # For absorbed: when the other incident was opened.
    since: datetime | None = None
    # For merged and absorbed: the other incident, and whether this says that the merge with it was undone.
    other_id: str = ""
    undone: bool = False


def history(facts: Iterable[Fact], until: int) -> list[tuple[int, Fact]]:
    """The facts up to an instant, each once and in order, with instants that never run backwards.

    A machine whose clock was behind may have stamped a later fact with an earlier time; it then counts as
    having happened with the fact before it.
    """
    once = {fact.event_id: fact for fact in facts}
    ordered = sorted(once.values(), key=lambda fact: (fact.sequence, fact.event_id))
    result: list[tuple[int, Fact]] = []
    latest = None
    for fact in ordered:
        instant = micros(fact.time)
        if latest is not None and instant < latest:
            instant = latest
        if instant > until:
            break
        latest = instant
        result.append((instant, fact))
    return _without_undone(result)


def _without_undone(facts: list[tuple[int, Fact]]) -> list[tuple[int, Fact]]:
    """What remains when merges that were undone, and their undoing, count as if they had not been."""
    left: list[tuple[int, Fact]] = []
    for instant, fact in facts:
        if not fact.undone:
            left.append((instant, fact))
            continue
        undone = [
            place
            for place, (_, each) in enumerate(left)
            if each.kind is fact.kind and each.other_id == fact.other_id
        ]
        if undone:
            del left[undone[-1]]
    return left
