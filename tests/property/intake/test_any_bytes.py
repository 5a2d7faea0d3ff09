"""The normaliser takes anything, and takes its time from the size alone."""

import json
import time

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.intake.domain.mail import NormalizedMail, attached, normalize
from services.intake.domain.mail.html import html_to_text
from services.intake.domain.mail.reply import reply_text

LETTERS = [
    b'From: Jane <jane@acme.example>\r\nTo: a@b.example, "C, D" <c@d.example>\r\n'
    b"Subject: =?utf-8?Q?Caf=C3=A9?= =?iso-8859-1?B?6Q==?=\r\nMessage-ID: <1@x>\r\nReferences: <a@b> <c@d>\r\n"
    b'Date: Mon, 3 Mar 2025 10:00:00 +0100\r\nContent-Type: multipart/mixed; boundary="b1"\r\n\r\n'
    b"--b1\r\nContent-Type: text/html; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"<p>It=92s <b>on</b> fire<blockquote>old</blockquote>\r\n--b1\r\nContent-Type: application/pdf;\r\n"
    b" name*0*=utf-8''r%C3%A9; name*1=sum.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--b1--\r\n",
    b"From: MAILER-DAEMON@x.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    b"--b\r\n\r\nSorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\n"
    b"Action: failed\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny\r\n--b--\r\n",
    b"Subject: flowed\r\nContent-Type: text/plain; format=flowed; delsp=yes\r\n\r\none \r\nline\r\n\r\n"
    b"On 3 Mar 2025, S <s@x.example> wrote:\r\n> old\r\n-- \r\nJane\r\n",
]
TOKENS = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\0",
        b"=?",
        b"?=",
        b"<",
        b">",
        b'"',
        b"(",
        b"--b1",
        b"--b1--",
        b":",
        b";",
        b"=",
    ),
    *(
        b"Content-Type: multipart/mixed; boundary=b1\r\n\r\n",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"\xff\xfe",
    ),
    *(
        b"Content-Transfer-Encoding: base64\r\n",
        b"charset=utf-7",
        b"begin 644 x\r\n",
        b"<div>",
        b"</blockquote>",
    ),
]


@st.composite
def mutated_letters(draw: st.DrawFn) -> bytes:
    """A real-looking mail with pieces cut, doubled, swapped and planted."""
    raw = bytearray(draw(st.sampled_from(LETTERS)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(raw)))
        to = min(at + draw(st.integers(0, 60)), len(raw))
        how = draw(st.integers(0, 3))
        if how == 0:
            del raw[at:to]
        elif how == 1:
            raw[at:at] = raw[at:to] * draw(st.integers(1, 5))
        elif how == 2:
            raw[at:at] = draw(st.sampled_from(TOKENS)) * draw(st.integers(1, 20))
        else:
            raw[at:to] = draw(st.binary(max_size=40))
    return bytes(raw)


def check(raw: bytes) -> None:
    began = time.process_time()
    mail = normalize(raw)
    # Small inputs in far less than the reading child is given; the bound is for growth, not for speed.
    assert time.process_time() - began < 1.0
    assert NormalizedMail.from_dict(json.loads(json.dumps(mail.to_dict()))) == mail
    json.dumps(mail.to_dict(), ensure_ascii=False).encode()  # can be stored and sent
    assert "\0" not in mail.text
    assert "\n" not in mail.subject
    assert mail.bounce is not None or not mail.is_bounce


@given(st.binary(max_size=2_000))
@example(b"Message-ID: <[\r\n\r\n")
@example(b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n")
@example(b"Content-Type: text/plain; charset=punycode\r\n\r\n\xff")
@example(b"=?=?=?")
@settings(max_examples=300, deadline=None)
def test_any_bytes_can_be_read(raw: bytes):
    check(raw)


@given(mutated_letters())
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_mutilated_mail_can_be_read(raw: bytes):
    check(raw)


@given(st.text(max_size=2_000))
@settings(max_examples=200, deadline=None)
def test_reply_text_is_never_longer_and_never_fails(text: str):
    assert len(reply_text(text)) <= len(text) + text.count("\n") + 2


@given(
    st.lists(
        st.sampled_from(["<div>", "<p>", "</p>", "<!--", "-->", "<a href='", '"', ">", "&amp;", "x", "<"])
    )
)
@settings(max_examples=200, deadline=None)
def test_any_markup_can_be_read(pieces: list[str]):
    html_to_text("".join(pieces))


def test_time_grows_with_size_and_not_faster():
    """Shapes that made other readers quadratic: ten times the size may take some ten times as long, not a hundred."""
    shapes = [
        lambda n: b"Subject: " + b"=?utf-8?q?a?= " * n + b"\r\n\r\n",
        lambda n: b"Subject: x" + b"\r\n a" * n + b"\r\n\r\n",
        lambda n: b"To: " + b"<" * n + b"\r\n\r\n",
        lambda n: b"To: " + b"a" * n + b"@\r\n\r\n",
        lambda n: b"Content-Type: text/html\r\n\r\n" + b"<div>" * n,
        lambda n: b"Content-Type: text/html\r\n\r\n" + b"<!--" * n,
        lambda n: b"Content-Type: text/html\r\n\r\n" + b"<script>" * n,
        lambda n: b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b" " * n + b"x",
        lambda n: b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x" + b" " * n + b"y",
        lambda n: b"\r\nOn 1 " * n,
    ]
    for shape in shapes:
        assert _seconds(shape(100_000)) < 40 * max(_seconds(shape(10_000)), 0.01)


def _seconds(raw: bytes) -> float:
    began = time.process_time()
    normalize(raw)
    return time.process_time() - began


@given(st.sampled_from(LETTERS) | st.binary(max_size=2_000))
@settings(max_examples=100, deadline=None)
def test_what_is_named_as_attached_is_what_can_be_taken_out(raw: bytes):
    assert tuple(part for part, _ in attached(raw)) == normalize(raw).attachments
    assert [len(content) for _, content in attached(raw)] == [part.size for part, _ in attached(raw)]
