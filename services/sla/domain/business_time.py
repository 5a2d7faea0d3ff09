"""Business time: adding it, measuring it, and finding when a calendar opens and closes.

One sentence defines it: **an instant is open when the wall clock, read at that instant, stands within one of
the calendar's windows.** So a day that daylight saving shortens or lengthens counts its real seconds, a window
bound that the wall clock skips moves to the moment of the jump, and one that it shows twice is met twice.

The open stretches of a calendar are laid out once a UTC year, with running totals, so that a question costs
two binary searches (microseconds) however long the time in question.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from chassis.errors import InvalidArgument
from services.sla.domain.calendar import DAY_SECONDS, Calendar, merged, without
from services.sla.domain.instants import SECOND, micros, moment_of

# A calendar that has not opened (or closed) within so many years never will; larger sums are refused.
HORIZON_YEARS = 50
# No incident is older; a range of thousands of years is a mistake that would only cost time.
LONGEST_YEARS = 200
_FIRST_YEAR, _LAST_YEAR = 1900, 9000
_MEAN_YEAR = 31_556_952 * SECOND
_EPOCH_DAY = date(1970, 1, 1).toordinal()

Stretch = tuple[int, int]


class _Year:
    """The open stretches of one UTC year, cut at its ends, with the open time before and through each."""

    __slots__ = ("before", "end", "ends", "start", "starts", "through", "total")

    def __init__(self, calendar: Calendar, year: int) -> None:
        self.start, self.end = _year_start(year), _year_start(year + 1)
        stretches = _open_stretches(calendar, year, self.start, self.end)
        self.starts = [start for start, _ in stretches]
        self.ends = [end for _, end in stretches]
        self.through = list(accumulate(end - start for start, end in stretches))
        self.before = [0, *self.through[:-1]] if stretches else []
        self.total = self.through[-1] if stretches else 0

    def opened_by(self, instant: int) -> int:
        """Open time from the year's start to an instant."""
        at = bisect_right(self.starts, instant) - 1
        if at < 0:
            return 0
        end = self.ends[at]
        return self.through[at] if instant >= end else self.before[at] + instant - self.starts[at]


