"""Hostile mail: real ones mutilated, trees grown at random, and shapes that are known to hurt readers.

Each is made from a number alone, so that one that hurt can be made again.
"""

import base64
import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.fuzz.bounces import BOUNCES

CORPUS = Path(__file__).parents[1] / "corpus" / "mail"
_CHARSETS = tuple(
    word
    for line in (
        "utf-8 us-ascii iso-8859-1 windows-1251 koi8-r iso-2022-jp shift_jis gb18030 gb2312 big5 euc-kr utf-7 utf-16",
        "utf-32 hz-gb-2312 x-unknown rot13 idna punycode base64 unicode_escape cp037 undefined windows-1255 8bit",
    )
    for word in line.split()
)
_ENCODINGS = ("7bit", "8bit", "binary", "base64", "quoted-printable", "x-uuencode", "x-yenc", "gzip", "")
_TYPES = tuple(
    word
    for line in (
        "text/plain text/html text/enriched text/calendar multipart/mixed multipart/alternative multipart/related",
        "multipart/signed multipart/digest multipart/report multipart/appledouble message/rfc822 message/partial",
        "message/delivery-status message/external-body application/ms-tnef application/octet-stream image/png",
        "text multipart/ / TEXT/PLAIN",
    )
    for word in line.split()
)
_FIELDS = tuple(
    word
    for line in (
        "From To Cc Subject Date Message-ID References In-Reply-To Reply-To Content-Disposition Content-ID",
        "Auto-Submitted Return-Path X-Failed-Recipients Sender",
    )
    for word in line.split()
)
TOKENS = (
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"\x1b$B",
        b"\x1b(B",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"=?utf-8?B?",
        b"=?utf-8?Q?",
    ),
    *(
        b"?=",
        b"=?",
        b"<",
        b">",
        b'"',
        b"(",
        b")",
        b";",
        b":",
        b"=",
        b"==",
        b"=\r\n",
        b"\\",
        b"@",
        b",",
        b"--",
        b" ",
    ),
    *(
        b"\r\n\r\n",
        b"\r\n\t",
        b"\r\n ",
        b"begin 644 x\r\n",
        b"=ybegin line=1 size=1 name=x\r\n",
        b"end\r\n",
        b"~{",
    ),
    *(
        b"<div>",
        b"</blockquote>",
        b"<!--",
        b"<style>",
        b"&#55357;",
        b"cid:",
        b"\xed\xa0\xbd",
        b"+AAA-",
        b"\xe2\x80\xae",
    ),
    *(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", b"Content-Type: message/rfc822\r\n\r\n"),
    *(
        b"Content-Transfer-Encoding: base64\r\n",
        b"charset=utf-16",
        b"filename*0*=utf-8''%F0%9F",
        b"Status: 5.1.1\r\n",
    ),
)


def mail(number: int) -> bytes:
    """The hostile mail of this number."""
    dice = random.Random(number)
    kind = dice.random()
    if kind < 0.6:
        return _mutilated(dice)
    if kind < 0.98:
        return _grown(dice, 0)
    return dice.choice(SHAPES)(dice)


@cache
def real_mails() -> tuple[bytes, ...]:
    """Those of the corpus."""
    listed = [
        json.loads(line.rstrip(",")) for line in (CORPUS / "expected.json").read_text().splitlines()[1:-1]
    ]
    return tuple((CORPUS / one["file"]).read_bytes() for one in listed)


