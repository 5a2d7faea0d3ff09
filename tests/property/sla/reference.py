"""The slow truth: business time and clocks read off minute by minute, sharing no code with the engine.

Everything lies on whole minutes (zones of today do), so a minute is either counted or it is not.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


def is_open(calendar, minute: datetime) -> bool:
    """Whether the wall clock shows a minute that belongs to a window of its day or of the evening before."""
    if calendar.always_open:
        return True
    wall = minute.astimezone(_zone(calendar.time_zone))
    return wall.hour * 60 + wall.minute in _open_minutes(calendar, wall.date())


_zone = lru_cache(ZoneInfo)


@lru_cache(maxsize=256)
def _open_minutes(calendar, today: date) -> frozenset[int]:
    """The minutes after local midnight that are open on a date."""
    evening = _windows(calendar, today - timedelta(days=1))
    windows = [*_windows(calendar, today), *((start - 86_400, end - 86_400) for start, end in evening)]
    breaks = calendar.breaks.get(today, ())
    return frozenset(
        minute
        for minute in range(1440)
        if any(start <= minute * 60 < end for start, end in windows)
        and not any(start <= minute * 60 < end for start, end in breaks)
    )


def _windows(calendar, day: date):
    if day in calendar.overrides:
        return calendar.overrides[day]
    return () if day in calendar.holidays else calendar.hours.get(day.isoweekday(), ())


def minutes_between(calendar, start: datetime, end: datetime) -> int:
    count, minute = 0, start
    while minute < end:
        count += is_open(calendar, minute)
        minute += MINUTE
    return count


def after_minutes(calendar, start: datetime, minutes: int, limit: datetime) -> datetime | None:
    """The first whole minute by which so many open minutes have passed; None beyond the limit."""
    minute = start
    if minutes == 0:
        while minute < limit and not is_open(calendar, minute):
            minute += MINUTE
        return minute if minute < limit else None
    while minute < limit:
        minutes -= is_open(calendar, minute)
        minute += MINUTE
        if minutes == 0:
            return minute
    return None


@dataclass
class Reading:
    """One clock, as a person with a tally sheet would have it."""

    started: datetime
    goal: int | None
    calendar: object
    pausing: frozenset
    counted: int = 0
    paused: int = 0
    stopped: datetime | None = None
    breached: datetime | None = None
    canceled: bool = False
    tally: list = field(default_factory=list)  # the minute after each counted one


def read_clocks(facts, contract, calendars, at: datetime) -> dict[tuple[str, int], Reading]:
    """Facts in their true order, on whole minutes. Walks every minute from the opening to `at`."""
    sheets: dict[tuple[str, int], Reading] = {}
    pending = [fact for fact in facts if fact.time <= at]
    if not pending:
        return sheets
    minute, priority, awaiting = pending[0].time, 3, ""

    def aim(sheet: Reading, kind: str) -> None:
        target = next((t for t in contract.targets if t.kind == kind and t.priority == priority), None)
        if sheet.breached is None and sheet.stopped is None:
            sheet.goal = target.goal_seconds // 60 if target else None
            sheet.calendar = calendars[target.calendar_id] if target else None
            sheet.pausing = target.pausing_parties if target else frozenset()

    def overdue(latest: datetime) -> None:
        """Notes which clocks count although their goal was reached on this minute or an earlier one."""
        for sheet in sheets.values():
            if sheet.stopped or sheet.breached or sheet.goal is None or awaiting in sheet.pausing:
                continue
            if len(sheet.tally) >= sheet.goal and sheet.tally[sheet.goal - 1] <= latest:
                sheet.breached = minute

    def stop(kind: str, canceled: bool = False) -> None:
        for (of, _), sheet in sheets.items():
            if of != kind or sheet.stopped:
                continue
            sheet.stopped = minute
            sheet.canceled = canceled or sheet.goal is None
            if not sheet.canceled and sheet.breached is None and sheet.counted > sheet.goal:
                sheet.breached = minute

    while True:
        while pending and pending[0].time <= minute:
            fact = pending.pop(0)
            # At this instant, and not yet beyond it: only what was due before counts too long.
            overdue(minute - MINUTE)
            match fact.kind:
                case "opened":
                    priority = fact.priority
                    for kind in ("first_response", "resolution"):
                        sheets[kind, 1] = Reading(minute, None, None, frozenset())
                        aim(sheets[kind, 1], kind)
                case "prioritized":
                    priority = fact.priority
                    for (kind, _), sheet in sheets.items():
                        aim(sheet, kind)
                case "held":
                    awaiting = fact.awaiting
                case "resumed":
                    awaiting = ""
                case "responded":
                    stop("first_response")
                case "resolved" | "closed":
                    stop("first_response")
                    stop("resolution")
                case "canceled":
                    stop("first_response", canceled=True)
                    stop("resolution", canceled=True)
                case "reopened":
                    awaiting = ""
                    cycle = max(number for kind, number in sheets if kind == "resolution")
                    last = sheets["resolution", cycle]
                    if last.stopped is None:
                        continue
                    sheet = Reading(minute, None, None, frozenset())
                    if contract.reopen_rule == "continue":
                        if last.breached:
                            continue
                        sheet.started, sheet.tally = last.started, list(last.tally)
                        sheet.counted, sheet.paused = last.counted, last.paused
                    sheets["resolution", cycle + 1] = sheet
                    aim(sheet, "resolution")
        if minute >= at:
            overdue(minute - MINUTE)
            return sheets
        overdue(minute)
        minute += MINUTE
        for sheet in sheets.values():
            if sheet.stopped or sheet.calendar is None or not is_open(sheet.calendar, minute - MINUTE):
                continue
            if awaiting in sheet.pausing:
                sheet.paused += 1
            else:
                sheet.counted += 1
                sheet.tally.append(minute)
