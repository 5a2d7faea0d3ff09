"""Rich text of Outlook: unpacked, and read as text or as the HTML it was made of."""

import pytest

from services.intake.domain.mail import normalize, rtf
from tests.unit.intake.winmail import winmail


@pytest.mark.parametrize(
    ("packed", "unpacked"),
    [
        # The two examples of MS-OXRTFCP; the second runs into what it writes itself.
        (
            "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0",
            b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
        ),
        (
            "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0",
            b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}",
        ),
        ("", b""),
        ("1a0000001c0000004c5a4675e2d44b5141", b""),
    ],
)
def test_it_is_unpacked(packed: str, unpacked: bytes):
    assert rtf.decompressed(bytes.fromhex(packed)) == unpacked


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (rb"{\rtf1\ansi\ansicpg1252 Gr\'fc\'dfe\par aus K\u246?ln}", "Grüße\naus Köln"),
        (
            rb"{\rtf1\ansi{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}\f1\'cf\'f0\'e8\'e2\'e5\'f2\f0  \'e9}",
            "Привет é",
        ),
        (rb"{\rtf1{\info{\author X}}{\*\generator Y;}\uc1 a\u8211-b \{c\} {\b d}\tab e}", "a–b {c} d\te"),
        (rb"{\rtf1 one}two", "one"),
        (b"{\\rtf1 " + b"{" * 2_000 + b"deep", "deep"),
    ],
)
def test_it_is_read_as_text(written: bytes, text: str):
    assert rtf.read(written) == (text, False)


def test_the_html_it_was_made_of_comes_out():
    written = (
        rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Gr\'fc\'dfe "
        rb"{\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 now\htmlrtf }\htmlrtf0 {\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}"
    )
    assert rtf.read(written) == ("<p>Grüße <b>now</b></p>", True)


def test_a_mail_whose_only_words_are_rich_text_is_read():
    stored = b"\0" * 8 + b"MELA" + b"\0" * 4 + rb"{\rtf1\ansi\ansicpg1252 Sch\'f6ne Gr\'fc\'dfe}"
    raw = b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n" + winmail(
        "", {"a.txt": b"a"}, rtf=stored
    )
    mail = normalize(raw)
    assert (mail.text, [one.filename for one in mail.attachments]) == ("Schöne Grüße", ["a.txt"])


def test_a_mail_attached_inside_comes_out_in_pieces():
    inner = winmail("Said before", {"old.pdf": b"%PDF"})
    kind_of_object = bytes.fromhex("0703020000000000c000000000000046")
    raw = b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\n" + winmail(
        "See below", {"Earlier": kind_of_object + inner}, as_objects=True
    )
    mail = normalize(raw)
    assert mail.text == "See below"
    assert [one.filename for one in mail.attachments] == ["Earlier.txt", "old.pdf"]
