"""Errors keep their reason and values; settings come from the environment under stable names."""

import pickle

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    DuplicateKeyError,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    WTimeoutError,
)

from chassis import errors
from chassis.config import Settings
from chassis.mongo import outages


def test_an_error_is_found_again_by_its_status():
    for kind in (errors.NotFound, errors.InvalidState, errors.RevisionConflict, errors.Unavailable):
        again = errors.error_for(kind.status, "some_reason", "Some words.", {"field": "name"})
        assert (type(again), again.reason, again.values) == (kind, "some_reason", {"field": "name"})
    assert type(errors.error_for("INTERNAL", "bug")) is errors.FairleadError


def test_an_error_without_words_reads_as_its_reason():
    error = errors.NotFound("incident_not_found", id=7)

    assert (error.message, error.values) == ("incident not found", {"id": "7"})
    assert pickle.loads(pickle.dumps(error)).reason == "incident_not_found"


@pytest.mark.parametrize(
    "raised",
    [
        AutoReconnect("gone"),
        ServerSelectionTimeoutError("nobody"),
        NotPrimaryError("stepped down"),
        WTimeoutError("slow majority"),
        OperationFailure("shutting down", 11600),
        BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64}]}),
        BulkWriteError({"writeErrors": [{"code": 10107}], "writeConcernErrors": []}),
    ],
)
def test_every_kind_of_mongodb_outage_is_unavailable(raised):
    with pytest.raises(errors.Unavailable) as seen, outages():
        raise raised
    assert seen.value.reason == "store_unavailable"


@pytest.mark.parametrize(
    "raised",
    [DuplicateKeyError("taken"), OperationFailure("bad query", 2), BulkWriteError({"writeErrors": []})],
)
def test_what_is_no_outage_passes_unchanged(raised):
    with pytest.raises(type(raised)), outages():
        raise raised


class IntakeSettings(Settings):
    model_config = SettingsConfigDict(env_prefix="FAIRLEAD_INTAKE_")
    service: str = "intake"
    smtp_port: int = 2525


def test_shared_settings_keep_their_names_whatever_prefix_a_service_takes(monkeypatch):
    monkeypatch.setenv("FAIRLEAD_INTAKE_SMTP_PORT", "25")
    monkeypatch.setenv("FAIRLEAD_INSTALLATION", "demo")
    monkeypatch.setenv("MONGODB_URI", "mongodb://db")
    monkeypatch.setenv("FAIRLEAD_INCIDENTS_ADDRESS", "incidents:50051")
    monkeypatch.setenv("FAIRLEAD_INTAKE_METRICS_PORT", "9102")
    monkeypatch.setenv("HOST", "not ours")
    settings = IntakeSettings()

    assert (settings.smtp_port, settings.mongodb_uri, settings.metrics_port) == (25, "mongodb://db", 9102)
    assert settings.address("incidents") == "incidents:50051"
    assert (settings.database_name, settings.stream_name) == ("demo_intake", "DEMO_INTAKE")
    assert settings.subject_root == "demo.intake.v1"
    assert settings.host == "127.0.0.1"


def test_an_address_nobody_set_is_named(monkeypatch):
    monkeypatch.delenv("FAIRLEAD_SLA_ADDRESS", raising=False)
    with pytest.raises(LookupError, match="FAIRLEAD_SLA_ADDRESS"):
        IntakeSettings().address("sla")


def test_settings_do_not_change_and_the_installation_fits_a_subject():
    with pytest.raises(ValidationError):
        IntakeSettings().host = "0.0.0.0"
    for installation in ("a.b", "A", "", "x>"):
        with pytest.raises(ValidationError):
            IntakeSettings(installation=installation)
