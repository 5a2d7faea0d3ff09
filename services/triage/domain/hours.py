"""Hours as people write them in a rule: "mon-fri 08:00-18:00", "sat,sun", "22:00-06:00"."""

import re
from datetime import datetime, time
from functools import lru_cache

from chassis.errors import InvalidArgument
from services.triage.domain.oncall.layer import Restriction
from services.triage.domain.oncall.wall_clock import shown_at, zone_of

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MIDNIGHT = time()
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")


def within(moment: datetime, hours: str, zone: str) -> bool:
    """Whether the zone's clocks show a time within these hours; those that run over midnight belong to the day they begin."""
    return hours_of(hours).holds(shown_at(moment, zone_of(zone or "UTC")))


@lru_cache(maxsize=1024)
def hours_of(text: str) -> Restriction:
    """Days, hours, or both. Raises InvalidArgument for anything else."""
    days, start, end = frozenset[int](), _MIDNIGHT, _MIDNIGHT
    for number, part in enumerate(text.casefold().split()):
        if found := _HOURS.fullmatch(part):
            start = time(int(found[1]), int(found[2]))
            end = time(int(found[3]), int(found[4])) if found[3] else _MIDNIGHT
        elif number == 0:
            days = frozenset(day for one in part.split(",") for day in _span(one))
        else:
            raise _invalid()
    if not text.strip() or len(text.split()) > 2:
        raise _invalid()
    return Restriction(start, end, days)


def _span(text: str) -> list[int]:
    first, _, last = text.partition("-")
    if first not in _DAYS or (last or first) not in _DAYS:
        raise _invalid()
    begin, end = _DAYS.index(first), _DAYS.index(last or first)
    return [day % 7 for day in range(begin, end + 1 if begin <= end else end + 8)]


def _invalid() -> InvalidArgument:
    message = "Write hours such as “mon-fri 08:00-18:00”, “sat,sun” or “22:00-06:00”."
    return InvalidArgument("condition_hours_invalid", message, field="conditions")
