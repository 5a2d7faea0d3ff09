"""Runs the seed as a process of its own while `fairlead up` waits: what it imports is not kept in memory.

The seed itself is `cli.seed.ensure(running, progress)`. It uses public RPCs and HTTP only, does what is
missing, and leaves {"api_client": {…}, "api_clients": […], "logins": […]} in the data directory, which `up` prints and
run.json keeps. Where there is a cradle it is a fork of it: at most starts there is nothing to make, and interpreter and
libraries were all that it cost.
"""

import importlib.util
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from cli.children import leash, rotate
from cli.cradle import Cradle, Cradled
from cli.errors import Failed
from cli.installation import DataDir


def exists() -> bool:
    """Whether this installation comes with a demonstration provider."""
    found = importlib.util.find_spec("cli.seed")
    return found is not None and found.origin is not None


class SeedRun:
    """One run of `fairlead seed`; start it on the main thread, then ask now and then whether it is done."""

    def __init__(self, data_dir: DataDir, cradle: Cradle, environment: Mapping[str, str]) -> None:
        self.log = data_dir.logs / "seed.log"
        self._data_dir = data_dir
        rotate(self.log)
        self.log.touch()
        arguments = ["seed", "--data-dir", str(data_dir.path)]
        self._process: subprocess.Popen[bytes] | Cradled
        if cradle.alive and cradle.preloaded:
            self._process = cradle.fork("seed", "cli.main", arguments, environment, self.log)
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*leash(), sys.executable, "-P", "-m", "cli.main", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def done(self) -> bool:
        return self._process.poll() is not None

    @property
    def progress(self) -> str:
        """The last thing it said."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return lines[-1] if lines else ""

    def result(self) -> dict[str, Any]:
        """What it made. Raises Failed with its last words when it did not succeed."""
        if code := self._process.poll():
            raise Failed(f"the seed failed ({code}): {self.progress} (see {self.log})")
        return self._data_dir.seeded()

    def stop(self) -> None:
        if not self.done:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=10)
