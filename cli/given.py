"""Servers that were given in the environment: do they answer, and are they what we need?

Asked before anything starts, in a process of its own (cli.errand): services wait for their stores without an end, so a
slip in an address would otherwise show as eight services that are never ready.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from cli.errors import BadUse

# Long enough for servers that are started at the same moment as we are.
PATIENCE = 10.0


def are_given(given: Mapping[str, str]) -> bool:
    """Whether the environment names any."""
    return bool(given.get("MONGODB_URI") or given.get("NATS_URL"))


def ask(given: Mapping[str, str], patience: float = PATIENCE) -> None:
    """Raises BadUse, one line that begins with the variable's name and never shows a password."""
    if uri := given.get("MONGODB_URI"):
        _ask_mongodb(uri, patience)
    if url := given.get("NATS_URL"):
        asyncio.run(_ask_nats(url, patience))


def _ask_mongodb(uri: str, patience: float) -> None:
    from pymongo import MongoClient
    from pymongo.errors import PyMongoError

    try:
        made: MongoClient[dict[str, Any]] = MongoClient(uri, serverSelectionTimeoutMS=round(patience * 1000))
        with made as client:
            hello = client.admin.command("hello")
            client.admin.command("listDatabases", nameOnly=True)
    except (PyMongoError, ValueError, TypeError) as error:
        raise BadUse(f"MONGODB_URI: {_gist(error)}") from None
    # A mongos says isdbgrid; what stands behind it is made of replica sets.
    if not hello.get("setName") and hello.get("msg") != "isdbgrid":
        raise BadUse("MONGODB_URI: that server is no member of a replica set, and transactions need one")


async def _ask_nats(url: str, patience: float) -> None:
    import nats
    from nats.errors import Error

    heard: list[Exception] = []

    async def hear(error: Exception) -> None:
        heard.append(error)

    try:
        trying = nats.connect(url, connect_timeout=2, max_reconnect_attempts=-1, error_cb=hear)
        client = await asyncio.wait_for(trying, patience)
    except (Error, OSError, ValueError, TypeError, TimeoutError) as error:
        why = _gist(heard[-1] if heard else error)
        raise BadUse(f"NATS_URL: no NATS server answers there ({why})") from None
    try:
        await client.jetstream(timeout=patience).account_info()
    except (Error, TimeoutError) as error:
        raise BadUse(f"NATS_URL: that server does not offer JetStream ({_gist(error)})") from None
    finally:
        await client.close()


def _gist(error: BaseException) -> str:
    """The first thing an error says: drivers add timeouts and topologies."""
    said = (
        str(error)
        .partition(", full error:")[0]
        .partition(" (configured timeouts:")[0]
        .partition(", Timeout:")[0]
    )
    return " ".join(said.split()) or type(error).__name__
