"""The parts of a message (RFC 2045, 2046), as a tree, without recursion in depth and in bounded time.

Each level of nesting is one pass over its own slice; depth and number of parts are limited, and whatever
lies beyond a limit stays whole as one opaque part, named by a problem code.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.intake.domain.mail import charsets, headers
from services.intake.domain.mail.headers import Fields
from services.intake.domain.mail.model import Limits

_GUESSED_BOUNDARY = re.compile(rb"(?:^|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n[A-Za-z\-]{1,40}:", re.ASCII)
_SOFT_BREAK = re.compile(rb"=\r?\n")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?$", re.MULTILINE)


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
    children: list["Part"] = field(default_factory=list)

    @property
    def disposition(self) -> str:
        return headers.parameters(self.fields.first("content-disposition"))[0]

    @property
    def filename(self) -> str:
        """The name its sender gave it, without any path; empty when none."""
        named = headers.parameters(self.fields.first("content-disposition"))[1].get("filename", "")
        name = headers.tidy(named or self.parameters.get("name", ""))
        return re.split(r"[\\/]", name)[-1][:255]

    @property
    def is_multipart(self) -> bool:
        return self.content_type.startswith("multipart/")

    @property
    def is_message(self) -> bool:
        return self.content_type in ("message/rfc822", "message/global")

    def content(self) -> bytes:
        """The body with its transfer encoding undone."""
        return transfer_decoded(self.body, self.fields.first("content-transfer-encoding"))

    def text(self) -> tuple[str, str]:
        """The decoded text, and a problem code or ""."""
        return charsets.decode(self.content(), self.parameters.get("charset", ""))


def tree(raw: bytes, limits: Limits) -> tuple[Part, set[str]]:
    """The root part with all below it, and the problems met on the way."""
    problems: set[str] = set()
    root = _entity(raw, limits, problems, default_type="text/plain")
    waiting, count = [root], 1
    while waiting:
        part = waiting.pop()
        slices = _slices(part, problems)
        if slices is None:
            continue
        if part.depth >= limits.depth:
            problems.add("nested_too_deeply")
            continue
        if count + len(slices) > limits.parts:
            problems.add("too_many_parts")
            slices = slices[: max(limits.parts - count, 0)]
        default_type = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        for number, data in enumerate(slices, 1):
            child = _entity(data, limits, problems, default_type, is_part=part.is_multipart)
            child.depth = part.depth + 1
            child.path = f"{part.path}.{number}".lstrip(".")
            child.embedded = part.embedded or part.is_message
            part.children.append(child)
        count += len(slices)
        waiting.extend(reversed(part.children))
    return root, problems


def leaves(part: Part) -> Iterator[Part]:
    """Every part without children, in the order they stand in the message."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if one.children:
            waiting.extend(reversed(one.children))
        else:
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


def _slices(part: Part, problems: set[str]) -> list[bytes] | None:
    """The bytes of each child; None when the part has none."""
    if part.is_message:
        return [part.content()]
    if not part.is_multipart:
        return None
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
    slices: list[bytes] = []
    if boundary.strip():
        # As it is written; without spaces that somebody cut off; then as the beginning of a longer line, which
        # RFC 2046 (5.1.1) lets pass, but which would mix up boundaries that begin alike.
        slices = _between(part.body, boundary, problems) or _between(part.body, boundary.rstrip(), problems)
        slices = slices or _between(part.body, boundary.rstrip(), problems, whole_line=False)
    if not slices:
        problems.add("boundary_missing")
        guessed = _GUESSED_BOUNDARY.search(part.body[:65_536])
        slices = _between(part.body, guessed[1], problems) if guessed else []
    if not slices:
        part.content_type = "text/plain"  # nothing marks its parts: read it as what it looks like
        return None
    return slices


def _between(body: bytes, boundary: bytes, problems: set[str], whole_line: bool = True) -> list[bytes]:
    end = rb"(--)?[ \t]*(?=\r?\n|$)" if whole_line else rb"(--)?"
    delimiter = re.compile(rb"(?:\r?\n|^)--" + re.escape(boundary) + end)
    slices: list[bytes] = []
    start, position, closed = -1, 0, False
    while match := delimiter.search(body, position):
        if start >= 0:
            slices.append(body[start : match.start()] if match.start() >= start else b"")
        if match[1]:
            closed = True
            break
        start = _next_line(body, match.end())
        # The line break before the next delimiter belongs to it; an empty part shares its own with it.
        position = max(start - 1, match.end())
    if start >= 0 and not closed:
        problems.add("multipart_unclosed")
        slices.append(body[start:])
    return slices


def _next_line(body: bytes, position: int) -> int:
    found = body.find(b"\n", position)
    return len(body) if found < 0 else found + 1


def transfer_decoded(body: bytes, encoding: bytes) -> bytes:
    """The body as it was before its Content-Transfer-Encoding; an unknown one changes nothing."""
    name = encoding.strip().lower().split(b";")[0].strip()
    if name == b"base64":
        return headers.base64(body)
    if name == b"quoted-printable":
        return _quoted_printable(body)
    if name in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
        return _uu(body)
    return body


def _quoted_printable(body: bytes) -> bytes:
    if b" \r" in body or b" \n" in body or b"\t\r" in body or b"\t\n" in body:
        # White space that a relay added at the end of a line is none of the text (RFC 2045, 6.7, rule 3).
        body = b"\n".join(_line_end_stripped(line) for line in body.split(b"\n"))
    body = _SOFT_BREAK.sub(b"", body)
    if body.endswith(b"="):
        body = body[:-1]
    return _HEX.sub(lambda match: bytes.fromhex(match[1].decode()), body)


def _line_end_stripped(line: bytes) -> bytes:
    return line[:-1].rstrip(b" \t") + b"\r" if line.endswith(b"\r") else line.rstrip(b" \t")


def _uu(body: bytes) -> bytes:
    begin = _UU_BEGIN.search(body)
    if not begin:
        return body
    decoded = []
    for line in body[begin.end() :].split(b"\n"):
        line = line.rstrip(b"\r")
        if line == b"end":
            break
        if line:
            decoded.append(_uu_line(line))
    return b"".join(decoded)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some encoders write too much on a line: keep what its own length byte promises.
        wanted = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:wanted])
        except binascii.Error:
            return b""
