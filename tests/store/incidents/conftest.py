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


@pytest.fixture(scope="module")
def database(mongod: str) -> Iterator[Database]:
    settings = IncidentsSettings(mongodb_uri=mongod, installation=f"t{secrets.token_hex(5)}")
    database = mongo.connect(settings)
    mongo.ensure_indexes(store.DOCUMENTS)
    yield database
    database.client.drop_database(database.name)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> CallerSigner:
    folder: Path = tmp_path_factory.mktemp("keys")
    make_keys(folder, ["incidents"])
    return CallerSigner.load(folder, "incidents")
