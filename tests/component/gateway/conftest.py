"""A gateway as it really runs: granian, uvicorn, MongoDB and NATS, over fakes of the other services."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from services.gateway.main import start
from tests.harness.announcer import Announcer
from tests.harness.gateway import Room, gateway_room
from tests.harness.waiting import wait_until


@dataclass
class Running:
    """The room, and clients of both faces."""

    room: Room
    web: httpx.Client
    live: httpx.Client

    def cookies(self, person_id: str) -> dict[str, str]:
        person = self.room.directory.people[person_id]
        cookie = self.room.gateway.sessions.start(person.provider_id, person_id)
        return {"Cookie": f"{self.room.settings.session_cookie}={cookie}"}


@pytest.fixture
def running(mongod: str, nats: str, installation: str, tmp_path: Path) -> Iterator[Running]:
    with gateway_room(mongod, installation, tmp_path, nats_url=nats, live_heartbeat_seconds=0.2) as room:
        gateway = start(room.settings)
        web = httpx.Client(base_url=f"http://127.0.0.1:{room.settings.http_port}", timeout=20)
        live = httpx.Client(base_url=f"http://127.0.0.1:{room.settings.live_port}", timeout=20)
        try:
            wait_until(lambda: web.get("/readyz").status_code == 200, timeout=15)
            yield Running(room, web, live)
        finally:
            web.close()
            live.close()
            gateway.stop()


@pytest.fixture
def announcer(nats: str, installation: str, running: Running) -> Announcer:
    made = Announcer(nats, installation)
    wait_until(lambda: running.live.get("/readyz").status_code == 200, what="the feeds")
    return made
