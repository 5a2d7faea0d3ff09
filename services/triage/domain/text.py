"""Words as rules and searches compare them: letter case and accents do not matter."""

import re
import unicodedata
from functools import lru_cache

# An elided article is a word of its own: "l’accueil" holds "accueil".
_WORD = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The text in lower case, without accents: "Réseau" and "reseau" become the same."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The folded words of a text, in order."""
    return tuple(_WORD.findall(fold(text)))


def contains_phrase(haystack: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether these words stand next to each other, whole, in the text."""
    size = len(phrase)
    # Most texts lack the first word: that is seen without looking at each place.
    if not size or phrase[0] not in haystack:
        return False
    return any(haystack[at : at + size] == phrase for at in range(len(haystack) - size + 1))
