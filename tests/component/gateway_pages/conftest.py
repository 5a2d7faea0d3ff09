"""A portal in process: Flask's client, real MongoDB for sessions, fakes of the services."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.harness.gateway import Room
from tests.harness.portal import Reader, fill, portal_room


@pytest.fixture
def room(mongod: str, installation: str, tmp_path: Path) -> Iterator[Room]:
    with portal_room(mongod, installation, tmp_path) as made:
        fill(made)
        yield made


@pytest.fixture
def reader(room: Room) -> Callable[..., Reader]:
    def make(person_id: str = "") -> Reader:
        client = room.app().test_client()
        if person_id:
            room.sign_in(client, person_id)
        return Reader(client)

    return make
