"""The month of a statement: half open, `[start, end)`, between local midnights of the contract's zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chassis.errors import InvalidArgument
from services.sla.domain.contract import Contract, in_force
from services.sla.domain.statements.canonical import stamp

_NAME = re.compile(r"(20[0-9]{2}|2[1-9][0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Period:
    """One month, such as "2026-10". `zone` is the one its start was taken in; start and end are UTC."""

    name: str
    zone: str
    start: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


def month(name: str, versions: Sequence[Contract]) -> Period:
    """A month of a contract. Raises InvalidArgument("period_invalid").

    Each boundary is taken in the zone of the version that holds there, and by that rule alone: so the end of one month
    is the start of the next, also where the contract moved to another zone between them.
    """
    if not _NAME.fullmatch(name):
        raise InvalidArgument("period_invalid", "A period is a month, such as 2026-10.", field="period")
    year, number = int(name[:4]), int(name[5:])
    start, zone = _boundary(year, number, versions)
    end, _ = _boundary(year + number // 12, number % 12 + 1, versions)
    return Period(name, zone, start, end)


def month_at(moment: datetime, versions: Sequence[Contract]) -> Period:
    """The month that an instant lies in."""
    local = moment.astimezone(UTC)
    for year, number in _around(local.year, local.month):
        found = month(f"{year:04}-{number:02}", versions)
        if found.holds(moment):
            return found
    raise InvalidArgument("period_invalid", "No month holds this time.", field="period")


def period_data_of(period: Period) -> dict[str, Any]:
    """As a statement tells it."""
    return {
        "name": period.name,
        "time_zone": period.zone,
        "start_time": stamp(period.start),
        "end_time": stamp(period.end),
    }


def _around(year: int, number: int) -> list[tuple[int, int]]:
    before = (year - 1, 12) if number == 1 else (year, number - 1)
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return [(year, number), before, after]


def _boundary(year: int, number: int, versions: Sequence[Contract]) -> tuple[datetime, str]:
    at = datetime(year, number, 1, tzinfo=UTC)
    # What was agreed only afterwards cannot move a boundary that has passed.
    known = [v for v in versions if v.create_time is None or v.create_time <= at]
    holding = in_force(known, at) or versions[0]
    return datetime(year, number, 1, tzinfo=ZoneInfo(holding.time_zone)).astimezone(UTC), holding.time_zone
