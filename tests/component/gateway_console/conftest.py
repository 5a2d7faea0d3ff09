"""The console over fakes: in process for its pages, and as it really runs for browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.console import Console, console_room


@pytest.fixture(scope="module")
def console(mongod: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One room for the tests of a file: each looks at, or makes, incidents of its own."""
    installation = f"tconsole{tmp_path_factory.mktemp('console').name[-6:].replace('_', '')}"
    with console_room(mongod, installation, tmp_path_factory.mktemp("keys"), bulk_undo_seconds=0) as made:
        yield made


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path
