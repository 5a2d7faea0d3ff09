"""The outline of a mail, told at the door without reading it: how large its head is, how many parts, how deep.

Nothing is decoded here. What is told is told within the time that looking through the bytes takes, however the mail
was made; a mail whose outline is hidden (in a boundary written in pieces, say) is left to the reader and its limits.
"""

import re

MOST_PARTS = 100
DEEPEST = 20
# A mail whose head is this large is nobody's letter; SMTP itself knows no such limit.
LARGEST_HEAD = 65_536

# RFC 5321, 6.3: so many servers have passed on a mail that goes round.
MOST_HOPS = 100

HEAD, PARTS, DEPTH, HOPS = "headers_too_large", "too_many_parts", "nested_too_deeply", "too_many_hops"

# Lines that might be delimiters and that are looked at; the rest of such a mail is text.
_MOST_LINES = 20_000
_LONGEST_BOUNDARY = 200
_BLANK = re.compile(rb"\n\r?\n")
_TYPE = re.compile(rb"^content-type[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.I | re.M)
_HOP = re.compile(rb"^received[ \t]*:", re.I | re.M)
_BOUNDARY = re.compile(rb'[;\s]boundary\s*=\s*(?:"([^"\r\n]+)"|([^\s;"]+))', re.I)


def refusal(raw: bytes) -> str:
    """Which limit a mail exceeds; "" when it keeps them, as far as can be told."""
    end = _end_of_head(raw, 0, len(raw))
    if end > LARGEST_HEAD:
        return HEAD
    return HOPS if len(_HOP.findall(raw, 0, end)) > MOST_HOPS else _Walk(raw).refusal()


def _end_of_head(raw: bytes, start: int, limit: int) -> int:
    """Where the body begins; `limit` where no blank line comes before it."""
    if raw.startswith((b"\r\n", b"\n"), start):
        return raw.index(b"\n", start) + 1
    blank = _BLANK.search(raw, start, limit)
    return blank.end() if blank else min(limit, len(raw))


class _Walk:
    """From delimiter to delimiter. `open`: boundaries of the multiparts one stands in, b"" for a mail within a mail."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._open: list[bytes] = []
        self._parts = 0

    def refusal(self) -> str:
        at = self._enter(0)
        for _ in range(_MOST_LINES):
            if len(self._open) > DEEPEST:
                return DEPTH
            if self._parts > MOST_PARTS:
                return PARTS
            at = self._raw.find(b"\n--", max(at - 1, 0))
            if at < 0 or not self._open:
                return ""
            at = self._line(at + 1)
        return ""

    def _line(self, start: int) -> int:
        """One line that begins with two dashes; where to look on."""
        line = self._raw[start : start + _LONGEST_BOUNDARY + 8].split(b"\n", 1)[0]
        mark = line[2:].rstrip()
        ended = mark.removesuffix(b"--")
        if mark in self._open:
            del self._open[self._open.index(mark) + 1 :]
            return self._enter(start + len(line) + 1)
        if ended != mark and ended in self._open:
            del self._open[self._open.index(ended) :]
        return start + 2

    def _enter(self, start: int) -> int:
        """The head of a part, or of the whole; where its body begins."""
        while len(self._open) <= DEEPEST:
            end = _end_of_head(self._raw, start, start + LARGEST_HEAD)
            found = _TYPE.search(self._raw[start:end])
            kind = found[1].strip().lower() if found else b""
            boundary = _BOUNDARY.search(found[1]) if found and kind.startswith(b"multipart/") else None
            if boundary:
                self._open.append((boundary[1] or boundary[2]).rstrip()[:_LONGEST_BOUNDARY])
                return end
            if not kind.startswith(b"message/rfc822") or end >= len(self._raw):
                self._parts += 1
                return end
            self._open.append(b"")
            start = end
        return start
