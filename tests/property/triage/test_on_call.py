"""Who is on call, against a clock on the wall that is read minute by minute."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from services.triage.domain.oncall.layer import Layer, Restriction, TurnUnit
from services.triage.domain.oncall.piece import Piece, Watcher, laid_over
from services.triage.domain.oncall.schedule import Override, Schedule
from services.triage.domain.oncall.wall_clock import instant_of

_MINUTE = timedelta(minutes=1)
# Each around a change of its clocks: an hour, half an hour, at midnight, and a day that never was.
_CHANGES = [
    ("Europe/Paris", datetime(2026, 3, 29, tzinfo=UTC)),
    ("Europe/Paris", datetime(2026, 10, 25, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 3, 8, 5, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(2026, 6, 1, tzinfo=UTC)),
]
_PEOPLE = [Watcher(f"per_{letter}") for letter in "abcd"]
_times = st.builds(time, st.integers(0, 23), st.sampled_from([0, 17, 30]))
_restrictions = st.builds(Restriction, _times, _times, st.frozensets(st.integers(0, 6), max_size=5))


@st.composite
def _layers(draw: st.DrawFn, around: datetime) -> Layer:
    start = around.replace(tzinfo=None) - timedelta(minutes=draw(st.sampled_from([0, 30, 600, 1441, 5000])))
    return Layer(
        name=draw(st.sampled_from(["day", "night"])),
        people=tuple(draw(st.lists(st.sampled_from(_PEOPLE), min_size=1, max_size=4))),
        start=start,
        turn_count=draw(st.integers(1, 12)),
        turn_unit=draw(st.sampled_from(TurnUnit)),
        restrictions=tuple(draw(st.lists(_restrictions, max_size=2))),
        until=draw(st.sampled_from([None, start + timedelta(hours=31)])),
    )


@st.composite
def _schedules(draw: st.DrawFn) -> tuple[Schedule, datetime]:
    zone, change = draw(st.sampled_from(_CHANGES))
    begin = change - timedelta(hours=draw(st.integers(1, 20)), minutes=draw(st.sampled_from([0, 7])))
    overrides = [
        Override(
            f"ovr_{number}",
            draw(st.sampled_from(_PEOPLE)),
            start := begin + timedelta(minutes=draw(st.integers(-100, 1500))),
            start + timedelta(minutes=draw(st.integers(1, 900))),
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    layers = draw(st.lists(_layers(change), min_size=1, max_size=3))
    return Schedule("sch", "On call", zone, tuple(layers), tuple(overrides)), begin


class _Wall:
    """The latest time that a zone's clocks have shown so far: what is reached once is not reached again."""

    def __init__(self, zone: str, begin: datetime) -> None:
        self._zone, self._shown = ZoneInfo(zone), datetime(1, 1, 1)
        for minutes in range(-26 * 60, 0, 30):
            self.at(begin + timedelta(minutes=minutes))

    def at(self, moment: datetime) -> datetime:
        self._shown = max(self._shown, moment.astimezone(self._zone).replace(tzinfo=None))
        return self._shown


def _in_force(layer: Layer, wall: datetime) -> bool:
    if wall < layer.start or (layer.until and wall >= layer.until):
        return False
    if not layer.restrictions:
        return True
    for one in layer.restrictions:
        for day in (wall.date(), wall.date() - timedelta(days=1)):
            if one.weekdays and day.weekday() not in one.weekdays:
                continue
            ends = day if one.end > one.start else day + timedelta(days=1)
            if datetime.combine(day, one.start) <= wall < datetime.combine(ends, one.end):
                return True
    return False


