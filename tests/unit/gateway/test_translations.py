"""Nobody reads a word that was not translated: clients in their portal, staff in the console."""

import re

import pytest

from tools import translations


def test_everything_that_can_be_read_is_there_in_french() -> None:
    """Run `python tools/translations.py`, then fill in what it lists in locales/fr/LC_MESSAGES/messages.po."""
    assert translations.missing("fr") == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_catalogs_hold_what_pages_say(language: str) -> None:
    said = {message.id for message in translations.messages() if message.id}
    assert said <= {message.id for message in translations.catalog_of(language)}


def test_translations_take_the_same_values() -> None:
    for message in translations.catalog_of("fr"):
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        given = message.id[-1] if isinstance(message.id, tuple) else message.id
        if given:
            assert all(_values(text) == _values(given) for text in texts if text), given


def test_french_keeps_its_signs_on_the_line() -> None:
    """Before : ; ? ! and inside « » stands a space that does not break."""
    for message in translations.catalog_of("fr"):
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id:
            assert not any(re.search(r" [:;?!»]|« ", text) for text in texts), texts


def _values(text: str) -> list[str]:
    return sorted(re.findall(r"%\((\w+)\)s", text))
