"""Contracts and calendars tried out: when promises would be due, and how the days of a year are open. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import DAY_SECONDS, Calendar, Window, holiday_names
from services.sla.domain.clock import replay
from services.sla.domain.contract import TargetKind, Terms
from services.sla.domain.facts import Fact, FactKind

_PRIORITIES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Promise:
    """One target of an incident that stays untouched. Times are UTC; no warning_time: no warning."""

    kind: TargetKind
    priority: int
    goal_seconds: int
    calendar_id: str
    calendar_version: int
    warning_time: datetime | None
    due_time: datetime


@dataclass(frozen=True)
class Day:
    """One local date: when it is open by the wall clock, for how many real seconds, and why not.

    change_seconds: how much longer (negative: shorter) than 24 hours it is, where the clocks change.
    """

    on: date
    windows: tuple[Window, ...]
    open_seconds: int
    holiday: bool
    name: str
    override: bool
    change_seconds: int


def promises(terms: Terms, opened: datetime) -> list[Promise]:
    """By priority and kind, as a clock opened then would say it: the very replay that times incidents."""
    found = []
    for priority in _PRIORITIES:
        fact = Fact("preview", 1, FactKind.OPENED, opened, priority)
        for clock in replay([fact], terms, opened):
            if clock.due_time is not None:
                found.append(
                    Promise(
                        clock.kind,
                        priority,
                        clock.goal_seconds,
                        clock.calendar_id,
                        clock.calendar_version,
                        clock.warning_time,
                        clock.due_time,
                    )
                )
    return found


def year_of_days(calendar: Calendar, year: int) -> list[Day]:
    """Every date of a year, in order."""
    time, names = BusinessTime(calendar), holiday_names(calendar.country, calendar.subdivision, year)
    first, last = date(year, 1, 1), date(year, 12, 31)
    return [_day(calendar, time, names, first + timedelta(days=n)) for n in range((last - first).days + 1)]


def _day(calendar: Calendar, time: BusinessTime, names: dict[date, str], on: date) -> Day:
    start, end = _midnight(calendar, on), _midnight(calendar, on + timedelta(days=1))
    stretches = list(time.intervals(start, end))
    holiday = calendar.is_holiday(on)
    override = not calendar.always_open and on in calendar.overrides
    name = calendar.override_names.get(on, "") if override else (names.get(on, "") if holiday else "")
    return Day(
        on=on,
        windows=tuple(_wall(calendar, on, *stretch) for stretch in stretches),
        open_seconds=round(sum((b - a).total_seconds() for a, b in stretches)),
        holiday=holiday,
        name=name,
        override=override,
        change_seconds=round((end - start).total_seconds()) - DAY_SECONDS,
    )


def _midnight(calendar: Calendar, on: date) -> datetime:
    return datetime.combine(on, datetime.min.time(), calendar.zone).astimezone(UTC)


def _wall(calendar: Calendar, on: date, start: datetime, end: datetime) -> Window:
    def seconds(moment: datetime) -> int:
        local = moment.astimezone(calendar.zone)
        return DAY_SECONDS if local.date() > on else local.hour * 3600 + local.minute * 60 + local.second

    return seconds(start), seconds(end)
