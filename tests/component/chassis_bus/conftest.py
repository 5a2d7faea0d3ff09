"""A bus of one's own: keys, a stream, consumers that are stopped again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from chassis import clock
from chassis.tokens import CallerSigner, CallerVerifier, make_keys
from tests.harness.bus import Bench, Publisher, settings_for


@pytest.fixture
def bench(mongod: str, nats: str, installation: str, tmp_path: Path) -> Iterator[Bench]:
    make_keys(tmp_path, ["triage", "incidents", "gateway", "operator"])
    settings = settings_for("triage", installation, nats, mongod, tmp_path)
    signer = CallerSigner.load(tmp_path, "incidents")
    publisher = Publisher(nats, installation, lambda: signer.service_caller(clock.now(), "prv_1"))
    publisher.make_stream()
    with MongoClient(mongod, tz_aware=True) as client:
        verifier = CallerVerifier(tmp_path / "public")
        made = Bench(settings, client[settings.database_name], signer, verifier, publisher)
        yield made
        for consumers in made.started:
            consumers.stop()
