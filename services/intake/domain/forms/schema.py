"""A form as a JSON Schema (2020-12): what answers must be. Words in French, order and looks stand under "x-fairlead"."""

from typing import Any

from services.intake.domain.forms.definition import Definition, Field, Kind, Words

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OWN = "x-fairlead"
UPLOAD_ID = "^att_[a-z0-9]{1,60}$"


def schema_of(definition: Definition) -> dict[str, Any]:
    """What an object of answers must be: each field a property, and what its condition says as if, then, else."""
    always = [one.key for one in definition.fields if one.required and one.condition is None]
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "type": "object",
        "title": definition.title.in_language("en"),
        "properties": {field.key: _property(field) for field in definition.fields},
        "required": always,
        "additionalProperties": False,
        OWN: _own(definition),
    }
    if definition.introduction != Words():
        schema["description"] = definition.introduction.in_language("en")
    conditions = [_condition(field, definition) for field in definition.fields if field.condition]
    if conditions:
        schema["allOf"] = conditions
    return schema


def _own(definition: Definition) -> dict[str, Any]:
    own: dict[str, Any] = {"order": [field.key for field in definition.fields]}
    own |= _french(title=definition.title, introduction=definition.introduction)
    for name in ("kind", "impact", "urgency", "category"):
        if value := getattr(definition, name):
            own[name] = value
    return own


def _property(field: Field) -> dict[str, Any]:
    own: dict[str, Any] = {"kind": field.kind.value}
    own |= _french(title=field.label, help=field.help)
    if field.as_list:
        own["as_list"] = True
    if field.required:
        own["required"] = True
    if field.options:
        own["options"] = {one.value: {"en": one.label.en, "fr": one.label.fr} for one in field.options}
    if field.condition:
        own["condition"] = {"key": field.condition.key, "value": field.condition.value}
    stated = {"title": field.label.in_language("en"), **_TYPES[field.kind](field), OWN: own}
    if field.help != Words():
        stated["description"] = field.help.in_language("en")
    return stated


def _text(field: Field) -> dict[str, Any]:
    stated: dict[str, Any] = {"type": "string", "maxLength": field.longest_text}
    if field.required:
        # A few blanks are no answer.
        stated["minLength"] = 1
    if field.pattern:
        stated["pattern"] = field.pattern
    return stated


def _number(field: Field) -> dict[str, Any]:
    stated: dict[str, Any] = {"type": "integer" if field.whole else "number"}
    for name, bound in (("minimum", field.minimum), ("maximum", field.maximum)):
        if bound is not None:
            stated[name] = int(bound) if float(bound).is_integer() else bound
    return stated


def _choices(field: Field) -> dict[str, Any]:
    items = {"type": "string", "enum": [one.value for one in field.options]}
    stated: dict[str, Any] = {"type": "array", "items": items, "uniqueItems": True}
    return {**stated, "minItems": 1} if field.required else stated


def _files(field: Field) -> dict[str, Any]:
    stated: dict[str, Any] = {
        "type": "array",
        "items": {"type": "string", "pattern": UPLOAD_ID},
        "uniqueItems": True,
        "maxItems": field.most_files,
    }
    return {**stated, "minItems": 1} if field.required else stated


_TYPES = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: lambda _field: {"type": "string", "format": "date"},
    Kind.CHOICE: lambda field: {"type": "string", "enum": [one.value for one in field.options]},
    Kind.CHOICES: _choices,
    Kind.YES_NO: lambda _field: {"type": "boolean"},
    Kind.FILE: _files,
}


def _condition(field: Field, definition: Definition) -> dict[str, Any]:
    """If it holds, the field is asked; else it must not be answered."""
    condition = field.condition
    assert condition is not None
    of = definition.field(condition.key)
    value: Any = condition.value == "yes" if of and of.kind is Kind.YES_NO else condition.value
    stated = {
        "if": {"properties": {condition.key: {"const": value}}, "required": [condition.key]},
        "else": {"properties": {field.key: False}},
    }
    return {**stated, "then": {"required": [field.key]}} if field.required else stated


def _french(**words: Words) -> dict[str, Any]:
    return {name: {"fr": each.fr} for name, each in words.items() if each.fr}
