"""Days as the wall calendar of a place counts them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import InvalidArgument
from services.incidents.domain.flow import BIN, flow_of, period_until

ZONES = [
    "UTC", "Europe/Paris", "America/New_York", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe",
    "Africa/Cairo", "America/Santiago", "Asia/Beirut", "America/Havana", "Pacific/Apia", "Pacific/Chatham",
]  # fmt: skip
moments = st.datetimes(datetime(2023, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def bins(instants):
    start = datetime(2020, 1, 1, tzinfo=UTC)
    return Counter(start + (instant - start) // BIN * BIN for instant in instants)


@given(st.sampled_from(ZONES), moments, st.integers(1, 120), st.lists(st.integers(0, 130 * 86_400)))
def test_each_instant_counts_on_the_day_that_a_wall_clock_there_shows(zone, now, days, ages):
    period = period_until(now, days, zone)
    instants = [now - timedelta(seconds=age) for age in ages]
    within = [each for each in instants if period.start_time <= each < period.end_time]
    flow = flow_of(period, bins(within), bins([]))
    expected = Counter(each.astimezone(ZoneInfo(zone)).date() for each in instants)
    assert {day.day: day.arrived for day in flow} == {day: expected[day] for day in period.dates}
    assert [day.resolved for day in flow] == [0] * days


@given(st.sampled_from(ZONES), moments, st.integers(1, 366))
def test_a_period_is_whole_days_that_end_with_today(zone, now, days):
    period = period_until(now, days, zone)
    assert len(period.dates) == days and period.dates[-1] == now.astimezone(ZoneInfo(zone)).date()
    assert period.start_time <= now < period.end_time or days == 1
    before = (period.start_time - timedelta(seconds=1)).astimezone(period.zone).date()
    assert before < period.first <= period.start_time.astimezone(period.zone).date()


def test_a_day_of_23_or_25_hours_is_one_day():
    def hours(day):
        period = period_until(datetime(2026, *day, 12, tzinfo=UTC), 1, "Europe/Paris")
        return (period.end_time - period.start_time) / timedelta(hours=1)

    assert [hours(day) for day in ((3, 28), (3, 29), (10, 25))] == [24, 23, 25]


def test_late_in_the_evening_in_new_york_it_is_tomorrow_in_paris():
    now = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
    assert period_until(now, 1, "America/New_York").first == date(2026, 11, 23)
    assert period_until(now, 1, "Europe/Paris").first == date(2026, 11, 24)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "Europe", "a\x00b", "x" * 5000])
def test_a_zone_that_is_none_is_refused(zone):
    with pytest.raises(InvalidArgument) as refused:
        period_until(datetime(2026, 1, 1, tzinfo=UTC), 7, zone)
    assert refused.value.reason == "time_zone_unknown"


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_period_has_a_day_and_at_most_a_year(days):
    with pytest.raises(InvalidArgument) as refused:
        period_until(datetime(2026, 1, 1, tzinfo=UTC), days, "UTC")
    assert refused.value.reason == "days_out_of_range"
