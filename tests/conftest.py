"""Fixtures that every kind of test may ask for: real servers, and a prefix of one's own inside them.

In what order files run, and which of them have become slow, is the business of tests/harness/pace.py.
"""

import asyncio
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import nats as nats_client
import pytest
from pymongo import MongoClient

from tests.harness.pace import Pace
from tests.harness.servers import Mongod, NatsServer


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Pace(), "pace")


@pytest.fixture(scope="session")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real MongoDB, started once for the run."""
    server = Mongod(tmp_path_factory.mktemp("mongod"))
    server.start()
    yield server.uri
    server.end()


@pytest.fixture(scope="session")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real NATS server with JetStream, started once for the run."""
    server = NatsServer(tmp_path_factory.mktemp("nats"))
    server.start()
    yield server.url
    server.end()


@pytest.fixture
def installation(request: pytest.FixtureRequest) -> Iterator[str]:
    """A prefix of this test's own; its databases and streams are removed afterwards."""
    uri = request.getfixturevalue("mongod") if "mongod" in request.fixturenames else None
    url = request.getfixturevalue("nats") if "nats" in request.fixturenames else None
    prefix = f"t{secrets.token_hex(5)}"
    yield prefix
    if uri:
        with MongoClient(uri) as client:
            for name in client.list_database_names():
                if name.startswith(f"{prefix}_"):
                    client.drop_database(name)
    if url:
        # On a thread of its own: a browser test has an event loop running on this one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(_delete_streams(url, f"{prefix}_".upper()))).result()


async def _delete_streams(url: str, prefix: str) -> None:
    connection = await nats_client.connect(url)
    manager = connection.jetstream()
    for stream in await manager.streams_info():
        if stream.config.name and stream.config.name.startswith(prefix):
            await manager.delete_stream(stream.config.name)
    await connection.close()
