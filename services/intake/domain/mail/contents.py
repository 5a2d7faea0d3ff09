"""What of a mail is its text, what its HTML, and what are files that came along."""

import mimetypes
import re
from dataclasses import dataclass, field

from services.intake.domain.mail import headers, tnef
from services.intake.domain.mail.calendar import told_by_calendar
from services.intake.domain.mail.encodings import InlineFile, inline_files
from services.intake.domain.mail.headers import Fields
from services.intake.domain.mail.model import Limits
from services.intake.domain.mail.parts import Part

_TEXT_TYPES = ("text/plain", "text/html", "text/enriched", "text/richtext", "message/partial")
_CALENDAR = "text/calendar"
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_TNEF_NAMES = ("winmail.dat", "win.dat")
_NO_HTML = re.compile(r"\b(html|mime)\b", re.I)
_STUB_CHARS = 300
_MAX_UNPACKED = 3
# Sent as plain text by a program that did not know better.
_IS_HTML = re.compile(r"\s{0,100}(<!doctype html|<html)\b[^>]{0,500}>", re.I)
# The table that every machine agrees on, not the files of this one.
_TYPES_BY_NAME = mimetypes.MimeTypes(filenames=())
_OFFICE = "application/vnd.openxmlformats-officedocument"
for _ending, _kind_of_document in (
    (".docx", f"{_OFFICE}.wordprocessingml.document"),
    (".xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
    (".pptx", f"{_OFFICE}.presentationml.presentation"),
    (".msg", "application/vnd.ms-outlook"),
    (".eml", "message/rfc822"),
    (".rtf", "application/rtf"),
    (".heic", "image/heic"),
    (".webp", "image/webp"),
):
    _TYPES_BY_NAME.add_type(_kind_of_document, _ending)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: plain, flowed (RFC 3676), flowed-delsp, enriched or html."""

    kind: str
    content: str


@dataclass(slots=True)
class Contents:
    """texts is how it reads without HTML, rich how with it; files are all the rest, in their order."""

    limits: Limits
    texts: list[Piece] = field(default_factory=list)
    rich: list[Piece] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    problems: set[str] = field(default_factory=set)
    # How many bodies of rich text were unpacked, which takes time.
    unpacked: int = 0

    def add(self, piece: Piece) -> None:
        self.texts.append(piece)
        self.rich.append(piece)

    @property
    def says_something(self) -> bool:
        return any(piece.content.strip() for piece in self.texts)


def contents_of(root: Part, limits: Limits) -> Contents:
    """Everything in the mail, each where it belongs."""
    found = Contents(limits)
    _collect(root, found)
    if not found.says_something:
        _promote(root, found)
    return found


def _collect(part: Part, found: Contents, is_rendition: bool = False) -> None:
    """Recursion is as deep as the tree, and the tree is no deeper than its limit.

    is_rendition: it is one of several ways to show the same, so that a name makes no file of it.
    """
    if part.content_type == "multipart/alternative" and part.children:
        _collect_alternatives(part, found)
    elif part.children and not part.is_message:
        is_related = part.content_type == "multipart/related"
        for number, child in enumerate(part.children):
            _collect(child, found, is_rendition and is_related and number == 0)
    elif part.unparted and not part.embedded:
        found.add(Piece("plain", part.decoded(_bounded(part.content(), found))[0]))
    elif _is_text(part, is_rendition):
        _take_text(part, found)
    elif not (_is_tnef(part) and _open_tnef(part, found)):
        found.files.append(part)


def _collect_alternatives(part: Part, found: Contents) -> None:
    """The plain one that says something is the text, the last HTML one the HTML; other renditions are not repeated."""
    choices: list[Contents] = []
    for child in part.children:
        if child.content_type.startswith("text/x-") or child.content_type == "text/watch-html":
            continue  # for readers of one maker (AMP and its like)
        said = Contents(found.limits, files=found.files, problems=found.problems)
        _collect(child, said, is_rendition=True)
        if said.says_something:
            choices.append(said)
    if not choices:
        return
    html = next((said for said in reversed(choices) if any(one.kind == "html" for one in said.rich)), None)
    plain = next((said for said in choices if all(one.kind != "html" for one in said.texts)), None)
    if plain and html and _is_stub(plain):
        plain = html
    found.texts.extend((plain or choices[0]).texts)
    found.rich.extend((html or plain or choices[0]).rich)


def _is_stub(said: Contents) -> bool:
    """ "Your program cannot show HTML" is nobody's message."""
    text = " ".join(piece.content for piece in said.texts).strip()
    return len(text) < _STUB_CHARS and bool(
        _NO_HTML.search(text)
        and re.search(
            r"\b(support|view|display|enable|show|capable|compatible|client|reader|program)", text, re.I
        )
    )


def _is_text(part: Part, is_rendition: bool) -> bool:
    if part.embedded or part.disposition == "attachment" or part.content_type not in _TEXT_TYPES:
        return False
    # A named part is a file, unless the whole mail is that part.
    return is_rendition or not part.filename or not part.path


def _take_text(part: Part, found: Contents) -> None:
    raw = part.content()
    files: list[InlineFile] = []
    if part.content_type in ("text/plain", "message/partial"):
        raw, files = inline_files(raw)
    content, problem = part.decoded(_bounded(raw, found))
    found.add(Piece("html" if _IS_HTML.match(content) else _kind(part), content))
    for one in files:
        found.files.append(_found_inside(part, headers.readable(one.name), one.content, ""))
    if problem:
        found.problems.add(problem)


def _bounded(raw: bytes, found: Contents) -> bytes:
    if len(raw) <= found.limits.text_bytes:
        return raw
    found.problems.add("text_truncated")
    return raw[: found.limits.text_bytes]


def _kind(part: Part) -> str:
    if part.content_type == "text/html":
        return "html"
    if part.content_type in ("text/enriched", "text/richtext"):
        return "enriched"
    return _plain_kind(part)


def _plain_kind(part: Part) -> str:
    if part.parameters.get("format", "").lower() != "flowed":
        return "plain"
    return "flowed-delsp" if part.parameters.get("delsp", "").lower() == "yes" else "flowed"


def _found_inside(part: Part, name: str, content: bytes, content_type: str) -> Part:
    """A file that stood inside a part, as a part of its own."""
    known = content_type if "/" in content_type else _TYPES_BY_NAME.guess_type(name, strict=False)[0]
    return Part(
        Fields(), content, (known or "application/octet-stream").lower(), {}, path=part.path, given_name=name
    )


def _is_tnef(part: Part) -> bool:
    return not part.embedded and (part.content_type in _TNEF_TYPES or part.filename.lower() in _TNEF_NAMES)


def _open_tnef(part: Part, found: Contents) -> bool:
    """Whether all that is inside came out, so that nobody needs the wrapping."""
    opened = tnef.opened(part.content())
    if opened is None:
        found.problems.add("tnef_unreadable")
        return False
    if len(found.files) + len(opened.files) > found.limits.parts:
        found.problems.add("too_many_parts")
        return False
    for file in opened.files:
        _take_inner(part, file, found)
    if not found.says_something and found.unpacked < _MAX_UNPACKED:
        found.unpacked += 1
        tnef.unpack(opened)
    if not found.says_something and (opened.text.strip() or opened.html.strip()):
        if opened.text.strip():
            found.texts.append(Piece("plain", opened.text))
        else:
            found.texts.append(Piece("html", opened.html))
        found.rich.append(Piece("html", opened.html) if opened.html.strip() else found.texts[-1])
    if not opened.is_whole:
        found.problems.add("tnef_unreadable")
    return opened.is_whole and (found.says_something or bool(opened.files))


def _take_inner(part: Part, file: tnef.TnefFile, found: Contents) -> None:
    """A file out of the wrapping; a mail that was attached there in pieces, as nobody can open it whole."""
    mail = tnef.opened(file.content)
    if mail is None:
        inside = _found_inside(part, file.name, file.content, file.content_type)
        if file.content_id:
            inside.fields.items.append(("content-id", f"<{file.content_id}>".encode()))
        found.files.append(inside)
        return
    if found.unpacked < _MAX_UNPACKED:
        found.unpacked += 1
        tnef.unpack(mail)
    name = file.name or "message"
    if mail.html.strip():
        found.files.append(
            _found_inside(part, f"{name}.html", mail.html.encode("utf-8", "replace"), "text/html")
        )
    elif mail.text.strip():
        found.files.append(
            _found_inside(part, f"{name}.txt", mail.text.encode("utf-8", "replace"), "text/plain")
        )
    for inner in mail.files:
        found.files.append(_found_inside(part, inner.name, inner.content, inner.content_type))


def _promote(root: Part, found: Contents) -> None:
    """A mail without words: what comes nearest to some is read as its text, and stays a file."""
    for part in found.files:
        if part.embedded or part.disposition == "attachment":
            continue
        if part.content_type in ("text/plain", "text/html") and part.content().strip():
            found.add(
                Piece("html" if part.content_type == "text/html" else _plain_kind(part), part.text()[0])
            )
            return
    for part in found.files:
        if part.content_type == _CALENDAR and not part.embedded:
            found.add(Piece("plain", told_by_calendar(part.decoded(_bounded(part.content(), found))[0])))
            return
