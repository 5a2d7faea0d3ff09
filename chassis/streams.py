"""Each service has one JetStream stream, `<INSTALLATION>_<SERVICE>`, that holds all its events for good.

The owner makes it (its relay does, before the first publish); consumers wait until it is there.
"""

import json
from typing import Any

from nats.aio.client import Client

_SECOND = 1_000_000_000  # JetStream counts nanoseconds
_STREAM_NOT_FOUND = 10059


class StreamRefused(Exception):
    """JetStream would not make the stream as we need it; the message is the server's."""


def stream_name(installation: str, service: str) -> str:
    """The name of a service's one stream."""
    return f"{installation}_{service}".upper()


async def ensure_stream(client: Client, installation: str, service: str, replicas: int = 1) -> str:
    """Makes a service's stream where there is none; returns its name. Idempotent.

    An existing stream keeps what an operator tuned (replicas, limits, windows); only what the relay cannot do
    without, its subjects and atomic batches, is put right. Raises StreamRefused, or the client's errors
    while NATS is away.
    """
    name = stream_name(installation, service)
    needed = {"subjects": [f"{installation}.{service}.v1.>"], "allow_atomic": True, "allow_direct": True}
    found = await _ask(client, f"STREAM.INFO.{name}")
    if found.get("error", {}).get("err_code") == _STREAM_NOT_FOUND:
        config = {
            **needed,
            "name": name,
            "storage": "file",
            "retention": "limits",
            "discard": "old",
            "max_age": 0,
            "duplicate_window": 120 * _SECOND,
            "num_replicas": replicas,
        }
        answer = await _ask(client, f"STREAM.CREATE.{name}", config)
    elif "error" not in found and any(found["config"].get(key) != value for key, value in needed.items()):
        answer = await _ask(client, f"STREAM.UPDATE.{name}", {**found["config"], **needed})
    else:
        answer = found
    if "error" in answer:
        raise StreamRefused(f"{name}: {answer['error'].get('description', 'refused')}")
    return name


async def _ask(client: Client, verb: str, request: dict[str, Any] | None = None) -> dict[str, Any]:
    # Raw, because the client library does not know `allow_atomic` and would drop it from what it reads.
    payload = json.dumps(request).encode() if request else b""
    answer = await client.request(f"$JS.API.{verb}", payload, timeout=5)
    return json.loads(answer.data)
