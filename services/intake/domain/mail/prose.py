"""Pieces of text as a person reads them, one after another."""

import itertools
import re
from html import escape

from services.intake.domain.mail.contents import Piece
from services.intake.domain.mail.html import html_to_text
from services.intake.domain.mail.model import Limits
from services.intake.domain.mail.sanitize import sanitized

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_HALVES = re.compile(
    r"&#(?:(5[56]\d{3})|([xX][dD][89abAB][0-9a-fA-F]{2}));&#(?:(5[67]\d{3})|([xX][dD][c-fC-F][0-9a-fA-F]{2}));"
)
# What shops fill the list of mails with, behind the line that they want to be seen there.
_PADDING = re.compile("(?:[\u034f\u200b\u200c\u00ad\ufeff\u2007][ \\n]{0,3}){4,}")
_MARK = re.compile("[<&]")
_ENRICHED = re.compile(r"<(/?)([A-Za-z\-]{1,60})>", re.ASCII)
_PARAMETER = re.compile(r"<param>[^<]{0,1000}</param>", re.I)


def text_of(pieces: list[Piece], limits: Limits, problems: set[str]) -> str:
    """The text, at most as long as the limit."""
    said: list[str] = []
    room = limits.text_chars
    for piece in pieces:
        text = _as_text(piece, limits, problems)
        if len(text) > room:
            problems.add("text_truncated")
            text = text[:room]
        room -= len(text)
        if text.strip():
            said.append(text.strip("\n"))
    return "\n".join(said).rstrip()


def html_of(pieces: list[Piece], limits: Limits, problems: set[str]) -> str | None:
    """The HTML made harmless, with plain stretches between; None when the mail has none."""
    if all(piece.kind != "html" for piece in pieces):
        return None
    said: list[str] = []
    room = limits.text_bytes
    marks = limits.html_marks
    for piece in pieces:
        content = _whole(_CONTROLS.sub("", piece.content)) if piece.kind == "html" else piece.content
        cut = _cut_html(content, room, marks)
        if len(cut) < len(content):
            problems.add("text_truncated")
        content = cut
        room -= len(content)
        marks = max(marks - _marks(content), 0)
        if piece.kind != "html":
            said.append(
                f"<pre>{escape(_as_text(Piece(piece.kind, content), limits, problems), quote=False)}</pre>"
            )
            continue
        clean = sanitized(content)
        if clean is None:
            problems.add("html_too_deep")
            clean = f"<pre>{escape(html_to_text(content), quote=False)}</pre>"
        said.append(clean)
    return "\n".join(said).strip() or None


def _as_text(piece: Piece, limits: Limits, problems: set[str]) -> str:
    content = piece.content
    if piece.kind == "html":
        cut = _cut_html(content, limits.text_bytes, limits.html_marks)
        if len(cut) < len(content):
            problems.add("text_truncated")
        return _PADDING.sub("", _CONTROLS.sub("", html_to_text(_whole(cut))))
    content = _CONTROLS.sub("", content.replace("\r\n", "\n").replace("\r", "\n"))
    if piece.kind == "enriched":
        return _unenriched(content)
    return _unflowed(content, piece.kind == "flowed-delsp") if piece.kind.startswith("flowed") else content


def _whole(html: str) -> str:
    """Characters that are written as two halves of UTF-16 ("&#55357;&#56832;") made whole: as each alone they are none."""
    return _HALVES.sub(lambda match: _joined(*(match[1] or match[2], match[3] or match[4])), html)


def _joined(high: str, low: str) -> str:
    first, second = (int(one[1:], 16) if one[0] in "xX" else int(one) for one in (high, low))
    if not (0xD800 <= first < 0xDC00 <= second < 0xE000):
        return f"&#{high};&#{low};"
    return chr(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))


def _cut_html(content: str, room: int, marks: int) -> str:
    """As much as there is room and time for: the time goes with the number of tags and character references."""
    content = content[:room]
    if _marks(content) <= marks:
        return content
    first = next(itertools.islice(_MARK.finditer(content), marks, None))
    return content[: first.start()]


def _marks(content: str) -> int:
    return content.count("<") + content.count("&")


def _unenriched(text: str) -> str:
    """RFC 1896: one line break is a space, n are n - 1; commands in angle brackets, "<<" is "<"."""
    text = re.sub(r"\n(\n*)", lambda match: match[1] or " ", text.replace("<nl>\n", "<nl>"))
    text = _PARAMETER.sub("", text.replace("<<", "\0"))
    text = text.replace("<nl>", "\n").replace("<lt>", "\0")
    return _ENRICHED.sub("", text).replace("\0", "<")


def _unflowed(text: str, delete_space: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next line of the same quote depth."""
    result: list[str] = []
    paragraph: list[str] = []
    depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        line_depth = len(line) - len(content)
        content = content.removeprefix(" ")
        if paragraph and (line_depth != depth or content == "-- "):
            result.append(_quoted(depth, "".join(paragraph)))
            paragraph = []
        depth = line_depth
        if content.endswith(" ") and content != "-- ":
            paragraph.append(content[:-1] if delete_space else content)
            continue
        result.append(_quoted(depth, "".join([*paragraph, content])))
        paragraph = []
    if paragraph:
        result.append(_quoted(depth, "".join(paragraph)))
    return "\n".join(result)


def _quoted(depth: int, line: str) -> str:
    return f"{'>' * depth} {line}" if depth else line
