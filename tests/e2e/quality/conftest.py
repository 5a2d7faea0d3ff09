"""One world for the visits of a file."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.quality.world import World
from tests.harness.platform import Platform


@pytest.fixture(scope="module")
def world(platform: Platform, browser: Browser) -> Iterator[World]:
    world = World(platform, browser)
    yield world
    world.close()
