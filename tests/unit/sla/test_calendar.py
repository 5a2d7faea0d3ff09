"""Where libraries disagree about business time, we decided; here is what."""

from datetime import UTC, date, datetime

import pytest

from chassis.errors import InvalidArgument
from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar, clock_text, seconds_of_day, window

H = 3600
NINE_TO_FIVE = dict.fromkeys(range(1, 6), ((9 * H, 17 * H),))


def calendar(**fields):
    return BusinessTime(Calendar("cal", **({"time_zone": "UTC", "hours": NINE_TO_FIVE} | fields)))


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_zero_seconds_outside_hours_lead_to_the_next_opening():
    assert calendar().add(utc(2024, 6, 14, 17), 0) == utc(2024, 6, 17, 9)
    assert calendar().add(utc(2024, 6, 14, 16, 59), 0) == utc(2024, 6, 14, 16, 59)


def test_a_sum_that_ends_with_the_day_ends_at_its_close():
    assert calendar().add(utc(2024, 6, 14, 16), H) == utc(2024, 6, 14, 17)


def test_a_reversed_range_is_zero():
    assert calendar().between(utc(2024, 6, 14, 16), utc(2024, 6, 14, 10)) == 0


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Paris", (2024, 3, 30, 23), 23),
        ("Europe/Paris", (2024, 10, 26, 22), 25),
        ("Australia/Lord_Howe", (2024, 4, 6, 13), 24.5),
        ("America/Toronto", (2024, 6, 12, 4), 24),
    ],
)
def test_a_day_counts_its_real_hours(zone, day, hours):
    around_the_clock = dict.fromkeys(range(1, 8), ((0, 24 * H),))
    time = calendar(time_zone=zone, hours=around_the_clock)
    midnight = utc(*day)
    wall = midnight.astimezone(time.calendar.zone)
    assert (wall.hour, wall.minute) == (0, 0)
    end = datetime.combine(date.fromordinal(wall.toordinal() + 1), wall.time(), time.calendar.zone)
    assert time.between(midnight, end.astimezone(UTC)) == hours * H


def test_a_window_that_starts_in_the_skipped_hour_opens_at_the_jump():
    """Paris, 31 March 2024: the wall clock goes from 02:00 to 03:00, at 01:00 UTC."""
    time = calendar(time_zone="Europe/Paris", hours={7: ((int(2.5 * H), 5 * H),)})
    assert list(time.intervals(utc(2024, 3, 31), utc(2024, 4, 1))) == [
        (utc(2024, 3, 31, 1), utc(2024, 3, 31, 3))
    ]


def test_a_window_within_the_skipped_hour_is_not_open_that_day():
    time = calendar(time_zone="Europe/Paris", hours={7: ((2 * H, 3 * H),)})
    assert time.between(utc(2024, 3, 31), utc(2024, 4, 1)) == 0


def test_a_window_within_the_repeated_hour_is_open_twice():
    """Paris, 27 October 2024: 02:00 to 03:00 comes at 00:00 and again at 01:00 UTC."""
    time = calendar(time_zone="Europe/Paris", hours={7: ((2 * H, int(2.5 * H)),)})
    assert list(time.intervals(utc(2024, 10, 27), utc(2024, 10, 28))) == [
        (utc(2024, 10, 27, 0), utc(2024, 10, 27, 0, 30)),
        (utc(2024, 10, 27, 1), utc(2024, 10, 27, 1, 30)),
    ]


def test_an_overnight_window_belongs_to_the_day_it_starts_on():
    """Friday's night runs into Saturday, even if Saturday is a holiday; a holiday on Friday takes all of it."""
    night = {5: ((22 * H, 30 * H),)}
    saturday_off = calendar(hours=night, holidays=frozenset({date(2024, 6, 15)}))
    assert saturday_off.between(utc(2024, 6, 14), utc(2024, 6, 16)) == 8 * H
    friday_off = calendar(hours=night, holidays=frozenset({date(2024, 6, 14)}))
    assert friday_off.between(utc(2024, 6, 14), utc(2024, 6, 16)) == 0


def test_national_and_regional_holidays_close_the_day():
    quebec = calendar(time_zone="America/Toronto", country="CA", subdivision="QC")
    ontario = calendar(time_zone="America/Toronto", country="CA", subdivision="ON")
    national_day_of_quebec = utc(2024, 6, 24, 15)
    assert not quebec.is_open(national_day_of_quebec)
    assert ontario.is_open(national_day_of_quebec)
    assert not ontario.is_open(utc(2024, 7, 1, 15))


def test_an_override_replaces_the_hours_of_a_holiday():
    half_day = calendar(country="FR", overrides={date(2024, 5, 8): ((9 * H, 12 * H),)})
    assert half_day.between(utc(2024, 5, 8), utc(2024, 5, 9)) == 3 * H


def test_overlapping_windows_count_once():
    doubled = calendar(hours={1: ((9 * H, 13 * H), (12 * H, 17 * H))})
    assert doubled.between(utc(2024, 6, 17), utc(2024, 6, 18)) == 8 * H


def test_next_opening_and_closing_are_strictly_later():
    time = calendar()
    assert time.next_open(utc(2024, 6, 14, 9)) == utc(2024, 6, 17, 9)
    assert time.next_close(utc(2024, 6, 14, 9)) == utc(2024, 6, 14, 17)
    assert time.next_close(utc(2024, 6, 14, 17)) == utc(2024, 6, 17, 17)


def test_around_the_clock_there_is_no_next_opening_or_closing():
    time = calendar(always_open=True, holidays=frozenset({date(2024, 6, 14)}))
    assert time.is_open(utc(2024, 6, 14, 3))
    assert time.next_open(utc(2024, 6, 14)) is None
    assert time.next_close(utc(2024, 6, 14)) is None
    assert time.add(utc(2023, 12, 31, 23), 2 * H) == utc(2024, 1, 1, 1)


def test_a_calendar_that_never_opens_says_so():
    with pytest.raises(InvalidArgument) as refused:
        calendar(hours={}).add(utc(2024, 6, 14), 1)
    assert refused.value.reason == "calendar_never_opens"


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="zone"):
        calendar().add(datetime(2024, 6, 14), 1)


def test_times_of_day_are_read_and_written_alike():
    for text in ("00:00", "09:30", "23:59", "24:00", "08:15:30"):
        assert clock_text(seconds_of_day(text)) == text
    assert window("22:00", "06:00") == (22 * H, 30 * H)
    assert clock_text(30 * H) == "06:00"
    for wrong in ("9:00", "24:01", "12:60", "", "noon", None):
        with pytest.raises(InvalidArgument):
            seconds_of_day(wrong)
