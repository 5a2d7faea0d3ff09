"""A platform of fakes: real mongod, nats-server, mail catcher and supervisor; services that only answer."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.component.cli.fake_services import write_fake_services


class Platform:
    """The `fairlead` command on one data directory."""

    def __init__(self, folder: Path, fakes: Path, servers: Mapping[str, str] | None = None) -> None:
        self.data_dir = folder
        given = {name: value for name, value in os.environ.items() if not name.startswith("FAIRLEAD_")}
        given.pop("MONGODB_URI", None)
        given.pop("NATS_URL", None)
        self.environment = {**given, **(servers or {}), "PYTHONPATH": str(fakes)}

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = [
            sys.executable,
            "-P",
            "-m",
            "cli.main",
            command,
            "--data-dir",
            str(self.data_dir),
            *arguments,
        ]
        return subprocess.run(
            program, env=self.environment, capture_output=True, text=True, timeout=90, check=False
        )

    def up(self, *arguments: str) -> dict[str, Any]:
        ports = ("--http-port", "0", "--smtp-port", "0")
        done = self.run("up", "--detach", "--no-seed", "--timeout", "60", *ports, *arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def status(self) -> dict[str, Any]:
        return json.loads(self.run("status", "--json").stdout)

    def processes(self) -> list[psutil.Process]:
        """Everything that belongs to this data directory, whoever its parent is."""
        found = []
        for process in psutil.process_iter():
            try:
                named = str(self.data_dir) in " ".join(process.cmdline())
                if named or process.environ().get("FAIRLEAD_DATA_DIR") == str(self.data_dir):
                    found.append(process)
            except psutil.Error:
                continue
        return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture(scope="session")
def fakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fakes")
    write_fake_services(folder)
    return folder


@contextmanager
def platform_of(folder: Path, fakes: Path) -> Iterator[Platform]:
    """One that is stopped in the end, whatever became of it."""
    platform = Platform(folder, fakes)
    try:
        yield platform
    finally:
        platform.run("down")
        for process in platform.processes():
            process.send_signal(signal.SIGKILL)


@pytest.fixture
def platform(tmp_path: Path, fakes: Path) -> Iterator[Platform]:
    with platform_of(tmp_path / "data", fakes) as made:
        yield made
