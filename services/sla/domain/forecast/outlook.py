"""What lies ahead of a running clock: the chance that it breaches, from how the provider's earlier ones ended.

What it learns from are all of the provider's incidents; what it shows beside a chance are those of the same client.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.sla.domain.attainment import Outcome, verdict_of
from services.sla.domain.clock import Clock, ClockState, replay
from services.sla.domain.clock_set import ClockSet
from services.sla.domain.contract import TargetKind, TargetLevel, Terms
from services.sla.domain.facts import FactKind
from services.sla.domain.forecast.forecaster import Forecast, Forecaster, Known, trained
from services.sla.domain.forecast.statistics import Key, Opening
from services.sla.domain.lifecycle import Course

# From the more general to the more telling.
KEYS: tuple[Key, ...] = (
    ("hours", "weekday"),
    ("channel",),
    ("priority",),
    ("service",),
    ("group_id",),
    ("service", "priority"),
    ("group_id", "priority"),
    ("tenant",),
    ("tenant", "group_id"),
    ("tenant", "service"),
    ("tenant", "priority"),
    ("tenant", "service", "priority"),
)
KINDS = (TargetKind.FIRST_RESPONSE, TargetKind.RESOLUTION)
# Triage classifies and routes in the first moments: what it decides by then counts as known at the opening.
_SETTLING = timedelta(minutes=5)
# Fewer outcomes than these are no ground for a forecast.
LEAST_KNOWN = 50


@dataclass(frozen=True)
class _Promise:
    """One kind of promise: its forecaster, and which share of their goals the kept ones consumed, ascending."""

    forecaster: Forecaster
    consumed: tuple[float, ...]

    def lasting(self, share: float) -> float:
        """How many of the kept ones ran longer than so much of their goal; never quite none."""
        longer = len(self.consumed) - bisect_right(self.consumed, share)
        return (longer + 1) / (len(self.consumed) + 1)

    def share_at(self, lasting: float, after: float) -> float | None:
        """The next share, after one, from which on no more of the kept ones than this last; None where it never comes."""
        fewest = math.floor(lasting * (len(self.consumed) + 1)) - 1
        if fewest < 0:
            return None
        place = max(len(self.consumed) - fewest - 1, bisect_right(self.consumed, after))
        return self.consumed[place] if place < len(self.consumed) else None


@dataclass(frozen=True)
class Outlook:
    """What one provider's past says of its running clocks."""

    promises: dict[TargetKind, _Promise]

    def forecast(self, record: ClockSet, clock: Clock) -> Forecast | None:
        """None for a clock that has its verdict, and where too little is known of incidents like it."""
        promise = self.promises.get(clock.kind)
        opening = opening_of(record)
        if promise is None or opening is None or not can_be_forecast(clock):
            return None
        basis = promise.forecaster.statistics.basis_with(opening, "tenant")
        if basis is None:
            return None
        opened = promise.forecaster.chance(opening)
        # The longer it has run, the fewer of the kept ones it can still be one of.
        lasting = promise.lasting(clock.elapsed_seconds / clock.goal_seconds)
        now = opened / (opened + (1 - opened) * lasting)
        return Forecast(now, opened, basis.fields, basis.incidents, basis.breached)

    def seconds_at(self, clock: Clock, forecast: Forecast, chance: float) -> int | None:
        """How many seconds a running clock will have counted when its chance has grown to this one; None where it never
        will before it is due.
        """
        if clock.state is not ClockState.RUNNING or not forecast.chance < chance < 1:
            return None
        opened = forecast.chance_at_opening
        lasting = opened * (1 - chance) / (chance * (1 - opened))
        share = self.promises[clock.kind].share_at(lasting, clock.elapsed_seconds / clock.goal_seconds)
        return None if share is None else math.ceil(share * clock.goal_seconds)


def learned(past: Iterable[tuple[ClockSet, Terms | None]], now: datetime) -> Outlook:
    """The outlook from incidents whose clocks have verdicts, each replayed on its own terms."""
    known: dict[TargetKind, list[Known]] = {kind: [] for kind in KINDS}
    consumed: dict[TargetKind, list[float]] = {kind: [] for kind in KINDS}
    for record, terms in past:
        opening = opening_of(record)
        if opening is None or terms is None:
            continue
        for clock in replay(record.facts, terms, now):
            verdict = verdict_of(clock)
            if clock.kind not in KINDS or not _first(clock) or verdict is None:
                continue
            breached = verdict[0] is Outcome.BREACHED
            known[clock.kind].append(Known(opening, breached))
            if not breached:
                consumed[clock.kind].append(clock.elapsed_seconds / clock.goal_seconds)
    return Outlook(
        {
            kind: _Promise(trained(outcomes, KEYS), tuple(sorted(consumed[kind])))
            for kind, outcomes in known.items()
            if len(outcomes) >= LEAST_KNOWN
        }
    )


def opening_of(record: ClockSet) -> Opening | None:
    """What was known of an incident when it opened; None before that was heard."""
    ordered = sorted(record.facts, key=lambda fact: (fact.sequence, fact.event_id))
    opened = next((fact for fact in ordered if fact.kind is FactKind.OPENED), None)
    if opened is None:
        return None
    course = Course()
    for fact in ordered:
        if fact.time <= opened.time + _SETTLING:
            course = course.after(fact)
    subject = course.subject
    return Opening(
        opened.time,
        {
            "tenant": record.tenant_id,
            "priority": str(subject.priority),
            "service": subject.service,
            "channel": subject.channel,
            "group_id": subject.group_id,
        },
    )


def can_be_forecast(clock: Clock) -> bool:
    """Whether it is of a kind that is learned, and still without a verdict."""
    undecided = clock.state in (ClockState.RUNNING, ClockState.PAUSED)
    return undecided and clock.kind in KINDS and _first(clock)


def _first(clock: Clock) -> bool:
    return clock.level is TargetLevel.CLIENT and clock.cycle == 1
