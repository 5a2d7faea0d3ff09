"""`fairlead down` and `fairlead status`: about a supervisor that is some other process."""

import os
import signal
import time
from typing import Any

from cli.checks import checks_for
from cli.cradle import lives
from cli.errors import BadUse, Failed
from cli.installation import DataDir
from cli.memory import total_mib
from cli.supervisor import end_leftovers

STOP_SECONDS = 40.0


def down(data_dir: DataDir) -> bool:
    """Stops the installation and waits until nothing of it is left; False when nothing ran.

    Raises Failed when it does not stop.
    """
    if not data_dir.is_locked():
        if data_dir.running():
            end_leftovers(data_dir)
        return False
    pid = _supervisor_pid(data_dir)
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while data_dir.is_locked() or lives(pid):
        if time.monotonic() > deadline:
            raise Failed(f"the supervisor (process {pid}) does not stop; see {data_dir.logs}")
        time.sleep(0.05)
    return True


def _supervisor_pid(data_dir: DataDir) -> int:
    """The supervisor writes its number right after it has taken the lock; wait for that moment to pass."""
    deadline = time.monotonic() + 5.0
    while time.monotonic() < deadline:
        pid = data_dir.running().get("supervisor", {}).get("pid")
        if pid:
            return int(pid)
        time.sleep(0.05)
    raise Failed(f"something holds {data_dir.path / 'supervisor.lock'} but says nothing")


def status(data_dir: DataDir) -> dict[str, Any]:
    """What the supervisor says, and what answers right now, asked afresh. {"running": False} when nothing runs."""
    if not data_dir.path.exists():
        raise BadUse(f"there is no installation in {data_dir.path}")
    if not data_dir.is_locked():
        return {"running": False, "ready": False, "data_dir": str(data_dir.path)}
    document = data_dir.running()
    ports = data_dir.remembered()["ports"]
    entries = {**document["services"], **{n: document[n] for n in ("mongod", "nats", "mail_catcher")}}
    asked = [name for name, entry in entries.items() if entry.get("pid") is not None]
    for name, check in checks_for(ports, asked).items():
        entries[name]["ready"] = check()
    everything = all(entries[name]["ready"] for name in asked)
    pids = {
        *document["supervisor"].values(),
        *(entry["pid"] for entry in entries.values() if entry.get("pid")),
    }
    return {"running": True, **document, "ready": everything, "memory_mib": total_mib(sorted(pids))}
