"""A JSON Schema as a form: ours, or somebody else's as far as a form can show it."""

from collections.abc import Mapping
from typing import Any

from chassis.errors import InvalidArgument
from services.intake.domain.forms.definition import (
    LONGEST_LONG_TEXT,
    LONGEST_TEXT,
    Condition,
    Definition,
    Field,
    Kind,
    Option,
    Words,
)
from services.intake.domain.forms.schema import OWN

_WHOLE = frozenset(
    {
        "$schema",
        "$comment",
        "type",
        "title",
        "description",
        "properties",
        "required",
        "additionalProperties",
        "allOf",
        OWN,
    }
)
_ABOUT = frozenset({"type", "title", "description", "default", "examples", "$comment", OWN})
_KNOWN = {
    "string": _ABOUT | {"enum", "oneOf", "format", "minLength", "maxLength", "pattern"},
    "number": _ABOUT | {"minimum", "maximum"},
    "integer": _ABOUT | {"minimum", "maximum"},
    "boolean": _ABOUT,
    "array": _ABOUT | {"items", "minItems", "maxItems", "uniqueItems"},
}


def definition_of(schema: Any) -> Definition:
    """Raises InvalidArgument("schema_unsupported") with the JSON pointer of what no form can show.

    What only our own schemas say ("x-fairlead": French, order, looks, conditions) may be missing; conditions that are
    written as if, then, else are read there and nowhere else.
    """
    whole = _object(schema, "")
    _only(whole, _WHOLE, "")
    if whole.get("type", "object") != "object":
        raise _unsupported("/type")
    properties = _object(whole.get("properties"), "/properties")
    own = _object(whole.get(OWN, {}), f"/{OWN}")
    if "allOf" in whole and not own:
        raise _unsupported("/allOf")
    required = whole.get("required", [])
    if not isinstance(required, list):
        raise _unsupported("/required")
    order = own.get("order", [])
    keys = list(properties)
    if isinstance(order, list):
        keys.sort(key=lambda key: order.index(key) if key in order else len(order))
    return Definition(
        title=_words(whole.get("title", ""), own.get("title"), "/title"),
        introduction=_words(whole.get("description", ""), own.get("introduction"), "/description"),
        fields=tuple(_field(key, properties[key], key in required) for key in keys),
        category=_text(own.get("category", ""), f"/{OWN}/category"),
        **{name: _number(own.get(name, 0), f"/{OWN}/{name}") for name in ("kind", "impact", "urgency")},
    )


def _field(key: str, stated: Any, required: bool) -> Field:
    place = f"/properties/{key}"
    prop = _object(stated, place)
    own = _object(prop.get(OWN, {}), f"{place}/{OWN}")
    kind = _kind(prop, own, place)
    _only(prop, _KNOWN[prop.get("type", "string")], place)
    return Field(
        key=key,
        kind=kind,
        label=_words(prop.get("title", "") or key, own.get("title"), f"{place}/title"),
        help=_words(prop.get("description", ""), own.get("help"), f"{place}/description"),
        required=required or own.get("required") is True,
        options=_options(prop, own, kind, place),
        as_list=own.get("as_list") is True,
        minimum=_bound(prop, "minimum", place),
        maximum=_bound(prop, "maximum", place),
        whole=prop.get("type") == "integer",
        longest=_longest(prop, kind, place),
        pattern=_text(prop.get("pattern", ""), f"{place}/pattern") if prop.get("type") != "array" else "",
        most=_number(prop.get("maxItems", 0), f"{place}/maxItems") if kind is Kind.FILE else 0,
        condition=_condition(own.get("condition"), f"{place}/{OWN}/condition"),
    )


def _kind(prop: Mapping[str, Any], own: Mapping[str, Any], place: str) -> Kind:
    stated = prop.get("type", "string")
    if not isinstance(stated, str) or stated not in _KNOWN:
        raise _unsupported(f"{place}/type")
    if stated in ("number", "integer"):
        return Kind.NUMBER
    if stated == "boolean":
        return Kind.YES_NO
    if stated == "array":
        return Kind.FILE if own.get("kind") == Kind.FILE else Kind.CHOICES
    if "enum" in prop or "oneOf" in prop:
        return Kind.CHOICE
    if "format" in prop:
        if prop["format"] != "date":
            raise _unsupported(f"{place}/format")
        return Kind.DATE
    longer = _number(prop.get("maxLength", 0), f"{place}/maxLength") > LONGEST_TEXT
    return Kind.LONG_TEXT if own.get("kind") == Kind.LONG_TEXT or longer else Kind.TEXT


def _options(prop: Mapping[str, Any], own: Mapping[str, Any], kind: Kind, place: str) -> tuple[Option, ...]:
    if kind is Kind.CHOICES:
        prop, place = _object(prop.get("items"), f"{place}/items"), f"{place}/items"
        _only(prop, frozenset({"type", "enum", "oneOf"}), place)
    elif kind is not Kind.CHOICE:
        return ()
    labels = _object(own.get("options", {}), f"{place}/{OWN}/options")
    found = []
    for number, each in enumerate(_list(prop.get("enum", []), f"{place}/enum")):
        found.append((_text(each, f"{place}/enum/{number}"), ""))
    for number, each in enumerate(_list(prop.get("oneOf", []), f"{place}/oneOf")):
        at = f"{place}/oneOf/{number}"
        one = _object(each, at)
        _only(one, frozenset({"const", "title", "type"}), at)
        found.append((_text(one.get("const"), f"{at}/const"), _text(one.get("title", ""), f"{at}/title")))
    return tuple(
        Option(value, _option_words(labels.get(value), title or value, f"{place}/{OWN}/options"))
        for value, title in found
    )


def _option_words(given: Any, plain: str, place: str) -> Words:
    if given is None:
        return Words(plain)
    both = _object(given, place)
    return Words(_text(both.get("en", ""), place), _text(both.get("fr", ""), place))


def _longest(prop: Mapping[str, Any], kind: Kind, place: str) -> int:
    if kind not in (Kind.TEXT, Kind.LONG_TEXT):
        return 0
    usual = LONGEST_TEXT if kind is Kind.TEXT else LONGEST_LONG_TEXT
    stated = _number(prop.get("maxLength", 0), f"{place}/maxLength")
    return 0 if stated == usual else min(stated, usual)


def _condition(given: Any, place: str) -> Condition | None:
    if given is None:
        return None
    stated = _object(given, place)
    return Condition(_text(stated.get("key"), place), _text(stated.get("value"), place))


def _words(english: Any, own: Any, place: str) -> Words:
    french = _object(own, place).get("fr", "") if own is not None else ""
    return Words(_text(english, place), _text(french, place))


def _bound(prop: Mapping[str, Any], name: str, place: str) -> float | None:
    given = prop.get(name)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _unsupported(f"{place}/{name}")
    return float(given)


def _number(given: Any, place: str) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < 2**31:
        raise _unsupported(place)
    return given


def _text(given: Any, place: str) -> str:
    if not isinstance(given, str):
        raise _unsupported(place)
    return given


def _list(given: Any, place: str) -> list[Any]:
    if not isinstance(given, list):
        raise _unsupported(place)
    return given


def _object(given: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise _unsupported(place)
    return given


def _only(given: Mapping[str, Any], known: frozenset[str], place: str) -> None:
    for name in given:
        if name not in known:
            raise _unsupported(f"{place}/{name}")


def _unsupported(pointer: str) -> InvalidArgument:
    where = pointer or "/"
    message = f"No form can show what stands at {where} of this schema."
    return InvalidArgument("schema_unsupported", message, field="schema", pointer=where)
