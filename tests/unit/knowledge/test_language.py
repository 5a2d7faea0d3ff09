"""From texts to terms, in two languages."""

import pytest

from services.knowledge.domain.excerpt import LENGTH, excerpt, plain
from services.knowledge.domain.language import fold, stems, words


@pytest.mark.parametrize(
    ("locale", "one", "other"),
    [
        ("en", "Printers", "printer"),
        ("en", "CONNECTING", "connect"),
        ("en", "forgot", "forgotten"),
        ("en", "Wi-Fi", "wifi"),
        ("en", "naïve", "naive"),
        ("fr", "imprimantes", "imprimante"),
        ("fr", "RÉINITIALISER", "réinitialisé"),
        ("fr", "l'écran", "écrans"),
        ("fr", "l’écran", "ECRAN"),
        ("fr", "œuvre", "ŒUVRE"),
    ],
)
def test_what_means_the_same_has_the_same_stem(locale, one, other):
    assert stems(one, locale)[0] == stems(other, locale)[0]


def test_words_that_say_nothing_are_left_out():
    assert stems("How do I get to the VPN?", "en") == ["vpn"]
    assert stems("Comment est-ce que je peux imprimer ?", "fr") == stems("est-ce imprimer", "fr")
    assert stems("the", "fr") == ["the"]


def test_hyphenated_words_are_found_whole_and_in_parts():
    assert [word.surface for word in words("e-mail, wi-fi", "en")] == ["email", "mail", "wifi", "wi", "fi"]


def test_a_word_knows_where_it_stands():
    text = "Déjà vu: l'Écran"
    assert [text[word.start : word.end] for word in words(text, "fr")] == ["vu", "Écran"]


def test_folding_keeps_letters_and_drops_accents():
    assert fold("Ça été ÀÉÎ Straße") == "ca ete aei strasse"


def test_a_very_long_word_is_cut():
    assert len(stems("a" * 10_000, "en")[0]) <= 40


@pytest.mark.parametrize(
    ("markdown", "read"),
    [
        ("# Title\n\nSome *words* and **more**.", "Title Some words and more."),
        ("See [the portal](https://x.example/a) now", "See the portal now"),
        ("1. One\n2. Two\n- Three", "One Two Three"),
        ("> quoted\n\n---\n\nafter", "quoted after"),
        ("Before\n```\ncode\n```\nafter `inline`", "Before after inline"),
        ("![alt](x.png) and <b>bold</b>", "alt and bold"),
        ("snake_case and 2 * 3 * 4", "snake_case and 2 * 3 * 4"),
    ],
)
def test_markdown_is_read_as_plain_words(markdown, read):
    assert plain(markdown) == read


def test_an_excerpt_shows_the_words_that_were_looked_for():
    body = "Introduction. " * 60 + "Restart the print queue to clear it. " + "Closing words. " * 60
    shown = excerpt(body, "clearing the print queue", "en")
    assert "Restart the print queue" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) <= LENGTH + 4


def test_a_short_text_is_shown_whole_and_an_unfound_word_shows_the_beginning():
    assert excerpt("All of it.", "nothing", "en") == "All of it."
    assert excerpt("Word " * 200, "nothing", "en").startswith("Word Word")
