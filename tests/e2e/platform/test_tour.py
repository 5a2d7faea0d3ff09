"""`fairlead tour`: it says that all is well only when all of it truly happened."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.harness.platform import SERVICES, Platform
from tests.harness.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.faults]

# Short, so that eight services can be missed one after the other; long enough for whoever is well, on a busy machine.
PATIENCE = "4"
# The step at which each channel's story ends when a service hangs.
MISSING = {
    # Whoever asked it lately remembers its answer for a while, so the call may or may not be taken.
    "directory": ("Email: client (directory)", "Portal form: submitted", "API call: "),
    "intake": (
        "Email: submitted (intake)",
        "Portal form: submitted (intake)",
        "API call: submitted (intake)",
    ),
    "incidents": ("Email: incident (incidents)", "Portal form: ", "API call: "),
    "triage": ("Email: classified (triage)", "Portal form: classified", "API call: classified (triage)"),
    "sla": ("Email: due times (sla)", "Portal form: due times (sla)", "API call: due times (sla)"),
    "knowledge": ("Email: article (knowledge)", "Portal form: article", "API call: article (knowledge)"),
    "notify": ("Email: mail (notify)", "Portal form: mail (notify)", "API call: mail (notify)"),
    "gateway": ("Email: client", "Portal form: submitted", "API call: submitted"),
}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """One of these tests' own, with a process for each service, so that one alone can hang."""
    own = Platform(tmp_path_factory.mktemp("tour") / "data").up()
    yield own
    own.down()


def tour(platform: Platform, *options: str) -> subprocess.CompletedProcess[str]:
    return platform.fairlead("tour", *options, timeout=90)


@contextmanager
def hung(platform: Platform, service: str) -> Iterator[None]:
    """The service's process stopped as a debugger would: its sockets are there, and nothing comes out."""
    pid = platform.pid(service)
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
        platform.wait_ready(service)


def test_on_a_healthy_platform_it_shows_everything_and_the_mail(platform: Platform) -> None:
    platform.wait_ready()
    done = tour(platform)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = done.stdout
    for client, prefix in (
        ("Clinique Boréal", "BOREAL"),
        ("Acme Logistics", "ACME"),
        ("Soleil Énergie", "SOLEIL"),
    ):
        assert f"for {client}" in shown
        number = re.search(rf"incident +({prefix}-\d+)", shown)
        assert number, f"no incident of {client}"
        assert f"[{number[1]}]" in shown, "the mail that went out"
        assert platform.mailbox.list(subject=number[1])
    assert shown.count("✓") == 27
    assert "Rule “" in shown
    assert re.search(r"first response \w{3} \d\d:\d\d, resolution \w{3} \d\d:\d\d", shown)
    assert "All of it happened" in shown


def test_it_fits_a_terminal_of_eighty_columns(platform: Platform) -> None:
    shown = tour(platform).stdout
    framed = [line for line in shown.splitlines() if line.startswith(("│", "╭", "╰"))]
    assert framed
    assert {columns(line) for line in framed} == {80}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("service", SERVICES)
def test_with_a_service_stopped_it_names_what_is_missing(platform: Platform, service: str) -> None:
    with hung(platform, service):
        done = tour(platform, "--patience", PATIENCE)
    print(done.stdout)
    assert done.returncode == 1, done.stdout
    said = [
        line.removeprefix("missing").strip()
        for line in done.stdout.splitlines()
        if line.startswith("missing")
    ]
    for expected in MISSING[service]:
        assert any(line.startswith(expected) for line in said), f"{expected!r} is not said in {said}"
    assert f"not answering  {service}" in done.stdout
    assert "All of it happened" not in done.stdout


def test_a_hung_service_goes_on_where_it_was(platform: Platform) -> None:
    """What came in meanwhile was kept: the queue drains, and the tour is whole again."""
    done = wait_until(
        lambda: (found := tour(platform)).returncode == 0 and found, 60, what="the tour to be whole"
    )
    assert done.stdout.count("✓") == 27


def test_where_nothing_runs_it_says_so_in_one_line(platform: Platform) -> None:
    nowhere = Platform(platform.data_dir.parent / "nowhere")
    done = nowhere.fairlead("tour")
    assert done.returncode == 2
    assert done.stderr.startswith("fairlead: nothing runs in ")
    assert done.stderr.count("\n") == 1


def columns(line: str) -> int:
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in line
    )
