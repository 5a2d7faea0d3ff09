"""One installation on this machine: its data directory, what is remembered there, and where it answers.

<data-dir>/state.json        ports and name, remembered from one start to the next
<data-dir>/run.json          what runs now; kept up to date by the supervisor, removed by a clean stop
<data-dir>/supervisor.lock   locked by the supervisor as long as it lives
<data-dir>/keys/             one key pair for each service, and the operator's
<data-dir>/mongod, nats, mail, logs/
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.errors import BadUse

GRPC_SERVICES = ("directory", "intake", "incidents", "triage", "sla", "knowledge", "notify")
SERVICES = (*GRPC_SERVICES, "gateway")
HOST = "127.0.0.1"


def default_data_dir() -> Path:
    """FAIRLEAD_DATA_DIR, or .fairlead/ in a working copy, or the person's data folder (XDG)."""
    if named := os.environ.get("FAIRLEAD_DATA_DIR"):
        return Path(named)
    here = Path.cwd()
    if (here / ".fairlead").exists() or (here / ".importlinter").exists():
        return here / ".fairlead"
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "fairlead"


class DataDir:
    """The folder of one installation. Making one makes the folder."""

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()
        self.keys = self.path / "keys"
        self.logs = self.path / "logs"

    def prepare(self) -> None:
        """Makes the folders. Raises BadUse when the place cannot be written."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.logs.mkdir(exist_ok=True)
        except OSError as error:
            raise BadUse(f"cannot write to the data directory {self.path}: {error.strerror}") from None

    # --- remembered from one start to the next

    def remembered(self) -> dict[str, Any]:
        """state.json, or {} for a new installation. Raises BadUse when it is damaged."""
        return self._read("state.json")

    def remember(self, state: dict[str, Any]) -> None:
        self._write("state.json", state)

    # --- what the seed made

    def seeded(self, provider_id: str = "") -> dict[str, Any]:
        """What was seeded last, or for that provider; {} where nothing was."""
        last = self._read("seed.json")
        if not provider_id or last.get("provider_id") == provider_id:
            return last
        return self._read(_seed_of(provider_id))

    def remember_seed(self, made: dict[str, Any]) -> None:
        """What was remembered of another provider is kept: secrets are shown only once, and who starts with given
        servers today may start with our own tomorrow.
        """
        last = self._read("seed.json")
        if last and last["provider_id"] != made["provider_id"]:
            self._write(_seed_of(last["provider_id"]), last)
        self._write("seed.json", made)

    # --- what runs now

    def running(self) -> dict[str, Any]:
        """run.json as the supervisor last wrote it; {} when nothing ran or it was stopped cleanly."""
        return self._read("run.json")

    def publish(self, document: dict[str, Any]) -> None:
        self._write("run.json", document)

    def forget_running(self) -> None:
        (self.path / "run.json").unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the installation for this process; the lock goes with the process, even by kill -9.

        Raises BadUse when another supervisor holds it.
        """
        with (self.path / "supervisor.lock").open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BadUse(
                    f"already running in {self.path} (fairlead down --data-dir {self.path} stops it)"
                ) from None
            yield

    def is_locked(self) -> bool:
        """Whether a supervisor lives."""
        try:
            with (self.path / "supervisor.lock").open("r") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return False
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False

    def _read(self, name: str) -> dict[str, Any]:
        path = self.path / name
        try:
            return json.loads(path.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise BadUse(f"{path} cannot be read: {error}") from None

    def _write(self, name: str, content: dict[str, Any]) -> None:
        path = self.path / name
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file, indent=1)
        draft.replace(path)


def _seed_of(provider_id: str) -> str:
    return f"seed.{provider_id}.json"


@dataclass(frozen=True)
class Running:
    """A running installation as the seed, the tour and the inspecting commands see it."""

    data_dir: DataDir
    document: dict[str, Any]

    @classmethod
    def find(cls, data_dir: DataDir) -> "Running":
        """The one of that data directory, or the one the environment names, as in a cluster.

        Raises BadUse when there is neither.
        """
        if not data_dir.is_locked():
            if "FAIRLEAD_GATEWAY_ADDRESS" in os.environ:
                return cls._of_environment(data_dir)
            raise BadUse(f"nothing runs in {data_dir.path} (fairlead up starts it)")
        return cls(data_dir, data_dir.running())

    @classmethod
    def _of_environment(cls, data_dir: DataDir) -> "Running":
        names = {name: os.environ.get(f"FAIRLEAD_{name.upper()}_ADDRESS", "") for name in SERVICES}
        if lacking := [name for name, address in names.items() if not address]:
            raise BadUse(f"FAIRLEAD_{lacking[0].upper()}_ADDRESS is not set")
        data_dir.prepare()
        services = {name: {"address": address} for name, address in names.items()}
        document = {
            "services": services,
            "http_base_url": f"http://{names['gateway']}",
            "key_dir": os.environ.get("FAIRLEAD_KEY_DIR", str(data_dir.keys)),
        }
        return cls(data_dir, document)

    def address(self, service: str) -> str:
        """host:port of a service's gRPC server, or of the gateway's web face."""
        return str(self.document["services"][service]["address"])

    @property
    def http_base_url(self) -> str:
        return str(self.document["http_base_url"])

    @property
    def key_dir(self) -> Path:
        return Path(self.document.get("key_dir") or self.data_dir.keys)

    def environment(self) -> dict[str, str]:
        """The variables by which a process of ours finds the services, as chassis.config reads them."""
        addresses = {f"FAIRLEAD_{name.upper()}_ADDRESS": self.address(name) for name in GRPC_SERVICES}
        return {"FAIRLEAD_KEY_DIR": str(self.key_dir), **addresses}
