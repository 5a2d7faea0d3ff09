"""The cradle's own process: preloads, then forks a child for each order. See cli.cradle for the protocol."""

import ctypes
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import traceback
from typing import Any, NoReturn

# What most services import. None of these starts a thread or opens a connection by being imported.
PRELOADED = (
    "asyncio",
    "babel.dates",
    "email.policy",
    "google.protobuf.json_format",
    "gridfs",
    "grpc_health.v1.health",
    "grpc_reflection.v1alpha.reflection",
    "jinja2",
    "joserfc.jwt",
    "mongoengine",
    "chassis.bus",
    "chassis.config",
    "chassis.gathering",
    "chassis.ids",
    "chassis.leases",
    "chassis.mongo",
    "chassis.outbox",
    "chassis.process",
    "chassis.rpc",
    "chassis.telemetry",
    "chassis.tokens",
    # What most services hear of, and whom most of them ask.
    "fairlead.directory.v1.events_pb2",
    "fairlead.directory.v1.person_service_pb2_grpc",
    "fairlead.directory.v1.tenant_service_pb2_grpc",
    "fairlead.incidents.v1.events_pb2",
    "fairlead.incidents.v1.incident_service_pb2_grpc",
    "fairlead.intake.v1.events_pb2",
    "fairlead.sla.v1.events_pb2",
    "fairlead.triage.v1.events_pb2",
)
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15


def preload() -> None:
    """Imports what is shared. A module that is missing costs memory, no more: its importer will say so."""
    # chassis.telemetry first: it keeps structlog from loading what only colors consoles.
    for name in ("chassis.telemetry", *PRELOADED):
        try:
            importlib.import_module(name)
        except ImportError as error:
            print(f"not preloaded: {name}: {error}", file=sys.stderr, flush=True)
    gc.collect()
    # Collections in a child then leave the shared objects, and so the shared pages, alone.
    gc.freeze()


def report(**fields: Any) -> None:
    """One JSON line to the supervisor."""
    os.write(1, json.dumps(fields).encode() + b"\n")


def become(order: dict[str, Any]) -> NoReturn:
    """Turns a fork into a process as `python -m module` would have started it."""
    code = 1
    try:
        _detach(order)
        sys.argv = [order["module"], *order["arguments"]]
        runpy.run_module(order["module"], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
        if isinstance(ending.code, str):
            print(ending.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _detach(order: dict[str, Any]) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    libc.prctl(PR_SET_NAME, f"fl-{order['name']}".encode()[:15], 0, 0, 0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for descriptor, place in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(descriptor, place)
    # The objects that own these are never finalized: a fork leaves by os._exit.
    os.closerange(3, 256)
    os.environ.clear()
    os.environ.update(order["environment"])


def reap() -> None:
    """Reports every child that has ended."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        report(ended=pid, code=os.waitstatus_to_exitcode(status))


def main() -> None:
    """Serves orders until the supervisor closes our input or dies."""
    preload()
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    selector = selectors.DefaultSelector()
    selector.register(0, selectors.EVENT_READ)
    selector.register(ours, selectors.EVENT_READ)
    report(preloaded=True)
    orders = b""
    while True:
        for key, _ in selector.select():
            if key.fileobj is ours:
                ours.recv(4096)
                continue
            chunk = os.read(0, 65_536)
            if not chunk:
                return
            *lines, orders = (orders + chunk).split(b"\n")
            for line in lines:
                pid = os.fork()
                if pid == 0:
                    become(json.loads(line))
                report(started=pid)
        reap()


if __name__ == "__main__":
    main()
