"""What is text, what is HTML and what is a file, in mail as programs really make it."""

import base64
import binascii
import hashlib

import pytest

from services.intake.domain.mail import Limits, NormalizedMail, attached, leaf_parts, normalize
from tests.unit.intake.winmail import winmail


def read(*lines: str | bytes) -> NormalizedMail:
    return normalize(b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))


def one_part(content_type: str, body: bytes, *fields: str) -> NormalizedMail:
    return read("From: a@b.example", f"Content-Type: {content_type}", *fields, "", body)


def files(mail: NormalizedMail) -> list[tuple[str, str]]:
    return [(one.filename, one.content_type) for one in mail.attachments]


def test_a_rich_text_mail_of_outlook_is_unwrapped():
    wrapped = base64.encodebytes(winmail("Grüße\r\nvom Drucker", {"Übersicht 2025.pdf": b"%PDF\0\0"}))
    mail = one_part('application/ms-tnef; name="winmail.dat"', wrapped, "Content-Transfer-Encoding: base64")
    assert mail.text == "Grüße\nvom Drucker"
    assert files(mail) == [("Übersicht 2025.pdf", "application/pdf")]
    assert mail.attachments[0].sha256 == hashlib.sha256(b"%PDF\0\0").hexdigest()  # zeros at its end included


def test_what_is_no_rich_text_mail_though_it_says_so_stays_a_file():
    mail = one_part("application/ms-tnef; name=winmail.dat", b"not at all")
    assert files(mail) == [("winmail.dat", "application/ms-tnef")]
    assert "tnef_unreadable" in mail.problems
    cut = winmail("Hello", {"a.txt": b"abc"})[:-20]
    assert [name for name, _ in files(one_part("application/ms-tnef; name=winmail.dat", cut))] == [
        "a.txt",
        "winmail.dat",
    ]


def test_files_that_stand_encoded_in_a_text_come_out_of_it():
    encoded = b"begin 644 notes.txt\r\n" + binascii.b2a_uu(b"first\nsecond\n") + b"`\r\nend\r\n"
    mail = one_part("text/plain", b"See below.\r\n\r\n" + encoded + b"\r\nBye\r\n")
    assert mail.text.split() == ["See", "below.", "Bye"]
    assert files(mail) == [("notes.txt", "text/plain")]
    assert mail.attachments[0].sha256 == hashlib.sha256(b"first\nsecond\n").hexdigest()
    shifted = bytes((byte + 42) % 256 for byte in b"\x89binary")
    yenc = b"=ybegin line=128 size=7 name=dot.png\r\n" + shifted + b"\r\n=yend size=7\r\n"
    assert files(one_part("text/plain", b"Hi\r\n" + yenc)) == [("dot.png", "image/png")]


def test_a_sentence_about_beginning_is_no_file():
    mail = one_part("text/plain", b"begin 644 times\r\nand never end it\r\n")
    assert mail.text == "begin 644 times\nand never end it"
    assert mail.attachments == ()


def test_html_is_made_harmless_and_fetches_nothing():
    html = (
        b'<style>p{background:url(http://t.example/x)}</style><p onclick="x()">Hi <b>Jo</b></p>'
        b'<img src="http://t.example/p.gif" alt="pixel"><img src="cid:logo@x"><script>alert(1)</script>'
        b'<a href="javascript:x()">one</a><a href="https://acme.example/">two</a>'
        b'<table background="http://t.example/b"><tr><td style="background:url(//t.example)">cell</td></table>'
    )
    mail = one_part("text/html; charset=utf-8", html)
    assert (
        mail.html and "t.example" not in mail.html and "script" not in mail.html and "style" not in mail.html
    )
    assert '<img src="cid:logo@x">' in mail.html and 'href="https://acme.example/"' in mail.html
    assert "Hi Jo" in mail.text
    assert one_part("text/plain", b"Hi").html is None


def test_html_that_no_person_nested_is_shown_as_its_text():
    mail = one_part("text/html", b"<div>" * 5_000 + b"deep")
    assert mail.html == "<pre>deep</pre>" and mail.text == "deep"
    assert "html_too_deep" in mail.problems


