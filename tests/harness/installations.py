"""Prefixes under which a test's databases and streams live, and what happens to them after it.

The tests of a folder use one prefix, each after the other, and find its databases empty but with their indexes: mongod
takes many times longer to make ten collections with their indexes than to empty them.
"""

import asyncio
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import nats as nats_client
from pymongo import MongoClient


class Installations:
    """One for each folder of tests; none is ever in two tests' hands."""

    def __init__(self) -> None:
        self._free: dict[Path, str] = {}

    @contextmanager
    def one_for(self, folder: Path, mongodb_uri: str, nats_url: str) -> Iterator[str]:
        """A prefix; without a server's address, nothing is cleared away there."""
        prefix = self._free.pop(folder, "") or f"t{secrets.token_hex(5)}"
        yield prefix
        if mongodb_uri:
            _empty(mongodb_uri, f"{prefix}_")
        if nats_url:
            # On a thread of its own: a browser test has an event loop running on this one.
            with ThreadPoolExecutor(1) as thread:
                thread.submit(lambda: asyncio.run(_delete_streams(nats_url, f"{prefix}_".upper()))).result()
        self._free[folder] = prefix


def _empty(uri: str, prefix: str) -> None:
    with MongoClient(uri) as client:
        for name in client.list_database_names():
            if name.startswith(prefix):
                database = client[name]
                for collection in database.list_collection_names():
                    if database[collection].find_one({}, {"_id": 1}):
                        database[collection].delete_many({})


async def _delete_streams(url: str, prefix: str) -> None:
    connection = await nats_client.connect(url)
    manager = connection.jetstream()
    for stream in await manager.streams_info():
        if stream.config.name and stream.config.name.startswith(prefix):
            await manager.delete_stream(stream.config.name)
    await connection.close()
