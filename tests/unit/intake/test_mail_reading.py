"""Mail as a person would read it."""

import json
from datetime import UTC, datetime

import pytest

from services.intake.domain.mail import Address, Limits, NormalizedMail, normalize


def read(*lines: str | bytes) -> NormalizedMail:
    raw = b"\r\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    return normalize(raw)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (b"plain", "plain"),
        (b"=?utf-8?Q?Caf=C3=A9_cr=C3=A8me?=", "Café crème"),
        (b"=?utf-8?B?w4k=?= =?utf-8?B?w6k=?=", "Éé"),
        (b"=?utf-8?B?8J+Y?=\r\n =?utf-8?B?gA==?=", "😀"),  # a character cut in two
        (b"=?iso-8859-1?Q?=A4?= and =?utf-8?Q?=E2=82=AC?=", "¤ and €"),
        (b"=?windows-1252?Q?=80_5?=", "€ 5"),
        (b"=?koi8-r?B?8NLJ18XU?=", "Привет"),
        (b"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?gb2312?B?xOO6ww==?=", "你好"),
        (b"=?shift_jis?B?k/qWew==?=", "日本"),
        (b"=?ks_c_5601-1987?B?x9GxuQ==?=", "한국"),
        (b"=?utf-8?B?16nXnNeV150=?=", "שלום"),
        (b"=?utf-8*fr?Q?=C3=A9t=C3=A9?=", "été"),
        (b"=?utf-8?B?w6k", "=?utf-8?B?w6k"),
        (b"=?klingon?Q?abc?=", "abc"),
        ("déjà vu".encode(), "déjà vu"),
        ("déjà vu".encode("latin-1"), "déjà vu"),
        (b"two\r\n  lines", "two lines"),
        (b"bell\x07 and \x00 nul", "bell and nul"),
    ],
)
def test_subjects(written: bytes, read_as: str):
    assert normalize(b"Subject: " + written + b"\r\n\r\n").subject == read_as


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("jane@acme.example", "", "jane@acme.example"),
        ("<jane@ACME.Example>", "", "jane@acme.example"),
        ("Jane Doe <Jane@acme.example>", "Jane Doe", "Jane@acme.example"),
        ('"Doe, Jane" <jane@acme.example>', "Doe, Jane", "jane@acme.example"),
        ("=?utf-8?Q?Ren=C3=A9e?= <r@acme.example>", "Renée", "r@acme.example"),
        ("=?utf-8?Q?Doe=2C_Jane?= <jane@acme.example>", "Doe, Jane", "jane@acme.example"),
        ("jane@acme.example (Jane)", "Jane", "jane@acme.example"),
        ("'Jane' <jane@acme.example>", "Jane", "jane@acme.example"),
        ("Jane <<jane@acme.example>>", "Jane", "jane@acme.example"),
        ("=?utf-8?B?SmFuZSA8amFuZUBhY21lLmV4YW1wbGU+?=", "Jane", "jane@acme.example"),
    ],
)
def test_senders(written: str, name: str, address: str):
    sender = read(f"From: {written}", "", "x").sender
    assert sender and (sender.name.strip("< "), sender.address) == (name, address)


def test_several_recipients_and_groups_are_taken_apart():
    mail = read(
        'To: team: "A, B" <a@x.example>, c@x.example; , d@x.example', "Cc: undisclosed-recipients:;", ""
    )
    assert [one.address for one in mail.to] == ["a@x.example", "c@x.example", "d@x.example"]
    assert mail.cc == ()


def test_a_mail_without_a_sender_says_so():
    mail = read("Subject: x", "", "y")
    assert mail.sender is None
    assert "sender_missing" in mail.problems


def test_threads():
    mail = read(
        "Message-ID: <1@x.example>",
        "In-Reply-To: <0@x.example> (a comment)",
        "References: <a@x.example>\r\n <b@x.example> <a@x.example>",
        "",
    )
    assert mail.message_id == "1@x.example"
    assert mail.in_reply_to == "0@x.example"
    assert mail.references == ("a@x.example", "b@x.example")


def test_a_broken_message_id_is_what_stands_there():
    assert read("Message-ID: <[", "").message_id == ""
    assert read("Message-ID: 42@x.example", "").message_id == "42@x.example"


def test_dates_are_utc():
    assert read("Date: Mon, 3 Mar 2025 10:00:00 +0100", "").date == datetime(2025, 3, 3, 9, tzinfo=UTC)
    assert read("Date: the day before yesterday", "").date is None
    assert read("Date: Mon, 3 Mar 2025 10:00:00 +9999999999", "").date is None


def test_plain_text_is_preferred_and_html_is_read_where_there_is_none_else():
    alternative = [
        "Content-Type: multipart/alternative; boundary=b",
        "",
        "--b",
        "Content-Type: text/html",
        "",
        "<p>rich</p>",
        "--b",
        "Content-Type: text/plain",
        "",
        "plain",
        "--b--",
    ]
    assert read(*alternative).text == "plain"
    assert read("Content-Type: text/html", "", "<p>rich &amp; <b>bold</b></p>").text == "rich & bold"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b", "a\nb"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a  b"),
        ("<style>x{}</style><script>alert(1)</script>seen", "seen"),
        ("<!-- hidden -->seen", "seen"),
        ("<title>no</title>yes", "yes"),
        ('<img src="http://x/pixel.gif" alt="">text', "text"),
        ("<blockquote>old</blockquote>new", "> old\nnew"),
        ('<a title="a > b" href="x">link</a>', "link"),
        ("1 < 2 &lt; 3", "1 < 2 < 3"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<div", ""),
    ],
)
def test_html(html: str, text: str):
    assert read("Content-Type: text/html; charset=utf-8", "", html).text == text


