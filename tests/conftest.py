"""Fixtures that every kind of test may ask for: real servers, and a prefix of one's own inside them.

In what order files run, and which of them have become slow, is the business of tests/harness/pace.py,
and which worker runs them that of tests/harness/lanes.py.
"""

from collections.abc import Iterator

import pytest

from tests.harness.installations import Installations
from tests.harness.lanes import LanesPlugin
from tests.harness.pace import Pace
from tests.harness.servers import Mongod, NatsServer


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Pace(), "pace")
    config.pluginmanager.register(LanesPlugin(), "lanes")


@pytest.fixture(scope="session")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real MongoDB, started once for the run."""
    server = Mongod(tmp_path_factory.mktemp("mongod"))
    server.start()
    yield server.uri
    server.end()


@pytest.fixture(scope="session")
def nats(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real NATS server with JetStream, started once for the run."""
    server = NatsServer(tmp_path_factory.mktemp("nats"))
    server.start()
    yield server.url
    server.end()


@pytest.fixture(scope="session")
def installations() -> Installations:
    return Installations()


@pytest.fixture
def installation(request: pytest.FixtureRequest, installations: Installations) -> Iterator[str]:
    """A prefix that this test has alone, with nothing in its databases, and no stream."""
    uri = request.getfixturevalue("mongod") if "mongod" in request.fixturenames else ""
    url = request.getfixturevalue("nats") if "nats" in request.fixturenames else ""
    with installations.one_for(request.path.parent, uri, url) as prefix:
        yield prefix
