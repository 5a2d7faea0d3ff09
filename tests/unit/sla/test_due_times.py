"""The watch over due times: whose turn it is, and that what was fired is hurried on."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import Unavailable
from services.sla.consumers import DueTimes
from tests.harness.waiting import wait_until

NOON = datetime(2026, 6, 14, 12, tzinfo=UTC)


class Due:
    """So many rounds in which something is due, then nothing."""

    def __init__(self, rounds):
        self.left = rounds
        self.fired = 0
        self.fails = False

    def next_due_time(self):
        if self.fails:
            raise Unavailable("store_unavailable", "The store cannot be reached just now.")
        return NOON - timedelta(seconds=1) if self.left else None

    def fire(self):
        self.left -= 1
        self.fired += 1
        return 3


class Turn:
    def __init__(self, ours=True, seconds=60.0):
        self.ours = ours
        self.seconds = seconds
        self.calls = []

    def acquire(self):
        self.calls.append("acquire")
        return self.ours

    def release(self):
        self.calls.append("release")


@pytest.fixture
def watch():
    begun = []

    def watch(due, turn, fired=lambda: None):
        made = DueTimes(due, turn, lambda: NOON, 0.01, fired)
        begun.append(made)
        made.start()
        return made

    yield watch
    for made in begun:
        made.stop()


def test_while_something_is_due_the_turn_is_taken_once_and_given_back_after_it(watch):
    due, turn, hurried = Due(5), Turn(), threading.Semaphore(0)
    watch(due, turn, hurried.release)
    wait_until(lambda: "release" in turn.calls)
    assert (due.fired, turn.calls) == (5, ["acquire", "release"])
    assert all(hurried.acquire(blocking=False) for _ in range(5))
    assert not hurried.acquire(blocking=False)


def test_a_turn_that_lasts_no_longer_is_asked_for_before_each_round(watch):
    due, turn = Due(4), Turn(seconds=0)
    watch(due, turn)
    wait_until(lambda: "release" in turn.calls)
    assert turn.calls == ["acquire"] * 4 + ["release"]


def test_who_has_not_the_turn_fires_nothing_and_asks_again(watch):
    due, turn = Due(1), Turn(ours=False)
    watch(due, turn)
    wait_until(lambda: turn.calls.count("acquire") >= 3)
    assert due.fired == 0
    turn.ours = True
    wait_until(lambda: due.fired == 1)


def test_who_stops_gives_its_turn_back_at_once(watch):
    due, turn = Due(10_000), Turn()
    made = watch(due, turn)
    wait_until(lambda: due.fired)
    made.stop()
    assert turn.calls == ["acquire", "release"]


def test_an_outage_is_sat_out(watch):
    due, turn = Due(2), Turn()
    due.fails = True
    watch(due, turn)
    due.fails = False
    wait_until(lambda: due.fired == 2)
