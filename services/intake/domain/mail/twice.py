"""UTF-8 that some gateway took for a western charset and wrote as UTF-8 once more: "GrÃ¼ÃŸe" for "Grüße"."""

import re

# What two and more bytes of UTF-8 look like by then, in cp1252 (with its five gaps) and in Latin-1.
_LEADING = "\u00c2-\u00f4"
_FOLLOWING = (
    "\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178"
)
_CHARACTER = re.compile(f"[{_LEADING}][{_FOLLOWING}]{{1,3}}")
_ALONE = re.compile(r"(?<!\w)[^\W\d_\x00-\x7f](?!\w)")
# Who writes about such letters shows one or two; a text that is made of them has more, and no other.
_PROOF = 4
_WITHIN = 262_144


def undone(data: bytes) -> str:
    """The text as it was written; "" when it was not encoded twice."""
    if len(data) > _WITHIN or data.count(b"\xc3") + data.count(b"\xc2") < _PROOF:
        return ""
    try:
        text = data.decode()
    except UnicodeError:
        return ""
    shown = _CHARACTER.findall(text)
    if len(shown) < _PROOF or len(set(shown)) < 2:
        return ""
    try:
        once = b"".join(_byte(character) for character in text).decode()
    except UnicodeError:
        return ""
    # Said alone between spaces, they are what somebody writes about.
    return once if len(_ALONE.findall(once)) * 3 <= len(shown) else ""


def _byte(character: str) -> bytes:
    number = ord(character)
    return bytes((number,)) if number < 256 else character.encode("cp1252")
