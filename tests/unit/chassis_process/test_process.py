"""One service as one process: it ends on a signal, in time, and with its supervisor."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from chassis.process import Closing
from tests.harness.waiting import wait_until

PROGRAM = """
import sys, time
from chassis.config import Settings
from chassis.process import run_process

class OwnSettings(Settings):
    service: str = "intake"

class Running:
    def stop(self):
        {stop}
        open(sys.argv[1] + ".stopped", "w").close()

def start(settings):
    open(sys.argv[1] + ".started", "w").close()
    return Running()

run_process(start, OwnSettings)
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[2], sys.argv[1]])
print(child.pid, flush=True)
time.sleep(60)
"""


def launch(folder: Path, stop: str = "pass", **environment: str) -> subprocess.Popen:
    program = [sys.executable, "-c", PROGRAM.format(stop=stop), str(folder / "it")]
    process = subprocess.Popen(program, env=environment_with(environment), stderr=subprocess.PIPE)
    wait_until((folder / "it.started").exists)
    return process


def environment_with(changes: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": ".:gen", **changes}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_service_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    process = launch(tmp_path)
    process.send_signal(number)
    assert process.wait(10) == 0
    assert (tmp_path / "it.stopped").exists()


def test_a_service_that_cannot_start_ends_at_once(tmp_path: Path) -> None:
    # The folder does not exist, so start() raises.
    program = [sys.executable, "-c", PROGRAM.format(stop="pass"), str(tmp_path / "nowhere" / "it")]
    done = subprocess.run(program, env=environment_with({}), capture_output=True, text=True, timeout=20)
    assert done.returncode == 1
    assert "start_failed" in done.stderr


def test_a_service_that_fails_to_stop_says_so(tmp_path: Path) -> None:
    process = launch(tmp_path, stop="raise ValueError")
    process.terminate()
    assert process.wait(10) == 1


def test_a_service_that_does_not_stop_is_ended(tmp_path: Path) -> None:
    process = launch(tmp_path, stop="time.sleep(60)")
    process.terminate()
    assert process.wait(15) == 1
    assert not (tmp_path / "it.stopped").exists()


def test_a_supervised_service_ends_with_its_supervisor(tmp_path: Path) -> None:
    program = [sys.executable, "-c", PARENT, str(tmp_path / "it"), PROGRAM.format(stop="pass")]
    parent = subprocess.Popen(
        program, env=environment_with({"FAIRLEAD_SUPERVISED": "1"}), stdout=subprocess.PIPE, text=True
    )
    child = psutil.Process(int(parent.stdout.readline()))
    wait_until((tmp_path / "it.started").exists)
    parent.kill()
    parent.wait()
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
    assert (tmp_path / "it.stopped").exists()


def test_parts_are_stopped_last_first_even_if_one_fails() -> None:
    stopped: list[str] = []

    class Part:
        def __init__(self, name: str) -> None:
            self.name = name

        def stop(self) -> None:
            stopped.append(self.name)
            if self.name == "server":
                raise ValueError("stuck")

    closing = Closing()
    for name in ("relay", "consumers", "server"):
        closing.add(Part(name))
    with pytest.raises(ValueError, match="stuck"):
        closing.stop()
    assert stopped == ["server", "consumers", "relay"]


def test_a_service_stands_back_as_far_as_it_is_told(tmp_path: Path) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    process = launch(tmp_path, FAIRLEAD_INTAKE_NICENESS="3")
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == min(own + 3, 19)
    process.terminate()
    assert process.wait(10) == 0
