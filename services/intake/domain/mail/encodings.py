"""Transfer encodings undone: those of RFC 2045 and the older ones, as far as they can be read, in linear time."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.intake.domain.mail import headers

_UU_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{0,255})\r?$", re.MULTILINE)
_INLINE_BEGIN = re.compile(
    rb"^(?:begin(?:-base64)? [0-7]{3,4} (?P<uu>[^\r\n]{0,255})\r?$"
    rb"|=ybegin (?:[a-z]+=\d{1,12} ){1,5}name=(?P<yenc>[^\r\n]{1,255})\r?\n)",
    re.MULTILINE,
)
# What looks like an escape and is none stays as it is; the library would skip to the next line.
_NO_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r\n)")
_FOOTER = re.compile(rb"\n[ \t\r]*\n[ \t]*[^\s\w+/=]{2,}[ \t\r]*\n|\n[_\-]{5,}[ \t\r]*\n")
_UU_NAMES = (b"x-uuencode", b"uuencode", b"x-uue", b"uue")
_YENC_BEGIN = re.compile(rb"^=ybegin (?:[a-z]+=\d{1,12} ){1,5}name=([^\r\n]{1,255})\r?\n", re.MULTILINE)
_YENC_PART = re.compile(rb"=ypart [^\r\n]{1,200}\r?\n")
_YENC_END = re.compile(rb"^=yend [^\r\n]{0,200}\r?$", re.MULTILINE)
_YENC_SHIFT = bytes((byte - 42) % 256 for byte in range(256))
_YENC_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
_MAX_INLINE_FILES = 100
_MAX_TRIES = 1_000
# Quoted-printable is undone in stretches, so that a mail of nothing but escapes costs no more memory than others.
_STRETCH = 1 << 20
# White space at the end of a line, looked for from its beginning only.
_LINE_END = re.compile(rb"(?<![ \t])[ \t]++(?=\r?\n)")


@dataclass(frozen=True, slots=True)
class InlineFile:
    """A file that stood encoded in the middle of a text."""

    name: bytes
    content: bytes


def transfer_decoded(body: bytes, encoding: bytes, is_text: bool = False, is_cut: bool = False) -> bytes:
    """The body as it was before its Content-Transfer-Encoding; an unknown one changes nothing."""
    name = encoding.strip().lower().split(b";")[0].strip().strip(b"\"'")
    if name == b"base64":
        return headers.base64(_before_footer(body) if is_text else body, is_cut)
    if name == b"quoted-printable":
        return _quoted_printable(body)
    if name in _UU_NAMES:
        begin = _UU_BEGIN.search(body)
        return _uu(body, begin)[0] if begin else body
    if name == b"x-yenc":
        yenc = _YENC_BEGIN.search(body)
        return _yenc(body, yenc)[0] if yenc else body
    return body


def _before_footer(body: bytes) -> bytes:
    """Base64 without what a mailing list wrote beneath it as plain text: decoded, that would be noise."""
    match = _FOOTER.search(body)
    return body[: match.start()] if match else body


def inline_files(body: bytes) -> tuple[bytes, list[InlineFile]]:
    """A text without the files that stand encoded in it (uuencode, yEnc), and these files."""
    if b"begin" not in body:
        return body, []
    kept: list[bytes] = []
    files: list[InlineFile] = []
    position = 0
    for _ in range(_MAX_TRIES):
        match = _INLINE_BEGIN.search(body, position)
        if not match or len(files) >= _MAX_INLINE_FILES:
            break
        content, end = (_uu if match["uu"] is not None else _yenc)(body, match)
        if content:
            files.append(InlineFile((match["uu"] or match["yenc"] or b"").strip(), content))
            kept.append(body[position : match.start()])
        else:
            kept.append(body[position:end])  # "begin 644 times" in a sentence: no file
        position = end
    return b"".join([*kept, body[position:]]), files


def _quoted_printable(body: bytes) -> bytes:
    return b"".join(_stretch_decoded(stretch) for stretch in _stretches(body))


def _stretches(body: bytes) -> Iterator[bytes]:
    """The body in pieces that end with a line; where there is none for long, before an escape."""
    position = 0
    while len(body) - position > _STRETCH:
        end = body.rfind(b"\n", position, position + _STRETCH) + 1
        if end <= position:
            end = position + _STRETCH
            escape = body.rfind(b"=", end - 3, end)
            end = escape if escape > position else end
        yield body[position:end]
        position = end
    yield body[position:].removesuffix(b"=")


def _stretch_decoded(body: bytes) -> bytes:
    if body.count(b"=") * 5 > len(body) * 2:
        return body  # escapes have two more characters each: these are none
    # White space at the end of a line is none of the text (RFC 2045, 6.7, rule 3); mostly it is one space.
    body = body.replace(b" \r\n", b"\r\n").replace(b" \n", b"\n")
    body = _LINE_END.sub(b"", body)
    # A line break stands for CR LF, whatever the mail was stored with (rule 4).
    body = body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return binascii.a2b_qp(_NO_ESCAPE.sub(b"=3D", body))


def _uu(body: bytes, begin: re.Match[bytes]) -> tuple[bytes, int]:
    """The bytes of a uuencoded file that begins here, and where the text goes on behind it."""
    if begin[0].startswith(b"begin-base64"):
        closing = body.find(b"\n====", begin.end())
        end = len(body) if closing < 0 else closing + 5
        return headers.base64(body[begin.end() : closing if closing >= 0 else end]), end
    decoded: list[bytes] = []
    position = min(begin.end() + 1, len(body))
    while position < len(body):
        stop = body.find(b"\n", position)
        following = len(body) if stop < 0 else stop + 1
        line = body[position:following].rstrip(b"\r\n")
        if line == b"end":
            position = following
            break
        if line and not _is_uu_line(line):
            break  # no "end" came: what follows is text again
        if line:
            decoded.append(_uu_line(line))
        position = following
    return b"".join(decoded), position


def _is_uu_line(line: bytes) -> bool:
    """Its first byte tells how many bytes it carries; some encoders write one or two characters more or fewer."""
    if not 32 <= line[0] <= 96 or len(line) > 200:
        return False
    wanted = (((line[0] - 32) & 63) + 2) // 3 * 4
    return len(line) - 1 <= wanted + 4 and (wanted <= 4 or len(line) > wanted // 2)


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


def _yenc(body: bytes, begin: re.Match[bytes]) -> tuple[bytes, int]:
    start = begin.end()
    part = _YENC_PART.match(body, start)
    start = part.end() if part else start
    closing = _YENC_END.search(body, start)
    data = body[start : closing.start() if closing else len(body)].replace(b"\r", b"").replace(b"\n", b"")
    # An escaped byte is shifted by another 64.
    data = _YENC_ESCAPED.sub(lambda match: bytes(((match[1][0] - 64) % 256,)), data)
    return data.translate(_YENC_SHIFT), closing.end() if closing else len(body)
