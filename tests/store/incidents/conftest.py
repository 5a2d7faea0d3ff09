"""A database of the incidents service, with its indexes."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo.database import Database

from chassis import mongo
from chassis.tokens import CallerSigner, make_keys
from services.incidents import store
from services.incidents.config import IncidentsSettings
from services.incidents.store import FigureStore
from services.incidents.use_cases import Counting
from tests.harness.counting import NOW


@pytest.fixture(scope="module")
def database(mongod: str) -> Iterator[Database]:
    settings = IncidentsSettings(mongodb_uri=mongod, installation=f"t{secrets.token_hex(5)}")
    database = mongo.connect(settings)
    mongo.ensure_indexes(store.DOCUMENTS)
    yield database
    database.client.drop_database(database.name)


@pytest.fixture
def provider() -> str:
    """One whose records no other test counts."""
    return f"prv_{secrets.token_hex(4)}"


@pytest.fixture
def counting(database: Database) -> Counting:
    return Counting(FigureStore(database), lambda: NOW)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> CallerSigner:
    folder: Path = tmp_path_factory.mktemp("keys")
    make_keys(folder, ["incidents"])
    return CallerSigner.load(folder, "incidents")
