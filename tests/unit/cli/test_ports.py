"""Which port is whose."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from cli.errors import BadUse
from cli.ports import INTERNAL, USUAL, Ports, is_free, reserve


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_every_name_gets_a_port_and_no_two_the_same() -> None:
    chosen = Ports({}).choose(dict.fromkeys(USUAL, 0))
    assert set(chosen) == {*USUAL, *INTERNAL}
    assert len(set(chosen.values())) == len(chosen)


def test_a_remembered_port_is_kept() -> None:
    before = Ports({}).choose(dict.fromkeys(USUAL, 0))
    assert Ports(before).choose(dict.fromkeys(USUAL, 0)) == before


def test_live_streams_move_along_with_the_web() -> None:
    before = Ports({}).choose(dict.fromkeys(USUAL, 0))
    asked = next(port for port in iter(free, None) if is_free(port + 1))
    after = Ports(before).choose({**dict.fromkeys(USUAL, 0), "http": asked})
    assert (after["http"], after["live"]) == (asked, asked + 1)


def test_a_port_named_by_the_person_wins_over_the_remembered_one() -> None:
    asked = free()
    assert Ports({"http": 20_001}).choose({"http": asked})["http"] == asked


def test_a_busy_port_named_by_the_person_is_refused(busy: int) -> None:
    with pytest.raises(BadUse, match=f"port {busy} .http. is already in use"):
        Ports({}).choose({"http": busy})


def test_one_port_cannot_be_named_twice() -> None:
    asked = free()
    with pytest.raises(BadUse):
        Ports({}).choose({"http": asked, "smtp": asked})


def test_a_busy_remembered_port_gives_way(busy: int) -> None:
    assert Ports({"nats": busy}).choose({"http": 0})["nats"] != busy


def test_live_streams_answer_beside_the_web_where_they_can(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.ports.is_free", lambda _port: True)
    monkeypatch.setattr("cli.ports.reserve", lambda _port: True)
    chosen = Ports({}).choose({"http": 0, "live": 0})
    assert chosen["live"] == chosen["http"] + 1


def test_a_person_who_names_the_last_port_still_gets_a_live_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.ports.reserve", lambda _port: True)
    assert Ports({}).choose({"http": 65_535, "live": 0})["live"] not in (65_535, 65_536)


def test_what_another_start_has_chosen_is_left_to_it_though_nobody_listens_yet() -> None:
    chosen = "from cli.ports import Ports; print(Ports({}).choose({'http': 0})['nats'], flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", chosen], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None and other.stdout is not None
        port = int(other.stdout.readline())
        assert is_free(port) and not reserve(port)
        assert Ports({"nats": port}).choose({"http": 0})["nats"] != port
        other.communicate("\n")
    assert reserve(port)
