"""What live replicas tell each other over core NATS: who looks at what, and interests for a connection held elsewhere.

Nothing of it is kept: presence is said again every few seconds, and forgotten where it is not. Who looks is what the
signed caller says that comes along, as with every call and event of the house.
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from chassis import headers as names
from chassis import telemetry
from chassis.clock import Clock
from chassis.errors import FairleadError
from chassis.tenancy import Caller
from chassis.tokens import CallerVerifier
from services.gateway.live.feed import Item
from services.gateway.live.presence import Look, Presence, Visit

_SAY_AGAIN_SECONDS = 12.0
_ANSWER_SECONDS = 1.0
_LOOKS = 50
Change = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]


class Replicas:
    """This replica's end. `own` names its connections with their callers; `tell` gives items to its listeners;
    `change` takes interests for a connection, and answers None for one it does not hold.
    """

    def __init__(
        self,
        installation: str,
        verifier: CallerVerifier,
        clock: Clock,
        presence: Presence,
        own: Callable[[], dict[str, Caller]],
        tell: Callable[[Iterable[Item]], None],
        change: Change,
    ) -> None:
        self._name = secrets.token_hex(8)
        self._presence_subject = f"{installation}.live.v1.presence"
        self._interests_subject = f"{installation}.live.v1.interests"
        self._verifier = verifier
        self._clock = clock
        self._presence = presence
        self._own = own
        self._tell = tell
        self._change = change
        self._client: Client | None = None
        self._log = telemetry.logger("gateway")

    async def run(self, client: Client) -> None:
        """Listens and speaks until cancelled."""
        await client.subscribe(self._presence_subject, cb=self._hear)
        await client.subscribe(self._interests_subject, cb=self._hear_interests)
        self._client = client
        # Those who were there before us say so.
        await self._publish({"ask": True})
        loop = asyncio.get_running_loop()
        while True:
            own = self._own()
            for connection_id, caller in own.items():
                if visit := self._presence.visit(connection_id):
                    await self.say(visit, caller)
            self._tell(self._presence.expire(loop.time(), own))
            await asyncio.sleep(_SAY_AGAIN_SECONDS)

    async def say(self, visit: Visit, caller: Caller) -> None:
        """Tells the others what a connection of ours looks at; nothing means that it has left."""
        looks = {
            key: {"tenant_id": look.tenant_id, "typing": look.typing} for key, look in visit.looks.items()
        }
        await self._publish({"connection_id": visit.connection_id, "looks": looks}, caller.token)

    async def ask_holder(self, wanted: dict[str, Any]) -> dict[str, Any] | None:
        """What the replica answers that holds a connection; None when none does, or none can be asked."""
        if self._client is None:
            return None
        try:
            answer = await self._client.request(
                self._interests_subject, json.dumps(wanted).encode(), timeout=_ANSWER_SECONDS
            )
        except (NatsError, TimeoutError):
            return None
        return json.loads(answer.data)

    async def _publish(self, body: dict[str, Any], token: str = "") -> None:
        if self._client is None:
            return
        told = json.dumps({**body, "replica": self._name}).encode()
        with contextlib.suppress(NatsError, OSError):
            await self._client.publish(
                self._presence_subject, told, headers={names.CALLER: token} if token else None
            )

    async def _hear(self, message: Msg) -> None:
        try:
            body = json.loads(message.data)
            if body.get("replica") == self._name:
                return
            if body.get("ask"):
                for connection_id, caller in self._own().items():
                    if visit := self._presence.visit(connection_id):
                        await self.say(visit, caller)
                return
            self._take(body, (message.headers or {}).get(names.CALLER, ""))
        except (ValueError, TypeError, KeyError, AttributeError, FairleadError) as error:
            self._log.warning("live_presence_refused", error=type(error).__name__)

    def _take(self, body: dict[str, Any], token: str) -> None:
        connection_id, looks = str(body["connection_id"]), dict(body["looks"])
        now = asyncio.get_running_loop().time()
        if connection_id in self._own():
            return
        if not looks:
            self._tell(self._presence.leave(connection_id))
            return
        caller = self._verifier.verify(token, self._clock())
        if not caller.is_staff or not caller.person_id or len(looks) > _LOOKS:
            return
        granted = {
            str(incident_id): Look(str(look["tenant_id"]), bool(look["typing"]))
            for incident_id, look in looks.items()
            if caller.tenant_ids is None or look["tenant_id"] in caller.tenant_ids
        }
        visit = Visit(connection_id, caller.provider_id, caller.person_id, caller.name, granted)
        self._tell(self._presence.put(visit, now))

    async def _hear_interests(self, message: Msg) -> None:
        try:
            answer = await self._change(json.loads(message.data))
        except (ValueError, TypeError, KeyError) as error:
            self._log.warning("live_interests_refused", error=type(error).__name__)
            return
        if answer is not None:
            with contextlib.suppress(NatsError, OSError):
                await message.respond(json.dumps(answer).encode())
