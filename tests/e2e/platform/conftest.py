"""One platform for most of these tests, started by the real command; what breaks it starts its own."""

from collections.abc import Iterator

import pytest

from tests.harness.platform import Platform


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Everything, ready, with the demonstration provider."""
    platform = Platform(tmp_path_factory.mktemp("platform") / "data").up()
    yield platform
    platform.down()
