"""Mail reads as its writer saw it, whatever charset it claims or keeps to itself."""

import codecs

import pytest

from services.intake.domain.mail import normalize
from services.intake.domain.mail.charset_names import TRUSTED

CHINESE = "你好，我们办公室的打印机不能用了"
KOREAN = "안녕하세요. 사무실 프린터가 작동하지 않습니다"
JAPANESE = "プリンターが動きません"


def text_of(raw: bytes, claim: str = "") -> str:
    head = f"Content-Type: text/plain; charset={claim}\n\n" if claim else "Subject: x\n\n"
    return normalize(head.encode() + raw).text


@pytest.mark.parametrize(
    ("codec", "text"), [("hz", CHINESE), ("iso2022_kr", KOREAN), ("iso2022_jp", JAPANESE)]
)
@pytest.mark.parametrize("claim", ["", "utf-8", "us-ascii"])
def test_scripts_in_seven_bits_are_known_by_their_shifts(codec: str, text: str, claim: str):
    assert text_of(text.encode(codec), claim) == text


@pytest.mark.parametrize(
    ("codec", "text"), [("hz", CHINESE), ("iso2022_kr", KOREAN), ("iso2022_jp", JAPANESE)]
)
def test_so_they_are_in_a_subject(codec: str, text: str):
    assert normalize(b"Subject: " + text.encode(codec) + b"\n\nx").subject == text


def test_braces_of_programs_are_no_chinese():
    assert text_of(b'(format t "~{~A~}" list) and ~{ab c~}') == '(format t "~{~A~}" list) and ~{ab c~}'


@pytest.mark.parametrize(
    "text",
    [
        "Grüße, der große Drucker fällt früh aus – 5 €",
        "Здравствуйте! Не работает принтер",
        "お世話になっております",
        "Dzień dobry, drukarka nie działa. Proszę o pomoc, żółć",
    ],
)
@pytest.mark.parametrize("taken_for", ["latin-1", "cp1252"])
def test_what_was_encoded_twice_is_decoded_twice(text: str, taken_for: str):
    try:
        twice = text.encode().decode(taken_for).encode()
    except UnicodeDecodeError:
        return  # no gateway could have taken it for that
    assert text_of(twice, "utf-8") == text


@pytest.mark.parametrize(
    "text", ["our letters show as Ã¼ Ã¶ Ã¤ ÃŸ", "der Text zeigt GrÃ¼ÃŸe statt Grüße", "naïve café à Ãƒ"]
)
def test_who_writes_about_such_letters_is_read_as_they_wrote(text: str):
    assert text_of(text.encode(), "utf-8") == text


def test_czech_without_a_claim_has_its_hooks_in_either_charset():
    text = "Příliš žluťoučký kůň úpěl ďábelské ódy, tiskárna nefunguje."
    assert [text_of(text.encode(codec)) for codec in ("iso8859-2", "cp1250")] == [text, text]


def test_a_subject_of_few_letters_is_read_as_the_words_below_it_are():
    subject, text = (
        "Drukarka nie działa",
        "Proszę o pomoc, od rana nie działa żadna drukarka, żółć gęślą jaźń",
    )
    mail = normalize(f"Subject: {subject}\n\n{text}".encode("cp1250"))
    assert (mail.subject, mail.text) == (subject, text)


def test_one_character_that_its_claim_does_not_know_but_utf_8_does_is_utf_8():
    assert normalize(b"Subject: =?big5?Q?nie_dzia=C5=82a?=\n\nx").subject == "nie działa"


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("Doe, Jane <jane@acme.example>", "Doe, Jane"),
        ("Jane [mailto:jane@acme.example]", "Jane"),
        ("undisclosed:;, Jane <jane@acme.example>", "Jane"),
    ],
)
def test_a_name_is_what_a_person_would_read_in_it(field: str, name: str):
    sender = normalize(f"From: {field}\n\nx".encode()).sender
    assert sender and (sender.name, sender.address) == (name, "jane@acme.example")


def test_trusted_codecs_go_by_the_names_that_they_give_themselves():
    assert {codecs.lookup(name).name for name in TRUSTED} == TRUSTED
