"""The slow truth: business time read off minute by minute, sharing no code with the engine.

Everything lies on whole minutes (zones of today do), so a minute is either counted or it is not.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


def is_open(calendar, minute: datetime) -> bool:
    """Whether the wall clock shows a minute that belongs to a window of its day or of the evening before."""
    if calendar.always_open:
        return True
    wall = minute.astimezone(_zone(calendar.time_zone))
    return wall.hour * 60 + wall.minute in _open_minutes(calendar, wall.date())


_zone = lru_cache(ZoneInfo)


@lru_cache(maxsize=256)
def _open_minutes(calendar, today: date) -> frozenset[int]:
    """The minutes after local midnight that are open on a date."""
    evening = _windows(calendar, today - timedelta(days=1))
    windows = [*_windows(calendar, today), *((start - 86_400, end - 86_400) for start, end in evening)]
    breaks = calendar.breaks.get(today, ())
    return frozenset(
        minute
        for minute in range(1440)
        if any(start <= minute * 60 < end for start, end in windows)
        and not any(start <= minute * 60 < end for start, end in breaks)
    )


def _windows(calendar, day: date):
    if day in calendar.overrides:
        return calendar.overrides[day]
    return () if day in calendar.holidays else calendar.hours.get(day.isoweekday(), ())


def minutes_between(calendar, start: datetime, end: datetime) -> int:
    count, minute = 0, start
    while minute < end:
        count += is_open(calendar, minute)
        minute += MINUTE
    return count


def after_minutes(calendar, start: datetime, minutes: int, limit: datetime) -> datetime | None:
    """The first whole minute by which so many open minutes have passed; None beyond the limit."""
    minute = start
    if minutes == 0:
        while minute < limit and not is_open(calendar, minute):
            minute += MINUTE
        return minute if minute < limit else None
    while minute < limit:
        minutes -= is_open(calendar, minute)
        minute += MINUTE
        if minutes == 0:
            return minute
    return None
