"""A service called incidents with one store, on real servers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from google.protobuf.wrappers_pb2 import StringValue
from pymongo.database import Database

from chassis.clock import now
from chassis.config import Settings
from chassis.mongo import connect
from chassis.outbox import AggregateStore, OutboundEvent
from tests.harness.callers import Identities


@pytest.fixture
def settings(mongod: str, nats: str, installation: str) -> Settings:
    return Settings(service="incidents", installation=installation, mongodb_uri=mongod, nats_url=nats)


@pytest.fixture
def identities(tmp_path: Path) -> Identities:
    return Identities(tmp_path / "keys", "incidents")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = connect(settings)
    yield database
    database.client.close()


@pytest.fixture
def store(database: Database, identities: Identities) -> AggregateStore:
    return AggregateStore(database["incidents"], "incident", identities.signer("incidents"))


@pytest.fixture
def noted(identities: Identities) -> Callable[[str], OutboundEvent]:
    caller = identities.person(now())
    return lambda text: OutboundEvent("incident_noted", StringValue(value=text), now(), caller)
