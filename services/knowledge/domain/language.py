"""From a text to the terms it is found by: words without case and accents, cut to their stems.

Stems are Snowball's (M. F. Porter) for English and French. French stems depend on accents, so a word is
stemmed as it is written and loses its accents afterwards; whoever types without accents is met by the
index's list of surface words.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

from services.knowledge.domain.irregular import BASES
from services.knowledge.domain.stop_words import STOP_WORDS

_ALGORITHMS = {"en": "english", "fr": "french"}
# Letters and digits, with hyphens inside: "wi-fi" is found as "wifi", "wi" and "fi".
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LONGEST = 40
_threads = threading.local()


@dataclass(frozen=True)
class Word:
    """One word of a text: where it stands, as it is typed without accents, and its stem."""

    start: int
    end: int
    surface: str
    stem: str


def fold(text: str) -> str:
    """Lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


# A search asks for the words of the same two texts several times over.
@lru_cache(maxsize=8)
def words(text: str, locale: str) -> tuple[Word, ...]:
    """The words of a text that carry meaning, in order. Positions are those in `text`."""
    return tuple(_words(text, locale))


def _words(text: str, locale: str) -> Iterator[Word]:
    stop_words = STOP_WORDS[locale]
    for match in _WORD.finditer(text):
        for start, end in _parts(match):
            surface = text[start:end].replace("-", "").lower()[:_LONGEST]
            folded = fold(surface)
            if folded and folded not in stop_words:
                yield Word(start, end, folded, stem(surface, locale))


def stems(text: str, locale: str) -> list[str]:
    """The stems of a text in order, repeated as they are."""
    return [word.stem for word in words(text, locale)]


@lru_cache(maxsize=50_000)
def stem(surface: str, locale: str) -> str:
    """The stem of one lower-case word, without accents."""
    base = BASES[locale].get(surface, surface)
    return fold(_stemmer(locale).stemWord(unicodedata.normalize("NFC", base)))


def _parts(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    yield match.span()
    if "-" not in match.group():
        return
    position = match.start()
    for part in match.group().split("-"):
        if len(part) > 1:
            yield position, position + len(part)
        position += len(part) + 1


def _stemmer(locale: str) -> "snowballstemmer.stemmer":
    # A stemmer keeps the word it works on, so threads must not share one.
    made = _threads.__dict__.setdefault("stemmers", {})
    if locale not in made:
        made[locale] = snowballstemmer.stemmer(_ALGORITHMS[locale])
    return made[locale]
