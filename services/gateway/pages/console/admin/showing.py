"""Small things that the administration's templates ask for."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from google.protobuf.timestamp_pb2 import Timestamp

from services.gateway.pages.moments import as_datetime, current_locale


def zip_same(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Choices that are shown as they are, spaces for underscores: zones."""
    return [(text, text.replace("_", " ")) for text in texts]


def zoned(moment: Timestamp, zone: str) -> str:
    """A moment as the clock on the wall shows it there, with its day."""
    local = as_datetime(moment).astimezone(ZoneInfo(zone or "UTC"))
    return format_datetime(local, "EEE d MMM y, HH:mm", locale=current_locale())


def in_names(key: str, names: Mapping[str, str]) -> str:
    """What something is called; itself where it has no name."""
    return names.get(key, key)


def as_pair(record: Any, key: str, text: str) -> tuple[str, str]:
    """Two of a record's fields, as a choice."""
    return getattr(record, key), getattr(record, text)
