"""Bytes to text as a person would read them, whatever the mail claims.

Names follow the WHATWG Encoding Standard where senders and standards differ: "iso-8859-1" is read as
windows-1252, "gb2312" as gb18030, "shift_jis" as cp932, because that is what mailers mean by them.
"""

import codecs
import re

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+\-]{0,63}")

_MEANT = {
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "646": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "gb_2312-80": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "ms932": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "utf8mb4": "utf-8",
    "x-unknown": "",
    "unknown-8bit": "",
    "unknown": "",
    "x-user-defined": "",
    "macintosh": "mac-roman",
    "x-mac-roman": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "koi8-ru": "koi8-u",
}

# Python also has codecs that are no charsets, or that cost quadratic time; only these are looked at.
_ALLOWED = frozenset(
    codecs.lookup(name).name
    for name in (
        *(
            "utf-8",
            "utf-8-sig",
            "utf-7",
            "utf-16",
            "utf-16-le",
            "utf-16-be",
            "utf-32",
            "utf-32-le",
            "utf-32-be",
        ),
        *(f"iso8859-{number}" for number in range(2, 17) if number != 12),
        *(f"cp{number}" for number in (437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865)),
        *(f"cp{number}" for number in (866, 869, 874, 932, 949, 950, 1125, *range(1250, 1259))),
        *("koi8-r", "koi8-u", "koi8-t", "kz1048", "ptcp154", "mac-roman", "mac-cyrillic", "mac-greek"),
        *("mac-latin2", "mac-turkish", "gb18030", "hz", "big5", "big5hkscs", "euc-jp", "euc-kr", "johab"),
        *("iso2022-jp", "iso2022-jp-1", "iso2022-jp-2", "iso2022-jp-ext", "iso2022-kr"),
    )
)


def known_codec(charset: str) -> str:
    """The codec a charset name stands for, "" when there is none that we trust."""
    name = charset.strip().strip("\"'").lower()
    if not _NAME.fullmatch(name):
        return ""
    name = _MEANT.get(name, name)
    try:
        codec = codecs.lookup(name).name if name else ""
    except (LookupError, ValueError):
        return ""
    return codec if codec in _ALLOWED else ""


def decode(data: bytes, charset: str = "") -> tuple[str, str]:
    """The text of bytes that claim a charset, and a problem code ("" when the claim held)."""
    codec = known_codec(charset)
    if codec:
        # A claim of plain ASCII or Latin-1 is often a default that nobody meant: UTF-8 proves itself.
        if codec == "cp1252" and not data.isascii():
            utf8 = _strictly(data, "utf-8")
            if utf8 is not None:
                return utf8, ""
            return data.decode("cp1252", "replace"), ""
        text = _strictly(data, codec)
        if text is not None:
            return text.removeprefix("\ufeff"), ""
        return _repaired(data, codec), "charset_wrong"
    if data.isascii() and b"\x1b" not in data:
        return data.decode("ascii"), "charset_unknown" if charset.strip() else ""
    return guess(data), "charset_unknown" if charset.strip() else "charset_missing"


def guess(data: bytes) -> str:
    """The text of bytes that claim nothing: by mark, by shape, then by the most common mistake."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(codec, "replace")
    if b"\x1b$" in data or b"\x1b(" in data:
        japanese = _strictly(data, "iso2022-jp-2")
        if japanese is not None:
            return japanese
    utf8 = _strictly(data, "utf-8")
    if utf8 is not None:
        return utf8
    return _repaired(data, "")


def _repaired(data: bytes, codec: str) -> str:
    """For bytes that break their claim: mostly-right UTF-8 with marks for the rest, else a single-byte guess."""
    utf8 = data.decode("utf-8", "replace")
    broken = utf8.count("\ufffd")
    high = sum(1 for byte in data[:65_536] if byte >= 0x80)
    if codec in ("", "utf-8") and broken * 8 > high:
        return data.decode(_cyrillic_or_latin(data[:65_536]), "replace")
    return utf8 if codec in ("", "utf-8") else data.decode(codec, "replace")


def _cyrillic_or_latin(data: bytes) -> str:
    """Western text has few high bytes between many letters; Cyrillic text has mostly high ones.

    In windows-1251 small letters are 0xE0-0xFF, in KOI8-R 0xC0-0xDF; running text is mostly small letters.
    """
    letters = sum(1 for byte in data if byte in _ASCII_LETTERS)
    low = sum(1 for byte in data if 0xC0 <= byte <= 0xDF)
    high = sum(1 for byte in data if byte >= 0xE0)
    if low + high <= letters or low + high < 8:
        return "cp1252"
    return "cp1251" if high >= low else "koi8-r"


_ASCII_LETTERS = frozenset(range(0x41, 0x5B)) | frozenset(range(0x61, 0x7B))


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None
