"""How many arrived and were resolved on each day, as the calendar on somebody's wall counts days.

Instants are counted in bins of a quarter of an hour, which no zone's days cut through (today's offsets are all whole
quarters of an hour), and the bins are laid into days here: one zone database decides, and a day that the clocks make
23 or 25 hours long is one day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.errors import InvalidArgument

BIN = timedelta(minutes=15)
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of a zone, the last of them today; in instants [start_time, end_time), UTC."""

    zone: ZoneInfo
    first: date
    days: int

    @property
    def dates(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.days)]

    @property
    def start_time(self) -> datetime:
        return self._midnight(self.first)

    @property
    def end_time(self) -> datetime:
        return self._midnight(self.first + timedelta(days=self.days))

    def _midnight(self, day: date) -> datetime:
        # Where the clocks skip midnight, fold 0 reads it by the offset before: the very instant of the jump.
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class FlowDay:
    """One day's counts."""

    day: date
    arrived: int
    resolved: int


def period_until(now: datetime, days: int, zone_name: str, last_day: str = "") -> Period:
    """So many days of a zone ("" for UTC) up to the one in which `now` lies, or to another one (ISO 8601 date).

    Raises InvalidArgument("days_out_of_range"), ("time_zone_unknown") and ("date_invalid").
    """
    if not 1 <= days <= MOST_DAYS:
        raise InvalidArgument("days_out_of_range", f"Ask for 1 to {MOST_DAYS} days.", field="days")
    try:
        zone = ZoneInfo(zone_name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidArgument(
            "time_zone_unknown", "There is no such time zone.", field="time_zone"
        ) from error
    last = _date(last_day) if last_day else now.astimezone(zone).date()
    return Period(zone, last - timedelta(days=days - 1), days)


def _date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
        # Far enough from either end of the calendar for any zone and any number of days.
        if not 1970 <= day.year <= 9000:
            raise ValueError(text)
    except ValueError as error:
        raise InvalidArgument("date_invalid", "That is no date.", field="last_day") from error
    return day


def flow_of(
    period: Period, arrived: Mapping[datetime, int], resolved: Mapping[datetime, int]
) -> list[FlowDay]:
    """The days of a period, each with what its bins hold. Keys are the bins' beginnings (UTC)."""
    came, went = _by_day(period.zone, arrived), _by_day(period.zone, resolved)
    return [FlowDay(day, came.get(day, 0), went.get(day, 0)) for day in period.dates]


def _by_day(zone: ZoneInfo, bins: Mapping[datetime, int]) -> dict[date, int]:
    days: dict[date, int] = {}
    for start, count in bins.items():
        day = start.astimezone(zone).date()
        days[day] = days.get(day, 0) + count
    return days
