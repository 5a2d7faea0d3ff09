"""`fairlead up` on real servers: it comes up, mends itself, and goes without leaving anything."""

import json
import os
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from tests.component.cli.conftest import Platform, platform_of
from tests.harness.waiting import wait_until

SERVICES = {"directory", "intake", "incidents", "triage", "sla", "knowledge", "notify", "gateway"}


@pytest.fixture(scope="module")
def shared(
    tmp_path_factory: pytest.TempPathFactory, fakes: Path
) -> Iterator[tuple[Platform, dict[str, Any]]]:
    """One that runs, and what `up` printed, for tests that leave it running."""
    with platform_of(tmp_path_factory.mktemp("shared") / "data", fakes) as platform:
        yield platform, platform.up()


def test_detached_it_prints_one_object_once_everything_answers(platform: Platform) -> None:
    document = platform.up()
    assert set(document["services"]) == SERVICES
    assert all(entry["ready"] and entry["pid"] for entry in document["services"].values())
    with urllib.request.urlopen(document["http_base_url"] + "/healthz", timeout=5) as answer:
        assert answer.status == 200
    with MongoClient(document["mongod"]["uri"]) as client:
        assert client.admin.command("hello")["isWritablePrimary"]
    assert document["memory_mib"] > 0
    assert document["seconds_to_ready"] > 0
    assert platform.status()["ready"]


def test_down_leaves_no_process_and_a_second_start_keeps_addresses_and_data(platform: Platform) -> None:
    first = platform.up()
    with MongoClient(first["mongod"]["uri"]) as client:
        client["kept"]["things"].insert_one({"_id": "a"})
    assert platform.run("down").returncode == 0
    assert platform.processes() == []

    second = platform.up()
    assert second["mongod"]["address"] == first["mongod"]["address"]
    assert second["http_base_url"] == first["http_base_url"]
    with MongoClient(second["mongod"]["uri"]) as client:
        assert client["kept"]["things"].find_one({"_id": "a"})


@pytest.mark.faults
@pytest.mark.parametrize("victim", ["mongod", "nats", "mail_catcher", "triage", "gateway"])
def test_a_killed_child_is_back_at_its_address_with_another_process(
    shared: tuple[Platform, dict[str, Any]], victim: str
) -> None:
    platform, document = shared
    wait_until(lambda: platform.status()["ready"], timeout=30, what="everybody to be well again")
    before = document["services"].get(victim) or document[victim]
    os.kill(before["pid"], signal.SIGKILL)

    def after() -> dict:
        found = platform.status()
        entry = found["services"].get(victim) or found[victim]
        return entry if entry["ready"] and entry["pid"] not in (0, before["pid"]) else {}

    entry = wait_until(after, timeout=30, what=f"{victim} to be back")
    assert entry.get("address") == before.get("address")
    assert entry["restarts"] == 1


@pytest.mark.faults
def test_when_the_cradle_is_killed_every_service_is_back(platform: Platform) -> None:
    document = platform.up()
    os.kill(document["supervisor"]["cradle_pid"], signal.SIGKILL)
    before = {name: entry["pid"] for name, entry in document["services"].items()}

    def all_new() -> bool:
        found = platform.status()
        return found["ready"] and all(found["services"][name]["pid"] != pid for name, pid in before.items())

    wait_until(all_new, timeout=40, what="eight new processes")
    assert platform.run("down").returncode == 0
    assert platform.processes() == []


@pytest.mark.faults
def test_a_killed_supervisor_takes_its_children_along(platform: Platform) -> None:
    document = platform.up()
    os.kill(document["supervisor"]["pid"], signal.SIGKILL)
    wait_until(lambda: not platform.processes(), timeout=30, what="every child to end")
    assert platform.up()["ready"]


def test_two_installations_run_side_by_side(platform: Platform, tmp_path: Path, fakes: Path) -> None:
    other = Platform(tmp_path / "other", fakes)
    try:
        one, two = platform.up(), other.up()
        assert one["http_base_url"] != two["http_base_url"]
        assert one["mongod"]["address"] != two["mongod"]["address"]
        assert other.run("down").returncode == 0
        assert platform.status()["ready"]
    finally:
        other.run("down")


def test_servers_given_in_the_environment_are_used_and_left_alone(
    platform: Platform, tmp_path: Path, fakes: Path
) -> None:
    lender = platform.up()
    borrower = Platform(tmp_path / "borrower", fakes)
    borrower.environment |= {"MONGODB_URI": lender["mongod"]["uri"], "NATS_URL": lender["nats"]["url"]}
    try:
        document = borrower.up()
        assert document["mongod"]["pid"] is None
        assert document["mongod"]["uri"] == lender["mongod"]["uri"]
        assert borrower.run("down").returncode == 0
        assert platform.status()["ready"]
    finally:
        borrower.run("down")


def test_given_servers_that_are_not_there_are_named_at_once_and_nothing_is_left_running(
    tmp_path: Path, fakes: Path
) -> None:
    borrower = Platform(tmp_path / "borrower", fakes)
    for name, wrong in (("MONGODB_URI", "mongodb://h:x/"), ("NATS_URL", "nats://h:x")):
        done = Platform(borrower.data_dir, fakes, {name: wrong}).run("up", "--detach", "--http-port", "0")
        assert done.returncode == 2
        assert done.stderr.startswith(f"fairlead: {name}: ")
        assert len(done.stderr.splitlines()) == 1
        assert borrower.processes() == []


def test_a_second_up_in_the_same_place_says_so(shared: tuple[Platform, dict[str, Any]]) -> None:
    platform, _ = shared
    for extra in ([], ["--detach"]):
        done = platform.run("up", *extra)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
        assert "already running" in done.stderr


def test_a_busy_port_is_named_and_nothing_is_left_running(
    shared: tuple[Platform, dict[str, Any]], tmp_path: Path, fakes: Path
) -> None:
    port = shared[1]["http_base_url"].rpartition(":")[2]
    other = Platform(tmp_path / "other", fakes)
    done = other.run("up", "--detach", "--http-port", port)
    assert done.returncode == 2
    assert done.stderr == f"fairlead: port {port} (http) is already in use\n"
    assert other.processes() == []


def test_a_service_that_cannot_start_is_named_with_its_last_words(platform: Platform, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    from tests.component.cli.fake_services import write_fake_services

    write_fake_services(broken)
    (broken / "services" / "sla" / "main.py").write_text("raise SystemExit('no calendar')")
    platform.environment["PYTHONPATH"] = str(broken)
    done = platform.run("up", "--detach", "--no-seed", "--http-port", "0", "--timeout", "60")
    assert done.returncode == 1
    assert "sla" in done.stderr
    assert "no calendar" in done.stderr
    assert platform.processes() == []


def test_status_of_a_stopped_installation_is_honest(platform: Platform) -> None:
    platform.up()
    platform.run("down")
    done = platform.run("status", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["running"] is False
