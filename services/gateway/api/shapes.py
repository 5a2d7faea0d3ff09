"""What goes in and out as JSON: pydantic models whose fields bear the names of the protobuf fields they show.

    class Person(Shape):
        person_id: str
        state: PersonState                      # a Literal of words: "active", "disabled"
        create_time: Time | None = None

    Person.of(message)      # → a JSON-ready dict: enum → word, Timestamp → RFC 3339, unset → left out
    fill(message, body)     # the other way, for what a request carries

One definition serves conversion, validation and the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC
from functools import lru_cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from services.gateway.backends.words import TIMESTAMP, number_of, time_text, words_of

# What JSON Schema can say and JavaScript's numbers can hold.
_SAFE_INTEGER = 2**53 - 1

Time = Annotated[
    str, WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-02T09:30:00.000Z"]})
]
# Spelled out: what \s means differs between the regular expressions of Rust, Python and JavaScript.
Line = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]*[^\x00-\x20\x7f-\xa0][^\x00-\x1f]*$"
    ),
]
Words = Annotated[str, StringConstraints(min_length=1, max_length=50_000, pattern=r"[^\x00-\x20\x7f-\xa0]")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
Email = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")
]  # fmt: skip
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$")]
Locale = Annotated[str, StringConstraints(pattern=r"^(en|fr)$")]
Revision = Annotated[int, Field(ge=0, le=_SAFE_INTEGER)]


# A model is completed when something is first validated against it, or described: hundreds of them take a tenth of the
# start and four megabytes, and most are never asked.
class Body(BaseModel):
    """What a request carries. Unknown fields and other types than declared are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _whole_numbers(cls, given: Any) -> Any:
        """JSON Schema counts 7.0 among the integers."""
        if not isinstance(given, dict):
            return given
        return {name: _whole(value) if _is_integer(cls, name) else value for name, value in given.items()}


class Query(BaseModel):
    """Parameters of an address, all of them text there. Unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class PageQuery(Query):
    """Which page of a list."""

    page_size: int = Field(50, ge=1, le=200, description="How many at most.")
    page_token: str = Field("", max_length=2000, description="next_page_token of the page before.")


class Shape(BaseModel):
    """What an answer holds. Fields without a value are left out."""

    model_config = ConfigDict(defer_build=True)

    @classmethod
    def of(cls, message: Message, **more: Any) -> dict[str, Any]:
        """The message as this shape, JSON-ready; `more` adds fields that are not the message's."""
        result: dict[str, Any] = {}
        for name, convert in _plan(cls, message):
            value = convert(message)
            if value is not None:
                result[name] = value
        result.update(more)
        return result

    @classmethod
    def all_of(cls, messages: Iterable[Message]) -> list[dict[str, Any]]:
        return [cls.of(message) for message in messages]


class KeptShapes:
    """Messages of one kind as a shape, each made once while it stays the same: for rows that are listed again and again.

    What it gives is for reading only.
    """

    def __init__(self, shape: type[Shape], kind: type[Message], most: int = 1_000) -> None:
        self._of = lru_cache(maxsize=most)(lambda data: shape.of(kind.FromString(data)))

    def all_of(self, messages: Iterable[Message]) -> list[dict[str, Any]]:
        return [self._of(message.SerializeToString()) for message in messages]


def _is_integer(body: type[BaseModel], name: str) -> bool:
    """Whether a field is an integer, or a list of them."""
    field = body.model_fields.get(name)
    return field is not None and _bare(field.annotation) is int


def _bare(annotation: Any) -> Any:
    """What a list holds, without its constraints."""
    while get_origin(annotation) in (list, Annotated):
        annotation = get_args(annotation)[0]
    return annotation


def _whole(value: Any) -> Any:
    if isinstance(value, list):
        return [_whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def fill(message: Any, body: BaseModel, **more: Any) -> Any:
    """Puts a body's values into the message's fields of the same names; None leaves a field unset."""
    fields = message.DESCRIPTOR.fields_by_name
    for name in type(body).model_fields:
        value = getattr(body, name)
        if value is not None and name in fields:
            _put(message, fields[name], value)
    for name, value in more.items():
        setattr(message, name, value)
    return message


_plans: dict[tuple[type[Shape], str], list[tuple[str, Callable[[Any], Any]]]] = {}


def _plan(shape: type[Shape], message: Message) -> list[tuple[str, Callable[[Any], Any]]]:
    key = (shape, message.DESCRIPTOR.full_name)
    if key not in _plans:
        fields = message.DESCRIPTOR.fields_by_name
        _plans[key] = [
            (name, _reader(fields[name], info.annotation))
            for name, info in shape.model_fields.items()
            if name in fields
        ]
    return _plans[key]


def _reader(field: Any, annotation: Any) -> Callable[[Any], Any]:
    name, optional = field.name, NoneType in get_args(annotation)
    if field.message_type and field.message_type.GetOptions().map_entry:
        return lambda message: dict(getattr(message, name))
    convert = _converter(field, annotation)
    if field.is_repeated:
        return lambda message: [convert(item) for item in getattr(message, name)]
    if field.has_presence:
        # A 0 that was said is a value.
        return lambda message: convert(getattr(message, name)) if message.HasField(name) else None
    if optional:
        return lambda message: convert(getattr(message, name)) or None
    return lambda message: convert(getattr(message, name))


def _converter(field: FieldDescriptor, annotation: Any) -> Callable[[Any], Any]:
    if field.enum_type:
        words = words_of(field.enum_type)
        return lambda number: words.get(number)
    if field.message_type and field.message_type.full_name == TIMESTAMP:
        return lambda stamp: time_text(stamp.ToDatetime(tzinfo=UTC))
    if field.message_type:
        inner = _shape_in(annotation)
        assert inner is not None, f"{field.full_name} is a message, and no shape says how to show it"
        return inner.of
    return lambda value: value


def _shape_in(annotation: Any) -> type[Shape] | None:
    if isinstance(annotation, type) and get_origin(annotation) is None and issubclass(annotation, Shape):
        return annotation
    return next((found for arg in get_args(annotation) if (found := _shape_in(arg))), None)


def _put(message: Any, field: FieldDescriptor, value: Any) -> None:
    if field.message_type and field.message_type.GetOptions().map_entry:
        getattr(message, field.name).update(value)
    elif field.is_repeated:
        target = getattr(message, field.name)
        for item in value:
            if field.message_type:
                fill(target.add(), item)
            else:
                target.append(number_of(field.enum_type, item) if field.enum_type else item)
    elif field.enum_type:
        setattr(message, field.name, number_of(field.enum_type, value))
    elif field.message_type and field.message_type.full_name == TIMESTAMP:
        getattr(message, field.name).FromDatetime(value)
    elif field.message_type:
        fill(getattr(message, field.name), value)
    else:
        setattr(message, field.name, value)


Moment = AwareDatetime
