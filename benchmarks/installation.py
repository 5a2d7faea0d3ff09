"""An installation of the benchmark's own: real processes, free ports, a data directory that is thrown away."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[1]
_NOT_OURS = ("MONGODB_URI", "NATS_URL")


class Installation:
    """`fairlead up --detach` with everything on. A context manager: at its end all of it is gone."""

    def __init__(self, data_dir: Path | None = None, layout: str = "many") -> None:
        self._own = data_dir is None
        self.data_dir = data_dir or Path(tempfile.mkdtemp(prefix="fairlead-bench-"))
        self.layout = layout
        self.document: dict[str, Any] = {}
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in _NOT_OURS and not name.startswith("FAIRLEAD_")
        }

    def __enter__(self) -> "Installation":
        try:
            self.up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.down()
        if self._own:
            shutil.rmtree(self.data_dir, ignore_errors=True)

    def up(self, layout: str | None = None) -> float:
        """Starts it; seconds until everything was ready. Raises RuntimeError with the reason when it does not start."""
        self.layout = layout or self.layout
        began = time.monotonic()
        done = self._fairlead(
            "up", "--detach", "--http-port", "0", "--smtp-port", "0", "--layout", self.layout
        )
        seconds = time.monotonic() - began
        if done.returncode:
            raise RuntimeError(f"fairlead up failed: {done.stderr.strip()[-2000:]}")
        self.document = json.loads(done.stdout)
        return seconds

    def down(self) -> None:
        self._fairlead("down")

    def _fairlead(self, *command: str) -> "subprocess.CompletedProcess[str]":
        words = [sys.executable, "-P", "-m", "cli.main", *command, "--data-dir", str(self.data_dir)]
        paths = os.pathsep.join((str(ROOT), str(ROOT / "gen")))
        return subprocess.run(
            words,
            cwd=ROOT,
            env=self.environment | {"PYTHONPATH": paths},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    # --- where it answers

    @property
    def base_url(self) -> str:
        return str(self.document["http_base_url"])

    @property
    def http_port(self) -> int:
        return int(self.base_url.rpartition(":")[2])

    @property
    def mongodb_uri(self) -> str:
        return str(self.document["mongod"]["uri"])

    @property
    def mailbox_url(self) -> str:
        return str(self.document["mail_catcher"]["http_url"])

    # --- what it consists of

    def processes(self) -> dict[int, str]:
        """Process id → what it is, of everything that runs for this installation, servers and supervisor included."""
        document = json.loads((self.data_dir / "run.json").read_text())
        names: dict[int, list[str]] = {}
        for name, entry in document["services"].items():
            names.setdefault(entry["pid"], []).append(name)
        named = {pid: found[0] if len(found) == 1 else "services" for pid, found in names.items()}
        named |= {document[name]["pid"]: name for name in ("mongod", "nats", "mail_catcher")}
        found: dict[int, str] = {}
        for role, pid in document["supervisor"].items():
            found[pid] = "supervisor" if role == "pid" else role.removesuffix("_pid")
            for child in psutil.Process(pid).children(recursive=True):
                found[child.pid] = named.get(child.pid) or _of_parent(child, named)
        return found


def _of_parent(process: psutil.Process, named: dict[int, str]) -> str:
    try:
        return next((named[one.pid] for one in process.parents() if one.pid in named), "cradle")
    except psutil.Error:
        return "cradle"
