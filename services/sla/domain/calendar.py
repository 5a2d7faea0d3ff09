"""A business hours calendar: which stretches of the wall clock are open on which local date.

The rules, where libraries disagree:

- A window belongs to the day on which it starts. One that ends at or before its start runs into the next
  day, and a holiday on that next day does not cut its tail.
- An override replaces the hours of its date, national or own holiday or not; with no windows it closes the day.
- Breaks are taken out of whatever is open, by the wall clock of their date.
- Windows that overlap count once.
- A calendar that is `always_open` knows no holidays and no breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from chassis.errors import InvalidArgument

DAY_SECONDS = 86_400
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")

# Seconds after local midnight, [start, end); an end beyond 86,400 lies in the next day.
Window = tuple[int, int]
Days = Mapping[date, tuple[Window, ...]]


@dataclass(frozen=True, eq=False)
class Calendar:
    """One version of a calendar. Never edited: a change makes the next version.

    hours: ISO weekday (1 Monday … 7 Sunday) → windows. country and subdivision: ISO 3166-1 and 3166-2, ""
    for none. holidays: the provider's own closed days.
    """

    calendar_id: str
    time_zone: str
    version: int = 1
    name: str = ""
    always_open: bool = False
    hours: Mapping[int, tuple[Window, ...]] = field(default_factory=dict)
    country: str = ""
    subdivision: str = ""
    holidays: frozenset[date] = frozenset()
    overrides: Days = field(default_factory=dict)
    breaks: Days = field(default_factory=dict)
    override_names: Mapping[date, str] = field(default_factory=dict)
    create_time: datetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows that start on a local date."""
        if self.always_open:
            return ((0, DAY_SECONDS),)
        own = self.overrides.get(day)
        if own is not None:
            return own
        windows = self.hours.get(day.isoweekday(), ())
        return () if windows and self.is_holiday(day) else windows

    def breaks_on(self, day: date) -> tuple[Window, ...]:
        """What is taken out of the open hours on a local date."""
        return () if self.always_open else self.breaks.get(day, ())

    def is_holiday(self, day: date) -> bool:
        """Whether a date is closed by a holiday or by an override without windows, rather than by the week."""
        if self.always_open:
            return False
        own = self.overrides.get(day)
        if own is not None:
            return not own
        return day in self.holidays or day in national_holidays(self.country, self.subdivision, day.year)


@lru_cache(maxsize=2048)
def national_holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    """Public holidays of a country or its part in one year; none for country "".

    Raises InvalidArgument("country_unknown") or ("subdivision_unknown").
    """
    if not country:
        return frozenset()
    # Imported late: a provider without national calendars never pays for it.
    import holidays
    from holidays.registry import EntityLoader

    # Not list_supported_countries: it tells subdivisions as well, and reads all 250 countries for them (8 MiB).
    supported = EntityLoader.get_country_codes(include_aliases=True)
    if country not in supported or not re.fullmatch(r"[A-Z]{2}", country):
        raise InvalidArgument(
            "country_unknown", "There is no such ISO 3166-1 country.", field="country", country=country
        )
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError:
        raise InvalidArgument(
            "subdivision_unknown",
            "The country has no such subdivision.",
            field="subdivision",
            subdivision=subdivision,
        ) from None


def holiday_names(country: str, subdivision: str, year: int) -> dict[date, str]:
    """What the public holidays of a year are called, in the country's own language. Raises as national_holidays."""
    if not national_holidays(country, subdivision, year):
        return {}
    import holidays

    return dict(holidays.country_holidays(country, subdiv=subdivision or None, years=year).items())


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def require_zone(name: str, field_name: str = "time_zone") -> str:
    """The name of an IANA zone, as given. Raises InvalidArgument("zone_unknown")."""
    if name not in _zones():
        raise InvalidArgument("zone_unknown", "There is no such IANA zone.", field=field_name, zone=name)
    return name


def seconds_of_day(text: str, field_name: str = "time") -> int:
    """Seconds after midnight of "HH:MM" (or with seconds); "24:00" is the end of the day."""
    if text in ("24:00", "24:00:00"):
        return DAY_SECONDS
    match = _TIME.fullmatch(text) if isinstance(text, str) else None
    if not match:
        raise InvalidArgument("time_invalid", "A time of day is HH:MM.", field=field_name, time=text)
    hour, minute, second = (int(part or 0) for part in match.groups())
    return hour * 3600 + minute * 60 + second


def clock_text(seconds: int) -> str:
    """The way back: "HH:MM", with seconds where there are any; midnight at the end of a day is "24:00"."""
    if seconds == DAY_SECONDS:
        return "24:00"
    hour, rest = divmod(seconds % DAY_SECONDS, 3600)
    minute, second = divmod(rest, 60)
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")


def window(start: str, end: str, field_name: str = "window") -> Window:
    """A window from two times of day. Raises InvalidArgument when it is empty or starts at 24:00."""
    first, last = seconds_of_day(start, f"{field_name}.start"), seconds_of_day(end, f"{field_name}.end")
    if first in (last, DAY_SECONDS):
        raise InvalidArgument(
            "window_empty",
            "A window needs a length; a whole day is 00:00 to 24:00.",
            field=field_name,
            start=start,
            end=end,
        )
    return (first, last) if last > first else (first, last + DAY_SECONDS)


def local_date(text: str, field_name: str = "date") -> date:
    """An ISO 8601 date. Raises InvalidArgument("date_invalid")."""
    try:
        if len(text) != len("2024-12-25"):
            raise ValueError
        return date.fromisoformat(text)
    except (ValueError, TypeError):
        raise InvalidArgument("date_invalid", "A date is YYYY-MM-DD.", field=field_name, date=text) from None


def merged(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches in order, those that overlap or touch made one."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if result and start <= result[-1][1]:
            if end > result[-1][1]:
                result[-1] = (result[-1][0], end)
        elif end > start:
            result.append((start, end))
    return result


def without(stretches: Iterable[tuple[int, int]], holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ordered stretches with ordered, merged holes cut out of them."""
    result: list[tuple[int, int]] = []
    for start, end in stretches:
        for hole_start, hole_end in holes:
            if hole_end <= start:
                continue
            if hole_start >= end:
                break
            if hole_start > start:
                result.append((start, hole_start))
            start = hole_end
        if start < end:
            result.append((start, end))
    return result


def check_calendar(calendar: Calendar) -> None:
    """Raises InvalidArgument, naming the field, for a calendar that could not run a clock."""
    require_zone(calendar.time_zone)
    if not calendar.name.strip():
        raise InvalidArgument("name_missing", "A calendar needs a name.", field="name")
    if calendar.subdivision and not calendar.country:
        raise InvalidArgument("country_missing", "A subdivision needs its country.", field="country")
    national_holidays(calendar.country, calendar.subdivision, 2024)
    for weekday in calendar.hours:
        if not 1 <= weekday <= 7:
            raise InvalidArgument("weekday_invalid", "A weekday is 1 to 7.", field="hours.weekday")
    if not calendar.always_open and not any(calendar.hours.values()):
        raise InvalidArgument(
            "hours_missing", "A calendar that is not always open needs hours.", field="hours"
        )