ALTERNATIVES = (
    "From: a@b.example",
    "Content-Type: multipart/alternative; boundary=x",
    "",
    "--x",
    "Content-Type: text/plain; charset=utf-8",
    "",
    "{plain}",
    "--x",
    "Content-Type: text/x-amp-html",
    "",
    "<html amp4email>",
    "--x",
    "Content-Type: text/html; charset=utf-8",
    "",
    "<p>The <b>whole</b> letter, with all that it says about printers.</p>",
    "--x--",
)


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        ("The plain letter", "The plain letter"),
        ("  ", "The whole letter, with all that it says about printers."),
        (
            "Your mail program does not support HTML messages.",
            "The whole letter, with all that it says about printers.",
        ),
    ],
)
def test_of_two_renditions_each_serves_its_own(plain: str, text: str):
    mail = read(*(line.replace("{plain}", plain) for line in ALTERNATIVES))
    assert mail.text == text
    assert mail.html == "<p>The <b>whole</b> letter, with all that it says about printers.</p>"
    assert mail.attachments == ()


def test_an_image_that_the_html_shows_is_inline_whatever_it_says():
    mail = read(
        "From: a@b.example", "Content-Type: multipart/related; boundary=x", "",
        "--x", "Content-Type: text/html", "", '<img src="cid:one%40x">',
        "--x", "Content-Type: image/png; name=1.png", "Content-ID: <one@x>", "Content-Disposition: attachment", "", "1",
        "--x", "Content-Type: image/png; name=2.png", "Content-ID: <two@x>", "Content-Disposition: attachment", "", "2",
        "--x--",
    )  # fmt: skip
    assert [(one.filename, one.content_id, one.inline) for one in mail.attachments] == [
        ("1.png", "one@x", True),
        ("2.png", "two@x", False),
    ]


