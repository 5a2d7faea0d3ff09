"""The parts of a message (RFC 2045, 2046), as a tree, without recursion in depth and in bounded time.

Each level of nesting is one pass over its own slice; depth and number of parts are limited, and whatever
lies beyond a limit stays whole as one opaque part, named by a problem code.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from services.intake.domain.mail import charsets, headers
from services.intake.domain.mail.encodings import transfer_decoded
from services.intake.domain.mail.headers import Fields
from services.intake.domain.mail.model import Limits

_GUESSED_BOUNDARY = re.compile(rb"(?:^|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n[A-Za-z\-]{1,40}:", re.ASCII)

_FIELD_LINE = re.compile(rb"[ \t]*\r?\n[A-Za-z\-]{1,40}:")
_META = re.compile(rb"<meta[^>]{1,200}charset\s{0,10}=\s{0,10}[\"']?([A-Za-z0-9_.:\-]{2,40})", re.I)
_META_WITHIN = 4_096


@dataclass(slots=True)
class Part:
    """One entity: its fields and the slice of bytes that is its body; children when it is composite."""

    fields: Fields
    body: bytes
    content_type: str
    parameters: dict[str, str]
    depth: int = 0
    path: str = ""
    # True for what lies inside an attached message: its text is not the sender's.
    embedded: bool = False
    # A multipart in which nothing marks a part: it has no leaf, and is read as the text that it is.
    unparted: bool = False
    # Its end is missing: the delimiter that should close it never came.
    is_cut: bool = False
    # Given to what was found inside something else; the fields of a part tell its name otherwise.
    given_name: str = ""
    children: list["Part"] = field(default_factory=list)

    @property
    def disposition(self) -> str:
        return headers.parameters(self.fields.first("content-disposition"))[0]

    @property
    def filename(self) -> str:
        """The name its sender gave it, without any path; empty when none."""
        named = headers.parameters(self.fields.first("content-disposition"))[1].get("filename", "")
        name = headers.unturned(headers.tidy(self.given_name or named or self.parameters.get("name", "")))
        return re.split(r"[\\/]", name)[-1].strip()[:255]

    @property
    def is_multipart(self) -> bool:
        return self.content_type.startswith("multipart/")

    @property
    def is_message(self) -> bool:
        return self.content_type in ("message/rfc822", "message/global")

    def content(self) -> bytes:
        """The body with its transfer encoding undone."""
        encoding = self.fields.first("content-transfer-encoding")
        return transfer_decoded(self.body, encoding, self.content_type.startswith("text/"), self.is_cut)

    def text(self) -> tuple[str, str]:
        """The decoded text, and a problem code or ""."""
        return self.decoded(self.content())

    def decoded(self, content: bytes) -> tuple[str, str]:
        """These bytes as the text of this part."""
        charset = self.parameters.get("charset", "")
        if self.content_type == "text/html" and not charsets.known_codec(charset):
            charset = _html_charset(content) or charset
        return charsets.decode(content, charset)


def _html_charset(content: bytes) -> str:
    match = _META.search(content[:_META_WITHIN])
    return match[1].decode("ascii") if match else ""


def tree(raw: bytes, limits: Limits) -> tuple[Part, set[str]]:
    """The root part with all below it, and the problems met on the way."""
    problems: set[str] = set()
    raw = raw.removeprefix(codecs.BOM_UTF8)  # an editor put it before the first field
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")  # lines as the first Macintoshes ended them
    root = _entity(raw, limits, problems, default_type="text/plain")
    root.fields.settle_charset(raw, is_whole=True)
    waiting, count = [root], 1
    while waiting:
        part = waiting.pop()
        room = max(limits.parts - count, 0)
        slices = _slices(part, problems, room)
        if slices is None:
            continue
        if part.depth >= limits.depth:
            problems.add("nested_too_deeply")
            continue
        part.children = _children(part, slices, limits, problems)
        if len(part.children) > room:
            # The limit was reached: the last is all the rest, whole.
            problems.add("too_many_parts")
            rest = part.children[-1]
            rest.content_type, rest.fields, rest.body = "application/octet-stream", Fields(), slices[-1]
        count += len(slices)
        if part.is_multipart or part.embedded:
            part.body = b""  # its children have it; only a message that is an attachment is needed whole
        waiting.extend(reversed(part.children))
    if count > limits.told_parts:
        problems.add("too_many_parts")
    return root, problems


def _children(part: Part, slices: list[bytes], limits: Limits, problems: set[str]) -> list[Part]:
    default_type = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    children = []
    for number, data in enumerate(slices, 1):
        child = _entity(data, limits, problems, default_type, is_part=part.is_multipart)
        child.depth = part.depth + 1
        child.path = f"{part.path}.{number}".lstrip(".")
        child.embedded = part.embedded or part.is_message
        child.is_cut = part.is_cut and (part.is_message or number == len(slices))
        child.fields.settle_charset(data)
        children.append(child)
    return children


def leaves(part: Part) -> Iterator[Part]:
    """Every part without children, in the order they stand in the message."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if one.children:
            waiting.extend(reversed(one.children))
        elif not one.unparted:
            yield one


