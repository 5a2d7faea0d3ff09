"""Intake, running, with fakes for the directory and the record."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.intake import Bench, running_intake


@pytest.fixture
def bench(mongod: str, nats: str, installation: str, tmp_path: Path) -> Iterator[Bench]:
    with running_intake(mongod, nats, installation, tmp_path) as started:
        yield started
