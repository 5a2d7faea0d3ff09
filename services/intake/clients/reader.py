"""Mail is read in processes of their own, which can be killed: see reader_child."""

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TypeVar

from chassis import telemetry
from services.intake.clients.reader_child import ATTACHED, FRAME
from services.intake.domain.mail import NormalizedMail
from services.intake.ports import AttachedFile, Reading

_MEMORY_BYTES = 512 * 1024 * 1024
_CHILD = "services.intake.clients.reader_child"
_READ_BYTES = 1 << 20
Answer = TypeVar("Answer")


class ChildFailed(Exception):
    """The child died or took too long over a mail."""


class ReaderPool:
    """See ports.Reader. Children are started when first needed, and anew after one had to be killed.

    cpu_seconds: processor time one mail may take. wall_seconds: after so long the child is killed, whatever it
    waits for. nameservers: None to look up nothing (every mail then is unverified, unless our own mail server
    vouches for it), [] for the system's resolver.
    """

    def __init__(
        self,
        processes: int = 2,
        cpu_seconds: int = 2,
        wall_seconds: float = 10.0,
        nameservers: Sequence[str] | None = None,
    ) -> None:
        dns = [] if nameservers is None else ["--dns", *nameservers]
        self._command = [sys.executable, "-m", _CHILD, str(cpu_seconds), str(_MEMORY_BYTES), *dns]
        self._wall_seconds = wall_seconds
        self._workers = ThreadPoolExecutor(processes, thread_name_prefix="intake-reader")
        self._own = threading.local()
        self._children: list[_Child] = []
        self._lock = threading.Lock()
        self._log = telemetry.logger("intake")

    def read(self, raws: Sequence[bytes]) -> list[Reading | None]:
        return list(self._workers.map(self._read, raws))

    def attached(self, raw: bytes) -> list[AttachedFile] | None:
        def ask(child: _Child) -> list[AttachedFile]:
            return child.ask_attached(raw, self._wall_seconds)

        return self._workers.submit(self._asked, ask, len(raw)).result()

    def stop(self) -> None:
        """Ends the children at once."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            for child in self._children:
                child.kill()

    def _read(self, raw: bytes) -> Reading | None:
        return self._asked(lambda child: _reading(child.ask(raw, self._wall_seconds)), len(raw))

    def _asked(self, ask: "Callable[[_Child], Answer]", size: int) -> Answer | None:
        for _ in range(2):
            child, fresh = self._child()
            try:
                return ask(child)
            except ChildFailed as failure:
                self._discard(child)
                self._log.warning("mail_reader_failed", reason=str(failure), size=size)
                # A child that had read other mails before may have died of those: a new one gets its chance.
                if fresh or str(failure) == "timeout":
                    return None
        return None

    def _child(self) -> "tuple[_Child, bool]":
        child: _Child | None = getattr(self._own, "child", None)
        if child is not None:
            return child, False
        child = _Child(self._command)
        self._own.child = child
        with self._lock:
            self._children.append(child)
        return child, True

    def _discard(self, child: "_Child") -> None:
        child.kill()
        self._own.child = None
        with self._lock:
            self._children.remove(child)


class _Child:
    """One child process; one thread talks to it."""

    def __init__(self, command: Sequence[str]) -> None:
        paths = os.pathsep.join(path for path in sys.path if path)
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": paths, "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            start_new_session=True,  # a Ctrl-C at the terminal is for the service to handle
        )
        assert self._process.stdin and self._process.stdout
        self._stdin: IO[bytes] = self._process.stdin
        self._stdout: IO[bytes] = self._process.stdout
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._stdout, selectors.EVENT_READ)

    def ask(self, raw: bytes, seconds: float) -> bytes:
        """The answer to one mail. Raises ChildFailed."""
        deadline = time.monotonic() + seconds
        self._send(len(raw), raw)
        return self._frame(deadline)

    def ask_attached(self, raw: bytes, seconds: float) -> list[AttachedFile]:
        """The attachments of one mail. Raises ChildFailed."""
        deadline = time.monotonic() + seconds
        self._send(len(raw) | ATTACHED, raw)
        told = json.loads(self._frame(deadline))
        return [AttachedFile(one["filename"], one["content_type"], self._frame(deadline)) for one in told]

    def _send(self, head: int, raw: bytes) -> None:
        try:
            self._stdin.write(FRAME.pack(head))
            self._stdin.write(raw)
            self._stdin.flush()
        except (BrokenPipeError, OSError, ValueError) as error:
            raise ChildFailed("died") from error

    def _frame(self, deadline: float) -> bytes:
        length = FRAME.unpack(self._receive(FRAME.size, deadline))[0]
        return self._receive(length, deadline)

    def _receive(self, count: int, deadline: float) -> bytes:
        received = bytearray()
        while len(received) < count:
            if not self._selector.select(max(deadline - time.monotonic(), 0)):
                raise ChildFailed("timeout")
            piece = os.read(self._stdout.fileno(), min(count - len(received), _READ_BYTES))
            if not piece:
                raise ChildFailed("died")
            received += piece
        return bytes(received)

    def kill(self) -> None:
        """At once; the process is waited for."""
        self._process.kill()
        self._process.wait()
        self._selector.close()
        for pipe in (self._stdin, self._stdout):
            try:
                pipe.close()
            except OSError:
                continue


def _reading(answer: bytes) -> Reading:
    values = json.loads(answer)
    return Reading(NormalizedMail.from_dict(values["mail"]), values["dmarc"], values["head"])
