"""The words of an update, and the tokens of status pages."""

from datetime import UTC, datetime

import pytest

from chassis.errors import InvalidArgument
from services.incidents.domain.major.naming import others_named
from services.incidents.domain.major.status import StatusSeal
from services.incidents.domain.major.wording import Reader, check, filled, text_for, time_in_words

ACME = Reader("ten_acme", "Acme {number}", "fr-CA", "Europe/Paris")
NEXT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_placeholders_are_filled_once_and_what_they_stand_for_is_not_read_again() -> None:
    text = filled("{client} / {title} / {{x}}", "en", ACME, "ACME-1", "{client}", NEXT)
    assert text == "Acme {number} / {client} / {x}"


@pytest.mark.parametrize(
    ("locale", "expected"),
    [("en", "2 March at 10:30 (Europe/Paris)"), ("fr", "le 2 mars à 10:30 (Europe/Paris)")],
)
def test_the_next_time_is_told_in_the_clients_language_and_zone(locale: str, expected: str) -> None:
    assert time_in_words(NEXT, locale, "Europe/Paris") == expected
    assert time_in_words(None, locale, "UTC")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{who}", "placeholder_unknown"),
        ("{}", "placeholder_unknown"),
        ("{0}", "placeholder_unknown"),
        ("{client!r}", "placeholder_unknown"),
        ("{client:>900000000}", "placeholder_unknown"),
        ("{client.name}", "placeholder_unknown"),
        ("{client[0]}", "placeholder_unknown"),
        ("{", "braces_unbalanced"),
        ("}", "braces_unbalanced"),
        ("  ", "value_missing"),
    ],
)
def test_what_is_no_placeholder_is_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(InvalidArgument) as refused:
        check("en", text)
    assert refused.value.reason == reason


def test_a_client_reads_its_language_or_else_english() -> None:
    assert text_for(ACME, {"en": "a", "fr": "b"}) == ("fr", "b")
    assert text_for(ACME, {"en": "a", "fr": " "}) == ("en", "a")
    with pytest.raises(InvalidArgument) as refused:
        text_for(Reader("t", "n", "en", "UTC"), {"fr": "b"})
    assert refused.value.reason == "language_missing"


def test_only_the_seal_that_wrote_an_address_reads_it() -> None:
    mine, other = StatusSeal(b"a" * 32), StatusSeal(b"b" * 32)
    token = mine.token("0" * 32)
    assert mine.read(token) == "0" * 32
    for wrong in (other.token("0" * 32), token[:-1], token + "0", token.upper() + "X", "", "é" * 64):
        assert mine.read(wrong) == ""


LUMEN = Reader("ten_lumen", "Lumen Labs", "en", "UTC", ("lumen.example",), "LUM")
SHORT = Reader("ten_l", "LL", "en", "UTC", ("l.co",), "")
OWN = Reader("ten_own", "Lumen Labs West", "en", "UTC", ("west.lumen.example",), "LUMW")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("As at LUMEN\nlabs, mail is slow.", ("Lumen Labs",)),
        ("Write to help@lumen.example.", ("Lumen Labs",)),
        ("The same as lum-42", ("Lumen Labs",)),
        ("Lumen Labs West is slow: LUMW-7, west.lumen.example", ()),
        ("Lumen Labsters shall illuminate; LUM- 42; column-42; ll", ()),
    ],
)
def test_words_that_name_another_client_are_found_and_no_others(text: str, named: tuple[str, ...]) -> None:
    assert others_named(text, OWN, [LUMEN, SHORT, OWN]) == named
