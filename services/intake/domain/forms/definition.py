"""What a form asks: its fields in their order, in two languages, and what becomes of the answers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from chassis.errors import InvalidArgument

MOST_FIELDS = 60
MOST_OPTIONS = 100
LONGEST_WORDS = 300
LONGEST_HELP = 1000
LONGEST_INTRODUCTION = 4000
LONGEST_PATTERN = 300
LONGEST_TEXT, LONGEST_LONG_TEXT = 200, 10_000
MOST_FILES = 20
_KEY = re.compile(r"[a-z][a-z0-9_]{0,49}")
# JSON holds what JavaScript can count.
_LARGEST = 2**53 - 1


class Kind(StrEnum):
    """What a field takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    FILE = "file"


WITH_OPTIONS = frozenset({Kind.CHOICE, Kind.CHOICES})


@dataclass(frozen=True, slots=True)
class Words:
    """The same in English and in French; where French is missing, English is shown."""

    en: str = ""
    fr: str = ""

    def in_language(self, locale: str) -> str:
        return (self.fr if locale.startswith("fr") else "") or self.en or self.fr

    def trimmed(self) -> "Words":
        return Words(self.en.strip(), self.fr.strip())


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; value is what is kept."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Condition:
    """A field is asked only if an earlier one was answered so: one of a choice's options, "yes" or "no"."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    as_list: a choice is shown as a list to open and not as buttons. minimum and maximum: of a number; whole: no
    fractions. longest: of a text, 0 for the usual. pattern: a regular expression that a text must match somewhere.
    most: files, 0 for one.
    """

    key: str
    kind: Kind
    label: Words
    help: Words = Words()
    required: bool = False
    options: tuple[Option, ...] = ()
    as_list: bool = False
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False
    longest: int = 0
    pattern: str = ""
    most: int = 0
    condition: Condition | None = None

    @property
    def longest_text(self) -> int:
        """In characters."""
        return self.longest or (LONGEST_TEXT if self.kind is Kind.TEXT else LONGEST_LONG_TEXT)

    @property
    def most_files(self) -> int:
        return self.most or 1


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole form. kind, impact, urgency: numbers of the record's enums, 0 where it does not say."""

    title: Words
    introduction: Words = Words()
    fields: tuple[Field, ...] = ()
    kind: int = 0
    impact: int = 0
    urgency: int = 0
    category: str = ""

    def field(self, key: str) -> Field | None:
        return next((one for one in self.fields if one.key == key), None)

    def checked(self) -> "Definition":
        """The same, if it is one. Raises InvalidArgument naming the place: "title", "fields[2].label"."""
        _words(self.title, "title", LONGEST_WORDS, needed=True)
        _words(self.introduction, "introduction", LONGEST_INTRODUCTION)
        _require(len(self.fields) <= MOST_FIELDS, "too_many_fields", "fields", limit=MOST_FIELDS)
        _require(len(self.category) <= 100, "category_too_long", "category", limit=100)
        before: dict[str, Field] = {}
        for number, field in enumerate(self.fields):
            _check_field(field, f"fields[{number}]", before)
            before[field.key] = field
        return self


def _check_field(field: Field, place: str, before: dict[str, Field]) -> None:
    _require(bool(_KEY.fullmatch(field.key)), "field_key_invalid", f"{place}.key")
    _require(field.key not in before, "field_key_taken", f"{place}.key")
    _words(field.label, f"{place}.label", LONGEST_WORDS, needed=True)
    _words(field.help, f"{place}.help", LONGEST_HELP)
    _check_options(field, place)
    _check_numbers(field, place)
    _require(
        len(field.pattern) <= LONGEST_PATTERN, "pattern_too_long", f"{place}.pattern", limit=LONGEST_PATTERN
    )
    _require(0 <= field.most <= MOST_FILES, "too_many_files", f"{place}.most", limit=MOST_FILES)
    if field.condition:
        _check_condition(field.condition, f"{place}.condition", before)


def _check_options(field: Field, place: str) -> None:
    if field.kind not in WITH_OPTIONS:
        _require(not field.options, "options_not_allowed", f"{place}.options")
        return
    _require(bool(field.options), "options_missing", f"{place}.options")
    _require(len(field.options) <= MOST_OPTIONS, "too_many_options", f"{place}.options", limit=MOST_OPTIONS)
    values = [option.value for option in field.options]
    _require(len(set(values)) == len(values), "option_taken", f"{place}.options")
    for option in field.options:
        _require(0 < len(option.value) <= LONGEST_WORDS, "option_invalid", f"{place}.options")
        _words(option.label, f"{place}.options", LONGEST_WORDS, needed=True)


def _check_numbers(field: Field, place: str) -> None:
    bounds = (field.minimum, field.maximum)
    in_range = all(one is None or abs(one) <= _LARGEST for one in bounds)
    _require(in_range, "bound_invalid", f"{place}.minimum")
    if field.minimum is not None and field.maximum is not None:
        _require(field.minimum <= field.maximum, "bound_invalid", f"{place}.minimum")
    most = LONGEST_TEXT if field.kind is Kind.TEXT else LONGEST_LONG_TEXT
    _require(0 <= field.longest <= most, "bound_invalid", f"{place}.longest", limit=most)


def _check_condition(condition: Condition, place: str, before: dict[str, Field]) -> None:
    of = before.get(condition.key)
    _require(of is not None, "condition_unknown", place)
    assert of is not None
    _require(condition.value in condition_values(of), "condition_invalid", place)


def condition_values(field: Field) -> list[str]:
    """What a later field's condition may ask of this one."""
    if field.kind is Kind.YES_NO:
        return ["yes", "no"]
    return [option.value for option in field.options] if field.kind is Kind.CHOICE else []


def shown(fields: Iterable[Field], answers: dict[str, object]) -> list[Field]:
    """Those that are asked, given these answers: a field that is not asked answers nobody's condition either."""
    asked: dict[str, Field] = {}
    for field in fields:
        if field.condition is None or _holds(field.condition, asked, answers):
            asked[field.key] = field
    return list(asked.values())


def _holds(condition: Condition, asked: dict[str, Field], answers: dict[str, object]) -> bool:
    of = asked.get(condition.key)
    if of is None or condition.key not in answers:
        return False
    given = answers[condition.key]
    return given is (condition.value == "yes") if of.kind is Kind.YES_NO else given == condition.value


def _words(words: Words, place: str, most: int, needed: bool = False) -> None:
    _require(not needed or bool(words.en or words.fr), "words_missing", place)
    _require(max(len(words.en), len(words.fr)) <= most, "words_too_long", place, limit=most)


_MESSAGES = {
    "field_key_invalid": "A key has small letters, digits and underscores, and begins with a letter.",
    "field_key_taken": "Two fields have this key.",
    "words_missing": "This needs words, in English or French.",
    "options_missing": "A choice needs something to choose.",
    "options_not_allowed": "Only choices have options.",
    "option_taken": "Two options have the same value.",
    "option_invalid": "An option needs a value of at most 300 characters.",
    "condition_unknown": "A condition asks for a field that stands before.",
    "condition_invalid": "A condition asks for an option of a choice, or for yes or no.",
    "bound_invalid": "These bounds cannot be met.",
}


def _require(met: bool, reason: str, place: str, **values: int) -> None:
    if not met:
        message = _MESSAGES.get(reason) or f"At most {values['limit']}."
        raise InvalidArgument(reason, message, field=place, **values)
