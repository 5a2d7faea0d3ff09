"""nats-py's client, with the one thing replaced that took most of hearing an event."""

from __future__ import annotations

from typing import Any

from nats.aio.client import Client


class QuickClient(Client):
    """Reads the headers of a message at once.

    nats-py (2.16) looks at every character of every header's name by itself: with our dozen of headers that was half of what
    a heard event cost (85 µs), and an incident's events are heard some thirty times.
    """

    @staticmethod
    def _parse_header_lines(raw: bytes) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in raw.decode("utf-8", "replace").split("\r\n"):
            name, colon, value = line.partition(":")
            name = name.strip()
            if colon and name.isascii() and (not name or len(name.split()) == 1):
                found[name] = value.strip()
        return found


async def connect(url: str, **options: Any) -> Client:
    """As nats.connect."""
    client = QuickClient()
    await client.connect(url, **options)
    return client
