"""One running service for the tests of a file."""

import secrets
from collections.abc import Iterator

import pytest
from pymongo import MongoClient

from tests.harness.incidents import Incidents, running_incidents


@pytest.fixture(scope="module")
def incidents(mongod: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Incidents]:
    installation = f"t{secrets.token_hex(5)}"
    folder = tmp_path_factory.mktemp("incidents")
    with running_incidents(mongod, installation, folder) as running:
        running.wait_until_ready()
        yield running
    with MongoClient(mongod) as client:
        client.drop_database(f"{installation}_incidents")
