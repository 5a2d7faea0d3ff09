"""Business time against a minute-by-minute reading of the wall clock."""

import itertools
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.instants import micros
from tests.property.sla.reference import after_minutes, is_open, minutes_between
from tests.property.sla.strategies import calendars, times

durations = st.integers(0, 4 * 1440)


@settings(max_examples=100, deadline=None)
@given(calendars(), times(), durations)
def test_measuring_equals_counting_the_open_minutes(calendar, start, minutes):
    end = start + timedelta(minutes=minutes)
    assert BusinessTime(calendar).between(start, end) == 60 * minutes_between(calendar, start, end)


@settings(max_examples=100, deadline=None)
@given(calendars(), times(), st.integers(0, 20 * 60))
def test_adding_ends_at_the_minute_on_which_the_last_one_was_counted(calendar, start, minutes):
    expected = after_minutes(calendar, start, minutes, start + timedelta(days=12))
    if expected is not None:
        assert BusinessTime(calendar).add(start, minutes * 60) == expected


@settings(max_examples=100, deadline=None)
@given(calendars(), times(), durations, durations)
def test_business_time_adds_up(calendar, start, first, second):
    time = BusinessTime(calendar)
    middle = start + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    assert time.between(start, middle) + time.between(middle, end) == time.between(start, end)


@settings(max_examples=100, deadline=None)
@given(calendars(), times(), st.integers(1, 40 * 3600))
def test_what_is_added_is_what_is_measured_and_the_way_back_never_passes_the_start(calendar, start, seconds):
    time = BusinessTime(calendar)
    end = time.add(start, seconds)
    assert time.between(start, end) == seconds
    back = time.add(end, -seconds)
    assert back >= start
    assert time.between(start, back) == 0


@settings(max_examples=60, deadline=None)
@given(calendars(), times(), durations)
def test_intervals_are_open_inside_closed_between_and_add_up(calendar, start, minutes):
    time = BusinessTime(calendar)
    end = start + timedelta(minutes=minutes)
    intervals = list(time.intervals(start, end))
    assert sum((last - first).total_seconds() for first, last in intervals) == time.between(start, end)
    for first, last in intervals:
        assert start <= first < last <= end
        assert is_open(calendar, first)
        assert last == end or not is_open(calendar, last)
    for (_, before), (after, _) in itertools.pairwise(intervals):
        assert before < after


@settings(max_examples=60, deadline=None)
@given(calendars(), times())
def test_the_next_opening_and_closing_are_changes_of_the_wall(calendar, at):
    time = BusinessTime(calendar)
    opening, closing = time.next_open(at), time.next_close(at)
    minute = timedelta(minutes=1)
    if opening is not None:
        assert opening > at
        assert is_open(calendar, opening)
        assert not is_open(calendar, opening - minute)
    if closing is not None:
        assert closing > at
        assert not is_open(calendar, closing)
        assert is_open(calendar, closing - minute)
        assert not time.is_open(closing)


@settings(max_examples=20, deadline=None)
@given(calendars(), times(), st.integers(0, 3600))
def test_the_answer_does_not_depend_on_what_was_asked_before(calendar, start, seconds):
    warm = BusinessTime(calendar)
    warm.elapsed(micros(start) - 10**14, micros(start) + 10**14)
    assert warm.add(start, seconds) == BusinessTime(calendar).add(start, seconds)
