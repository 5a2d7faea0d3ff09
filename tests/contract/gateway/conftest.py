"""A gateway over fakes, in process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.harness.gateway import Room, gateway_room


@pytest.fixture
def room(mongod: str, installation: str, tmp_path: Path) -> Iterator[Room]:
    with gateway_room(mongod, installation, tmp_path) as made:
        yield made


@pytest.fixture
def http(room: Room) -> FlaskClient:
    return room.app().test_client()
