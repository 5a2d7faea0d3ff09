"""A statement's lines: each promise whose verdict fell within the period, as a pure function of what happened before its end.

A promise belongs to the period in which its verdict fell: when it was stopped in time, or at the instant it counted
beyond its goal. The clocks are replayed at the period's end on the facts before it, so a statement made a day or a
year later says the same; what is still running at the end belongs to a later one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.sla.domain.attainment import verdict_of
from services.sla.domain.clock import Clock, replay
from services.sla.domain.clock_set import ClockSet
from services.sla.domain.contract import DEFAULT_PRIORITY, TargetLevel, Terms
from services.sla.domain.facts import Fact, FactKind, history
from services.sla.domain.instants import SECOND, micros, moment_of
from services.sla.domain.run import Mode
from services.sla.domain.statements.canonical import stamp
from services.sla.domain.statements.objection import Contest, Exclusion, ExclusionState, promise_key
from services.sla.domain.statements.period import Period


class LineOutcome(StrEnum):
    """What became of one promise, as it is stated."""

    MET = "met"
    BREACHED = "breached"
    # Left out of attainment and credits, by somebody's approval.
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Pause:
    """A stretch on hold that stopped a clock. pause_id is the place of the hold in its incident's history."""

    pause_id: str
    awaiting: str
    start_time: datetime
    # None while it lasts.
    end_time: datetime | None
    # Business time on the clock's calendar, in microseconds.
    open: int


def lines_of(
    record: ClockSet,
    terms: Terms,
    period: Period,
    exclusions: Mapping[str, Exclusion],
    contests: Mapping[str, Contest],
    now: datetime | None = None,
) -> list[dict[str, Any]]:
    """The lines of one incident, by kind and cycle, ready for canonical JSON.

    exclusions: by `promise_key`; contests: by pause id. Of other incidents there may be any. now: while the period
    still runs, its lines so far; once it is over, nothing depends on it.
    """
    end = min(period.end, now) if now else period.end
    facts = [fact for _, fact in history(record.facts, micros(end) - 1)]
    lines = []
    for clock in replay(facts, terms, end):
        if clock.level is not TargetLevel.CLIENT:
            continue  # between the provider and its own groups or vendors
        verdict = verdict_of(clock)
        if verdict and period.holds(verdict[1]):
            lines.append(_line(record, terms, clock, verdict[1], facts, end, exclusions, contests))
    return lines


def holds_of(facts: Iterable[Fact], until: datetime) -> list[tuple[str, str, int, int | None]]:
    """Every hold of an incident: (pause id, awaited party, start, end), the end None while it lasts."""
    found: list[tuple[str, str, int, int | None]] = []
    held: tuple[str, str, int] | None = None
    for instant, fact in history(facts, micros(until)):
        if fact.kind not in (FactKind.HELD, FactKind.RESUMED, FactKind.REOPENED):
            continue
        if held:
            found.append((*held, instant))
        held = (str(fact.sequence), fact.awaiting, instant) if fact.kind is FactKind.HELD else None
    return [*found, (*held, None)] if held else found


def pauses_of(clock: Clock, facts: Iterable[Fact], until: datetime) -> list[Pause]:
    """The holds that stopped a clock, with the business time that each took from it."""
    if not clock.run.paused:
        return []
    stopped = [span for span in clock.run.spans if span.mode is Mode.PAUSED and span.time]
    pauses = []
    for pause_id, awaiting, start, end in holds_of(facts, until):
        taken = 0
        for span in stopped:
            first, last = max(span.start, start), min(span.end, span.end if end is None else end)
            if first < last and span.time:
                taken += span.time.elapsed(first, last)
        if taken:
            pauses.append(Pause(pause_id, awaiting, moment_of(start), _moment(end), taken))
    return pauses


