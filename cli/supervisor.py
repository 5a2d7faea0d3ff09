"""Starts everything at once, keeps it running, stops it in order.

One main thread starts, reaps and restarts children (see cli.children for why it must be that one); a second
one asks each of them over and over whether it answers. What is true is published in run.json, where
`fairlead status`, `down`, `seed` and `tour` find it.
"""

import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cli import errand
from cli.checks import Check, checks_for, mongod_state
from cli.children import Child, leash, rotate, stop_all
from cli.cradle import Cradle
from cli.errors import Failed
from cli.installation import HOST, SERVICES, DataDir
from cli.memory import total_mib
from cli.mongo_hello import State
from cli.plan import Plan

SERVERS = ("mongod", "nats", "mail_catcher")
TICK = 0.1
UNREADY_PAUSE = 0.05
READY_PAUSE = 2.0
# So many crashes before it ever answered: waiting longer would not help.
HOPELESS = 6


@dataclass
class Component:
    """One name on the screen: a server or a service, and when it first answered."""

    name: str
    child: Child
    check: Check
    ready: bool = False
    seconds: float = 0.0


@dataclass
class Supervisor:
    """One run of one installation. Use: start(), then turn() again and again, then stop()."""

    data_dir: DataDir
    plan: Plan
    began: float = field(default_factory=time.monotonic)
    components: dict[str, Component] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)
    seconds_to_ready: float = 0.0
    seeded: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""
    _ending: threading.Event = field(default_factory=threading.Event)
    _stopped_by: int = 0
    _published: str = ""

    def start(self) -> None:
        """Starts every child; returns at once. Call it on the main thread."""
        self._wakeup, theirs = socket.socketpair()
        self._wakeup.setblocking(False)
        theirs.setblocking(False)
        self._signals = theirs
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        cradle_log = self.data_dir.logs / "cradle.log"
        rotate(cradle_log)
        self.cradle = Cradle(self.plan.environment, cradle_log)
        self._cradles = any(spec.module for spec in self.plan.specs)
        if self._cradles:
            self.cradle.start(leash())
        by_name = {}
        for spec in self.plan.specs:
            rotate(spec.log)
            by_name[spec.name] = Child(spec, self.cradle if spec.module else None)
        self.children = list(by_name.values())
        names = list(self.plan.child_of)
        for name, check in checks_for(self.plan.ports, names).items():
            self.components[name] = Component(name, by_name[self.plan.child_of[name]], check)
        for child in self.children:
            child.start()
        self.publish()
        threading.Thread(target=self._watch, name="readiness", daemon=True).start()

    def turn(self, pause: float = TICK) -> None:
        """Waits for a child's end, a signal or the pause; restarts what crashed; publishes what changed."""
        sources: list[int] = [self._wakeup.fileno(), *self.cradle.filenos()]
        readable, _, _ = select.select(sources, [], [], pause)
        if self._wakeup.fileno() in readable:
            self._wakeup.recv(4096)
        for child in self.children:
            code = child.reap()
            if code is not None and not self.ending:
                self.trouble = f"{child.spec.name} ended with {_code(code)}; see {child.spec.log}"
                for component in self.components.values():
                    component.ready = component.ready and component.child is not child
        if not self.ending:
            if self._cradles:
                self.cradle.hear()
                self.cradle.start(leash())
            for child in self.children:
                child.start_if_due()
        self.publish()

    @property
    def ending(self) -> bool:
        return bool(self._stopped_by)

    @property
    def ready(self) -> bool:
        """Everything answers."""
        return all(component.ready for component in self.components.values())

    def run_until(self, condition: Callable[[], bool], on_turn: Callable[[], None] = lambda: None) -> bool:
        """Turns until the condition holds; False when we were told to stop first."""
        while not self.ending:
            self.turn()
            on_turn()
            if condition():
                return True
        return False

    def stop(self) -> None:
        """Services first, so that they can still save and publish; then the servers."""
        self._stopped_by = self._stopped_by or signal.SIGTERM
        self._ending.set()
        stop_all([child for child in self.children if child.spec.name not in SERVERS])
        stop_all([child for child in self.children if child.spec.name in SERVERS])
        self.cradle.stop()
        self.data_dir.forget_running()

    # --- what is true

    def document(self) -> dict[str, Any]:
        """What `up --detach` prints and run.json holds."""
        ports, ready = self.plan.ports, self.ready
        # Whoever looks first sees it: the last may have become ready since the latest turn.
        if ready and not self.seconds_to_ready:
            self.seconds_to_ready = time.monotonic() - self.began
        return {
            "services": {name: self._entry(name, self.plan.address(name)) for name in SERVICES},
            "mongod": self._entry("mongod", f"{HOST}:{ports['mongod']}") | {"uri": self.plan.mongodb_uri},
            "nats": self._entry("nats", f"{HOST}:{ports['nats']}") | {"url": self.plan.nats_url},
            "http_base_url": f"http://localhost:{ports['http']}",
            "live_base_url": f"http://localhost:{ports['live']}",
            "smtp": {"host": HOST, "port": ports["smtp"]},
            "lmtp": {"host": HOST, "port": ports["lmtp"]},
            "mail_catcher": self._mail_catcher(),
            **self.seeded,
            "seconds_to_ready": round(self.seconds_to_ready, 2),
            "data_dir": str(self.data_dir.path),
            "supervisor": {"pid": os.getpid(), **({"cradle_pid": self.cradle.pid} if self._cradles else {})},
            "ready": ready,
        }

    def memory_mib(self) -> int:
        """Proportional set size of everything, this process included."""
        return total_mib([os.getpid(), *(child.pid for child in self.children if child.pid)])

    def publish(self) -> None:
        """Writes run.json when something changed."""
        document = self.document()
        text = repr(document)
        if text != self._published and not self.ending:
            self._published = text
            self.data_dir.publish(document)

    def _entry(self, name: str, address: str) -> dict[str, Any]:
        component = self.components.get(name)
        if component is None:
            return {"address": None, "pid": None, "ready": None, "given": True}
        child = component.child
        return {"address": address, "pid": child.pid, "ready": component.ready, "restarts": child.restarts}

    def _mail_catcher(self) -> dict[str, Any]:
        ports = self.plan.ports
        if "mail_catcher" not in self.components:
            return {"http_url": None, "smtp": self.plan.smtp_relay, "pid": None}
        entry = self._entry("mail_catcher", f"{HOST}:{ports['mail_smtp']}")
        return {"http_url": f"http://localhost:{ports['mail_http']}", "smtp": entry.pop("address"), **entry}

    # --- readiness

    def _watch(self) -> None:
        """On a thread of its own: asks what is not ready often, what is ready seldom."""
        initiation = threading.Thread(target=self._initiate_mongod, name="replica-set", daemon=True)
        if "mongod" in self.components:
            initiation.start()
        watchers = [
            threading.Thread(target=self._watch_one, args=(component,), name=component.name, daemon=True)
            for component in self.components.values()
        ]
        for watcher in watchers:
            watcher.start()

    def _watch_one(self, component: Component) -> None:
        while not self._ending.is_set():
            pid = component.child.pid
            answers = bool(pid) and component.check() and component.child.pid == pid
            if answers and not component.ready:
                component.seconds = time.monotonic() - self.began
            component.ready = answers
            self._ending.wait(READY_PAUSE if answers else UNREADY_PAUSE)

    def _initiate_mongod(self) -> None:
        """One that is in no replica set yet, or was at another port, is told; the others elect themselves."""
        port = self.plan.ports["mongod"]
        while (state := mongod_state(port)) not in (State.STRANGER, State.PRIMARY):
            if self._ending.wait(UNREADY_PAUSE):
                return
        try:
            if state is State.STRANGER:
                errand.run("initiate", str(port))
        except Failed as error:
            self.trouble = f"mongod: {error}"

    def _on_signal(self, number: int, _frame: object) -> None:
        self._stopped_by = number

    def hopeless(self) -> str:
        """One line about a child that crashes again and again without ever answering; "" while there is none."""
        for component in self.components.values():
            child = component.child
            if child.restarts >= HOPELESS and not component.seconds:
                lines = child.spec.log.read_text("utf-8", "replace").splitlines()
                last = lines[-1][:300] if lines else "it says nothing"
                return f"{child.spec.name} keeps ending: {last} (see {child.spec.log})"
        return ""

    def why_not_ready(self) -> str:
        """One line for whoever waited in vain."""
        waiting = [component for component in self.components.values() if not component.ready]
        logs = ", ".join(str(component.child.spec.log) for component in waiting[:2])
        names = ", ".join(component.name for component in waiting)
        return f"not ready: {names} (see {logs})"


def end_leftovers(data_dir: DataDir, timeout: float = 15.0) -> None:
    """Waits for the children of a supervisor that was killed: each still holds its port and its data.

    Raises Failed when one of them will not go.
    """
    import psutil

    document = data_dir.running()
    entries = [*document.get("services", {}).values()]
    entries += [document.get(name, {}) for name in SERVERS]
    marker = str(data_dir.path)
    left = []
    for pid in {entry.get("pid") for entry in entries if entry.get("pid")}:
        try:
            process = psutil.Process(pid)
            # The number may belong to somebody else by now; ours carry the data directory.
            ours = process.environ().get("FAIRLEAD_DATA_DIR") == marker or marker in " ".join(
                process.cmdline()
            )
            if ours:
                process.terminate()
                left.append(process)
        except psutil.Error:
            continue
    _, alive = psutil.wait_procs(left, timeout=timeout)
    for process in alive:
        process.kill()
    _, alive = psutil.wait_procs(alive, timeout=5.0)
    if alive:
        raise Failed(f"process {alive[0].pid} of an earlier run does not end")
    data_dir.forget_running()


def _code(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
