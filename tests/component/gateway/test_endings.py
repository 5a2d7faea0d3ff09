"""What the directory announces ends sessions and forgets what was cached."""

import asyncio
from typing import Any

import nats as nats_client

from chassis import clock, headers
from chassis.tokens import CallerSigner
from fairlead.directory.v1 import events_pb2
from tests.component.gateway.conftest import Running
from tests.harness.gateway import NORTH
from tests.harness.waiting import wait_until


def announce(
    running: Running, url: str, fact: str, aggregate: str, message: Any, sequence: int = 2000
) -> None:
    """Publishes as the directory's relay does."""
    settings = running.room.settings
    now = clock.now()
    caller = CallerSigner.load(settings.key_dir, "directory").service_caller(now, NORTH)
    told = {
        headers.MESSAGE_ID: f"{aggregate}:{sequence}",
        headers.TYPE: message.DESCRIPTOR.full_name,
        headers.FACT: fact,
        headers.SOURCE: "directory",
        headers.TIME: now.isoformat(),
        headers.SEQUENCE: str(sequence),
        headers.REVISION: "2",
        headers.PROVIDER: NORTH,
        headers.CALLER: caller.token,
    }

    async def publish() -> None:
        connection = await nats_client.connect(url)
        subject = f"{settings.installation}.directory.v1.{NORTH}.{aggregate}.{fact}"
        await connection.jetstream().publish(subject, message.SerializeToString(), headers=told)
        await connection.close()

    asyncio.run(publish())


def test_a_disabled_person_is_signed_out_as_soon_as_the_directory_says_so(running: Running, nats: str):
    sessions, directory = running.room.gateway.sessions, running.room.directory
    cookie, other = sessions.start(NORTH, "per_ana"), sessions.start(NORTH, "per_mia")
    person = directory.people["per_ana"]
    person.state = 2
    announce(running, nats, "person_changed", "per_ana", events_pb2.PersonChanged(person=person))
    wait_until(lambda: sessions.find(cookie) is None, timeout=20)
    assert sessions.find(other) is not None
