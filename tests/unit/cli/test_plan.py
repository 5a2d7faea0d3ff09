"""What an installation is called, and what it remembers from one start to the next."""

from pathlib import Path

import pytest

from cli import given
from cli.errors import BadUse
from cli.installation import DataDir, Running
from cli.plan import Options, make_plan
from cli.seed import _ways_in

ANY_PORT = Options(http_port=0, smtp_port=0)
GIVEN = {"MONGODB_URI": "mongodb://db/?replicaSet=rs0", "NATS_URL": "nats://bus"}


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    made = DataDir(tmp_path / "data")
    made.prepare()
    return made


def name_of(data_dir: DataDir, environment: dict[str, str]) -> str:
    return make_plan(data_dir, ANY_PORT, environment).environment["FAIRLEAD_INSTALLATION"]


def test_a_start_without_the_given_servers_does_not_forget_the_name_used_on_them(data_dir: DataDir) -> None:
    first = name_of(data_dir, GIVEN)
    assert first != "fl"
    assert name_of(data_dir, {}) == "fl"
    assert name_of(data_dir, GIVEN) == first


def test_two_installations_on_given_servers_have_two_names(data_dir: DataDir, tmp_path: Path) -> None:
    other = DataDir(tmp_path / "other")
    other.prepare()
    assert name_of(data_dir, GIVEN) != name_of(other, GIVEN)


def test_a_name_remembered_by_an_earlier_version_is_kept(data_dir: DataDir) -> None:
    data_dir.remember({"version": 1, "installation": "fl_1234abcd", "ports": {}})
    assert name_of(data_dir, {}) == "fl"
    assert name_of(data_dir, GIVEN) == "fl_1234abcd"


def test_what_follows_stands_back_for_who_sends_something_in_unless_told_otherwise(data_dir: DataDir) -> None:
    usual = make_plan(data_dir, ANY_PORT, {}).environment
    assert {usual.get(f"FAIRLEAD_{name}_NICENESS") for name in ("TRIAGE", "SLA", "NOTIFY")} == {"5"}
    assert not {f"FAIRLEAD_{name}_NICENESS" for name in ("GATEWAY", "INTAKE", "INCIDENTS")} & usual.keys()
    told = make_plan(data_dir, ANY_PORT, {"FAIRLEAD_TRIAGE_NICENESS": "0"}).environment
    assert told["FAIRLEAD_TRIAGE_NICENESS"] == "0"


def test_what_was_seeded_for_another_provider_is_kept(data_dir: DataDir) -> None:
    data_dir.remember_seed({"provider_id": "prv_1", "api_clients": ["one"]})
    data_dir.remember_seed({"provider_id": "prv_2", "api_clients": ["two"]})
    assert data_dir.seeded()["provider_id"] == "prv_2"
    assert data_dir.seeded("prv_1")["api_clients"] == ["one"]
    assert data_dir.seeded("prv_3") == {}


def test_the_ways_in_follow_a_port_that_has_changed(data_dir: DataDir) -> None:
    program = {"client_id": "cli_1", "token_endpoint": "http://localhost:8080/oauth/token"}
    ways = _ways_in(Running(data_dir, {"http_base_url": "http://localhost:9090"}), [program])
    assert ways["api_client"]["token_endpoint"] == "http://localhost:9090/oauth/token"
    assert {login["url"].partition("9090")[0] for login in ways["logins"]} == {"http://localhost:"}


@pytest.mark.parametrize(
    ("servers", "said"),
    [
        ({"MONGODB_URI": "mongodb://127.0.0.1:1/?replicaSet=rs0"}, "MONGODB_URI: 127.0.0.1:1"),
        ({"MONGODB_URI": "mongodb://someone:se@cret@db/"}, "MONGODB_URI: Username and password"),
        ({"MONGODB_URI": "mongodb://db:port/"}, "MONGODB_URI: Port"),
        ({"NATS_URL": "nats://someone:secret@127.0.0.1:1"}, "NATS_URL: no NATS server answers there"),
        ({"NATS_URL": "nats://bus:port"}, "NATS_URL: no NATS server answers there"),
    ],
)
def test_a_given_server_that_does_not_answer_is_named_without_its_password(
    servers: dict[str, str], said: str
) -> None:
    with pytest.raises(BadUse) as caught:
        given.ask(servers, patience=0.5)
    assert str(caught.value).startswith(said)
    assert "cret" not in str(caught.value)
    assert "\n" not in str(caught.value)
