"""The words of an update: written once a language, filled in for each client. Pure.

A placeholder is a name in braces: {client}, {number}, {title}, {next_update}. A brace that stands for itself is doubled.
Nothing else is understood, and nothing is guessed: an unknown name is refused before anybody is told anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Formatter
from zoneinfo import ZoneInfo

from chassis.errors import InvalidArgument
from services.incidents.domain import texts

LANGUAGES = ("en", "fr")
PLACEHOLDERS = frozenset({"client", "number", "title", "next_update"})
MAX_TEXT = 5_000
_NO_TIME = {"en": "as soon as there is news", "fr": "dès qu’il y aura du nouveau"}
_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
}


@dataclass(frozen=True, slots=True)
class Reader:
    """A client, as an update addresses it."""

    tenant_id: str
    name: str
    locale: str
    time_zone: str
    # By which its people and incidents are known: mail domains, and what stands before its numbers.
    domains: tuple[str, ...] = ()
    prefix: str = ""


def check(locale: str, text: str) -> None:
    """Raises InvalidArgument: language_unknown, value_missing, value_too_long, placeholder_unknown, braces_unbalanced."""
    if locale not in LANGUAGES:
        raise InvalidArgument(
            "language_unknown", f"One of {', '.join(LANGUAGES)}.", field="texts", locale=locale
        )
    texts.required("text", text, MAX_TEXT)
    _parts(text)


def text_for(reader: Reader, written: Mapping[str, str]) -> tuple[str, str]:
    """The language and words for a client: its own language, else English.

    Raises InvalidArgument("language_missing").
    """
    for locale in (reader.locale[:2], "en"):
        if written.get(locale, "").strip():
            return locale, written[locale]
    raise InvalidArgument(
        "language_missing",
        "A client's language is missing, and English too.",
        field="texts",
        locale=reader.locale,
    )


def filled(
    text: str, locale: str, reader: Reader, number: str, title: str, next_update: datetime | None
) -> str:
    """The words with what stands for the placeholders. Raises InvalidArgument as `check`."""
    values = {
        "client": reader.name,
        "number": number,
        "title": title,
        "next_update": time_in_words(next_update, locale, reader.time_zone),
    }
    return "".join(literal + (values[name] if name else "") for literal, name in _parts(text)).strip()


def time_in_words(moment: datetime | None, locale: str, time_zone: str) -> str:
    """ "14:30 (Europe/Paris) on 2 March"; that there is none, in words."""
    if moment is None:
        return _NO_TIME[locale]
    local = moment.astimezone(ZoneInfo(time_zone or "UTC"))
    zone = time_zone or "UTC"
    month = _MONTHS[locale][local.month - 1]
    if locale == "fr":
        return f"le {local.day} {month} à {local:%H:%M} ({zone})"
    return f"{local.day} {month} at {local:%H:%M} ({zone})"


def _parts(text: str) -> list[tuple[str, str]]:
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise InvalidArgument(
            "braces_unbalanced", "A brace that stands for itself is written twice.", field="texts"
        ) from error
    found = []
    for literal, name, spec, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            raise InvalidArgument(
                "placeholder_unknown",
                f"There is no placeholder {{{name}}}.",
                field="texts",
                placeholder=name[:60],
            )
        found.append((literal, name or ""))
    return found
