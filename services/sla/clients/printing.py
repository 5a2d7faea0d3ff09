"""Prints statements as PDF in a process of its own: the printing library is large, and gone again with the process."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from chassis import telemetry
from chassis.errors import Unavailable
from services.sla.ports import Brand

_CHILD = "services.sla.clients.printing_child"
_SECONDS = 60.0
_MEMORY_BYTES = 1 << 30


class ChildPrinter:
    """Implements ports.Printer. One document at a time: printing takes a processor and some 150 MB."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()
        self._log = telemetry.logger("sla")

    def pdf(self, content: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], brand: Brand) -> bytes:
        asked = json.dumps({"content": content, "lines": lines, "brand": asdict(brand)}).encode()
        if not self._turn.acquire(timeout=self._seconds):
            raise Unavailable("printing_busy", "Other documents are being printed; try again.")
        try:
            return self._print(asked)
        finally:
            self._turn.release()

    def _print(self, asked: bytes) -> bytes:
        paths = os.pathsep.join(path for path in sys.path if path)
        try:
            done = subprocess.run(
                [sys.executable, "-m", _CHILD, str(_MEMORY_BYTES)],
                input=asked,
                capture_output=True,
                timeout=self._seconds,
                env={"PYTHONPATH": paths, "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
                check=False,
            )
        except subprocess.TimeoutExpired:
            self._log.error("printing_timed_out", size=len(asked))
            raise Unavailable("printing_failed", "The document could not be printed in time.") from None
        if done.returncode or not done.stdout.startswith(b"%PDF"):
            last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
            self._log.error("printing_failed", code=done.returncode, error=last[0][:200] if last else "")
            raise Unavailable("printing_failed", "The document could not be printed.")
        return done.stdout