def _line(
    record: ClockSet,
    terms: Terms,
    clock: Clock,
    decided: datetime,
    facts: list[Fact],
    end: datetime,
    exclusions: Mapping[str, Exclusion],
    contests: Mapping[str, Contest],
) -> dict[str, Any]:
    pauses = pauses_of(clock, facts, end)
    contested = [(pause, contests[pause.pause_id]) for pause in pauses if pause.pause_id in contests]
    conceded = sum(pause.open for pause, contest in contested if contest.conceded) // SECOND
    exclusion = exclusions.get(promise_key(record.incident_id, clock.run.track.key, clock.cycle))
    outcome, basis = _outcome(clock, conceded, exclusion)
    return {
        "incident_id": record.incident_id,
        "number": record.header.number,
        "target": clock.run.track.key,
        "cycle": clock.cycle,
        "contract_version": terms.contract.version,
        "calendar_id": clock.calendar_id,
        "calendar_version": clock.calendar_version,
        "priority": clock.priority,
        "priorities": _priorities(facts, clock),
        "start_time": stamp(clock.start_time),
        "due_time": stamp(clock.due_time),
        "stop_time": stamp(clock.stop_time),
        "decide_time": stamp(decided),
        "goal_seconds": clock.goal_seconds,
        "elapsed_seconds": clock.elapsed_seconds,
        "paused_seconds": clock.paused_seconds,
        "pauses": _by_party(pauses, clock.paused_seconds),
        "contested_pauses": [_contested(pause, contest) for pause, contest in contested],
        "conceded_seconds": conceded,
        "outcome": outcome.value,
        "basis": basis,
        "exclusion": exclusion.data() if exclusion and exclusion.state is ExclusionState.APPROVED else None,
    }


def _outcome(clock: Clock, conceded: int, exclusion: Exclusion | None) -> tuple[LineOutcome, str]:
    """The outcome and what it rests on: the clock's own verdict stands wherever clocks are shown; a pause that the
    provider conceded counts here, where it is paid for.
    """
    if exclusion and exclusion.state is ExclusionState.APPROVED:
        return LineOutcome.EXCLUDED, "exclusion"
    if clock.breached:
        return LineOutcome.BREACHED, "clock"
    if conceded and clock.elapsed_seconds + conceded > clock.goal_seconds:
        return LineOutcome.BREACHED, "conceded_pause"
    return LineOutcome.MET, "clock"


def _priorities(facts: Iterable[Fact], clock: Clock) -> list[dict[str, Any]]:
    """The priorities over the clock's time, the one it began with first."""
    start = micros(clock.start_time)
    stop = micros(clock.stop_time) if clock.stop_time else None
    result: list[dict[str, Any]] = []
    instant = 0
    for fact in facts:
        # As in the replay, time never runs backwards.
        instant = max(instant, micros(fact.time))
        if fact.kind not in (FactKind.OPENED, FactKind.PRIORITIZED):
            continue
        priority = fact.priority or DEFAULT_PRIORITY
        if stop is not None and instant > stop:
            break
        if instant <= start:
            result = []
        if not result or result[-1]["priority"] != priority:
            result.append({"priority": priority, "from_time": stamp(moment_of(max(instant, start)))})
    return result


def _by_party(pauses: Iterable[Pause], total: int) -> list[dict[str, Any]]:
    """Paused whole seconds by awaited party; they add up to the clock's total."""
    sums: dict[str, int] = {}
    for pause in pauses:
        sums[pause.awaiting] = sums.get(pause.awaiting, 0) + pause.open
    result, given, through = [], 0, 0
    for party in sorted(sums):
        through += sums[party]
        upto = min(through // SECOND, total)
        result.append({"awaiting": party, "seconds": upto - given})
        given = upto
    return result


def _contested(pause: Pause, contest: Contest) -> dict[str, Any]:
    return {
        "pause_id": pause.pause_id,
        "awaiting": pause.awaiting,
        "start_time": stamp(pause.start_time),
        "end_time": stamp(pause.end_time),
        "seconds": pause.open // SECOND,
        **contest.data(),
    }


def _moment(instant: int | None) -> datetime | None:
    return None if instant is None else moment_of(instant)
