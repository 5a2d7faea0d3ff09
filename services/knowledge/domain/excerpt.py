"""A passage of an article with the words that were looked for, as plain text."""

import re

from services.knowledge.domain.language import words

LENGTH = 200
_MARKUP = (
    (re.compile(r"```.*?(?:```|\Z)", re.S), " "),  # fenced code says little in passing
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"<[^>\n]{1,200}>"), " "),
    (re.compile(r"^\s{0,3}(?:#{1,6}|>|[-*+]|\d{1,3}[.)])\s+", re.M), ""),
    (re.compile(r"(\*\*|__|\*|`|~~)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"^\s*(?:[-*_]\s*){3,}$", re.M), " "),
)


def plain(markdown: str) -> str:
    """The words of a CommonMark text on one line: links by their text, no marks, no code blocks.

    For reading in passing, not for security: whoever shows it escapes it.
    """
    text = markdown
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return " ".join(text.split())


def excerpt(markdown: str, query: str, locale: str, length: int = LENGTH) -> str:
    """At most `length` characters (and an ellipsis at a cut) around where most of the query's words stand."""
    text = plain(markdown)
    if len(text) <= length:
        return text
    wanted = {word.stem for word in words(query, locale)}
    places = [(word.start, word.stem) for word in words(text, locale) if word.stem in wanted]
    start = _best_start(places, length)
    return _cut(text, max(0, start - length // 5), length)


def _best_start(places: list[tuple[int, str]], length: int) -> int:
    """Where the window begins that holds most different words; the earliest of equals."""
    best, best_count = 0, 0
    for index, (start, _) in enumerate(places):
        inside = {stem for place, stem in places[index:] if place < start + length * 4 // 5}
        if len(inside) > best_count:
            best, best_count = start, len(inside)
    return best


def _cut(text: str, start: int, length: int) -> str:
    start = min(start, len(text) - length)
    if start > 0:
        start = text.rfind(" ", 0, start + 1) + 1
    end = start + length
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + length // 2)
    passage = text[start:end].strip()
    return f"{'… ' if start else ''}{passage}{' …' if end < len(text) else ''}"
