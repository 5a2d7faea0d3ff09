"""Instants as whole microseconds since 1970-01-01T00:00Z: exact to add and compare, and quick."""

from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
DAY = 86_400 * SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """An aware time as microseconds. Raises ValueError for a naive one: it names no instant."""
    if moment.tzinfo is None:
        raise ValueError("a time needs its zone")
    # A double holds today's seconds to a quarter of a microsecond, so rounding restores the exact value.
    return round(moment.timestamp() * SECOND)


def moment_of(instant: int) -> datetime:
    """The UTC time of an instant."""
    return _EPOCH + timedelta(microseconds=instant)
