"""What can be told of a mail at the door, without reading it."""

import time

import pytest

from services.intake.domain.outline import (
    DEEPEST,
    DEPTH,
    HEAD,
    HOPS,
    LARGEST_HEAD,
    MOST_HOPS,
    MOST_PARTS,
    PARTS,
    refusal,
)


def _nested(depth: int) -> bytes:
    opening = b"".join(
        b'Content-Type: multipart/mixed;\r\n\tboundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
        for level in range(depth)
    )
    return b"Subject: Deep\r\n" + opening + b"Content-Type: text/plain\r\n\r\nbottom\r\n"


def _parts(count: int) -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=b\n\n"
    return head + b"--b\n\nx\n" * count + b"--b--\n"


def _within_each_other(count: int) -> bytes:
    return b"Content-Type: message/rfc822\r\n\r\n" * count + b"Subject: innermost\r\n\r\nx\r\n"


@pytest.mark.parametrize(
    ("allowed", "refused", "reason"),
    [
        (_nested(DEEPEST), _nested(DEEPEST + 1), DEPTH),
        (_within_each_other(DEEPEST), _within_each_other(DEEPEST + 1), DEPTH),
        (b"Received: x\r\n" * MOST_HOPS + b"\r\n", b"received: x\n" * (MOST_HOPS + 1) + b"\n", HOPS),
        (_parts(MOST_PARTS), _parts(MOST_PARTS + 1), PARTS),
        (
            b"A: " + b"x" * (LARGEST_HEAD - 7) + b"\r\n\r\nbody",
            b"A: " + b"x" * (LARGEST_HEAD - 6) + b"\r\n\r\nbody",
            HEAD,
        ),
    ],
)
def test_each_limit_is_reached_and_not_crossed(allowed: bytes, refused: bytes, reason: str):
    assert (refusal(allowed), refusal(refused)) == ("", reason)


def test_siblings_are_no_deeper_than_each_other():
    inner = b"--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\n\r\na\r\n--i--\r\n"
    assert refusal(b"Content-Type: multipart/mixed; boundary=o\r\n\r\n" + inner * 60 + b"--o--\r\n") == ""


def test_dashes_in_a_letter_are_no_parts():
    assert refusal(b"Subject: list\r\n\r\n" + b"-- \r\n--------\r\n--x\r\n" * 5_000) == ""


@pytest.mark.parametrize("raw", [b"", b"\n", b"\r\n", b"--\n", b"\n--\n--", b"Content-Type: multipart/mixed"])
def test_what_is_hardly_a_mail_is_not_refused_here(raw: bytes):
    assert refusal(raw) == ""


@pytest.mark.parametrize(
    "body",
    [
        b"--\n" * 3_000_000,
        b"x\n" * 5_000_000,
        (b"--b\nContent-Type: multipart/x" + b"; boundary" * 6_000) * 90,
    ],
    ids=["dashes", "lines", "boundaries"],
)
def test_however_it_was_made_looking_takes_no_longer_than_reading_it_through(body: bytes):
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n" + body
    began = time.process_time()
    for _ in range(20):
        raw.count(b"\n-")
    through = time.process_time() - began
    began = time.process_time()
    refusal(raw)
    assert time.process_time() - began < 20 * through + 0.5
