"""Starting, stopping, starting again: what an operator does with `fairlead`."""

from __future__ import annotations

import secrets
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from chassis import clock
from tests.harness.journey import (
    decided,
    in_the_queue,
    incident_titled,
    opened_for,
    timed_on_its_contract,
)
from tests.harness.platform import ROOT, SERVICES, Platform, letter
from tests.harness.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

SAM, DESK = "sam.okafor@acme.example", "support@acme.northstar.example"
# Measured right after some work was done, beside the platforms of other tests: what they share is cheaper then, so a platform
# that is alone takes some more (`make bench BENCH_ARGS=memory`).
MANY_MIB, ONE_MIB = 600, 300


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """An installation that these tests may start and stop; it is up when a test gets it, and when it gives it back."""
    own = Platform(tmp_path_factory.mktemp("own") / "data").up()
    yield own
    own.down()


def test_what_up_prints_says_where_everything_is(own: Platform) -> None:
    document = own.document
    assert set(document["services"]) == set(SERVICES)
    for entry in document["services"].values():
        host, _, port = entry["address"].partition(":")
        assert host == "127.0.0.1"
        assert int(port) > 0
        assert psutil.pid_exists(entry["pid"])
    assert document["http_base_url"].startswith("http://localhost:")
    assert document["smtp"]["port"] != document["lmtp"]["port"]
    assert document["api_client"]["client_id"].startswith("cli_")
    assert document["api_client"]["client_secret"]
    assert document["seconds_to_ready"] > 0
    found = own.status()
    assert (found["running"], found["ready"]) == (True, True)
    assert own.fairlead("status").returncode == 0


def test_a_second_start_finds_the_data_and_the_secrets_of_the_first(own: Platform) -> None:
    before = own.document
    opened = opened_for(own, "acme", SAM, f"Before the night {secrets.token_hex(4)}")
    own.mailbox.wait_for(SAM, opened["number"])
    own.down()
    own.up()
    print(f"ready on existing data after {own.document['seconds_to_ready']} s")
    # The token and the mails of yesterday, at the address of yesterday.
    assert own.base_url == before["http_base_url"]
    assert own.document["api_clients"] == before["api_clients"]
    assert own.api.read(f"/incidents/{opened['incident_id']}")["title"] == opened["title"]
    assert own.mailbox.list(SAM, opened["number"])
    theirs = own.api_of("acme")
    assert theirs.read(f"/incidents/{opened['number']}")["incident_id"] == opened["incident_id"]
    theirs.close()
    goes_all_the_way(own)
    # The seed makes what is missing, and nothing was.
    names = [one["name"] for one in own.api.all_of("/tenants", "tenants")]
    assert sorted(names) == ["Acme Logistics", "Clinique Boréal", "Lumen Legal", "Soleil Énergie"]


def test_what_is_owed_is_agreed_with_each_client(own: Platform) -> None:
    contracts = own.api.read("/contracts")["contracts"]
    terms = [own.api.read(f"/contracts/{one['contract_id']}/credit-terms") for one in contracts]
    assert sorted(one["currency"] for one in terms) == ["CAD", "EUR", "GBP", "GBP", "USD"]
    acme = next(one for one in contracts if one["name"] == "Acme Gold")
    asked = {
        "tenant_id": acme["tenant_id"],
        "contract_id": acme["contract_id"],
        "period": f"{clock.now():%Y-%m}",
    }
    drafted = own.api.do("/statements", asked)["statement_id"]
    # Of the month that goes on, too: what is owed by now stands on its draft.
    wait_until(
        lambda: own.api.read(f"/statements/{drafted}").get("currency") == "GBP",
        30,
        0.2,
        "a draft with credits",
    )


def test_two_installations_live_side_by_side(own: Platform, platform: Platform) -> None:
    assert own.base_url != platform.base_url
    title = f"Only here {secrets.token_hex(4)}"
    opened_for(own, "acme", SAM, title)
    assert not any(one["title"] == title for one in platform.api.all_incidents())
    # A secret of one opens nothing at the other.
    stranger = platform.api.http.post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(own.document["api_client"]["client_id"], own.document["api_client"]["client_secret"]),
    )
    assert stranger.status_code == 401


def test_an_installation_that_runs_is_not_started_twice(own: Platform) -> None:
    again = own.fairlead("up", "--detach", "--http-port", "0", "--smtp-port", "0")
    assert again.returncode == 2
    assert "already running" in again.stderr
    assert own.status()["ready"]


