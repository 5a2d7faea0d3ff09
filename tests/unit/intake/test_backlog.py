"""Beyond a bound nothing new is taken by call."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import ResourceExhausted
from services.intake.use_cases.backlog import Backlog

NOW = datetime(2025, 3, 3, 9, tzinfo=UTC)


class Waiting:
    """A store in which so many submissions wait."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.asked = 0

    def waiting(self, limit: int) -> int:
        self.asked += 1
        return min(self.count, limit)


def test_below_the_bound_everything_is_taken():
    Backlog(Waiting(9), 10, lambda: NOW).check()


def test_at_the_bound_it_is_refused_until_the_record_has_caught_up():
    store, now = Waiting(10), [NOW]
    backlog = Backlog(store, 10, lambda: now[0])
    with pytest.raises(ResourceExhausted, match="intake_backlogged") as refused:
        backlog.check()
    assert refused.value.values["retry_after"] == "30"
    store.count = 3
    with pytest.raises(ResourceExhausted):
        backlog.check()  # remembered for a second
    now[0] += timedelta(seconds=1)
    backlog.check()
    assert store.asked == 2


def test_without_a_bound_nobody_counts():
    store = Waiting(10)
    Backlog(store, 0, lambda: NOW).check()
    assert store.asked == 0
