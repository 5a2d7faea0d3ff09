"""Bytes to text as a person would read them, whatever the mail claims."""

import codecs
import re

from services.intake.domain.mail import japanese, twice
from services.intake.domain.mail.charset_names import known_codec

# What is guessed among: what mail is written in. Others (of mainframes, of Macintoshes) fit short texts by chance.
_GUESSED = (
    *(
        "utf-8",
        "iso-2022-jp",
        "shift_jis",
        "cp932",
        "euc-jp",
        "gb18030",
        "gb2312",
        "big5",
        "big5hkscs",
        "euc-kr",
    ),
    *("cp949", "hz-gb-2312", "iso-2022-kr", "koi8-r", "koi8-u", "cp866", "cp874", "tis-620"),
    *(f"windows-{number}" for number in range(1250, 1259)),
    *(f"iso-8859-{number}" for number in (2, 5, 6, 7, 8, 9, 13, 15)),
)
_SAMPLE = 65_536
# So many high bytes at least tell one script from another.
_TELLING = 3
_DOUBLE_BYTE = frozenset(("gb18030", "big5hkscs", "big5", "cp949", "cp932", "euc_jp", "euc_kr", "johab"))
_PROOF = 2


def decode(data: bytes, charset: str = "", hint: str = "") -> tuple[str, str]:
    """The text of bytes that claim a charset, and a problem code ("" when the claim held).

    hint: a charset that another part of the same mail claims.
    """
    codec = known_codec(charset)
    if not codec:
        named = charset.strip().strip("\"'")
        if data.isascii() and b"\0" not in data and not shifts(data):
            return data.decode("ascii"), "charset_unknown" if named else ""
        return guess(data, hint), "charset_unknown" if named else "charset_missing"
    if data.isascii() and codec in ("cp1252", "utf-8"):
        if shifts(data) or (b"\0" in data and _wide(data[:_SAMPLE])):
            return guess(data, hint), "charset_wrong"
        return data.decode("ascii"), ""
    if codec == "utf-8" and (once := twice.undone(data)):
        return once, "charset_wrong"
    if codec == "cp1252":
        return _of_western_claim(data, charset)
    if codec in ("utf-16", "utf-32"):
        return _utf_16_or_32(data, codec)
    utf8 = "" if codec.startswith(("utf", "iso2022", "hz")) or data.isascii() else _proven_utf8(data, codec)
    if utf8:
        return utf8, "charset_wrong"
    text = _strictly(data, codec)
    if text is not None:
        return text.removeprefix("\ufeff"), ""
    if codec.startswith("iso2022_jp"):
        loose = japanese.decode(data)
        return (loose, "") if loose is not None else (guess(data, hint), "charset_wrong")
    proven = _strictly(data, "utf-8")
    return proven if proven is not None else _repaired(data, codec), "charset_wrong"


def shifts(data: bytes) -> bool:
    """Whether seven-bit bytes are another script's: ISO-2022 by its escapes, HZ by its braces."""
    return b"\x1b$" in data or b"\x1b(" in data or (b"~{" in data and _of_hz(data) is not None)


def guess(data: bytes, hint: str = "") -> str:
    """The text of bytes that claim nothing: by mark, by shape, by another part's claim, then by its letters."""
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(codec, "replace")
    if b"\x1b$)C" in data:
        korean = _strictly(data, "iso2022-kr")
        if korean is not None:
            return korean
    if b"\x1b$" in data or b"\x1b(" in data:
        stateful = _strictly(data, "iso2022-jp-2") or japanese.decode(data)
        if stateful is not None:
            return stateful
    if b"~{" in data:
        chinese = _of_hz(data)
        if chinese is not None:
            return chinese
    if b"\0" in data and (wide := _wide(data[:_SAMPLE])):
        return data.decode(wide, "replace")
    utf8 = _strictly(data, "utf-8")
    if utf8 is not None:
        return twice.undone(data) or utf8
    claimed = known_codec(hint)
    if claimed and claimed not in ("utf-8", "cp1252"):
        text = _strictly(data, claimed)
        if text is not None:
            return text
    return _repaired(data, "")