def test_a_busy_port_is_named(own: Platform, tmp_path: Any) -> None:
    port = own.base_url.rpartition(":")[2]
    done = Platform(tmp_path / "data").fairlead("up", "--detach", "--http-port", port)
    assert done.returncode == 2
    assert done.stderr == f"fairlead: port {port} (http) is already in use\n"


def test_memory_stays_within_what_was_promised(own: Platform) -> None:
    goes_all_the_way(own)
    memory = own.status()["memory_mib"]
    print(f"a process for each service: {memory} MiB")
    assert memory < MANY_MIB


def test_down_leaves_no_process_and_no_port(own: Platform) -> None:
    processes = own.processes()
    assert len(processes) >= 12  # eight services, two servers, the mail catcher, the supervisor
    own.down()
    assert [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
    assert own.status() == {"running": False, "ready": False, "data_dir": str(own.data_dir)}
    assert own.fairlead("status").returncode == 1
    # Stopping what is stopped is no mistake.
    assert own.fairlead("down").returncode == 0
    own.up()


def test_ctrl_c_stops_everything_that_runs_in_the_foreground(own: Platform) -> None:
    own.down()
    shown = (own.data_dir / "shown.txt").open("w+")
    running = subprocess.Popen(
        own.command("up", "--http-port", "0", "--smtp-port", "0"),
        cwd=ROOT,
        env=own.environment,
        stdout=shown,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    said = own.data_dir / "shown.txt"
    wait_until(
        lambda: "Fairlead is ready" in said.read_text() or running.poll() is not None, 60, 0.1, "it to start"
    )
    processes = own.processes()
    assert len(processes) >= 12
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=40) in (0, 130)
    assert [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
    text = said.read_text()
    shown.close()
    assert "northern-lights-2026" in text  # the demonstration's logins
    assert f"{own.base_url}/t/acme/" in text
    assert "Traceback" not in text
    own.up()


def test_a_killed_supervisor_takes_everything_along_and_the_next_start_is_clean(own: Platform) -> None:
    opened = opened_for(own, "acme", SAM, f"Before the crash {secrets.token_hex(4)}")
    processes = own.processes()
    psutil.Process(own.running()["supervisor"]["pid"]).kill()
    _, alive = psutil.wait_procs(processes, timeout=20)
    assert alive == []
    assert own.status()["running"] is False
    own.up()
    assert own.api.read(f"/incidents/{opened['incident_id']}")["number"] == opened["number"]
    goes_all_the_way(own)


def test_all_services_in_one_process_do_the_same_work(tmp_path_factory: pytest.TempPathFactory) -> None:
    one = Platform(tmp_path_factory.mktemp("one") / "data", "--layout", "one").up()
    try:
        pids = {one.pid(name) for name in SERVICES}
        assert len(pids) == 1
        goes_all_the_way(one)
        toured = one.fairlead("tour")
        assert toured.returncode == 0, toured.stdout
        memory = one.status()["memory_mib"]
        print(f"one process for all services: {memory} MiB")
        assert memory < ONE_MIB
        # It crashes and comes back as a whole.
        opened = opened_for(one, "acme", SAM, f"Before it fell {secrets.token_hex(4)}")
        one.kill_and_wait("incidents")
        one.wait_ready()
        assert one.api.read(f"/incidents/{opened['incident_id']}")["number"] == opened["number"]
        goes_all_the_way(one)
        processes = one.processes()
    finally:
        one.down()
    assert [left for left in processes if left.is_running() and left.status() != psutil.STATUS_ZOMBIE] == []
    again = one.up()
    print(f"one process, ready on existing data after {again.document['seconds_to_ready']} s")
    again.down()


def goes_all_the_way(platform: Platform) -> None:
    """A call and a mail, each to the row in the queue; of the call also the mail that went out."""
    title = f"All the way {secrets.token_hex(4)}"
    opened = opened_for(platform, "acme", SAM, title)
    platform.send(letter(SAM, DESK, f"{title} by mail", "Words.\n"))
    incident = decided(platform, opened["incident_id"])
    timed_on_its_contract(platform, incident, "Acme Gold")
    in_the_queue(platform, incident)
    platform.mailbox.wait_for(SAM, incident["number"])
    in_the_queue(platform, decided(platform, incident_titled(platform, f"{title} by mail")["incident_id"]))
