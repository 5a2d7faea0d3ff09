"""`fairlead intake pipe`, as a mail server runs it: what its exit code makes the mail server do."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from services.intake.consumers import MailListener
from tests.harness.servers import free_port

LETTER = b"From sam@b.example Mon Mar  3 10:00:00 2025\nFrom: sam@b.example\nSubject: x\n\n.dotted\nlast"
DESK = ("--recipient", "support@acme.example")


class House:
    """Knows one mailbox."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, tuple[str, ...], bytes]] = []
        self.away = False

    def receive(self, sender, recipients, raw, *_more) -> "Future[None]":
        done: Future[None] = Future()
        if self.away:
            raise ConnectionError
        self.kept.append((sender, tuple(recipients), raw))
        done.set_result(None)
        return done

    def has_mailbox(self, address: str) -> bool:
        return address.startswith("support")


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[House, str]]:
    house = House()
    listener = MailListener(house.receive, house.has_mailbox, "127.0.0.1", -1, 0, "mx.example", (8, 8))
    listener.start()
    yield house, f"127.0.0.1:{listener.lmtp_port}"
    listener.stop()


@pytest.fixture
def house(running: tuple[House, str]) -> House:
    running[0].kept.clear()
    running[0].away = False
    return running[0]


@pytest.fixture
def lmtp(running: tuple[House, str]) -> str:
    return running[1]


def pipe(*arguments: str, raw: bytes = LETTER, **environment: str) -> int:
    kept = {name: value for name, value in os.environ.items() if name not in ("RECIPIENT", "SENDER")}
    command = [sys.executable, "-m", "cli.main", "intake", "pipe", *arguments]
    done = subprocess.run(
        command, input=raw, env=kept | environment, capture_output=True, timeout=60, check=False
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return done.returncode


def test_a_mail_is_handed_over_as_it_was_sent(house: House, lmtp: str):
    assert pipe("--lmtp", lmtp, "--sender", "sam@b.example", *DESK) == 0
    raw = b"From: sam@b.example\r\nSubject: x\r\n\r\n.dotted\r\nlast\r\n"
    assert house.kept == [("sam@b.example", ("support@acme.example",), raw)]


def test_what_the_environment_says_is_as_good_and_the_null_sender_is_known(house: House, lmtp: str):
    assert pipe("--lmtp", lmtp, RECIPIENT="support+tag@acme.example", SENDER="MAILER-DAEMON") == 0
    assert house.kept[0][:2] == ("", ("support+tag@acme.example",))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--recipient", "who@acme.example"), 67),
        ((), 64),
        (("--recipient", "a b@acme.example"), 64),
        ((*DESK, "--unknown"), 64),
        ((*DESK, "--lmtp", "nowhere"), 64),
        ((*DESK, "--lmtp", f"127.0.0.1:{free_port()}"), 75),
    ],
)
def test_each_failure_has_its_code(house: House, lmtp: str, arguments: tuple[str, ...], code: int):
    assert pipe("--lmtp", lmtp, *arguments) == code
    assert house.kept == []


def test_what_may_pass_and_what_is_refused_are_told_apart(house: House, lmtp: str, tmp_path: Path):
    nested = b"Content-Type: message/rfc822\n\n" * 30 + b"x: y\n\nz\n"
    assert pipe("--lmtp", lmtp, "--sender", "", *DESK, raw=nested) == 65
    house.away = True
    assert pipe("--lmtp", lmtp, "--sender", "", *DESK) == 75
    # An installation that does not run will, some time.
    assert pipe("--data-dir", str(tmp_path), *DESK) == 75
