"""Header fields out of bytes, in linear time, whatever the bytes are.

The standard library's modern policy is quadratic in the length of a field, and raises on fields that real
mailers send; so fields are split and decoded here: RFC 5322 folding, RFC 2047 words, RFC 2231 parameters.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from services.intake.domain.mail import charsets
from services.intake.domain.mail.model import Limits

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
# A question mark inside is forbidden, and written all the same; only so many, or a field of them costs quadratic time.
_WORD = re.compile(
    r"=\?([A-Za-z0-9_.:+\-]{1,64})(?:\*[A-Za-z0-9\-]{0,32})?\?([BbQq])\?([^?]*(?:(?<!=)\?(?!=)[^?]*){0,4})\?="
)
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(byte for byte in range(256) if byte not in _BASE64)
_CHARSET = re.compile(
    rb"charset\s{0,20}=\s{0,20}[\"']?([A-Za-z0-9_.:+\-]{2,40})|=\?([A-Za-z0-9_.:+\-]{2,40})\?[BbQq]\?", re.I
)
_SPACES = re.compile(r"[ \t\r\n\f\v\xa0\u2028\u2029]+")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ufdd0-\ufdef\ud800-\udfff\ufeff]")
# They turn the order in which a name is shown, so that "exe.pdf" may be a program.
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MAX_PARAMETERS = 100
_MAX_PADDED_RUNS = 1_000
_CHARSET_WITHIN = 65_536
_LITTLE = 120
_BELOW = 8_192
_TELLS_NOTHING = (b"utf-8", b"us-ascii", b"utf8")


@dataclass(slots=True)
class Fields:
    """The header fields of a message or part, in order; values are unfolded bytes."""

    items: list[tuple[str, bytes]] = field(default_factory=list)
    problems: set[str] = field(default_factory=set)

    def all(self, name: str) -> Iterator[bytes]:
        """Every value of a field, by its lower-case name."""
        return (value for key, value in self.items if key == name)

    def first(self, name: str) -> bytes:
        """The first value of a field, empty when it is missing."""
        return next(self.all(name), b"")

    def text(self, name: str) -> str:
        """The first value, decoded as a person would read it."""
        return readable(self.first(name))

    def settle_charset(self, mail: bytes, is_whole: bool = False) -> None:
        """Raw bytes that are no UTF-8 become so: by a charset that the mail names elsewhere, else by their letters."""
        raw = [value for _, value in self.items if _needs_charset(value)]
        if not raw:
            return
        named = (match[1] or match[2] for match in _CHARSET.finditer(mail[:_CHARSET_WITHIN]))
        telling = (charset.decode("ascii") for charset in named if charset.lower() not in _TELLS_NOTHING)
        hint = next(telling, "")
        if not hint and is_whole and sum(map(len, raw)) < _LITTLE:
            # Few letters tell nothing; the words below are likely in the same. Once a mail: it takes its time.
            hint = charsets.detected(mail[:_BELOW])
        joined = charsets.guess(b"\n".join(raw), hint).split("\n")
        settled = iter(joined if len(joined) == len(raw) else [charsets.guess(value, hint) for value in raw])
        self.items = [
            (name, next(settled).encode("utf-8", "replace") if _needs_charset(value) else value)
            for name, value in self.items
        ]


def split(raw: bytes, limits: Limits, is_part: bool = False) -> tuple[Fields, int]:
    """The fields, and where the body begins. A line that is no field begins the body, unless the head goes on
    behind it: then somebody mangled one line of it.

    Blank lines before the first field of a message are skipped; a part that begins with one has no fields.
    """
    fields, position = Fields(), 0
    if is_part and raw.startswith((b"\r\n", b"\n")):
        return fields, raw.index(b"\n") + 1
    current: list[bytes] = []
    end = len(raw)
    while position < end:
        stop = raw.find(b"\n", position, end)
        following = end if stop < 0 else stop + 1
        line = raw[position:following].rstrip(b"\r\n")
        if not line:
            if fields.items or current:
                position = following
                break
            position = following  # blank lines before the first field: skipped
            continue
        if line[:1] in b" \t" and current:
            current.append(line)
        elif _FIELD.match(line):
            _finish(fields, current)
            current = [line]
        elif not (line.startswith((b"From ", b">From ")) and not fields.items):
            fields.problems.add("header_malformed")
            if not (current and _head_goes_on(raw, following)):
                break
        position = following
        if position > limits.head_bytes or len(fields.items) >= limits.fields:
            fields.problems.add("headers_too_large")
            position = _after_blank_line(raw, position)
            break
    _finish(fields, current)
    if position > limits.told_head_bytes:
        fields.problems.add("headers_too_large")
    return fields, position


def _head_goes_on(raw: bytes, position: int) -> bool:
    return raw.startswith((b"\r\n", b"\n"), position) or _FIELD.match(raw, position) is not None


def _after_blank_line(raw: bytes, position: int) -> int:
    found = [
        at + len(mark) for mark in (b"\r\n\r\n", b"\n\n") if (at := raw.find(mark, max(position - 2, 0))) >= 0
    ]
    return min(found, default=len(raw))


def _finish(fields: Fields, lines: list[bytes]) -> None:
    if not lines:
        return
    joined = b"".join(lines) if len(lines) > 1 else lines[0]
    name, _, value = joined.partition(b":")
    fields.items.append((name.strip().decode("ascii", "replace").lower(), value.strip()))


def raw_text(value: bytes) -> str:
    """A field's bytes as text without decoding its words: UTF-8 (RFC 6532) or the usual mistake."""
    return value.decode("ascii") if value.isascii() else charsets.guess(value)


