"""The watch over due times while the wall clock is set: it jumps ahead, falls back, and each is told once and in time."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from chassis import clock
from services.sla.main import start
from tests.harness.sla import World, lag
from tests.harness.waiting import wait_until

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
# How long is looked on that nothing happens: several of the watch's looks.
WATCHED_SECONDS = 1.5


class WallClock:
    """The machine's clock, as everything in this process reads it."""

    def __init__(self) -> None:
        self._true = clock.now
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return self._true() + self._ahead

    def step(self, by: timedelta) -> datetime:
        """Sets it by so much; what it shows from then on."""
        shown = self() + by
        self._ahead += by
        return shown


@pytest.fixture
def wall(monkeypatch):
    made = WallClock()
    monkeypatch.setattr(clock, "now", made)
    return made


@pytest.fixture
def stepped(wall, world):
    """The service running by the clock that a test sets."""
    service = start(world.settings)
    world.wait_ready()
    yield world
    service.stop()


def due_of(messages) -> datetime:
    return max(message.clock.due_time.ToDatetime(tzinfo=UTC) for message in messages)


def times_told(world: World, fact: str) -> Counter:
    return Counter((p.aggregate_id, message.clock.kind) for name, message, p in world.told() if name == fact)


def lateness(world: World, incident: str, since: datetime) -> list[timedelta]:
    return [lag(p, since) for name, _, p in world.told(incident) if name == "target_breached"]


def watched_on(wall: WallClock) -> None:
    """Lets the watch have several looks."""
    end = wall() + timedelta(seconds=WATCHED_SECONDS)
    wait_until(lambda: wall() > end)


@pytest.mark.faults
def test_what_a_jump_ahead_makes_due_is_told_once_within_a_second_of_it(wall, stepped):
    stepped.make_contract(stepped.make_calendar().calendar_id, goals={3: 3600}, warning=50)
    incident = stepped.incidents.open()
    due = due_of(stepped.wait_told(incident, "target_started", 2))
    # The watch is asleep by now, and has not been told to wake before long.
    watched_on(wall)
    jumped = wall.step(2 * HOUR)
    breached = stepped.wait_told(incident, "target_breached", 2, timeout=30)
    assert due_of(breached) == due
    assert all(timedelta(0) <= late <= SECOND for late in lateness(stepped, incident, jumped))
    watched_on(wall)
    for fact in ("target_warned", "target_breached"):
        assert set(times_told(stepped, fact).values()) == {1}


@pytest.mark.faults
def test_a_step_back_makes_nothing_due_and_its_time_comes_all_the_same(wall, stepped):
    stepped.make_contract(stepped.make_calendar().calendar_id, goals={3: 60}, warning=0)
    incident = stepped.incidents.open()
    due = due_of(stepped.wait_told(incident, "target_started", 2))
    wall.step(-HOUR)
    watched_on(wall)
    assert not times_told(stepped, "target_breached")
    jumped = wall.step(HOUR + timedelta(minutes=2))
    breached = stepped.wait_told(incident, "target_breached", 2, timeout=30)
    assert due_of(breached) == due
    assert all(timedelta(0) <= late <= SECOND for late in lateness(stepped, incident, jumped))
    watched_on(wall)
    assert set(times_told(stepped, "target_breached").values()) == {1}


@pytest.mark.faults
def test_after_a_step_back_the_told_is_not_told_again_and_the_next_is_told_in_time(wall, stepped):
    stepped.make_contract(stepped.make_calendar().calendar_id, goals={3: 3}, warning=50)
    wall.step(2 * HOUR)  # so that the contract is in force after the step back, too
    before = stepped.incidents.open()
    stepped.wait_told(before, "target_breached", 2)
    wall.step(-HOUR)
    after = stepped.incidents.open()
    due = due_of(stepped.wait_told(after, "target_started", 2))
    stepped.wait_told(after, "target_breached", 2, timeout=30)
    assert all(timedelta(0) <= late <= SECOND for late in lateness(stepped, after, due))
    # Heard again under the earlier time, and its time comes a second time.
    stepped.incidents.hold(before, "VENDOR")
    stepped.incidents.resume(before)
    wall.step(HOUR)
    watched_on(wall)
    for fact in ("target_warned", "target_breached"):
        assert set(times_told(stepped, fact).values()) == {1}
        assert len(times_told(stepped, fact)) == 4
