"""Addresses, dates and Message-IDs in the forms that mailers really write."""

from datetime import UTC, datetime

import pytest

from services.intake.domain.mail import normalize
from services.intake.domain.mail.document import document_of

TEN = datetime(2025, 3, 3, 10, tzinfo=UTC)
NINE = datetime(2025, 3, 3, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ('"john doe"@x.example', "", '"john doe"@x.example'),
        ("Jane <jane@[192.0.2.1]>", "Jane", "jane@[192.0.2.1]"),
        ("<j@x.example> Jane", "Jane", "j@x.example"),
        ("Jane [j@x.example]", "Jane", "j@x.example"),
        ("Jane <mailto:j@x.example>", "Jane", "j@x.example"),
        ("j@x.example (Jane (at work))", "Jane (at work)", "j@x.example"),
        ('"Jane D." (IT) <j@x.example>', "Jane D. (IT)", "j@x.example"),
        ('"Jane \\"JD\\" Doe" <j@x.example>', 'Jane "JD" Doe', "j@x.example"),
        ('"Team <Ops>" <t@x.example>', "Team <Ops>", "t@x.example"),
        ('"boss@acme.example" <c@x.example>', "boss@acme.example", "c@x.example"),
        ("boss@acme.example@x.example", "boss@", "acme.example@x.example"),
        ('"\u202egpj.exe\u202c" <a@x.example>', "gpj.exe", "a@x.example"),
        ("=?iso-8859-1?Q?M=FCller=2C_J=F6rg?= <m@x.example>", "Müller, Jörg", "m@x.example"),
        ("=?utf-8?Q?Really=3F_Yes??= <r@x.example>", "Really? Yes?", "r@x.example"),
        ("用户 <用户@例子.example>", "用户", "用户@例子.example"),
        ("a@x.example, b@x.example", "", "a@x.example"),
        ('ops: "B, C" <b@x.example>, d@x.example;', "B, C", "b@x.example"),
    ],
)
def test_senders(written: str, name: str, address: str):
    sender = normalize(f"From: {written}\r\n\r\n".encode()).sender
    assert sender and (sender.name, sender.address) == (name, address)


