"""How protobuf values are written in JSON, in the API and in live events alike.

Enums are words ("on_hold", "P1"), times are RFC 3339 in UTC with milliseconds, what is not set is left out.
"""

from datetime import UTC, datetime
from typing import Any

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

TIMESTAMP = "google.protobuf.Timestamp"
_tables: dict[str, dict[int, str]] = {}


def words_of(enum: EnumDescriptor) -> dict[int, str]:
    """Number → word: INCIDENT_STATE_ON_HOLD is "on_hold"; priorities keep their capital, "P1"."""
    if enum.full_name not in _tables:
        prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
        words = {
            value.number: value.name.removeprefix(prefix).lower() for value in enum.values if value.number
        }
        _tables[enum.full_name] = {
            number: word.upper() if word[0] == "p" and word[1:].isdigit() else word
            for number, word in words.items()
        }
    return _tables[enum.full_name]


def word_of(enum: EnumDescriptor, number: int) -> str | None:
    """The word of a number; None for unspecified."""
    return words_of(enum).get(number)


def number_of(enum: EnumDescriptor, word: str | None) -> Any:
    """The number of a word; 0 for None and for words that are none of its.

    Any, as the stubs have a type of its own for each enum.
    """
    return next((number for number, known in words_of(enum).items() if known == word), 0)


def time_text(moment: datetime) -> str:
    """RFC 3339, UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain(message: Message) -> dict[str, Any]:
    """A message with everything that is set in it, JSON-ready, under the names of its fields."""
    return {field.name: _plain_field(field, value) for field, value in message.ListFields()}


def _plain_field(field: FieldDescriptor, value: Any) -> Any:
    if field.message_type and field.message_type.GetOptions().map_entry:
        return dict(value)
    if field.is_repeated:
        return [_plain_value(field, item) for item in value]
    return _plain_value(field, value)


def _plain_value(field: FieldDescriptor, value: Any) -> Any:
    if field.enum_type:
        return word_of(field.enum_type, value)
    if field.message_type and field.message_type.full_name == TIMESTAMP:
        return time_text(value.ToDatetime(tzinfo=UTC))
    return plain(value) if field.message_type else value
