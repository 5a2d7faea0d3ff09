"""What was answered: held against the schema, and told as a list that people read."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chassis.errors import InvalidArgument
from services.intake.domain.forms.definition import Definition, Field, Kind, Words, shown
from services.intake.domain.forms.schema import schema_of

MOST_PROBLEMS = 40
_YES, _NO = Words("Yes", "Oui"), Words("No", "Non")
# What says how far a value is off, by the kind of mistake.
_LIMITS = ("limit",)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered field, as it was called and meant when it was answered. value: JSON."""

    field: str
    kind: Kind
    label: Words
    value: str
    text: Words


@dataclass(frozen=True, slots=True)
class Answered:
    """A filled form: which one at which version, and its answers in the form's order."""

    form_id: str
    version: int
    title: Words
    answers: tuple[Answer, ...]

    def text(self, locale: str) -> str:
        """As a list to be read: a label, and what was answered, a line each; longer ones below their label."""
        lines = []
        for one in self.answers:
            said = one.text.in_language(locale)
            parted = "\n" if one.kind is Kind.LONG_TEXT else " "
            lines.append(f"{one.label.in_language(locale)}:{parted}{said}")
        return "\n".join(lines)

    def subject(self, locale: str) -> str:
        """The form's title, and the first short answer."""
        title = self.title.in_language(locale)
        first = next((one for one in self.answers if one.kind in (Kind.TEXT, Kind.CHOICE)), None)
        return f"{title}: {first.text.in_language(locale)}" if first else title


def check_patterns(definition: Definition) -> None:
    """Raises InvalidArgument("pattern_invalid") for a regular expression that cannot be matched in linear time."""
    for number, field in enumerate(definition.fields):
        if not field.pattern:
            continue
        try:
            _validator(json.dumps({"pattern": field.pattern}))
        except ValueError as error:
            message = (
                "No regular expression, or one with look-around or back references, which are not taken."
            )
            raise InvalidArgument("pattern_invalid", message, field=f"fields[{number}].pattern") from error


def upload_ids(definition: Definition, given: Mapping[str, Any]) -> list[str]:
    """The uploads that answers name."""
    return [
        each
        for field in definition.fields
        if field.kind is Kind.FILE and isinstance(given.get(field.key), list)
        for each in given[field.key]
    ]


def answered(
    form_id: str, version: int, definition: Definition, given: Mapping[str, Any], names: Mapping[str, str]
) -> Answered:
    """The answers of one form. names: of uploads, by id, as far as they are known. Validate first."""
    answers = tuple(
        Answer(
            field.key,
            field.kind,
            field.label,
            json.dumps(given[field.key], ensure_ascii=False),
            _text(field, given[field.key], names),
        )
        for field in definition.fields
        if field.key in given and given[field.key] not in ("", [])
    )
    return Answered(form_id, version, definition.title, answers)


def validated(definition: Definition, given: Any) -> dict[str, Any]:
    """The answers, trimmed. Raises InvalidArgument("answers_invalid") with `errors`, a JSON list of
    {pointer, code, limit}: one for each thing that is wrong, in the form's order.
    """
    answers = _trimmed(given) if isinstance(given, dict) else given
    validator = _validator(json.dumps(schema_of(definition)))
    problems = [_problem(error) for error in validator.iter_errors(answers)]
    if isinstance(answers, dict):
        asked = {field.key for field in shown(definition.fields, answers)}
        problems = [one for one in problems if _concerns(one, definition, asked)]
    if problems:
        order = {f"/{field.key}": number for number, field in enumerate(definition.fields)}
        problems.sort(key=lambda one: order.get(_first_part(one["pointer"]), len(order)))
        errors = json.dumps(_each_once(problems)[:MOST_PROBLEMS])
        raise InvalidArgument(
            "answers_invalid", "Some answers are missing or wrong.", field="answers", errors=errors
        )
    return dict(answers)


def _concerns(problem: dict[str, str], definition: Definition, asked: set[str]) -> bool:
    """A field whose condition is not met is wrong once, however else it is filled in."""
    key = _first_part(problem["pointer"])[1:]
    known = definition.field(key)
    return known is None or key in asked or problem["code"] == "not_asked"


def _each_once(problems: list[dict[str, str]]) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for one in problems:
        found.setdefault(_first_part(one["pointer"]), one)
    return list(found.values())


def _first_part(pointer: str) -> str:
    return "/" + pointer.lstrip("/").partition("/")[0]


_CODES = {
    "required": "required",
    "additionalProperties": "unknown_field",
    "falseSchema": "not_asked",
    "minLength": "required",
    "minItems": "required",
    "maxLength": "too_long",
    "maxItems": "too_many",
    "pattern": "pattern",
    "format": "format",
    "enum": "not_an_option",
    "type": "type",
    "minimum": "too_small",
    "maximum": "too_large",
    "uniqueItems": "repeated",
}


def _problem(error: Any) -> dict[str, str]:
    path, kind = list(error.instance_path), error.kind
    if kind.name == "required":
        path.append(kind.property)
    elif kind.name == "additionalProperties":
        path.extend(kind.unexpected[:1])
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    limit = next((str(getattr(kind, name)) for name in _LIMITS if hasattr(kind, name)), "")
    return {
        "pointer": pointer,
        "code": _CODES.get(kind.name, "invalid"),
        **({"limit": limit} if limit else {}),
    }


def _trimmed(given: dict[str, Any]) -> dict[str, Any]:
    trimmed = {key: value.strip() if isinstance(value, str) else value for key, value in given.items()}
    return {key: value for key, value in trimmed.items() if value is not None}


@lru_cache(maxsize=200)
def _validator(schema: str) -> Any:
    """Raises ValueError for what is no schema. Regular expressions are matched in linear time, whatever they are."""
    import jsonschema_rs  # five megabytes, which only those need who answer forms

    return jsonschema_rs.Draft202012Validator(
        json.loads(schema), validate_formats=True, pattern_options=jsonschema_rs.RegexOptions()
    )


def _text(field: Field, value: Any, names: Mapping[str, str]) -> Words:
    if field.kind is Kind.YES_NO:
        return _YES if value else _NO
    if field.kind is Kind.FILE:
        called = ", ".join(names.get(each, "…") for each in value)
        return Words(called, called)
    if field.options:
        chosen = [value] if field.kind is Kind.CHOICE else value
        labels = [option.label for option in field.options if option.value in chosen]
        return Words(
            ", ".join(one.in_language("en") for one in labels),
            ", ".join(one.in_language("fr") for one in labels),
        )
    return Words(str(value), str(value))
