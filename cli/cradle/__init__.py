"""Python children forked from one warm process, the cradle.

Eight interpreters that each import the same libraries cost a second of processor time and 25 MiB apiece. The
cradle imports them once, then forks a child for each service: measured on two cores, eight services took
266 MiB instead of 418, and a crashed one is back before it would have finished importing. The cradle itself
serves nothing, starts no thread and opens no connection: after a fork those would be broken.

Orders and reports are JSON lines on its standard input and output:

    → {"module": "services.sla.main", "arguments": [], "environment": {…}, "log": "…/sla.log", "name": "sla"}
    ← {"preloaded": true}   {"started": 4711}   {"ended": 4711, "code": -9}
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Cradled:
    """A process that the cradle forked; what the supervisor needs of subprocess.Popen."""

    def __init__(self, pid: int, cradle: "Cradle") -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._cradle = cradle
        self._mother = cradle.pid

    def poll(self) -> int | None:
        """The exit code once it has ended. -15 when the cradle died with it: then nobody knows."""
        self._cradle.hear()
        if self.returncode is None:
            self.returncode = self._cradle.ended.pop(self.pid, None)
        orphaned = not self._cradle.alive or self._cradle.pid != self._mother
        if self.returncode is None and orphaned and not lives(self.pid):
            self.returncode = -signal.SIGTERM
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Raises subprocess.TimeoutExpired."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Cradle:
    """Our end of the cradle. One that died is started again by the next start()."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment = dict(environment)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._heard = b""
        self._started: list[int] = []
        self.preloaded = False
        # Exit codes that nobody has asked for yet.
        self.ended: dict[int, int] = {}

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def filenos(self) -> list[int]:
        """What to wait on for its reports."""
        return (
            [self._process.stdout.fileno()] if self.alive and self._process and self._process.stdout else []
        )

    def start(self, leash: list[str]) -> None:
        """Starts it unless it lives; it preloads by itself, and says so."""
        if self.alive:
            return
        self._heard, self._started, self.preloaded = b"", [], False
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*leash, sys.executable, "-P", "-m", "cli.cradle"],
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)

    def fork(
        self, name: str, module: str, arguments: list[str], environment: Mapping[str, str], log: Path
    ) -> Cradled:
        """A new child that runs the module as its main program. Raises OSError when the cradle dies meanwhile."""
        assert self._process is not None and self._process.stdin is not None
        order = {"name": name, "module": module, "arguments": arguments, "log": str(log)}
        line = json.dumps({**order, "environment": dict(environment)}).encode() + b"\n"
        self._process.stdin.write(line)
        self._process.stdin.flush()
        deadline = time.monotonic() + 10.0
        while not self._started:
            if not self.alive or time.monotonic() > deadline:
                raise BrokenPipeError("the cradle does not answer")
            time.sleep(0.001)
            self.hear()
        return Cradled(self._started.pop(0), self)

    def hear(self) -> None:
        """Takes in what the cradle has reported; never waits."""
        if self._process is None or self._process.stdout is None:
            return
        while chunk := self._process.stdout.read():
            self._heard += chunk
        *lines, self._heard = self._heard.split(b"\n")
        for line in lines:
            self._take(json.loads(line))

    def _take(self, report: dict[str, Any]) -> None:
        if "preloaded" in report:
            self.preloaded = True
        elif "started" in report:
            self._started.append(report["started"])
        else:
            self.ended[report["ended"]] = report["code"]

    def stop(self) -> None:
        """Ends it; its children are asked to end by their leash."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None
        self.preloaded = False


def lives(pid: int) -> bool:
    """Whether there is such a process; a zombie has no life."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
