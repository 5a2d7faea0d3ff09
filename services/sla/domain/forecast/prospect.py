"""What is told of an incident's chances: the clock likeliest to breach, anew whenever its chance has grown by a step.

A chance grows with the business time that is consumed, never by itself: for each running clock it is known beforehand when
the next step is reached. So nobody looks at a million clocks every minute, only at those whose chance has moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.sla.domain.clock import Clock
from services.sla.domain.clock_set import Announcement, ClockSet, Prospect
from services.sla.domain.forecast.forecaster import Forecast
from services.sla.domain.forecast.outlook import Outlook, can_be_forecast
from services.sla.domain.instants import SECOND, moment_of

# Twentieths: what moves less changes nobody's mind, and is not told.
STEPS = 20
# While too little is known of incidents like it, it is looked at again when it is twice as old, and not sooner than this.
_PATIENCE = timedelta(minutes=10)

_Found = tuple[Clock, Forecast]


def foresee(
    record: ClockSet, clocks: Sequence[Clock], outlook: Outlook | None, now: datetime, soon: timedelta
) -> tuple[ClockSet, list[Announcement]]:
    """The record with its chances as of now, and what is to be told of them.

    clocks: as of now. outlook: None until one was learned; it is looked again after `soon`, which is also the least time
    between two looks.
    """
    open_ones = [clock for clock in clocks if can_be_forecast(clock)]
    if open_ones and outlook is None:
        return replace(record, next_look_time=now + soon), []
    found = [(clock, made) for clock in open_ones if outlook and (made := outlook.forecast(record, clock))]
    likeliest = max(found, key=lambda each: each[1].chance, default=None)
    if outlook and likeliest:
        look = _next_step(outlook, found, likeliest[1].chance)
    else:
        look = _when_older(record, now) if open_ones else None
    settled = replace(record, next_look_time=max(look, now + soon) if look else None)
    return _told(settled, likeliest)


def step(chance: float) -> int:
    """Which step a chance has reached, 0 to 19."""
    # A chance that lies on a step counts as there, whatever the last digit of a double says.
    return int(chance * STEPS + 1e-6)


def _told(record: ClockSet, likeliest: _Found | None) -> tuple[ClockSet, list[Announcement]]:
    before = record.prospect
    if likeliest is None:
        news = [Announcement("forecast")] if before else []
        return replace(record, prospect=None), news
    clock, forecast = likeliest
    if before and before.key == clock.key and step(before.chance) == step(forecast.chance):
        return record, []
    told = replace(record, prospect=Prospect(clock.key, forecast.chance))
    return told, [Announcement("forecast", clock, forecast=forecast)]


def _next_step(outlook: Outlook, found: Iterable[_Found], chance: float) -> datetime | None:
    """When one of them reaches the step after this chance, if nothing changes."""
    following = (step(chance) + 1) / STEPS
    times = []
    for clock, forecast in found:
        seconds = outlook.seconds_at(clock, forecast, following)
        if seconds is not None:
            times.append(moment_of(clock.run.reached(seconds * SECOND)))
    return min(times, default=None)


def _when_older(record: ClockSet, now: datetime) -> datetime:
    age = now - (record.open_time or now)
    return now + max(age, _PATIENCE)