def readable(value: bytes | str) -> str:
    """A field's value with its encoded words decoded and its spaces made single."""
    return tidy(decode_words(raw_text(value) if isinstance(value, bytes) else value))


def unturned(text: str) -> str:
    """Without the characters that turn the direction of writing: for names, which must be what they look like."""
    return _DIRECTIONS.sub("", text)


def _needs_charset(value: bytes) -> bool:
    if value.isascii():
        return charsets.shifts(value)
    try:
        value.decode()
    except UnicodeError:
        return True
    return False


def tidy(text: str) -> str:
    """One line, without control characters, and without what UTF-8 cannot carry."""
    return _SPACES.sub(" ", _CONTROLS.sub("", text)).strip()


def decode_words(text: str) -> str:
    """RFC 2047 words decoded. Neighbours of one charset are joined first: mailers cut characters in two."""
    if "=?" not in text:
        return text
    pieces: list[str] = []
    pending, charset, position = bytearray(), "", 0
    for match in _WORD.finditer(text):
        between = text[position : match.start()]
        neighbour = position > 0 and not between.strip()
        if pending and not (neighbour and match[1].lower() == charset):
            pieces.append(charsets.decode(bytes(pending), charset)[0])
            pending.clear()
        if not neighbour:
            pieces.append(between)
        charset, position = match[1].lower(), match.end()
        pending += _word_bytes(match[2], match[3])
    pieces.append(charsets.decode(bytes(pending), charset)[0])
    pieces.append(text[position:])
    return "".join(pieces)


def _word_bytes(encoding: str, encoded: str) -> bytes:
    data = encoded.encode("utf-8", "replace")
    if encoding in "Bb":
        return base64(data)
    return _HEX.sub(lambda match: bytes.fromhex(match[1].decode()), data.replace(b"_", b" "))


def base64(data: bytes, is_cut: bool = False) -> bytes:
    """Base64 as far as it can be read: foreign characters skipped, several padded runs joined, no padding needed.

    is_cut: something is missing at its end, so that what is left of a last group is nobody's byte.
    """
    decoded = []
    if data.count(b"=") > _MAX_PADDED_RUNS:
        data = data.replace(b"=", b"")
    for run in data.split(b"=") if b"=" in data else (data,):
        clean = run.translate(None, _NOT_BASE64)
        left = len(clean) % 4
        clean = clean[: len(clean) - left] if left == 1 or (left and is_cut) else clean
        if clean:
            decoded.append(binascii.a2b_base64(clean + b"=" * (-len(clean) % 4)))
    return b"".join(decoded)


def parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """A field like Content-Type: its main value in lower case, and its parameters (RFC 2231) decoded."""
    text = raw_text(value)
    pieces = _split_quoted(text)
    main, _, rest = pieces[0].strip().lower().partition(" ")
    if rest:
        pieces.insert(
            1, pieces[0].strip()[len(main) :]
        )  # "text/html charset=utf-8": the semicolon is missing
    plain: dict[str, str] = {}
    continued: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in pieces[1 : _MAX_PARAMETERS + 1]:
        name, equals, content = piece.partition("=")
        name, content = name.strip().lower(), _unquoted(content.strip())
        if not equals or not name:
            continue
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(base, content)
            continue
        number = rest.rstrip("*")
        if number == "" or (number.isascii() and number.isdigit() and len(number) < 4):
            continued.setdefault(base, []).append((int(number or 0), name.endswith("*"), content))
    for base, sections in continued.items():
        plain[base] = _joined(sections)
    return main, {name: decode_words(content) for name, content in plain.items()}


def _joined(sections: list[tuple[int, bool, str]]) -> str:
    charset, data = "", bytearray()
    for index, (_, encoded, content) in enumerate(sorted(sections)):
        if encoded and index == 0 and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        data += unquote_to_bytes(content) if encoded else content.encode("utf-8", "replace")
    return charsets.decode(bytes(data), charset)[0]


def _split_quoted(text: str) -> list[str]:
    """Splits at semicolons outside quotes."""
    if '"' not in text:
        return text.split(";")
    pieces, start, quoted, position = [], 0, False, 0
    while position < len(text):
        character = text[position]
        if character == "\\" and quoted:
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            pieces.append(text[start:position])
            start = position + 1
        position += 1
    pieces.append(text[start:])
    return pieces


def _unquoted(text: str) -> str:
    if text[:1] != '"':
        return text
    inner = text[1:]
    closing = re.search(r'(?<!\\)"', inner)
    return re.sub(r"\\(.)", r"\1", inner[: closing.start()] if closing else inner)
