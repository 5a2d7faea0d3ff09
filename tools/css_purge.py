"""Drops the rules of a style sheet that no page can use.

A selector stays when every class in it occurs among the words given; selectors of elements, attributes and
:root stay always. What stands inside :not(), :is(), :where() or :has() is not asked, since it may apply
without the class. Custom properties and keyframes that nothing left refers to go too.
"""

import re
from collections.abc import Iterator
from functools import partial

CLASS = re.compile(r"\.((?:[A-Za-z_-]|\\.)(?:[\w-]|\\.)*)")
NESTING = ("@media", "@supports", "@layer", "@container", "@document", "@starting-style")


def purge(css: str, words: set[str]) -> str:
    """The same style sheet with only the rules whose classes are all among the words."""
    kept = _rules(_without_comments(css), words)
    return _without_unused_keyframes(_without_unused_properties(kept, words))


def _without_comments(css: str) -> str:
    """License comments (/*! … */) stay: their authors ask for it."""
    return re.sub(r"/\*(?!!).*?\*/", "", css, flags=re.S)


def _rules(css: str, words: set[str]) -> str:
    kept = []
    for head, body in split(css):
        bare = re.sub(r"/\*.*?\*/", "", head, flags=re.S).strip()
        if body is None:
            kept.append(f"{head};" if bare else head)
        elif bare.startswith(NESTING):
            inner = _rules(body, words)
            if inner.strip():
                kept.append(f"{head}{{{inner}}}")
        elif bare.startswith("@"):
            kept.append(f"{head}{{{body}}}")
        else:
            selectors = [part for part in top_level_parts(head) if applies(part, words)]
            if selectors and body.strip():
                kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def split(css: str) -> Iterator[tuple[str, str | None]]:
    """(head, body) of each rule in turn; the body of a statement such as @charset is None."""
    at, start, end = 0, 0, len(css)
    while at < end:
        at = _skip_opaque(css, at)
        if at >= end:
            break
        character = css[at]
        if character == ";":
            yield css[start:at], None
            start = at + 1
        elif character == "{":
            close = closing_brace(css, at)
            yield css[start:at], css[at + 1 : close]
            at = close
            start = at + 1
        at += 1
    if css[start:].strip():
        yield css[start:], None


def closing_brace(css: str, opening: int) -> int:
    """Where the block that opens here ends; ValueError when it does not."""
    depth, at = 0, opening
    while at < len(css):
        at = _skip_opaque(css, at)
        if at >= len(css):
            break
        if css[at] == "{":
            depth += 1
        elif css[at] == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    raise ValueError(f"a block that opens at {opening} is never closed")


_OPAQUE = re.compile(r"/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|url\((?![\"'])[^)]*\)|\\.", re.S)


def _skip_opaque(css: str, at: int) -> int:
    """The first place from here on that is not within a comment, a string, an address or an escape."""
    while match := _OPAQUE.match(css, at):
        at = match.end()
    return at


def top_level_parts(selector: str) -> list[str]:
    """A selector list cut at its commas, but not at those within parentheses or brackets."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(selector):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(selector[start:at])
            start = at + 1
    return [*parts, selector[start:]]


def applies(selector: str, words: set[str]) -> bool:
    """Whether every class that the selector demands is among the words."""
    bare = re.sub(r"/\*.*?\*/", "", selector, flags=re.S)
    bare = re.sub(r"\[[^\]]*\]", "", bare)
    while (shorter := re.sub(r":(?:not|is|where|has)\([^()]*\)", "", bare)) != bare:
        bare = shorter
    bare = re.sub(r"\d\.\d", "", bare)
    return all(re.sub(r"\\(.)", r"\1", name) in words for name in CLASS.findall(bare))


def _without_unused_properties(css: str, words: set[str]) -> str:
    """Custom properties that nothing reads, here or in our own files; repeated, since one may be read only by another."""
    declaration = re.compile(r"(--[\w-]+):((?:\"[^\"]*\"|'[^']*'|url\([^)]*\)|[^;{}\"'])*)(;|(?=\}))")
    while True:
        read = set(re.findall(r"var\(\s*(--[\w-]+)", css)) | words
        unread = {name for name, _, _ in declaration.findall(css)} - read
        if not unread:
            return re.sub(r"[^{};]*\{\}", "", css)
        css = declaration.sub(partial(_unless, unread), css)


def _unless(unread: set[str], declaration: re.Match[str]) -> str:
    return "" if declaration.group(1) in unread else declaration.group(0)


def _without_unused_keyframes(css: str) -> str:
    outside = "".join(head + (body or "") for head, body in split(css) if "keyframes" not in head)
    kept = []
    for head, body in split(css):
        name = head.split()[-1] if "keyframes" in head else ""
        if not name or re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", outside):
            kept.append(f"{head};" if body is None else f"{head}{{{body}}}")
    return "".join(kept)
