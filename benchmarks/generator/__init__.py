"""The load generator: a process of its own, so that what it costs is seen apart from what it measures.

It takes one job as JSON on standard input and answers one JSON object on standard output. One thread and one
selector serve all its connections, with requests made beforehand: about a tenth of a millisecond of CPU a request,
where a comfortable HTTP client takes one or two, on the cores that the servers need.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from benchmarks.figures import Void

_ROOT = Path(__file__).parents[2]


class Generator:
    """A running load. start with a job, then `finish`."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._seconds = float(job["seconds"])
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.generator"],
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin
        self._process.stdin.write(json.dumps(job))
        self._process.stdin.close()
        # Read at once: an answer longer than a pipe holds would keep the process from ending.
        self._answer = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def finish(self) -> dict[str, Any]:
        """What it measured. Raises Void when it broke down."""
        try:
            if self._process.wait(self._seconds + 60):
                raise Void("the load generator broke down")
        finally:
            if self._process.poll() is None:
                self._process.kill()
            self._reader.join(10)
        if not self._answer:
            raise Void("the load generator said nothing")
        return dict(json.loads(self._answer))

    def _read(self) -> None:
        assert self._process.stdout
        with self._process.stdout as output:
            self._answer = output.read()


def generate(job: dict[str, Any]) -> dict[str, Any]:
    """Runs one job to its end."""
    return Generator(job).finish()
