"""One layer of a schedule: a rotation that hands off at a local time, perhaps only at some hours of some days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from chassis.errors import InvalidArgument
from services.triage.domain.oncall.piece import Piece, Watcher, joined, within
from services.triage.domain.oncall.wall_clock import instant_of, shown_at

_DAY = timedelta(days=1)
_LONGEST = timedelta(days=366)
_MOST_PEOPLE, _MOST_RESTRICTIONS = 100, 21


class TurnUnit(Enum):
    """What a turn's length counts."""

    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"


_UNITS = {TurnUnit.HOURS: timedelta(hours=1), TurnUnit.DAYS: _DAY, TurnUnit.WEEKS: timedelta(weeks=1)}


@dataclass(frozen=True)
class Restriction:
    """Hours of some weekdays (0: Monday; none: every day); an end that is not later is one on the next day."""

    start: time
    end: time
    weekdays: frozenset[int] = frozenset()

    def on(self, day: datetime) -> tuple[datetime, datetime] | None:
        """Its hours that begin on a day, as wall times."""
        if self.weekdays and day.weekday() not in self.weekdays:
            return None
        end_day = day if self.start < self.end else day + _DAY
        return datetime.combine(day, self.start), datetime.combine(end_day, self.end)

    def holds(self, wall: datetime) -> bool:
        """Whether this naive local time lies within."""
        today = datetime.combine(wall.date(), time())
        hours = (self.on(day) for day in (today, today - _DAY))
        return any(start <= wall < end for start, end in filter(None, hours))


@dataclass(frozen=True)
class Layer:
    """People who take turns from `start` on, a naive local time which is the first hand-off; until: when it ends."""

    name: str
    people: tuple[Watcher, ...]
    start: datetime
    turn_count: int = 1
    turn_unit: TurnUnit = TurnUnit.WEEKS
    restrictions: tuple[Restriction, ...] = ()
    until: datetime | None = None

    @property
    def turn(self) -> timedelta:
        return self.turn_count * _UNITS[self.turn_unit]

    def pieces(self, zone: ZoneInfo, start: datetime, end: datetime) -> list[Piece]:
        """Who has it when, within [start, end)."""
        turns = within(self._turns(zone, start, end), start, end)
        if self.until:
            turns = within(turns, start, instant_of(self.until, zone))
        if self.restrictions:
            open_hours = self._open_hours(zone, start, end)
            turns = [cut for first, last in open_hours for cut in within(turns, first, last)]
        return joined(turns)

    def check(self, number: int) -> None:
        """Raises InvalidArgument naming the field."""
        field = f"layers[{number}]"
        if not 1 <= len(self.name) <= 80:
            raise InvalidArgument("layer_name_invalid", "A layer needs a name.", field=f"{field}.name")
        if not 1 <= len(self.people) <= _MOST_PEOPLE or not all(one.person_id for one in self.people):
            raise InvalidArgument(
                "layer_people_invalid", "Between 1 and 100 people.", field=f"{field}.people"
            )
        if not timedelta(0) < self.turn <= _LONGEST:
            raise InvalidArgument(
                "turn_invalid", "A turn takes an hour to 366 days.", field=f"{field}.turn_count"
            )
        if self.until and self.until <= self.start:
            raise InvalidArgument("layer_over", "It ends after it began.", field=f"{field}.until")
        if len(self.restrictions) > _MOST_RESTRICTIONS:
            raise InvalidArgument("too_many_restrictions", "At most 21.", field=f"{field}.restrictions")
        if not all(day in range(7) for one in self.restrictions for day in one.weekdays):
            raise InvalidArgument("weekday_invalid", "Days are 0 to 6.", field=f"{field}.restrictions")

    def _turns(self, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Piece]:
        # Two days earlier than the wall clock says: it may have been set back, or have skipped a whole day.
        number = max(0, (shown_at(start, zone) - self.start - 2 * _DAY) // self.turn)
        begin = instant_of(self.start + number * self.turn, zone)
        while begin < end:
            finish = instant_of(self.start + (number + 1) * self.turn, zone)
            if begin < finish:
                yield Piece(begin, finish, self.people[number % len(self.people)], self.name)
            begin, number = finish, number + 1

    def _open_hours(self, zone: ZoneInfo, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """When it is in force within [start, end): sorted and apart."""
        day = datetime.combine(shown_at(start, zone).date(), time()) - 3 * _DAY
        found = []
        while instant_of(day, zone) < end:
            hours = (one.on(day) for one in self.restrictions)
            found += [(instant_of(a, zone), instant_of(b, zone)) for a, b in filter(None, hours)]
            day += _DAY
        apart: list[tuple[datetime, datetime]] = []
        for first, last in sorted(found):
            if apart and first <= apart[-1][1]:
                apart[-1] = apart[-1][0], max(last, apart[-1][1])
            else:
                apart.append((first, last))
        return apart
