"""Child processes: started on a leash, restarted when they crash, stopped in time.

All starting happens on the supervisor's main thread: the kernel's leash (PR_SET_PDEATHSIG) is pulled when the
*thread* that started a child ends, and the main thread lives exactly as long as the supervisor does.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cli.cradle import Cradle, Cradled

FIRST_DELAY = 0.1
LONGEST_DELAY = 5.0
# A child that lived this long before it crashed gets its next restart at once.
GOOD_LIFE = 10.0
KEPT_LOGS = 3


@dataclass(frozen=True)
class Spec:
    """How one child is started. environment is the whole of it."""

    name: str
    # A program with its arguments, or the arguments of `module`.
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    # Longest time between asking it to stop and killing it.
    grace: float = 8.0
    # A Python module to run as the main program of a fork of the cradle; "" for a program of its own.
    module: str = ""


def rotate(log: Path) -> None:
    """A new log for each start of the platform; the last few are kept as name.log.1, .2, …"""
    for number in range(KEPT_LOGS - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    if log.exists():
        log.replace(log.with_name(f"{log.name}.1"))


def leash() -> list[str]:
    """What to put before a command so that it is asked to end when we do, however we end."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


@dataclass
class Child:
    """One child that should be running, and its current process, if it has one."""

    spec: Spec
    cradle: Cradle | None = None
    restarts: int = 0
    ready: bool = False
    process: subprocess.Popen[bytes] | Cradled | None = None
    started: float = 0.0
    _delay: float = FIRST_DELAY
    _next_start: float = field(default=0.0)
    _begun: bool = False

    @property
    def pid(self) -> int:
        """0 while it has no process."""
        return self.process.pid if self.process else 0

    def start(self) -> None:
        """Starts it; a child of the cradle as soon as the cradle is warm."""
        self.started = time.monotonic()
        if self.cradle is None:
            with self.spec.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [*leash(), *self.spec.command],
                    env=dict(self.spec.environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    # Its own group: Ctrl-C reaches us alone, and we stop the children in our order.
                    start_new_session=True,
                )
        elif self.cradle.alive and self.cradle.preloaded:
            spec = self.spec
            try:
                self.process = self.cradle.fork(
                    spec.name, spec.module, spec.command, spec.environment, spec.log
                )
            except OSError:
                return  # The cradle has died this moment; it is started again, and then we are.
        else:
            return
        self.restarts += self._begun
        self._begun = True

    def reap(self) -> int | None:
        """The exit code of a process that has ended since the last call; plans its restart."""
        code = self.process.poll() if self.process else None
        if code is None:
            return None
        self._end_group(signal.SIGKILL)
        self.process = None
        self.ready = False
        now = time.monotonic()
        if now - self.started >= GOOD_LIFE:
            self._delay = FIRST_DELAY
        self._next_start = now + self._delay
        self._delay = min(self._delay * 2, LONGEST_DELAY)
        return code

    def start_if_due(self) -> None:
        """Starts it, unless it runs or its delay is not over."""
        if self.process is None and time.monotonic() >= self._next_start:
            self.start()

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def await_end(self, deadline: float) -> None:
        """Waits until the deadline (monotonic seconds), then kills it with everything it started."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(timeout=10.0)
        self._end_group(signal.SIGKILL)
        self.process = None
        self.ready = False

    def _end_group(self, number: signal.Signals) -> None:
        """What a child started and left behind goes too."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                pass


def stop_all(children: list[Child]) -> None:
    """Asks all of them at once, then waits for each within its grace."""
    for child in children:
        child.ask_to_stop()
    asked = time.monotonic()
    for child in children:
        child.await_end(asked + child.spec.grace)
