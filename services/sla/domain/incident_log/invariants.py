"""What holds of every incident's clocks, whatever its facts, contract and calendars; each by its name.

They are computed anew, from the clocks' spans and from further replays, not taken from how the engine got there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise

from services.sla.domain.clock import Clock, ClockState, replay
from services.sla.domain.clock_set import ClockSet, settle
from services.sla.domain.contract import Terms
from services.sla.domain.facts import Fact, FactKind
from services.sla.domain.run import Mode

_LATE = (ClockState.MISSED, ClockState.BREACHED)
_CHOOSING = frozenset({FactKind.PRIORITIZED, FactKind.CLASSIFIED, FactKind.ASSIGNED})
_PAUSING = frozenset({FactKind.HELD, FactKind.RESUMED})


@dataclass(frozen=True)
class Replayed:
    """One incident's clocks as of a time, and what they were replayed from."""

    facts: Sequence[Fact]
    terms: Terms
    at: datetime
    clocks: Sequence[Clock]


def violated(one: Replayed) -> list[str]:
    """The names of the invariants that do not hold."""
    return [name for name, holds in INVARIANTS.items() if not holds(one)]


def _order_and_repetition_change_nothing(one: Replayed) -> bool:
    return replay([*reversed(one.facts), *one.facts], one.terms, one.at) == list(one.clocks)


def _seconds_add_up(one: Replayed) -> bool:
    """Spans follow one another without a gap, and what they count is the calendar's business time."""
    for clock in one.clocks:
        spans, run = clock.run.spans, clock.run
        counted = paused = 0
        for span in spans:
            open_time = span.time.elapsed(span.start, span.end) if span.time else 0
            counted += open_time if span.mode is Mode.COUNTING else 0
            paused += open_time if span.mode is Mode.PAUSED else 0
        gaps = any(before.end != after.start for before, after in pairwise(spans))
        if gaps or (counted, paused) != (run.counted, run.paused):
            return False
    return True


def _a_paused_clock_does_not_fire(one: Replayed) -> bool:
    for clock in one.clocks:
        fired = [at for _, at in clock.run.warned]
        # Aimed below what it had consumed while on hold, it came too late when it stopped: that is no firing.
        if clock.run.breached_at not in (None, clock.run.stopped_at):
            fired.append(clock.run.breached_at)
        still = [span for span in clock.run.spans if span.mode is not Mode.COUNTING]
        if any(span.start < at < span.end for span in still for at in fired):
            return False
    return True


def _verdicts_are_what_was_consumed(one: Replayed) -> bool:
    """What is late consumed its goal, and the due time is past; nothing else consumed more than its goal."""
    for clock in one.clocks:
        run = clock.run
        if clock.breached:
            in_order = run.due is not None and run.breached_at is not None and run.due <= run.breached_at
            if not in_order or run.counted < run.goal:
                return False
        elif clock.state in (ClockState.MET, ClockState.RUNNING) and run.counted > run.goal:
            return False
        if (clock.state in _LATE) is not (clock.breached and clock.state is not ClockState.CANCELED):
            return False
    return True


def _a_verdict_is_never_rewritten(one: Replayed) -> bool:
    """What had a verdict at any of three moments of the life has the same in the end."""
    moments = sorted({fact.time for fact in one.facts})
    final = {clock.key: clock for clock in one.clocks}
    for moment in {moments[len(moments) // 3], moments[len(moments) * 2 // 3], moments[-1]}:
        for clock in replay(one.facts, one.terms, moment):
            last = final.get(clock.key)
            stopped = clock.state is not ClockState.CANCELED and clock.stop_time is not None
            if stopped and (last is None or (last.state, last.stop_time) != (clock.state, clock.stop_time)):
                return False
            if clock.breached and (last is None or last.breach_time != clock.breach_time):
                return False
    return True


def _cycles_follow_one_another(one: Replayed) -> bool:
    """Numbered and in order of time, and only the last of a promise runs; one that was never promised is not shown."""
    for _, cycles in groupby(one.clocks, key=lambda clock: clock.run.track):
        runs = list(cycles)
        if any(a.cycle >= b.cycle or a.stop_time is None or a.run.at > b.run.at for a, b in pairwise(runs)):
            return False
    return True


def _nothing_is_told_twice(one: Replayed) -> bool:
    """Announced once, the clocks have nothing more to say; and each at most one verdict."""
    record = ClockSet("incident", "", "").with_facts(one.facts).with_terms(one.terms)
    settled, told = settle(record, one.terms, one.at)
    names = [(said.clock.key, said.once or said.fact) for said in told if said.clock]
    return not settle(settled, one.terms, one.at)[1] and len(names) == len(set(names))


def _pausing_makes_nothing_due_earlier(one: Replayed) -> bool:
    """Asked of incidents that kept their goals: of the others, a hold may outlast the goal that was breached."""
    kinds = {fact.kind for fact in one.facts}
    if not kinds & _PAUSING or kinds & _CHOOSING or FactKind.REOPENED in kinds:
        return True
    without = replay([fact for fact in one.facts if fact.kind not in _PAUSING], one.terms, one.at)
    unpaused = {clock.key: clock.due_time for clock in without if clock.run.track.level.value == "client"}
    for clock in one.clocks:
        before = unpaused.get(clock.key)
        if clock.due_time and before and clock.due_time < before:
            return False
    return True


INVARIANTS: dict[str, Callable[[Replayed], bool]] = {
    "order_and_repetition_change_nothing": _order_and_repetition_change_nothing,
    "seconds_add_up": _seconds_add_up,
    "a_paused_clock_does_not_fire": _a_paused_clock_does_not_fire,
    "verdicts_are_what_was_consumed": _verdicts_are_what_was_consumed,
    "a_verdict_is_never_rewritten": _a_verdict_is_never_rewritten,
    "cycles_follow_one_another": _cycles_follow_one_another,
    "nothing_is_told_twice": _nothing_is_told_twice,
    "pausing_makes_nothing_due_earlier": _pausing_makes_nothing_due_earlier,
}