def test_what_is_no_address_is_told_as_a_name():
    mail = normalize(b"From: MAILER-DAEMON\r\n\r\n")
    assert mail.sender is None and "sender_missing" in mail.problems
    assert document_of(mail, [], {})["from"] == {"name": "MAILER-DAEMON", "address": ""}


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Mon, 3 Mar 2025 11:00:00 +0100", TEN),
        ("Mon, 3 Mar 2025 11:00:00 +0100 (CET)", TEN),
        ("Mon, 03 Mar 2025 11:00:00 GMT+0100", TEN),
        ("Mon, 03 Mar 2025 11:00:00 +01:00", TEN),
        ("Mon Mar  3 11:00:00 CET 2025", TEN),
        ("Mon Mar 3 10:00:00 2025", TEN),
        ("3 Mar 25 05:00 EST", TEN),
        ("Mon, 03 Mar 95 04:00:00 -600", datetime(1995, 3, 3, 10, tzinfo=UTC)),
        ("Mon, 003 Mar 2025 10:00:00 +0", TEN),
        ("Mon, 3 Mar 2025 15:30:00 IST", TEN),
        ("Mon, 3 Mar 2025 10:00:00 XYZ", TEN),
        ("Mon, 3 Mar 2025 10:00:00 -0000", TEN),
        ("Mon, 3 Mar 125 10:00:00 +0000", TEN),
        ("Mon, 3-Mar-2025 10:00 GMT", TEN),
        ("Mon, 3 Mar 2025 10.00.00 +0000", TEN),
        ("Mon, 3 March 2025 10:00:00 AM", TEN),
        ("Monday, March 3, 2025 10:00 PM", datetime(2025, 3, 3, 22, tzinfo=UTC)),
        ("lun., 3 mars 2025 11:00:00 +0100", TEN),
        ("mar. 4 avr. 2023 10:00:00 +0000", datetime(2023, 4, 4, 10, tzinfo=UTC)),
        ("Mo, 3 Mär 2025 11:00:00 MEZ", TEN),
        ("3 мар. 2025 г. 13:00:00 MSK", TEN),
        ("2025-03-03T11:00:00+01:00", TEN),
        ("2025-03-03 10:00:00", TEN),
        ("20250303T100000Z", TEN),
        ("Mon, 3 Mar 2025 24:00:00 +0000", datetime(2025, 3, 4, tzinfo=UTC)),
        ("Mon, 3 Mar 2025 09:59:60 +0000", datetime(2025, 3, 3, 9, 59, 59, tzinfo=UTC)),
        ("=?utf-8?Q?Mon,_3_Mar_2025_10:00:00_+0100?=", NINE),
        ("Mon, 31 Feb 2025 10:00:00 +0000", None),
        ("Mon, 3 Mar 2025 10:00:00 +9999", None),
        ("03/04/2025 10:00", None),  # nobody knows which of the two is the month
        ("yesterday", None),
    ],
)
def test_dates(written: str, moment: datetime | None):
    assert normalize(f"Date: {written}\r\n\r\n".encode()).date == moment


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("<a@b>", ["a@b"]),
        ("a@b", ["a@b"]),
        ("[a@b]", ["a@b"]),
        ("<<a@b>>", ["a@b"]),
        ("<a@b", ["a@b"]),
        ("<a@b><c@d>,<a@b>", ["a@b", "c@d"]),
        ("<a@b>\r\n\t<c@d>", ["a@b", "c@d"]),
        ("<a\r\n b@c>", ["ab@c"]),
        ('Your message of "Mon, 3 Mar" <a@b> (sent)', ["a@b"]),
    ],
)
def test_references(written: str, read_as: list[str]):
    assert list(normalize(f"References: {written}\r\n\r\n".encode()).references) == read_as
    assert normalize(f"Message-ID: {written}\r\n\r\n".encode()).message_id == read_as[0]


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        ("koi8-r", "Не печатает принтер"),
        ("windows-1251", "Не печатает принтер"),
        ("windows-1250", "Tiskárna nefunguje, žádám o pomoc"),
        ("shift_jis", "プリンタが動きません"),
        ("gb2312", "打印机坏了"),
        ("big5", "印表機壞了"),
        ("euc-kr", "프린터 고장"),
        ("windows-1253", "Ο εκτυπωτής χάλασε"),
        ("windows-1255", "המדפסת התקלקלה"),
    ],
)
def test_raw_bytes_in_a_field_are_read_by_the_charset_that_the_mail_names_elsewhere(charset: str, text: str):
    raw = f"Subject: {text}\r\nContent-Type: text/plain; charset={charset}\r\n\r\n{text}\r\n".encode(charset)
    mail = normalize(raw)
    assert (mail.subject, mail.text) == (text, text)


@pytest.mark.parametrize(
    ("claim", "real", "text"),
    [
        ("utf-8", "windows-1251", "Принтер не печатает уже второй день"),
        ("us-ascii", "koi8-r", "Принтер не печатает уже второй день"),
        ("iso-8859-1", "windows-1251", "Принтер не печатает уже второй день"),
        ("iso-8859-1", "utf-8", "Die Drucker läuft nicht, schöne Grüße"),
        ("koi8-r", "utf-8", "Принтер не печатает"),
        ("gb2312", "utf-8", "打印机坏了，请帮忙"),
        ("utf-8", "windows-1252", "L’imprimante est bloquée depuis hier, merci à vous"),
        ("x-unknown", "windows-1253", "Ο εκτυπωτής δεν λειτουργεί από χθες"),
        ("iso-2022-jp", "shift_jis", "プリンタが動きません。よろしくお願いします。"),
        ("us-ascii", "iso-2022-jp", "プリンタが動きません"),
        ("utf-8", "utf-16-le", "The printer is broken"),
        ("win-1251", "windows-1251", "Принтер"),
    ],
)
def test_a_wrong_claim_is_found_out(claim: str, real: str, text: str):
    raw = f"Content-Type: text/plain; charset={claim}\r\n\r\n".encode() + text.encode(real)
    assert normalize(raw).text == text


def test_characters_of_vendors_in_japanese_mail_and_emoji_in_halves_are_read():
    raw = b"Subject: =?iso-2022-jp?B?GyRCLSEbKEI=?= =?utf-8?Q?=ED=A0=BD=ED=B8=80?=\r\n\r\n"
    assert normalize(raw).subject == "①😀"


def test_a_name_does_not_turn_around():
    raw = (
        b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; "
        b"filename*=utf-8''invoice%E2%80%AEfdp.exe\r\n\r\nx"
    )
    assert normalize(raw).attachments[0].filename == "invoicefdp.exe"