class BusinessTime:
    """Answers about one version of a calendar. Safe to share between threads: what it keeps never changes.

    Instants are whole microseconds (see `instants`); the methods that take and give datetimes say so.
    """

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._years: dict[int, _Year] = {}

    # With times, for everyone else

    def add(self, start: datetime, seconds: float) -> datetime:
        """The earliest time by which so many open seconds have passed since `start`, in UTC.

        Zero gives `start` if it is open, else the next opening. A negative number gives the latest time from
        which so many open seconds lead to `start`. Raises InvalidArgument("calendar_never_opens").
        """
        amount = round(seconds * SECOND)
        instant = micros(start)
        return moment_of(self.after(instant, amount) if amount >= 0 else self.ahead_of(instant, -amount))

    def between(self, start: datetime, end: datetime) -> float:
        """Open seconds in [start, end); 0 for a reversed range."""
        return self.elapsed(micros(start), micros(end)) / SECOND

    def is_open(self, at: datetime) -> bool:
        """Whether the calendar is open at a time; it is at an opening, and is not at a closing."""
        return self.open_at(micros(at))

    def next_open(self, at: datetime) -> datetime | None:
        """The first opening strictly after a time; None when there is none (a calendar that never closes)."""
        instant = micros(at)
        found = (start for start, _ in self.stretches(instant) if start > instant)
        opening = next(found, None)
        return None if opening is None else moment_of(opening)

    def next_close(self, at: datetime) -> datetime | None:
        """The first closing strictly after a time; None when there is none."""
        instant = micros(at)
        closing = next((end for _, end in self.stretches(instant)), None)
        return None if closing is None or closing >= self.horizon(instant) else moment_of(closing)

    def intervals(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open stretches in [start, end), in order, the first and last cut there."""
        for first, last in self.stretches(micros(start), micros(end)):
            yield moment_of(first), moment_of(last)

    # With instants, for clocks

    def elapsed(self, start: int, end: int) -> int:
        """Open microseconds in [start, end); 0 for a reversed range."""
        if end <= start:
            return 0
        first, last = self._year_of(start), self._year_of(end)
        _check_range(first, last)
        opened = self._at(last).opened_by(end) - self._at(first).opened_by(start)
        return opened + sum(self._at(year).total for year in range(first, last))

    def after(self, start: int, amount: int) -> int:
        """The earliest instant by which `amount` >= 0 open microseconds have passed since `start`."""
        if amount == 0:
            return self._first_open(start)
        year = self._year_of(start)
        stretches = self._at(year)
        wanted = stretches.opened_by(start) + amount
        for _ in range(HORIZON_YEARS):
            if wanted <= stretches.total:
                at = bisect_left(stretches.through, wanted)
                return stretches.ends[at] - (stretches.through[at] - wanted)
            wanted -= stretches.total
            year += 1
            stretches = self._at(year)
        raise _never_opens(self.calendar)

    def ahead_of(self, end: int, amount: int) -> int:
        """The latest instant from which `amount` > 0 open microseconds lead to `end`."""
        year = self._year_of(end)
        stretches = self._at(year)
        wanted = stretches.opened_by(end) - amount
        for _ in range(HORIZON_YEARS):
            if wanted >= 0 and stretches.starts:
                at = bisect_right(stretches.before, wanted) - 1
                return stretches.starts[at] + wanted - stretches.before[at]
            year -= 1
            stretches = self._at(year)
            wanted += stretches.total
        raise _never_opens(self.calendar)

    def open_at(self, instant: int) -> bool:
        stretches = self._at(self._year_of(instant))
        at = bisect_right(stretches.starts, instant) - 1
        return at >= 0 and instant < stretches.ends[at]

    def stretches(self, start: int, end: int | None = None) -> Iterator[Stretch]:
        """Open stretches from `start` to `end` (at most HORIZON_YEARS on), in order, joined across years."""
        limit = self.horizon(start) if end is None else end
        pending: Stretch | None = None
        year = self._year_of(start)
        _check_range(year, self._year_of(limit))
        while year < _LAST_YEAR and _year_start(year) < limit:
            laid_out = self._at(year)
            for at in range(bisect_right(laid_out.ends, start), len(laid_out.starts)):
                first, last = max(laid_out.starts[at], start), min(laid_out.ends[at], limit)
                if first >= limit:
                    break
                if pending and pending[1] == first:
                    pending = (pending[0], last)
                    continue
                if pending:
                    yield pending
                pending = (first, last)
            year += 1
        if pending:
            yield pending

    def stretches_back(self, end: int) -> Iterator[Stretch]:
        """Open stretches before `end`, latest first; those that touch at a new year are not joined."""
        last_year = self._year_of(end)
        for year in range(last_year, max(last_year - HORIZON_YEARS, _FIRST_YEAR), -1):
            laid_out = self._at(year)
            for at in range(bisect_left(laid_out.starts, end) - 1, -1, -1):
                yield laid_out.starts[at], min(laid_out.ends[at], end)

    def _first_open(self, instant: int) -> int:
        opening = next((start for start, _ in self.openings(instant)), None)
        if opening is None:
            raise _never_opens(self.calendar)
        return opening

    def openings(self, instant: int) -> Iterator[Stretch]:
        """Like `stretches`, but not joined: the first one comes without looking at the years after it."""
        first_year = self._year_of(instant)
        for year in range(first_year, min(first_year + HORIZON_YEARS, _LAST_YEAR)):
            laid_out = self._at(year)
            for at in range(bisect_right(laid_out.ends, instant), len(laid_out.starts)):
                yield max(laid_out.starts[at], instant), laid_out.ends[at]

    def horizon(self, instant: int) -> int:
        """Where looking ahead from an instant ends."""
        return _year_start(min(self._year_of(instant) + HORIZON_YEARS, _LAST_YEAR))

    def _year_of(self, instant: int) -> int:
        year = 1970 + instant // _MEAN_YEAR
        laid_out = self._years.get(year) or self._at(year)
        if instant < laid_out.start:
            return year - 1
        return year + 1 if instant >= laid_out.end else year

    def _at(self, year: int) -> _Year:
        laid_out = self._years.get(year)
        if laid_out is None:
            if not _FIRST_YEAR <= year < _LAST_YEAR:
                raise InvalidArgument("time_out_of_range", "The year is out of range.", year=year)
            laid_out = self._years[year] = _Year(self.calendar, year)
        return laid_out


def _never_opens(calendar: Calendar) -> InvalidArgument:
    return InvalidArgument(
        "calendar_never_opens",
        f"The calendar is not open for so long within {HORIZON_YEARS} years.",
        calendar=calendar.calendar_id,
    )


def _check_range(first: int, last: int) -> None:
    if last - first > LONGEST_YEARS:
        raise InvalidArgument("range_too_long", f"A range is at most {LONGEST_YEARS} years.", field="end")


def _year_start(year: int) -> int:
    return micros(datetime(year, 1, 1, tzinfo=UTC))


def _open_stretches(calendar: Calendar, year: int, start: int, end: int) -> list[Stretch]:
    """The open stretches of a UTC year: windows on the wall clock, seen through the zone's offsets."""
    # Local days that touch the year, one more at either end for zones far from UTC and windows past midnight.
    first, last = date(year, 1, 1).toordinal() - 2, date(year + 1, 1, 1).toordinal() + 2
    opened: list[Stretch] = []
    breaks: list[Stretch] = []
    for ordinal in range(first, last):
        day, midnight = date.fromordinal(ordinal), (ordinal - _EPOCH_DAY) * DAY_SECONDS
        opened += [(midnight + begin, midnight + finish) for begin, finish in calendar.windows_on(day)]
        breaks += [(midnight + begin, midnight + finish) for begin, finish in calendar.breaks_on(day)]
    wall = without(merged(opened), merged(breaks))
    found = []
    for piece_start, piece_end, offset in _offsets(calendar, start // SECOND, end // SECOND):
        low, high = piece_start + offset, piece_end + offset
        found += [
            ((max(begin, low) - offset) * SECOND, (min(finish, high) - offset) * SECOND)
            for begin, finish in wall
            if begin < high and finish > low
        ]
    return merged(found)


def _offsets(calendar: Calendar, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Pieces (from, to, seconds east of UTC) of constant offset, in Unix seconds."""
    zone = calendar.zone
    epoch = datetime(1970, 1, 1, tzinfo=UTC)

    def offset_at(second: int) -> int:
        offset = (epoch + timedelta(seconds=second)).astimezone(zone).utcoffset()
        return int((offset or timedelta()).total_seconds())

    piece_start, current = start, offset_at(start)
    for day_start in range(start, end, DAY_SECONDS):
        low, high = day_start, min(day_start + DAY_SECONDS, end)
        following = offset_at(high)
        if following == current:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if offset_at(middle) == current:
                low = middle
            else:
                high = middle
        yield piece_start, high, current
        piece_start, current = high, following
    yield piece_start, end, current
