"""What a file may be called: a name that is safe to show, to log and to save under, on any system."""

import re
import unicodedata

MAX_LENGTH = 150
_NAMELESS = "attachment"
_LONGEST_ENDING = 20
# Control, format (direction and zero-width characters among them), surrogates, private use; line and paragraph ends.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SEPARATORS = re.compile(r"[/\\]")
_RESERVED = re.compile(r'[<>:"|?*]')
# Windows knows these as devices, whatever stands behind the dot.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{kind}{number}" for kind in ("com", "lpt") for number in range(10))}
)


def clean_name(given: str, nameless: str = _NAMELESS) -> str:
    """The last part of a path, without what cannot be seen or saved; never empty; cleaning twice changes nothing.

    A character that shows nothing or turns the reading direction hides what a file is: "invoice[U+202E]fdp.exe" is
    shown as "invoiceexe.pdf". nameless: what it is called when nothing is left.
    """
    name = unicodedata.normalize("NFC", given)
    # After unseen characters went, what they kept apart may compose; once more settles it.
    name = unicodedata.normalize("NFC", _visible(_SEPARATORS.split(name)[-1]))
    name = _RESERVED.sub("_", name)
    name = _shortened(_tidy(name))
    if not name or not any(character.isalnum() for character in name):
        return nameless
    if name.partition(".")[0].strip().lower() in _DEVICES:
        return _shortened(f"_{name}")
    return name


def _visible(text: str) -> str:
    shown = (" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    return "".join(one for one in shown if unicodedata.category(one) not in _UNSEEN)


def _tidy(name: str) -> str:
    # A leading dot hides a file, a trailing dot or space is dropped by some systems.
    return " ".join(name.split()).strip(". ")


def _shortened(name: str) -> str:
    """At most MAX_LENGTH characters, and what stands behind the last dot is kept."""
    if len(name) <= MAX_LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > _LONGEST_ENDING:
        return _tidy(name[:MAX_LENGTH])
    return _tidy(stem[: MAX_LENGTH - len(ending) - 1]) + dot + ending
