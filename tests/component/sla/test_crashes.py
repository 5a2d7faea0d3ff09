"""The watch over due times, in processes that are killed."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from chassis import clock
from tests.harness.servers import free_port
from tests.harness.sla import World, lag
from tests.harness.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
GOALS = {1: 3, 2: 4, 3: 5, 4: 6, 5: 7}
EACH = 8


class Process:
    """The service as a process of its own."""

    def __init__(self, world: World, port: int, log: Path) -> None:
        settings = world.settings
        self._log = log
        self._environment = os.environ | {
            "MONGODB_URI": settings.mongodb_uri,
            "NATS_URL": settings.nats_url,
            "FAIRLEAD_INSTALLATION": settings.installation,
            "FAIRLEAD_KEY_DIR": str(settings.key_dir),
            "FAIRLEAD_SLA_ADDRESS": f"127.0.0.1:{port}",
            "FAIRLEAD_DIRECTORY_ADDRESS": settings.address("directory"),
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "gen")]),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.sla.main"],
                env=self._environment,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process:
            self._process.send_signal(how)
            self._process.wait(timeout=20)
            self._process = None


@pytest.fixture
def process(world, tmp_path):
    made = Process(world, int(world.settings.address("sla").rpartition(":")[2]), tmp_path / "first.log")
    made.start()
    world.wait_ready()
    yield made
    made.end(signal.SIGKILL)


def open_some(world: World) -> list[str]:
    """Incidents whose clocks breach over the coming seconds, all of them timed."""
    incidents = [id for priority in GOALS for id in world.incidents.open_many(EACH, priority=priority)]
    wait_until(lambda: len(facts(world, "target_started")) == 2 * len(incidents), what="all to start")
    return incidents


def facts(world: World, name: str):
    return [(message, published) for fact, message, published in world.told() if fact == name]


def assert_each_once(world: World, incidents: list[str]) -> None:
    for name in ("target_warned", "target_breached"):
        told = Counter((p.aggregate_id, message.clock.kind) for message, p in facts(world, name))
        assert set(told.values()) == {1}
        assert sorted(id for id, _ in told) == sorted(incidents * 2)


@pytest.mark.faults
def test_after_a_kill_around_the_due_seconds_everything_is_told_exactly_once(world, process):
    world.make_contract(world.make_calendar().calendar_id, goals=GOALS)
    incidents = open_some(world)
    for breached in (1, 3 * EACH):
        wait_until(lambda at_least=breached: len(facts(world, "target_breached")) >= at_least, 30)
        process.end(signal.SIGKILL)
        process.start()
    wait_until(lambda: len(facts(world, "target_breached")) >= 2 * len(incidents), 30, what="all breaches")
    assert_each_once(world, incidents)


@pytest.mark.faults
def test_when_one_of_two_is_killed_the_other_tells_everything_within_a_second(world, process, tmp_path):
    world.make_contract(world.make_calendar().calendar_id, goals=GOALS)
    other = Process(world, free_port(), tmp_path / "second.log")
    other.start()
    try:
        wait_until(lambda: b"rpc_serving" in (tmp_path / "second.log").read_bytes(), 20)
        incidents = open_some(world)
        wait_until(lambda: len(facts(world, "target_breached")) >= 1)
        process.end(signal.SIGKILL)
        wait_until(lambda: len(facts(world, "target_breached")) >= 2 * len(incidents), 30, what="all")
        assert_each_once(world, incidents)
        for message, published in facts(world, "target_breached"):
            late = lag(published, message.clock.due_time.ToDatetime(tzinfo=UTC))
            assert timedelta(0) <= late <= timedelta(seconds=1)
    finally:
        other.end()


@pytest.mark.faults
def test_what_came_due_while_nobody_watched_is_told_at_the_start(world, process):
    world.make_contract(world.make_calendar().calendar_id, goals={3: 3})
    incident = world.incidents.open()
    [started, _] = world.wait_told(incident, "target_started", 2)
    process.end()
    due = started.clock.due_time.ToDatetime(tzinfo=UTC)
    wait_until(lambda: clock.now() > due + timedelta(seconds=1))
    process.start()
    breached = world.wait_told(incident, "target_breached", 2)
    assert {m.clock.breach_time.ToDatetime(tzinfo=UTC) for m in breached} == {due}
    assert_each_once(world, [incident])
