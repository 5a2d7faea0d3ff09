"""Reading what was typed: goals, hours, days, lists; and writing them the same way."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fairlead.sla.v1 import calendar_pb2
from services.gateway.pages.language import gettext as _

_GOAL = re.compile(r"(?:(\d{1,5})\s*(?:h|:)\s*)?(?:(\d{1,5})\s*(?:min|m|mn)?)?\s*", re.IGNORECASE)
_DAYS = re.compile(r"(\d{1,4})\s*(?:d|j)", re.IGNORECASE)
_WINDOW = re.compile(r"(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(.*)")
_SEPARATORS = " ,;"


def goal_seconds(text: str) -> int | None:
    """ "4h", "4h30", "4:30", "30m", "2d" (of 24 hours); a bare number counts minutes. None for anything else."""
    given = text.strip()
    if days := _DAYS.fullmatch(given):
        return int(days[1]) * 86_400
    match = _GOAL.fullmatch(given)
    if not given or not match or not (match[1] or match[2]):
        return None
    return int(match[1] or 0) * 3600 + int(match[2] or 0) * 60


def goal_text(seconds: int) -> str:
    """The way back: "4h 30m"."""
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join(part for part in (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "") if part)


def windows_of(text: str) -> list[calendar_pb2.Window] | None:
    """ "09:00-12:30, 13:30-18:00" → windows; None where something else is written."""
    rest, found = text.strip(), []
    while rest:
        match = _WINDOW.match(rest)
        if not match:
            return None
        found.append(calendar_pb2.Window(start=match[1].zfill(5), end=match[2].zfill(5)))
        rest = rest[match.end() :].lstrip(_SEPARATORS)
    return found


def windows_text(windows: Iterable[calendar_pb2.Window]) -> str:
    """The way back."""
    return ", ".join(f"{one.start}-{one.end}" for one in windows)


def own_days_of(text: str) -> list[calendar_pb2.DayOverride] | int:
    """A line each: a date, its hours (none: closed), a name. The number of the first line that is none of that."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        match = _DATE.fullmatch(line.strip())
        if not match:
            return number
        hours, name = _hours_then_name(match[2])
        found.append(calendar_pb2.DayOverride(date=match[1], windows=windows_of(hours) or [], name=name))
    return found


def own_days_text(overrides: Iterable[calendar_pb2.DayOverride]) -> str:
    """The way back."""
    lines = (" ".join(filter(None, (one.date, windows_text(one.windows), one.name))) for one in overrides)
    return "\n".join(lines)


def lines_of(text: str) -> list[str]:
    """What stands on each line, without empty ones."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def listed(text: str) -> list[str]:
    """What stands between commas or on lines, each once."""
    return list(dict.fromkeys(part.strip() for part in re.split(r"[,\n]", text) if part.strip()))


def local_moment(text: str, zone: str) -> datetime | None:
    """What a date-and-time field says, read in a zone; None for nothing, ValueError for what is none."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(zone or "UTC")).astimezone(UTC)
    except ZoneInfoNotFoundError:
        raise ValueError(zone) from None


def whole(text: str, least: int = 0, most: int = 2**31 - 1) -> int | None:
    """A whole number within bounds; None for anything else."""
    given = text.strip()
    if not given.isdecimal() or len(given) > 10:
        return None
    return int(given) if least <= int(given) <= most else None


def number_problem() -> str:
    """What is said of a number that is none."""
    return _("A whole number is needed.")


def _hours_then_name(rest: str) -> tuple[str, str]:
    hours = []
    while match := _WINDOW.match(rest):
        hours.append(match[0])
        rest = rest[match.end() :].lstrip(_SEPARATORS)
    return ", ".join(hours), rest.strip()