def _entity(raw: bytes, limits: Limits, problems: set[str], default_type: str, is_part: bool = False) -> Part:
    fields, start = headers.split(raw, limits, is_part)
    problems |= fields.problems
    content_type, parameters = headers.parameters(fields.first("content-type"))
    if not re.fullmatch(r"[a-z0-9!#$&^_.+\-]{1,100}/[a-z0-9!#$&^_.+\-]{1,100}", content_type):
        if content_type:
            problems.add("content_type_malformed")
        content_type = "text/plain" if content_type.startswith("text") else default_type
    return Part(fields, raw[start:], content_type, parameters)


def _slices(part: Part, problems: set[str], room: int) -> list[bytes] | None:
    """The bytes of each child; None when the part has none. At most `room`, and one that is all the rest."""
    if part.is_message:
        return [part.content()]
    if not part.is_multipart:
        return None
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
    found = _Split([], True)
    if boundary.strip():
        # As it is written; without spaces that somebody cut off; then as the beginning of a longer line, which
        # RFC 2046 (5.1.1) lets pass, but which would mix up boundaries that begin alike.
        found = _between(part.body, boundary, room)
        if not found.slices:
            found = _between(part.body, boundary.rstrip(), room)
        if not found.slices:
            found = _between(part.body, boundary.rstrip(), room, whole_line=False)
    if not found.slices:
        problems.add("boundary_missing")
        guessed = _GUESSED_BOUNDARY.search(part.body[:65_536])
        found = _between(part.body, guessed[1], room) if guessed else found
    if not found.slices:
        part.unparted = True
        return None
    if not found.closed:
        problems.add("multipart_unclosed")
        part.is_cut = True
    return found.slices


class _Split(NamedTuple):
    slices: list[bytes]
    closed: bool


def _between(body: bytes, boundary: bytes, room: int, whole_line: bool = True) -> _Split:
    end = rb"(--)?[ \t]*+(?=\r?\n|$)" if whole_line else rb"(--)?"
    # Begins with a literal, which is looked for many times as fast as a choice would be.
    delimiter = re.compile(rb"\n--" + re.escape(boundary) + end)
    first = re.compile(rb"--" + re.escape(boundary) + end).match(body)
    slices: list[bytes] = []
    start, position = -1, 0
    while match := first or delimiter.search(body, position):
        first = None
        if start >= 0:
            if len(slices) >= room:
                slices.append(body[start:])
                return _Split(slices, True)
            slices.append(_slice(body, start, match.start()))
        if match[1]:
            # Where two levels share one boundary, the inner one's end is not yet the end.
            again = delimiter.search(body, match.end())
            if not (again and not again[1] and _FIELD_LINE.match(body, again.end())):
                return _Split(slices, True)
            match = again
        start = _next_line(body, match.end())
        # The line break before the next delimiter belongs to it; an empty part shares its own with it.
        position = max(start - 1, match.end())
    if start >= 0:
        slices.append(body[start:])
    return _Split(slices, False)


def _slice(body: bytes, start: int, end: int) -> bytes:
    """Up to the line break that belongs to the next delimiter."""
    if body[end - 1 : end] == b"\r":
        end -= 1
    return body[start:end] if end >= start else b""


def _next_line(body: bytes, position: int) -> int:
    found = body.find(b"\n", position)
    return len(body) if found < 0 else found + 1
