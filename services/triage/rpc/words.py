"""Enum values as the domain's words, and times of day as its times."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from chassis.errors import InvalidArgument
from services.triage.domain.oncall.layer import Restriction


def words(enum, prefix: str, values: Iterable[int], field: str) -> list[str]:
    """The domain's words for generated values. Raises InvalidArgument as `word` does."""
    return [word(enum, prefix, value, field) for value in values]


def word(enum, prefix: str, value: int, field: str) -> str:
    """The domain's word for a generated enum's value. Raises InvalidArgument for unspecified and unknown ones."""
    name = enum.Name(value) if value in enum.values() else ""
    word = name.removeprefix(f"{prefix}_").lower()
    if not name or word == "unspecified":
        raise InvalidArgument(f"{field}_invalid", "This value is not known.", field=field)
    return word


def restrictions(messages: Iterable[Any], field: str) -> tuple[Restriction, ...]:
    """Hours of weekdays. Raises InvalidArgument naming the field."""
    found = tuple(
        Restriction(_time_of_day(one.start, field), _time_of_day(one.end, field), frozenset(one.weekdays))
        for one in messages
    )
    if not all(day in range(7) for one in found for day in one.weekdays):
        raise InvalidArgument("weekday_invalid", "Days are 0 to 6.", field=field)
    return found


def _time_of_day(text: str, field: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day has no zone
    except ValueError as error:
        raise InvalidArgument("time_invalid", "A time of day such as 09:00.", field=field) from error
