"""The reading child: killed, starved, and replaced."""

import os
import signal
from collections.abc import Iterator

import pytest

from services.intake.clients import reader
from services.intake.clients.reader import ReaderPool

LETTER = b"From: jane@acme.example\r\nSubject: Printer\r\n\r\nIt burns.\r\n"


@pytest.fixture
def pool() -> Iterator[ReaderPool]:
    started = ReaderPool(processes=1, wall_seconds=5)
    yield started
    started.stop()


def test_mail_is_read_in_order(pool: ReaderPool):
    raws = [LETTER.replace(b"Printer", f"nr {number}".encode()) for number in range(20)]
    assert [one.mail.subject for one in pool.read(raws) if one] == [f"nr {number}" for number in range(20)]
    assert pool.read([LETTER])[0].head == LETTER.index(b"\r\n\r\n")


def test_a_child_that_died_between_two_mails_is_replaced_without_a_trace(pool: ReaderPool):
    pool.read([LETTER])
    os.kill(pool._children[0]._process.pid, signal.SIGKILL)
    assert pool.read([LETTER])[0] is not None


def test_a_mail_that_takes_too_much_processor_time_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path):
    busy = _command_for(monkeypatch, tmp_path, "while True: pass")
    pool = ReaderPool(processes=1, cpu_seconds=1, wall_seconds=20)
    assert pool.read([busy, LETTER]) == [None, None]
    pool.stop()


def test_a_mail_that_hangs_is_given_up_after_the_wall_time(monkeypatch: pytest.MonkeyPatch, tmp_path):
    hangs = _command_for(monkeypatch, tmp_path, "time.sleep(60)")
    pool = ReaderPool(processes=1, wall_seconds=0.5)
    assert pool.read([hangs]) == [None]
    pool.stop()


def test_a_mail_that_takes_too_much_memory_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path):
    hungry = _command_for(monkeypatch, tmp_path, "x = bytearray(1 << 30)")
    pool = ReaderPool(processes=1)
    assert pool.read([hungry]) == [None]
    pool.stop()


def _command_for(monkeypatch: pytest.MonkeyPatch, tmp_path, deed: str) -> bytes:
    """A child like ours, but for what it does with a mail."""
    (tmp_path / "misread.py").write_text(
        "import sys, time\n"
        "from services.intake.clients import reader_child\n"
        "def answer(raw, dmarc):\n"
        f"    {deed}\n"
        "reader_child._answer = answer\n"
        "reader_child.main(sys.argv[1:])\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(reader, "_CHILD", "misread")
    return LETTER


def test_what_came_with_a_mail_is_taken_out_of_it_between_other_mails(pool: ReaderPool):
    body = (
        b"From: jane@acme.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nSee\r\n"
        b'--x\r\nContent-Type: image/png; name="a.png"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--x--\r\n'
    )
    for _ in range(2):
        found = pool.attached(body)
        assert [(one.filename, one.content_type, one.content) for one in found or ()] == [
            ("a.png", "image/png", b"\x89PNG")
        ]
        assert pool.read([LETTER])[0].mail.subject == "Printer"
    assert pool.attached(LETTER) == []