def _expected(schedule: Schedule, moment: datetime, wall: datetime) -> Watcher | None:
    for override in reversed(schedule.overrides):
        if override.start_time <= moment < override.end_time:
            return override.watcher
    for layer in reversed(schedule.layers):
        if _in_force(layer, wall):
            return layer.people[(wall - layer.start) // layer.turn % len(layer.people)]
    return None


@settings(max_examples=60, deadline=None)
@given(_schedules())
def test_shifts_say_who_a_wall_clock_read_every_minute_would_name(case: tuple[Schedule, datetime]) -> None:
    schedule, begin = case
    end = begin + timedelta(hours=31)
    shifts, wall = schedule.shifts(begin, end), _Wall(schedule.time_zone, begin)
    moment, waiting = begin, iter(shifts)
    shift = next(waiting)
    while moment < end:
        while moment >= shift.end_time:
            shift = next(waiting)
        assert shift.watcher == _expected(schedule, moment, wall.at(moment)), moment
        moment += _MINUTE


@settings(max_examples=60, deadline=None)
@given(_schedules(), st.integers(1, 40))
def test_shifts_and_gaps_cover_a_range_exactly_and_the_answer_now_is_the_first_of_them(
    case: tuple[Schedule, datetime], days: int
) -> None:
    schedule, begin = case
    end = begin + timedelta(days=days)
    shifts = schedule.shifts(begin, end)
    assert (shifts[0].start_time, shifts[-1].end_time) == (begin, end)
    assert all(one.end_time == after.start_time for one, after in itertools.pairwise(shifts))
    assert all(one.start_time < one.end_time for one in shifts)
    now = schedule.on_call(begin)
    assert now.watcher == shifts[0].watcher
    if now.until:
        just_before = schedule.on_call(now.until - timedelta(seconds=1))
        assert just_before.watcher == now.watcher
        assert schedule.on_call(now.until).watcher == now.next != now.watcher


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_lies_above_hides_what_lies_below_and_nothing_else(data: st.DataObject) -> None:
    def drawn(name: str) -> list[Piece]:
        marks = sorted(data.draw(st.sets(st.integers(0, 40), max_size=12)))
        at = [datetime(2026, 1, 1, tzinfo=UTC) + mark * _MINUTE for mark in marks]
        pieces = [Piece(a, b, Watcher(name)) for a, b in itertools.pairwise(at)]
        return [one for one in pieces if data.draw(st.booleans())]

    below, above = drawn("below"), drawn("above")
    shown = laid_over(below, above)
    for minute in range(41):
        moment = datetime(2026, 1, 1, tzinfo=UTC) + minute * _MINUTE
        holding = [
            [one.watcher for one in pieces if one.start_time <= moment < one.end_time]
            for pieces in (above, below, shown)
        ]
        assert holding[2] == (holding[0] or holding[1])
    assert shown == sorted(shown, key=lambda one: one.start_time)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(_CHANGES), st.integers(-3000, 3000), st.integers(0, 3000))
def test_a_later_wall_time_is_never_an_earlier_instant(
    change: tuple[str, datetime], minutes: int, later: int
) -> None:
    zone, around = ZoneInfo(change[0]), change[1].replace(tzinfo=None)
    wall = around + minutes * _MINUTE
    assert instant_of(wall, zone) <= instant_of(wall + later * _MINUTE, zone)


def test_a_weekly_hand_off_stays_at_nine_when_the_clocks_change() -> None:
    layer = Layer("primary", tuple(_PEOPLE[:2]), datetime(2026, 3, 23, 9))
    schedule = Schedule("sch", "On call", "Europe/Paris", (layer,))
    shifts = schedule.shifts(datetime(2026, 3, 23, tzinfo=UTC), datetime(2026, 4, 7, tzinfo=UTC))
    assert [(one.start_time.day, one.start_time.hour, one.watcher) for one in shifts[1:]] == [
        (23, 8, _PEOPLE[0]),
        (30, 7, _PEOPLE[1]),
        (6, 7, _PEOPLE[0]),
    ]
    assert shifts[0].watcher is None


def test_an_override_that_has_begun_ends_now_and_one_to_come_is_gone() -> None:
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    layer = Layer("primary", (_PEOPLE[0],), datetime(2026, 1, 1))
    begun = Override("ovr_1", _PEOPLE[1], now - timedelta(hours=2), now + timedelta(hours=2))
    to_come = replace(begun, override_id="ovr_2", start_time=now + timedelta(hours=1))
    schedule = Schedule("sch", "On call", "UTC", (layer,), (begun, to_come))
    changed = schedule.without_override("ovr_1", now).without_override("ovr_2", now)
    assert [one.end_time for one in changed.overrides] == [now]
    assert changed.on_call(now - timedelta(hours=1)).watcher == _PEOPLE[1]
    assert changed.on_call(now).watcher == _PEOPLE[0]
