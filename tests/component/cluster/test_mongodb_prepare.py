"""The preparing job, against three real members set up as the manifests set them up."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from cli.cluster import mongodb
from cli.installation import SERVICES
from cli.servers import mongod_binary
from tests.harness.servers import free_port
from tests.harness.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
ROOT_PASSWORD = "of-the-root"
PASSWORDS = {service: f"of-{service}" for service in SERVICES}


def configuration(folder: Path, port: int) -> dict:
    """mongod.conf of the manifests, moved to a folder and a port of the test's own."""
    documents = yaml.safe_load_all((ROOT / "deploy/k8s/base/mongodb.yaml").read_text())
    text = next(one for one in documents if one["kind"] == "ConfigMap")["data"]["mongod.conf"]
    made = yaml.safe_load(text)
    made["net"] |= {"port": port, "bindIp": "127.0.0.1", "unixDomainSocket": {"enabled": False}}
    made["storage"] |= {"dbPath": str(folder), "wiredTiger": {"engineConfig": {"cacheSizeGB": 0.25}}}
    made["security"]["keyFile"] = str(folder / "key-file")
    return made


@pytest.fixture
def members(tmp_path: Path) -> Iterator[list[str]]:
    """Three members that share a key file and each have a root user, as the image's entry point leaves them."""
    hosts, processes = [], []
    for number in range(3):
        folder, port = tmp_path / str(number), free_port()
        folder.mkdir()
        (folder / "key-file").write_text("a" * 64)
        (folder / "key-file").chmod(0o400)
        (folder / "mongod.conf").write_text(yaml.safe_dump(configuration(folder, port)))
        command = [str(mongod_binary()), "--config", str(folder / "mongod.conf")]
        make_root_user(command, folder, port)
        processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        hosts.append(f"127.0.0.1:{port}")
    yield hosts
    for process in processes:
        process.kill()
        process.wait()


def make_root_user(command: list[str], folder: Path, port: int) -> None:
    """As the entry point does: a first start without replication and without authorization."""
    first = [command[0], "--dbpath", str(folder), "--port", str(port), "--nounixsocket"]
    process = subprocess.Popen(first, stdout=subprocess.DEVNULL)
    with MongoClient("127.0.0.1", port, directConnection=True) as client:
        client.admin.command("createUser", "root", pwd=ROOT_PASSWORD, roles=["root"])
    process.terminate()
    process.wait()


def of(hosts: list[str], service: str, password: str) -> MongoClient:
    uri = f"mongodb://{service}:{password}@{','.join(hosts)}/?replicaSet=rs0&authSource=admin"
    return MongoClient(uri, serverSelectionTimeoutMS=20_000)


def test_members_become_one_set_and_each_service_sees_its_own_database_alone(members: list[str]) -> None:
    mongodb.prepare(members, ROOT_PASSWORD, "fl", PASSWORDS)
    with of(members, "incidents", "of-incidents") as client:
        majority = client.get_database("fl_incidents", write_concern=None)
        majority.things.insert_one({"_id": 1})
        with pytest.raises(OperationFailure):
            client.fl_triage.things.find_one()
        with pytest.raises(OperationFailure):
            client.admin.command("createUser", "thief", pwd="x", roles=["root"])
    with of(members, "root", ROOT_PASSWORD) as client:
        wait_until(lambda: healthy(client) == 3, timeout=60)
    again = PASSWORDS | {"incidents": "changed"}
    mongodb.prepare(members, ROOT_PASSWORD, "fl", again)
    with of(members, "incidents", "changed") as client:
        assert client.fl_incidents.things.count_documents({}) == 1


def healthy(client: MongoClient) -> int:
    members = client.admin.command("replSetGetStatus")["members"]
    return sum(member["stateStr"] in ("PRIMARY", "SECONDARY") for member in members)


def test_a_missing_variable_is_one_line_and_exit_code_2() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli.cluster.mongodb"],
        env={"PYTHONPATH": str(ROOT), "MONGODB_HOSTS": "127.0.0.1:1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stderr == "fairlead: DIRECTORY_PASSWORD is not set\n"
