"""`fairlead up`: in the foreground with live progress, or detached with one JSON object at the end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

from cli import errand, given, seeding
from cli.errors import BadUse, Failed
from cli.installation import DataDir
from cli.plan import Options, make_plan
from cli.supervisor import Supervisor, end_leftovers

# The pipe on which a detached supervisor reports to whoever started it.
REPORT_FD = "FAIRLEAD_REPORT_FD"
STEADY_PAUSE = 1.0


class Screen(Protocol):
    """What follows the start: a person's terminal, or nobody."""

    def show(self, supervisor: Supervisor, seeding: str) -> None:
        """Called a few times a second until everything is ready."""

    def ready(self, supervisor: Supervisor, document: dict[str, Any]) -> None:
        """Called once."""

    def stopping(self) -> None:
        """Called when the end begins."""


def run(data_dir: DataDir, options: Options, timeout: float, screen: Screen) -> None:
    """Runs the platform until SIGINT or SIGTERM, on the calling (main) thread.

    Raises BadUse before anything is started; Failed when not everything is ready and seeded within timeout
    seconds, after stopping what was started.
    """
    began = time.monotonic()
    data_dir.prepare()
    with data_dir.locked():
        end_leftovers(data_dir)
        plan = make_plan(data_dir, options)
        if given.are_given(os.environ):
            errand.run("ask_given")
        supervisor = Supervisor(data_dir, plan, began)
        supervisor.start()
        try:
            _until_ready(supervisor, options, began + timeout, screen)
            while not supervisor.ending:
                supervisor.turn(STEADY_PAUSE)
        finally:
            screen.stopping()
            supervisor.stop()


def _until_ready(supervisor: Supervisor, options: Options, deadline: float, screen: Screen) -> None:
    def in_time(what: str, done: Callable[[], bool], said: Callable[[], str] = lambda: "") -> bool:
        def turn() -> None:
            screen.show(supervisor, said())
            if hopeless := supervisor.hopeless():
                raise Failed(hopeless)
            if time.monotonic() > deadline:
                raise Failed(what or supervisor.why_not_ready())

        return supervisor.run_until(done, turn)

    if not in_time("", lambda: supervisor.ready):
        return
    if options.seed and seeding.exists():
        seed = seeding.SeedRun(supervisor.data_dir, supervisor.cradle, supervisor.plan.environment)
        try:
            late = f"the seed takes too long (see {seed.log})"
            if not in_time(late, lambda: seed.done, lambda: seed.progress):
                return
        finally:
            seed.stop()
        supervisor.seeded = seed.result()
    supervisor.publish()
    document = supervisor.document() | {"memory_mib": supervisor.memory_mib()}
    screen.ready(supervisor, document)


class Report:
    """The screen of a detached supervisor: one line of JSON on a pipe, for the process that waits."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        os.set_inheritable(descriptor, False)

    def send(self, message: dict[str, Any]) -> None:
        """Only the first message goes out."""
        if self._descriptor >= 0:
            try:
                os.write(self._descriptor, json.dumps(message).encode() + b"\n")
            except BrokenPipeError:
                pass
            os.close(self._descriptor)
            self._descriptor = -1

    def show(self, supervisor: Supervisor, seeding: str) -> None:
        """Nobody looks."""

    def ready(self, supervisor: Supervisor, document: dict[str, Any]) -> None:
        self.send({"document": document})

    def stopping(self) -> None:
        """Nobody looks."""


def run_detached_here(data_dir: DataDir, options: Options, timeout: float) -> int:
    """What the detached process itself does; the exit code."""
    report = Report(int(os.environ.pop(REPORT_FD)))
    try:
        run(data_dir, options, timeout, report)
    except BadUse as error:
        report.send({"error": str(error), "exit": 2})
        return 2
    except Failed as error:
        report.send({"error": str(error), "exit": 1})
        return 1
    return 0


def start_detached(data_dir: DataDir, arguments: list[str]) -> dict[str, Any]:
    """Starts a supervisor that outlives us, waits until everything is ready, and returns the document.

    arguments: those of `fairlead up`, without --detach. Raises what the supervisor reports.
    """
    data_dir.prepare()
    ours, theirs = os.pipe()
    log = data_dir.logs / "supervisor.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "cli.main", "up", *arguments],
            env={**os.environ, REPORT_FD: str(theirs)},
            pass_fds=(theirs,),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    os.close(theirs)
    try:
        with os.fdopen(ours) as pipe:
            line = pipe.readline()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise Failed("interrupted; what was started is stopped again") from None
    if not line:
        raise Failed(f"the supervisor ended before everything was ready (see {log})")
    message = json.loads(line)
    if "error" in message:
        process.wait()
        raise (BadUse if message["exit"] == 2 else Failed)(message["error"])
    return message["document"]
