"""What a contract or a calendar would mean, before it is saved."""

from datetime import UTC, date, datetime

from services.sla.domain.business_time import BusinessTime
from services.sla.domain.calendar import Calendar
from services.sla.domain.contract import Contract, Target, TargetKind, Terms
from services.sla.domain.preview import promises, year_of_days

NINE_TO_FIVE = ((9 * 3600, 17 * 3600),)
LONDON = Calendar(
    "cal_1",
    "Europe/London",
    name="Office",
    hours=dict.fromkeys((1, 2, 3, 4, 5), NINE_TO_FIVE),
    country="GB",
    subdivision="ENG",
    overrides={date(2026, 3, 4): ((10 * 3600, 12 * 3600),), date(2026, 3, 5): ()},
    override_names={date(2026, 3, 5): "Moving house"},
)


def days_of(calendar: Calendar, year: int = 2026):
    return {day.on: day for day in year_of_days(calendar, year)}


def test_a_year_has_every_date_once_in_order():
    days = year_of_days(LONDON, 2028)
    assert [day.on for day in days] == sorted({day.on for day in days}) and len(days) == 366


def test_a_working_day_is_open_in_its_windows_and_a_weekend_is_not():
    days = days_of(LONDON)
    assert (days[date(2026, 3, 3)].windows, days[date(2026, 3, 3)].open_seconds) == (NINE_TO_FIVE, 8 * 3600)
    assert days[date(2026, 3, 7)].windows == () and not days[date(2026, 3, 7)].holiday


def test_holidays_and_own_days_are_named():
    days = days_of(LONDON)
    christmas, moving, short = (days[date(2026, m, d)] for m, d in ((12, 25), (3, 5), (3, 4)))
    assert christmas.holiday and "Christmas" in christmas.name and not christmas.override
    assert moving.holiday and moving.override and moving.name == "Moving house"
    assert short.override and not short.holiday and short.open_seconds == 2 * 3600


def test_a_day_on_which_the_clocks_change_says_by_how_much():
    always = Calendar("cal_2", "Europe/Paris", name="Always", always_open=True)
    changed = {on: day.change_seconds for on, day in days_of(always).items() if day.change_seconds}
    assert changed == {date(2026, 3, 29): -3600, date(2026, 10, 25): 3600}
    assert days_of(always)[date(2026, 3, 29)].open_seconds == 23 * 3600


def test_a_window_past_midnight_is_shown_on_both_its_dates():
    night = Calendar("cal_3", "UTC", name="Night", hours={1: ((22 * 3600, 30 * 3600),)})
    days = days_of(night)
    assert days[date(2026, 3, 2)].windows == ((22 * 3600, 24 * 3600),)
    assert days[date(2026, 3, 3)].windows == ((0, 6 * 3600),)


def test_promises_are_due_when_a_clock_opened_then_would_be():
    goals = {1: 3600, 2: 10 * 3600}
    targets = tuple(
        Target(TargetKind.RESOLUTION, priority, goal, "cal_1", 50) for priority, goal in goals.items()
    )
    contract = Contract("ctr_1", "prv_1", "", "Gold", targets)
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
    first, second = promises(Terms(contract, {"cal_1": BusinessTime(LONDON)}), friday)
    assert (first.priority, first.due_time) == (1, datetime(2026, 3, 9, 9, 30, tzinfo=UTC))
    assert first.warning_time == datetime(2026, 3, 6, 17, 0, tzinfo=UTC)
    # Half an hour on Friday, eight on Monday, and one and a half on Tuesday.
    assert (second.priority, second.due_time) == (2, datetime(2026, 3, 10, 10, 30, tzinfo=UTC))


def test_a_priority_without_a_target_promises_nothing():
    target = Target(TargetKind.FIRST_RESPONSE, 2, 60, "cal_1")
    contract = Contract("ctr_1", "prv_1", "", "Gold", (target,))
    opened = datetime(2026, 3, 6, 12, tzinfo=UTC)
    found = promises(Terms(contract, {"cal_1": BusinessTime(LONDON)}), opened)
    assert [(one.kind, one.priority) for one in found] == [(TargetKind.FIRST_RESPONSE, 2)]
    assert found[0].warning_time is None
