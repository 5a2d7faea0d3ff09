"""One world for the visits of a file."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser

from chassis.errors import Unavailable
from fairlead.triage.v1 import queue_service_pb2
from services.gateway.main import start
from tests.e2e.quality.world import Elsewhere, World
from tests.harness.console import console_room
from tests.harness.platform import Platform


@pytest.fixture(scope="module")
def elsewhere(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Elsewhere]]:
    """A console whose queue nobody can read (per_tom), or where there is nothing to do (per_ada); started when asked for."""
    with ExitStack() as stack:
        made: list[Elsewhere] = []

        def started() -> Elsewhere:
            if not made:
                servers = [request.getfixturevalue(name) for name in ("mongod", "nats")]
                folder = tmp_path_factory.mktemp("elsewhere")
                console = stack.enter_context(
                    console_room(servers[0], "telsewhere", folder, nats_url=servers[1])
                )
                console.room.triage.answers["ListQueue"] = _queue_of
                console.room.triage.answers["CountQueue"] = queue_service_pb2.CountQueueResponse()
                stack.callback(start(console.room.settings).stop)
                made.append(Elsewhere(console.room))
            return made[0]

        yield started


def _queue_of(asked: Any, caller: Any) -> Any:
    if caller.person_id == "per_tom":
        return Unavailable("store_unavailable", "The store is away.")
    return queue_service_pb2.ListQueueResponse()


@pytest.fixture(scope="module")
def world(platform: Platform, browser: Browser, elsewhere: Callable[[], Elsewhere]) -> Iterator[World]:
    world = World(platform, browser, elsewhere)
    yield world
    world.close()
