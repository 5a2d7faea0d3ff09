"""Pulling from one durable consumer: messages are handed on as they arrive, never waited for in batches.

nats-py's own fetch() waits for a full batch or its time-out; here the next request goes out as soon as the last
one is used up, and what has arrived meanwhile forms the next batch.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable

from nats.aio.client import Client
from nats.aio.msg import Msg

_EXPIRES_SECONDS = 30
_HEARTBEAT_SECONDS = 2
# Two heartbeats missed and a little patience: the consumer or the way to it is gone.
_SILENCE_SECONDS = 2 * _HEARTBEAT_SECONDS + 1
_NANOSECONDS = 1_000_000_000


class Interrupted(Exception):
    """The consumer, its stream or the connection is gone; set it up again."""


class Puller:
    """Keeps one pull request open at a durable consumer."""

    def __init__(self, client: Client, stream: str, durable: str, arrived: Callable[[Msg], None]) -> None:
        self._client = client
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._inbox = client.new_inbox()
        self._arrived = arrived
        self._outstanding = 0
        self._trouble = ""
        self._signal = asyncio.Event()

    async def run(self, room: Callable[[], int], wait_for_room: Callable[[], Awaitable[None]]) -> None:
        """Pulls as much as there is room for. Raises Interrupted; ends only so, or by being canceled."""
        subscription = await self._client.subscribe(self._inbox, cb=self._received)
        try:
            while True:
                while room() <= 0:
                    await wait_for_room()
                await self._request(room())
        finally:
            # Drained, not dropped: what is on its way must be known, or NATS waits for its ack in vain.
            with contextlib.suppress(Exception):
                await asyncio.wait_for(subscription.drain(), 1)

    def interrupt(self, reason: str) -> None:
        """Makes `run` raise, for a reason that only others can know (the connection was made anew)."""
        self._trouble = reason
        self._signal.set()

    async def _request(self, batch: int) -> None:
        self._outstanding = batch
        body = {
            "batch": batch,
            "expires": _EXPIRES_SECONDS * _NANOSECONDS,
            "idle_heartbeat": _HEARTBEAT_SECONDS * _NANOSECONDS,
        }
        await self._client.publish(self._subject, json.dumps(body).encode(), reply=self._inbox)
        while self._outstanding > 0:
            if self._trouble:
                raise Interrupted(self._trouble)
            try:
                await asyncio.wait_for(self._signal.wait(), _SILENCE_SECONDS)
            except TimeoutError:
                raise Interrupted("silence") from None
            self._signal.clear()
        if self._trouble:
            raise Interrupted(self._trouble)

    async def _received(self, message: Msg) -> None:
        headers = message.headers or {}
        status = headers.get("Status", "")
        self._signal.set()
        if not status or message.reply:
            self._outstanding -= 1
            self._arrived(message)
        elif status in ("404", "408"):
            self._outstanding = 0  # used up or expired: ask again
        elif status == "409":
            # "Server Shutdown", "Leadership Change", "Consumer Deleted", "Exceeded MaxWaiting", …
            self._trouble = headers.get("Description", "refused")
        elif status != "100":
            self._trouble = f"status {status}"  # 503: nobody serves this consumer
