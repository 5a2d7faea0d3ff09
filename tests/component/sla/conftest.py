"""The service of a test, running in this process."""

import pytest

from services.sla.main import start
from tests.harness.sla import World, make_world


@pytest.fixture
def world(installation, mongod, nats, tmp_path):
    """The servers and neighbors; the service is not started."""
    made: World = make_world(installation, mongod, nats, tmp_path / "keys")
    yield made
    made.close()


@pytest.fixture
def running(world):
    """The same with the service running."""
    service = start(world.settings)
    world.wait_ready()
    yield world
    service.stop()
