"""Local wall clocks as instants, so that a hand-off at 09:00 is one at 09:00 the whole year.

A clock that is set forward reaches the skipped times when it jumps; one that is set back has reached the repeated times
the first time. So a later wall time is never an earlier instant, and no two turns overlap.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chassis.errors import InvalidArgument


def zone_of(key: str) -> ZoneInfo:
    """Raises InvalidArgument naming the field."""
    try:
        if not key:
            raise ValueError("a zone has a name")
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidArgument("time_zone_unknown", "This is no IANA time zone.", field="time_zone") from error


@lru_cache(maxsize=65_536)
def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first UTC instant at which the zone's clocks show this naive time or a later one."""
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    # Skipped: somewhere in the hours before it the clocks jump over it.
    early, late = found - timedelta(days=2), found
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if shown_at(middle, zone) >= wall:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)


def shown_at(moment: datetime, zone: ZoneInfo) -> datetime:
    """The naive local time of an instant."""
    return moment.astimezone(zone).replace(tzinfo=None)