def test_wrong_and_missing_charsets_are_seen_through():
    assert read("Content-Type: text/plain; charset=us-ascii", "", "é".encode()).text == "é"
    assert read("Content-Type: text/plain; charset=utf-8", "", "été".encode("latin-1")).text == "été"
    unknown = read("Content-Type: text/plain; charset=klingon", "", "é".encode())
    assert (unknown.text, "charset_unknown" in unknown.problems) == ("é", True)
    assert read("", "Привет, как дела у вас".encode("cp1251")).text == "Привет, как дела у вас"


def test_transfer_encodings():
    head = ["Content-Type: text/plain; charset=utf-8"]
    assert read(*head, "Content-Transfer-Encoding: quoted-printable", "", "caf=C3=A9 =\r\nau lait").text == (
        "café au lait"
    )
    assert read(*head, "Content-Transfer-Encoding: BASE64", "", "Y2Fm\r\nw6k").text == "café"


def test_flowed_text_is_joined():
    flowed = read(
        "Content-Type: text/plain; format=flowed", "", "one ", "line", "> a ", "> quote", "-- ", "sig"
    )
    assert flowed.text == "one line\n> a quote\n-- \nsig"


def test_attachments_are_described():
    mail = read(
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "",
        "see attached",
        "--b",
        "Content-Type: application/pdf",
        "Content-Disposition: attachment; filename*=utf-8''r%C3%A9sum%C3%A9.pdf",
        "Content-Transfer-Encoding: base64",
        "",
        "AAEC",
        "--b",
        "Content-Type: message/rfc822",
        "",
        "Subject: inner",
        "",
        "inner text",
        "--b--",
    )
    assert mail.text == "see attached"
    resume, inner = mail.attachments
    assert (resume.filename, resume.content_type, resume.size) == ("résumé.pdf", "application/pdf", 3)
    assert (inner.content_type, inner.inline) == ("message/rfc822", False)


def test_path_tricks_in_file_names_are_gone():
    mail = read(
        'Content-Type: application/x; name="../../etc/passwd"', "Content-Disposition: attachment", "", "x"
    )
    assert mail.attachments[0].filename == "passwd"


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "X-Autoreply: yes",
        "X-Fairlead-Loop: fl",
        "Subject: Automatic reply: away",
        "Subject: Réponse automatique : absent",
    ],
)
def test_what_a_machine_sent(line: str):
    assert read(line, "", "x").auto_submitted


def test_what_a_person_sent_is_not_automatic():
    mail = read("Auto-Submitted: no", "From: jane@acme.example", "Subject: office automatic door", "", "x")
    assert not (mail.auto_submitted or mail.is_list or mail.is_bounce)


def test_mailing_lists():
    assert read("List-Id: <users.x.example>", "", "x").is_list


def test_delivery_reports_name_the_recipient_and_the_status():
    mail = read(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "",
        "--b",
        "",
        "Sorry",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        "Final-Recipient: rfc822; Jane@Acme.example",
        "Action: failed",
        "Status: 5.1.1 (no such user)",
        "Diagnostic-Code: smtp; 550 no such user",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        "Message-ID: <ours@northstar.example>",
        "--b--",
    )
    assert mail.is_bounce and mail.auto_submitted and mail.bounce
    failed = mail.bounce.recipients[0]
    assert (failed.address, failed.status) == ("Jane@acme.example", "5.1.1")
    assert failed.diagnostic == "550 no such user"
    assert mail.bounce.original_message_id == "ours@northstar.example"


def test_a_delay_is_reported_as_one_and_is_not_hard():
    mail = read(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Final-Recipient: rfc822; a@b.example",
        "Action: delayed",
        "Status: 4.0.0",
        "--b--",
    )
    assert mail.is_bounce and mail.bounce
    assert (mail.bounce.recipients[0].delayed, mail.bounce.recipients[0].hard) == (True, False)


def test_what_lies_beyond_a_limit_is_named():
    parts = b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * 50
    assert "too_many_parts" in normalize(parts, Limits(parts=10)).problems
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(50)
    )
    assert "nested_too_deeply" in normalize(deep).problems
    assert "text_truncated" in normalize(b"\r\n" + b"x" * 100, Limits(text_chars=10)).problems
    assert "headers_too_large" in normalize(b"A: b\r\n" * 50 + b"\r\n", Limits(fields=10)).problems


def test_a_normalized_mail_survives_the_way_as_json():
    mail = read("From: A <a@b.example>", "To: c@d.example", "Date: Mon, 3 Mar 2025 10:00:00 +0100", "", "x")
    assert NormalizedMail.from_dict(json.loads(json.dumps(mail.to_dict()))) == mail
    assert mail.sender == Address("A", "a@b.example")