def _of_western_claim(data: bytes, charset: str) -> tuple[str, str]:
    """A claim of plain ASCII or Latin-1 is often a default that nobody meant: UTF-8 proves itself, and so does a
    text whose letters are mostly high bytes, which no western one's are.
    """
    utf8 = _strictly(data, "utf-8")
    if utf8 is not None:
        return utf8, ""
    high, letters = _counted(data[:_SAMPLE])
    ascii_claimed = "ascii" in charset.lower()
    if high >= _TELLING and (high > letters or ascii_claimed):
        return data.decode(_detected(data), "replace"), "charset_wrong"
    return data.decode("cp1252", "replace"), "charset_wrong" if ascii_claimed else ""


def _proven_utf8(data: bytes, codec: str) -> str:
    """The text as UTF-8 where that cannot be by chance, "" where it may be."""
    text = _strictly(data, "utf-8")
    if text is None:
        return ""
    others = sum(1 for character in text[:_SAMPLE] if character > "\x7f")
    return text if others >= (_PROOF if codec in _DOUBLE_BYTE else 1) else ""


def _utf_16_or_32(data: bytes, codec: str) -> tuple[str, str]:
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"\0\0\xfe\xff")):
        if b"\0" not in data:
            utf8 = _strictly(data, "utf-8")
            if utf8 is not None:
                return utf8, "charset_wrong"
        codec = (_wide(data[:_SAMPLE]) or f"{codec}-be") if codec == "utf-16" else f"{codec}-be"
    text = _strictly(data, codec)
    return (text, "") if text is not None else (data.decode(codec, "replace"), "charset_wrong")


def _wide(data: bytes) -> str:
    """Which UTF-16 it is by where its zeros are; "" when it is none."""
    first, second = data[0::2].count(0), data[1::2].count(0)
    if max(first, second) * 4 < len(data) // 2 or min(first, second) * 4 > max(first, second):
        return ""
    return "utf-16-be" if first > second else "utf-16-le"


def _repaired(data: bytes, codec: str) -> str:
    """For bytes that break their claim: mostly-right UTF-8 with marks for the rest, else what its letters tell."""
    utf8 = data.decode("utf-8", "replace")
    broken = utf8.count("\ufffd")
    high, _ = _counted(data[:_SAMPLE])
    if codec in ("", "utf-8") and broken * 8 > high:
        return data.decode(_detected(data), "replace")
    return utf8 if codec in ("", "utf-8") else data.decode(codec, "replace")


def _counted(data: bytes) -> tuple[int, int]:
    """How many high bytes, and how many ASCII letters."""
    high = len(data.translate(None, _LOW_BYTES))
    return high, len(data) - len(data.translate(None, _ASCII_LETTERS))


_LOW_BYTES = bytes(range(0x80))
_ASCII_LETTERS = bytes((*range(0x41, 0x5B), *range(0x61, 0x7B)))


def _detected(data: bytes) -> str:
    high, letters = _counted(data[:_SAMPLE])
    if high <= _TELLING and high <= letters:
        return "cp1252"  # few letters tell nothing, and among many others they are most likely accents
    # Imported late: its models take memory, and most mail names its charset rightly.
    import chardet

    sample = data[:_SAMPLE]
    found = chardet.detect(sample, include_encodings=_GUESSED, no_match_encoding="cp1252")["encoding"]
    codec = known_codec(found or "") or "cp1252"
    # Both fit Czech, Slovak and Hungarian; the bytes in which they differ tell, and Polish has another letter besides.
    if codec == "cp1250" and not _ONLY_WINDOWS.search(sample) and not _POLISH.search(sample):
        return "iso8859-2"
    return codec


def detected(data: bytes) -> str:
    """The codec that bytes without any claim are most likely in, "" for plain ASCII and UTF-8."""
    return "" if data.isascii() or _strictly(data, "utf-8") is not None else _detected(data)


_ONLY_WINDOWS = re.compile(rb"[\x80-\x9f]")
_POLISH = re.compile(rb"[\xa3\xb3]")
_HZ = re.compile(rb"~\{([\x21-\x77][\x21-\x7e]){1,200}~\}")


def _of_hz(data: bytes) -> str | None:
    return _strictly(data, "hz") if data.isascii() and _HZ.search(data) else None


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        pass
    if codec != "utf-8" or b"\xed" not in data:
        return None
    try:
        # Emoji as two halves of UTF-16, each as UTF-8: some phones write them so.
        return data.decode(codec, "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeError:
        return None
