"""The stores on a real MongoDB."""

import pytest

from chassis import mongo
from chassis.config import Settings
from chassis.tokens import CallerSigner, make_keys
from services.sla import store


@pytest.fixture
def settings(installation, mongod, tmp_path):
    make_keys(tmp_path, ["sla"])
    return Settings(service="sla", installation=installation, mongodb_uri=mongod, key_dir=tmp_path)


@pytest.fixture
def database(settings):
    database = mongo.connect(settings)
    store.prepare()
    return database


@pytest.fixture
def signer(settings):
    return CallerSigner.load(settings.key_dir, "sla")
