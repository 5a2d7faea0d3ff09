"""The lines of an incident log (CSV, as ServiceNow exports its audit), in any order and repeated or not.

Each line tells how an incident stood after a change. What a line does not say ("" or "?") tells nothing; a line that
cannot be placed in its incident's life is hopeless: counted under its reason, and left out.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from sys import intern

# As they stand in the log where it has no heading.
COLUMNS = (
    "number", "incident_state", "active", "reassignment_count", "reopen_count", "sys_mod_count", "made_sla", "caller_id",
    "opened_by", "opened_at", "sys_created_by", "sys_created_at", "sys_updated_by", "sys_updated_at", "contact_type",
    "location", "category", "subcategory", "u_symptom", "cmdb_ci", "impact", "urgency", "priority", "assignment_group",
    "assigned_to", "knowledge", "u_priority_confirmation", "notify", "problem_id", "rfc", "vendor", "caused_by",
    "closed_code", "resolved_by", "resolved_at", "closed_at",
)  # fmt: skip
# What lives and forecasts are made of; the others tell nothing to a clock.
KEPT = (
    "number", "incident_state", "reopen_count", "sys_mod_count", "made_sla", "caller_id", "opened_by", "opened_at",
    "sys_created_by", "sys_created_at", "sys_updated_by", "sys_updated_at", "contact_type", "location", "category",
    "subcategory", "u_symptom", "impact", "urgency", "priority", "assignment_group", "assigned_to", "closed_code",
)  # fmt: skip
# A log without one of these is none.
NEEDED = ("number", "incident_state", "sys_mod_count", "sys_updated_at")
_PLACES = {name: place for place, name in enumerate(KEPT)}
_UNTOLD = frozenset({"", "?"})
# Further apart than this, opening and change are a slip of the pen.
_LONGEST_LIFE = timedelta(days=5 * 366)
_YEARS = range(1990, 2100)


class NotALog(Exception):
    """The file has no heading of an incident log, and its lines are not of one."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One change: its place in the incident's life, its time, and how the incident stood after it."""

    number: str
    order: int
    time: datetime
    cells: tuple[str, ...]

    def cell(self, name: str) -> str:
        """One of KEPT; "" where the line tells nothing."""
        return self.cells[_PLACES[name]]

    @property
    def opened(self) -> datetime | None:
        """When the incident was opened, as this line says; None when it does not."""
        return time_of(self.cell("opened_at")) or time_of(self.cell("sys_created_at"))


@dataclass
class Reading:
    """What was read so far: each change once, by incident."""

    entries: dict[str, set[Entry]] = field(default_factory=dict)
    lines: int = 0
    repeated: int = 0
    # Hopeless lines by reason.
    left_out: Counter[str] = field(default_factory=Counter)
    latest: datetime | None = None
    _columns: dict[str, int] = field(default_factory=dict)

    def take(self, cells: list[str]) -> None:
        """One line after the heading."""
        self.lines += 1
        made = self._entry(cells)
        if isinstance(made, str):
            self.left_out[made] += 1
            return
        known = self.entries.setdefault(made.number, set())
        if made in known:
            self.repeated += 1
            return
        known.add(made)
        self.latest = max(self.latest or made.time, made.time)

    def lives(self) -> Iterable[list[Entry]]:
        """The incidents by number, each with its changes in order."""
        for number in sorted(self.entries):
            yield sorted(self.entries[number])

    def headed(self, heading: list[str] | None) -> None:
        """Takes the heading; None for a file that has none."""
        self._columns = {name: place for place, name in enumerate(heading or COLUMNS)}

    def _entry(self, cells: list[str]) -> Entry | str:
        """The change that a line tells, or why it tells none."""
        if len(cells) < len(self._columns):
            return "too_short"
        found = (self._columns.get(name) for name in KEPT)
        kept = tuple("" if at is None else _told(cells[at]) for at in found)
        number, order = kept[0], kept[_PLACES["sys_mod_count"]]
        if not number:
            return "number_missing"
        if not re.fullmatch(r"[0-9]{1,9}", order, re.ASCII):
            return "order_unreadable"
        time = time_of(kept[_PLACES["sys_updated_at"]])
        if time is None:
            return "time_unreadable"
        entry = Entry(number, int(order), time, kept)
        opened = entry.opened
        if opened and abs(time - opened) > _LONGEST_LIFE:
            return "time_out_of_range"
        return entry


def read(lines: Iterable[str]) -> Reading:
    """Everything a log tells. Raises NotALog."""
    reading, waiting = Reading(), []
    heading: list[str] | None = None
    for line in lines:
        cells = cells_of(line)
        if not any(cells):
            continue
        if set(NEEDED) <= set(cells):
            # Shuffled, the heading may stand anywhere; joined from several files, more than once.
            heading = heading or cells
        elif heading:
            if not reading.lines:
                reading.headed(heading)
            reading.take(cells)
        else:
            waiting.append(cells)
    if heading is None and not any(len(cells) == len(COLUMNS) for cells in waiting):
        raise NotALog(f"no line names {', '.join(NEEDED)}")
    if not reading.lines:
        reading.headed(heading)
    for cells in waiting:
        reading.take(cells)
    if reading.lines and not reading.entries:
        raise NotALog(
            f"none of its {reading.lines} lines can be read ({reading.left_out.most_common(1)[0][0]})"
        )
    return reading


def cells_of(line: str) -> list[str]:
    """The cells of one line, read by itself: a quote that is never closed spoils no other."""
    try:
        return [cell.strip() for cell in next(csv.reader([line.strip("\ufeff\r\n\0 ")]), [])]
    except csv.Error:
        return [line]


def time_of(text: str) -> datetime | None:
    """A time in UTC, from ISO 8601 or day/month/year; None for what is neither, or lies out of all range."""
    try:
        if "/" in text:
            moment = datetime.strptime(f"{text} +0000", "%d/%m/%Y %H:%M %z")
        else:
            moment = datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year in _YEARS else None


def _told(cell: str) -> str:
    return "" if cell in _UNTOLD else intern(cell)
