"""Enum values as the domain's words."""

from collections.abc import Iterable

from chassis.errors import InvalidArgument


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
