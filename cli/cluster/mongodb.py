"""Makes the replica set and the services' users: `python -m cli.cluster.mongodb`, run by a Job of the cluster.

Idempotent: it does what is missing and puts passwords right. Reads MONGODB_HOSTS (host:port, parted by commas),
ROOT_PASSWORD, FAIRLEAD_INSTALLATION, and <SERVICE>_PASSWORD for each service.
"""

import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from cli.errors import BadUse
from cli.installation import SERVICES
from cli.servers import REPLICA_SET

_NOT_YET_INITIALIZED = 94
_USER_EXISTS = 51003
_PATIENCE_SECONDS = 120.0


def prepare(
    hosts: Sequence[str], root_password: str, installation: str, passwords: Mapping[str, str]
) -> None:
    """A replica set of these members with a user for each service, who sees its own database alone.

    Raises TimeoutError when the members do not come together, or the driver's errors.
    """
    _make_replica_set(hosts, root_password)
    with _client(hosts, root_password) as client:
        for service, password in passwords.items():
            roles = [{"role": "readWrite", "db": f"{installation}_{service}"}]
            _make_user(client, service, password, roles)


def _make_replica_set(hosts: Sequence[str], root_password: str) -> None:
    # The first alone, then the others one by one: a member with users of its own may be added, not begun with.
    with _client(hosts[:1], root_password, directConnection=True) as first:
        _until(lambda: first.admin.command("ping"), "the first member answers")
        try:
            first.admin.command("replSetGetStatus")
        except OperationFailure as error:
            if error.code != _NOT_YET_INITIALIZED:
                raise
            members = [{"_id": 0, "host": hosts[0]}]
            first.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
    for host in hosts:
        with _client([host], root_password, directConnection=True) as one:
            _until(lambda one=one: one.admin.command("hello"), f"{host} answers")
        _add_member(hosts, host, root_password)


def _add_member(hosts: Sequence[str], host: str, root_password: str) -> None:
    def add() -> bool:
        with _client(hosts, root_password, replicaSet=REPLICA_SET) as client:
            config = client.admin.command("replSetGetConfig")["config"]
            known = {member["host"] for member in config["members"]}
            if host in known:
                return True
            ids = {member["_id"] for member in config["members"]}
            config["members"].append({"_id": max(ids) + 1, "host": host})
            client.admin.command("replSetReconfig", config | {"version": config["version"] + 1})
            return True

    _until(add, f"{host} is a member")


def _make_user(client: MongoClient[Any], name: str, password: str, roles: list[dict[str, str]]) -> None:
    try:
        client.admin.command("createUser", name, pwd=password, roles=roles)
    except OperationFailure as error:
        if error.code != _USER_EXISTS:
            raise
        client.admin.command("updateUser", name, pwd=password, roles=roles)


def _client(hosts: Sequence[str], root_password: str, **options: Any) -> MongoClient[Any]:
    if not options:
        options = {"replicaSet": REPLICA_SET, "w": "majority"}
    return MongoClient(
        list(hosts),
        username="root",
        password=root_password,
        serverSelectionTimeoutMS=5000,
        **options,
    )


def _until(action: Any, what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            action()
            return
        except PyMongoError as error:
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"waited {_PATIENCE_SECONDS:.0f} s in vain until {what}: {error}"
                ) from error
            time.sleep(0.5)


def main(environment: Mapping[str, str]) -> int:
    """Reads the environment, prepares, and says so. Exit code 2 for a missing variable."""
    try:
        hosts = _given(environment, "MONGODB_HOSTS").split(",")
        passwords = {name: _given(environment, f"{name.upper()}_PASSWORD") for name in SERVICES}
        root_password = _given(environment, "ROOT_PASSWORD")
    except BadUse as error:
        print(f"fairlead: {error}", file=sys.stderr)
        return 2
    prepare(hosts, root_password, environment.get("FAIRLEAD_INSTALLATION", "fl"), passwords)
    print(f"replica set {REPLICA_SET}: {len(hosts)} members, {len(passwords)} users")
    return 0


def _given(environment: Mapping[str, str], name: str) -> str:
    if value := environment.get(name):
        return value
    raise BadUse(f"{name} is not set")


if __name__ == "__main__":
    sys.exit(main(os.environ))