def test_an_invitation_without_words_tells_what_it_invites_to():
    mail = one_part(
        "text/calendar; method=REQUEST; charset=utf-8",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Review\\, weekly\r\nDTSTART;TZID=Europe/Paris:20250304T1000\r\n"
        b" 00\r\nDTEND:20250304T103000Z\r\nLOCATION:Room 4\r\nORGANIZER;CN=\"Jane Doe\":mailto:j@x.example\r\n"
        b"DESCRIPTION:Bring\\nnotes\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    )  # fmt: skip
    assert mail.text.splitlines() == [
        "Review, weekly",
        "2025-03-04 10:00 - 2025-03-04 10:30 UTC",
        "Room 4",
        "Jane Doe",
        "",
        "Bring",
        "notes",
    ]
    assert files(mail) == [("", "text/calendar")]


def test_a_phone_that_names_its_only_text_is_read():
    mail = read(
        "From: 123@mms.example", "Content-Type: multipart/mixed; boundary=x", "",
        "--x", "Content-Type: text/plain; name=text_0.txt", "", "Printer broken",
        "--x", "Content-Type: image/jpeg; name=p.jpg", "", "jpg",
        "--x--",
    )  # fmt: skip
    assert mail.text == "Printer broken"


def test_parts_beyond_the_limit_are_kept_as_one():
    many = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nword\r\n" * 30 + b"--x--\r\n"
    mail = normalize(many, Limits(parts=10))
    assert "too_many_parts" in mail.problems
    (rest,) = attached(many, Limits(parts=10))
    assert rest[0].content_type == "application/octet-stream" and rest[1].count(b"word") == 21


def test_more_parts_than_honest_mail_has_are_named_and_read_all_the_same():
    many = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\nword\r\n" * 150 + b"--x--\r\n"
    mail = normalize(many)
    assert "too_many_parts" in mail.problems and mail.text.count("word") == 150


def test_the_parts_inside_an_attached_mail_are_told_too():
    raw = (
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nmine\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nhis\r\n--y\r\nContent-Type: image/gif\r\n\r\nG\r\n--y--\r\n"
        b"--x--\r\n"
    )
    assert [(one.path, one.content_type, one.size) for one in leaf_parts(raw)] == [
        ("1", "text/plain", 4),
        ("2.1.1", "text/plain", 3),
        ("2.1.2", "image/gif", 1),
    ]
    assert normalize(raw).text == "mine" and files(normalize(raw)) == [("", "message/rfc822")]


def test_a_list_that_writes_beneath_base64_adds_no_noise():
    letter = base64.b64encode("Kaputt, schöne Grüße".encode()).rstrip(b"=")
    footer = b"\r\n_______________\r\nteam mailing list\r\n"
    mail = one_part("text/plain; charset=utf-8", letter + footer, "Content-Transfer-Encoding: base64")
    assert mail.text == "Kaputt, schöne Grüße"


def test_enriched_text_loses_its_commands():
    assert (
        one_part("text/enriched", b"<bold>Now</bold> or\r\nnever\r\n\r\nBye <<b>").text
        == "Now or never\nBye <b>"
    )


def test_a_text_file_beside_the_letter_stays_a_file():
    mail = read(
        "From: a@b.example", "Content-Type: multipart/mixed; boundary=x", "",
        "--x", "Content-Type: text/plain", "", "See the log.",
        "--x", "Content-Type: text/plain; name=app.log", "Content-Disposition: inline; filename=app.log", "", "ERROR 7",
        "--x--",
    )  # fmt: skip
    assert mail.text == "See the log."
    assert [(one.filename, one.inline) for one in mail.attachments] == [("app.log", True)]


def test_a_rendition_with_a_name_is_no_file():
    mail = read(
        "From: a@b.example", "Content-Type: multipart/alternative; boundary=x", "",
        "--x", "Content-Type: text/plain; name=message.txt", "Content-Disposition: inline; filename=message.txt", "", "Hello",
        "--x", "Content-Type: text/html; name=message.html", "", "<p>Hello</p>",
        "--x--",
    )  # fmt: skip
    assert (mail.text, mail.html, mail.attachments) == ("Hello", "<p>Hello</p>", ())


@pytest.mark.parametrize("content_type", ["text/html charset=utf-8", "text/plain", "TEXT/HTML;charset=utf-8"])
def test_html_is_known_however_it_is_declared(content_type: str):
    mail = one_part(content_type, "<html><body><p>Größe</p></body></html>".encode())
    assert (mail.text, mail.html) == ("Größe", "<p>Größe</p>")


def test_what_a_style_hides_is_not_read():
    html = (
        b'<div style="font-size:1px; display:none">Preview <div>only</div></div><p>Your <span style="display: none">x</span>order</p>'
        b'<div style="display:none">never closed <p>so shown</p>'
    )
    assert one_part("text/html", html).text.split() == ["Your", "order", "never", "closed", "so", "shown"]


def test_emoji_in_halves_and_the_padding_of_shops_are_read_as_they_look():
    html = (
        b"<p>&#55357;&#56832; &#xD83D;&#xDE80; &#55357;</p><p>Sale" + b"&#847; &zwnj; &nbsp;" * 20 + b"</p>"
    )
    mail = one_part("text/html", html)
    assert mail.text.split() == ["😀", "🚀", "\ufffd", "Sale"]
    assert mail.html and "😀 🚀" in mail.html


@pytest.mark.parametrize("ending", [b"\r\n", b"\n", b"\r"])
def test_lines_end_as_they_may(ending: bytes):
    raw = b"\xef\xbb\xbfSubject: Hello\r\nContent-Type: text/plain\r\n\r\nTwo\r\nlines\r\n"
    mail = normalize(raw.replace(b"\r\n", ending))
    assert (mail.subject, mail.text) == ("Hello", "Two\nlines")


def test_an_attached_mail_is_told_as_it_was_before_it_was_encoded():
    inner = b"Subject: old\r\n\r\nBefore\r\n"
    mail = read(
        "From: a@b.example", "Content-Type: multipart/mixed; boundary=x", "",
        "--x", "Content-Type: text/plain", "", "See below",
        "--x", "Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", "", base64.encodebytes(inner),
        "--x--",
    )  # fmt: skip
    (attachment,) = mail.attachments
    assert (attachment.size, attachment.sha256) == (len(inner), hashlib.sha256(inner).hexdigest())


def test_what_stands_behind_an_end_that_is_none_is_not_lost():
    mail = read(
        "From: a@b.example", "Content-Type: multipart/mixed; boundary=x", "",
        "--x", "Content-Type: multipart/alternative; boundary=x", "",
        "--x", "Content-Type: text/plain", "", "See the file",
        "--x--", "",
        "--x", "Content-Type: application/zip; name=a.zip", "", "PK",
        "--x--", "the end",
    )  # fmt: skip
    assert mail.text == "See the file" and files(mail) == [("a.zip", "application/zip")]


def test_lines_that_html_keeps_as_they_are_end_like_others():
    assert one_part("text/html", b"<pre>one\r\n  two&#13;&#10;three</pre>").text == "one\n  two\nthree"
