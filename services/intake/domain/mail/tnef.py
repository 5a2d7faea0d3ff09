"""winmail.dat (MS-OXTNEF): what Outlook wraps a rich text mail in, opened.

Our own, because the one library for it copies the rest of the file at every attribute, gives up on all attachments when
one is broken, and cuts the zeros off the end of a file.
"""

import struct
from dataclasses import dataclass, field

from services.intake.domain.mail import charsets, rtf

_SIGNATURE = 0x223E9F78
_HEAD = struct.Struct("<BII")
_MESSAGE, _ATTACHMENT = 1, 2
# Attributes, by the low half of their tag.
_BODY, _DATA, _TITLE, _RENDERING = 0x800C, 0x800F, 0x8010, 0x9002
_PROPERTIES, _ATTACHMENT_PROPERTIES, _CODEPAGE = 0x9003, 0x9005, 0x9007
# MAPI properties.
_P_BODY, _P_RTF, _P_HTML, _P_CODEPAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_P_DATA, _P_NAME, _P_LONG_NAME, _P_TYPE, _P_CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
_INTERFACE = bytes.fromhex("00000000c000000000000046")
_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4, 0x0014: 8}
_FIXED |= {0x0040: 8, 0x0048: 16}
_COUNTED = (0x000D, 0x001E, 0x001F, 0x0102)
_STRING, _UNICODE = 0x001E, 0x001F
_MANY = 0x1000
_MAX_FILES = 200
_MAX_ATTRIBUTES = 5_000
_MAX_PROPERTIES = 5_000

Properties = dict[int, "bytes | str"]


@dataclass(slots=True)
class TnefFile:
    """A file inside."""

    name: str = ""
    content: bytes = b""
    content_type: str = ""
    content_id: str = ""


@dataclass(slots=True)
class Tnef:
    """What was inside. text and html are empty when it has none; is_whole: it was read to its end."""

    text: str = ""
    html: str = ""
    # The body as compressed rich text; only unpacked where there is no other.
    packed: bytes = b""
    files: list[TnefFile] = field(default_factory=list)
    is_whole: bool = True


def opened(data: bytes) -> Tnef | None:
    """What can be read of it; None when it is no TNEF at all."""
    if not is_tnef(data):
        return None
    found, codepage, position = Tnef(), "cp1252", 6
    for _ in range(_MAX_ATTRIBUTES):
        if position + _HEAD.size > len(data):
            return found
        level, tag, length = _HEAD.unpack_from(data, position)
        start = position + _HEAD.size
        if level not in (_MESSAGE, _ATTACHMENT) or start + length > len(data):
            break
        value, name = data[start : start + length], tag & 0xFFFF
        position = start + length + 2
        if name == _CODEPAGE and length >= 4:
            codepage = charsets.known_codec(f"cp{struct.unpack_from('<I', value)[0]}") or codepage
        elif level == _ATTACHMENT:
            _take_attachment(found, name, value, codepage)
        elif name == _BODY:
            found.text = found.text or _text(value, codepage)
        elif name == _PROPERTIES:
            _take_body(found, _properties(value, codepage), codepage)
    found.is_whole = False
    return found


def unpack(found: Tnef) -> None:
    """Its text or HTML out of the rich text, where it has none otherwise."""
    if not found.packed or found.text.strip() or found.html.strip():
        return
    content, is_html = rtf.read(rtf.decompressed(found.packed))
    if is_html:
        found.html = content
    else:
        found.text = content.strip()


def is_tnef(data: bytes) -> bool:
    """By its first bytes."""
    return data.startswith(struct.pack("<I", _SIGNATURE))


def _take_attachment(found: Tnef, name: int, value: bytes, codepage: str) -> None:
    if name == _RENDERING:
        if len(found.files) < _MAX_FILES:
            found.files.append(TnefFile())
        else:
            found.is_whole = False
        return
    if not found.files:
        found.files.append(TnefFile())
    file = found.files[-1]
    if name == _TITLE:
        file.name = file.name or _text(value, codepage)
    elif name == _DATA:
        file.content = value
    elif name == _ATTACHMENT_PROPERTIES:
        said = _properties(value, codepage)
        file.name = _said(said, _P_LONG_NAME, codepage) or file.name or _said(said, _P_NAME, codepage)
        file.content_type = _said(said, _P_TYPE, codepage)
        file.content_id = _said(said, _P_CONTENT_ID, codepage)
        inner = said.get(_P_DATA, b"")
        if isinstance(inner, bytes) and inner[4:16] == _INTERFACE:
            file.content = inner[
                16:
            ]  # an object, behind what kind it is: a mail (which is TNEF itself), a document
        elif isinstance(inner, bytes) and inner and not file.content:
            file.content = inner


def _take_body(found: Tnef, said: Properties, codepage: str) -> None:
    number = said.get(_P_CODEPAGE, b"")
    own = ""
    if isinstance(number, bytes) and len(number) >= 4:
        page = struct.unpack_from("<I", number)[0]
        own = "utf-8" if page == 65001 else f"cp{page}"
    found.text = _said(said, _P_BODY, own or codepage) or found.text
    found.html = _said(said, _P_HTML, own or codepage) or found.html
    packed = said.get(_P_RTF, b"")
    found.packed = packed if isinstance(packed, bytes) else b""


def _said(said: Properties, name: int, codepage: str) -> str:
    value = said.get(name, "")
    return value.rstrip("\0") if isinstance(value, str) else _text(value, codepage)


def _text(value: bytes, codepage: str) -> str:
    return charsets.decode(value.rstrip(b"\0"), codepage)[0]


def _properties(data: bytes, codepage: str) -> Properties:
    """MAPI properties by their id, as far as they can be read."""
    said: Properties = {}
    try:
        count, position = min(struct.unpack_from("<I", data)[0], _MAX_PROPERTIES), 4
        for _ in range(count):
            kind, name = struct.unpack_from("<HH", data, position)
            position += 4
            if name >= 0x8000:
                position = _after_own_name(data, position)
            position, value = _value(data, position, kind, codepage)
            if value is not None:
                said.setdefault(name, value)
    except (struct.error, ValueError):
        pass
    return said


def _after_own_name(data: bytes, position: int) -> int:
    """Behind the GUID and the number or name of a property that somebody defined."""
    kind, number = struct.unpack_from("<II", data, position + 16)
    return position + 24 + (_padded(number) if kind else 0)


def _value(data: bytes, position: int, kind: int, codepage: str) -> "tuple[int, bytes | str | None]":
    many, kind = bool(kind & _MANY), kind & ~_MANY
    if kind in _FIXED and not many:
        return position + _FIXED[kind], data[position : position + _FIXED[kind]]
    count = struct.unpack_from("<I", data, position)[0]
    position += 4
    if kind in _FIXED:
        return position + count * _FIXED[kind], None
    if kind not in _COUNTED or count > _MAX_PROPERTIES:
        raise ValueError(kind)
    value: bytes | None = None
    for _ in range(count):
        length = struct.unpack_from("<I", data, position)[0]
        if position + 4 + length > len(data):
            raise ValueError(length)
        item = data[position + 4 : position + 4 + length]
        position += 4 + _padded(length)
        value = item if value is None else value
    if kind == _UNICODE and value is not None:
        return position, value.decode("utf-16-le", "replace")
    if kind == _STRING and value is not None:
        return position, _text(value, codepage)
    return position, value


def _padded(length: int) -> int:
    return (length + 3) // 4 * 4
