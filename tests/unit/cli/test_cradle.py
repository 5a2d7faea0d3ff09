"""What the cradle preloads may not spoil the forks that follow."""

import json
import subprocess
import sys
from pathlib import Path

from cli.children import leash
from cli.cradle import Cradle
from tests.harness.waiting import wait_until


def test_preloading_starts_no_thread_and_opens_no_connection() -> None:
    probe = (
        "import json, os, threading\n"
        "before = set(os.listdir('/proc/self/fd'))\n"
        "from cli.cradle.__main__ import preload\n"
        "preload()\n"
        "links = [os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd') "
        "if fd not in before and os.path.exists(f'/proc/self/fd/{fd}')]\n"
        "tasks = len(os.listdir('/proc/self/task'))\n"
        "print(json.dumps([threading.active_count(), tasks, [l for l in links if l.startswith('socket:')]]))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stderr == "", "everything in the list exists"
    assert json.loads(done.stdout) == [1, 1, []]


def test_a_fork_runs_its_module_with_its_own_environment_log_and_exit_code(tmp_path: Path) -> None:
    (tmp_path / "errand_of_a_test.py").write_text(
        "import os, sys\nprint(__name__, sys.argv[1:], os.environ['WHO'], flush=True)\nraise SystemExit(7)\n"
    )
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}
    cradle = Cradle(environment, tmp_path / "cradle.log")
    cradle.start(leash())
    try:
        wait_until(lambda: cradle.hear() or cradle.preloaded, timeout=60)
        log = tmp_path / "errand.log"
        forked = cradle.fork("errand", "errand_of_a_test", ["now"], {**environment, "WHO": "me"}, log)
        assert forked.wait(timeout=30) == 7
        assert log.read_text() == "__main__ ['now'] me\n"
    finally:
        cradle.stop()