def _mutilated(dice: random.Random) -> bytes:
    """A real mail with pieces cut, doubled, swapped, planted, and mixed with those of another."""
    raw = bytearray(dice.choice(BOUNCES if dice.random() < 0.2 else real_mails()))
    for _ in range(dice.choice((1, 1, 2, 4, 8, 20))):
        at = dice.randrange(len(raw) + 1)
        to = min(at + dice.choice((1, 3, 20, 200, 2_000)), len(raw))
        how = dice.randrange(8)
        if how == 0:
            del raw[at:to]
        elif how == 1:
            raw[at:at] = raw[at:to] * dice.choice((1, 2, 5, 30))
        elif how == 2:
            raw[at:at] = dice.choice(TOKENS) * dice.choice((1, 1, 2, 10, 100))
        elif how == 3:
            raw[at:to] = dice.randbytes(min(to - at, 50))
        elif how == 4 and at < len(raw):
            raw[at] ^= 1 << dice.randrange(8)
        elif how == 5:
            other = dice.choice(real_mails())
            begin = dice.randrange(len(other))
            raw[at:to] = other[begin : begin + dice.choice((10, 100, 1_000))]
        elif how == 6:
            old, new = dice.choice(_CHARSETS).encode(), dice.choice(_CHARSETS).encode()
            raw = raw.replace(old, new)
        else:
            raw = raw[: max(at, len(raw) // 2)]
    return bytes(raw)


def _grown(dice: random.Random, depth: int) -> bytes:
    """An entity with fields at random, and below it others."""
    content_type = dice.choice(_TYPES)
    boundary = dice.choice((b"b", b"b%d" % depth, b"", b"=_x y", b"-" * 70, b"b" * 300))
    head = [
        b"Content-Type: " + content_type.encode() + b'; charset="' + dice.choice(_CHARSETS).encode() + b'"',
        b"Content-Transfer-Encoding: " + dice.choice(_ENCODINGS).encode(),
    ]
    if content_type.startswith("multipart"):
        head[0] += b'; boundary="' + boundary + b'"'
    for _ in range(dice.randrange(6)):
        head.append(_field(dice))
    dice.shuffle(head)
    ending = dice.choice((b"\r\n", b"\r\n", b"\n"))
    return ending.join([*head, b"", _body(dice, content_type, boundary, depth, ending)])


def _field(dice: random.Random) -> bytes:
    name = dice.choice(_FIELDS).encode()
    value = dice.choice(
        (
            b"Jane <jane@acme.example>, (x) bob@b.example", b"=?utf-8?B?w6k=?= <a@[1.2.3.4]>", b"<>", b"", b'"', b"a@b@c",
            b'attachment; filename="../../a\xe2\x80\xae.exe"', b"inline; filename*0*=x'y'%ff; filename*1=z",
            b"Mon, 31 Feb 99999 25:61:61 +9999", b"3 Mar 25 10:00 EST", b"auto-replied", b"=?iso-2022-jp?B?GyRC?=",
            b"<a@b> <c@d>", b"group: a@b.example;", b"x\r\n\ty\r\n z",
        )
    )  # fmt: skip
    return name + b": " + value + (dice.choice(TOKENS) * dice.randrange(3))


def _body(dice: random.Random, content_type: str, boundary: bytes, depth: int, ending: bytes) -> bytes:
    if content_type.startswith("multipart") and depth < 8:
        parts = [b"--" + boundary + ending + _grown(dice, depth + 1) for _ in range(dice.randrange(4))]
        closing = b"--" + boundary + b"--" if dice.random() < 0.7 else b""
        return ending.join([b"preamble", *parts, closing, b"epilogue"])
    if content_type == "message/rfc822" and depth < 8:
        inner = _grown(dice, depth + 1)
        return base64.encodebytes(inner) if dice.random() < 0.2 else inner
    words = [dice.choice((*TOKENS, b"word", "слово".encode("koi8-r"), "言葉".encode(), b">", b"On 1 wrote:"))]
    words += [
        dice.choice(TOKENS) if dice.random() < 0.3 else dice.randbytes(dice.randrange(30)) for _ in range(20)
    ]
    raw = dice.choice((b" ", b"\r\n", b"")).join(words)
    return base64.encodebytes(raw) if dice.random() < 0.3 else raw


def _nested(count: int) -> bytes:
    return b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(count)
    )


def _many_parts(dice: random.Random) -> bytes:
    part = dice.choice((b"\r\n\r\na\r\n", b"\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny\r\n"))
    return b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + (b"--x" + part) * 10_000


def _html_bomb(dice: random.Random) -> bytes:
    tag = dice.choice(
        (b"<div>", b"<b><p></b>", b"<table><tr>", b"<font a=1><p>", b"<!--", b"<a href='", b"<", b"&amp")
    )
    return b"Content-Type: text/html; charset=utf-8\r\n\r\n" + tag * (2_000_000 // len(tag))


def _long_field(dice: random.Random) -> bytes:
    name = dice.choice((b"Subject", b"From", b"To", b"References", b"Date", b"Content-Type", b"Message-ID"))
    unit = dice.choice(
        (b"a", b"=?utf-8?Q?a?= ", b'"', b"(", b"<a@b>", b"@", b"; a=b", b"\r\n x", b"=?a?q?b?c", b"\xd0")
    )
    return name + b": " + unit * (1_000_000 // len(unit)) + b"\r\n\r\nx"


SHAPES: tuple[Callable[[random.Random], bytes], ...] = (
    _many_parts,
    _html_bomb,
    _long_field,
    lambda dice: _nested(500) + b"\r\nx",
    lambda dice: b"Content-Type: message/rfc822\r\n\r\n" * 500 + b"x",
    lambda dice: _nested(18) + b"z" * 10_000_000,
    lambda dice: b"X: y\r\n" * 200_000 + b"\r\nx",
    lambda dice: b"Content-Transfer-Encoding: base64\r\n\r\n" + dice.choice((b"=A", b"AAAA", b"A\n")) * 4_000_000,
    lambda dice: b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + dice.choice((b"==", b" \n", b"=41")) * 3_000_000,
    lambda dice: b"\r\n" + dice.choice((b"begin 644 a\n", b"=ybegin line=1 size=2 name=a\n=", b"begin 644 a\n#0V%T\nend\n")) * 100_000,
    lambda dice: b"\r\n" + dice.choice((b"On 1 Jan, x@y.z wrote:\n> a\n", b"From: a\nSent: b\n", b"> > >\n")) * 100_000,
    lambda dice: b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + dice.choice((b"\x1b$B", b"\x1b$B-!\n")) * 1_000_000,
    lambda dice: b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22\1\0" + b"\2\2\x90\6\0\0\0\0\0\0\0" * 500_000,
)  # fmt: skip
