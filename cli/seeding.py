"""Runs the seed as a process of its own while `fairlead up` waits: what it imports is not kept in memory.

The seed itself is `cli.seed.ensure(running, progress)`. It uses public RPCs and HTTP only, does what is
missing, and returns {"api_client": {…}, "api_clients": […], "logins": […]}, which `up` prints and run.json keeps.
"""

import importlib.util
import json
import subprocess
import sys
from typing import Any

from cli.children import leash, rotate
from cli.errors import Failed
from cli.installation import DataDir


def exists() -> bool:
    """Whether this installation comes with a demonstration provider."""
    found = importlib.util.find_spec("cli.seed")
    return found is not None and found.origin is not None


class SeedRun:
    """One run of `fairlead seed`; start it on the main thread, then ask now and then whether it is done."""

    def __init__(self, data_dir: DataDir) -> None:
        self.log = data_dir.logs / "seed.log"
        rotate(self.log)
        command = [sys.executable, "-P", "-m", "cli.main", "seed", "--data-dir", str(data_dir.path), "--json"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*leash(), *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
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
        said, _ = self._process.communicate()
        if self._process.returncode != 0:
            raise Failed(f"the seed failed: {self.progress} (see {self.log})")
        return json.loads(said)

    def stop(self) -> None:
        if not self.done:
            self._process.terminate()
            self._process.wait(timeout=10)
