"""What was acknowledged to somebody outside, written down so that a power cut could not take it back."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Ledger:
    """One JSON line for each acknowledgement; on disk (fsync) before the next thing is done about it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab")
        self._lock = threading.Lock()
        self._written = 0

    def __len__(self) -> int:
        return self._written

    def note(self, kind: str, **values: Any) -> None:
        line = json.dumps({"kind": kind, **values}).encode() + b"\n"
        with self._lock:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._written += 1

    def close(self) -> None:
        self._file.close()

    def entries(self, *kinds: str) -> Iterator[dict[str, Any]]:
        """As read back from the disk."""
        for line in self.path.read_text().splitlines():
            entry = json.loads(line)
            if entry["kind"] in kinds:
                yield entry
