"""One question about business time as a JSON object, and its answer: for vectors and for the command line.

    {"id": "a1", "op": "add", "calendar": {"tz": "Europe/Paris", "hours": {"mon": [["09:00", "12:00"]], …}},
     "start": "2024-05-07T14:00:00Z", "seconds": 7200}        →  {"id": "a1", "result": "2024-05-08T…Z"}

`op` is add (start, seconds), between (start, end), is_open (at), next_open / next_close (at; null when there
is none) or intervals (start, with take or end). A calendar has `tz` and `hours`, and may have `holidays`,
`overrides`, `breaks` (dates), `country`, `subdivision`, `always_open`. `pauses` is a list of [from, to] in
which nothing is open. Times have an offset; answers are UTC.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from chassis.errors import InvalidArgument
from services.sla.domain.business_time import BusinessTime, Stretch
from services.sla.domain.calendar import Calendar, Window, local_date, merged, require_zone, window, without
from services.sla.domain.instants import SECOND, micros, moment_of

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ALWAYS = ("24x7", "24/7", "always")
_CALENDAR_FIELDS = frozenset(
    ["tz", "hours", "holidays", "overrides", "breaks", "country", "subdivision", "always_open"]
)


def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one question: {"id", "result"}. Raises InvalidArgument, naming the field that is wrong."""
    operation = _OPERATIONS.get(str(question.get("op")))
    if operation is None:
        raise InvalidArgument("op_unknown", f"op is one of {', '.join(_OPERATIONS)}.", field="op")
    return {"id": question.get("id"), "result": operation(_timeline(question), question)}


def answer_line(line: str) -> str:
    """One JSON line for one JSON line; what is wrong with a question stands in "error" (and "field")."""
    question: Any = None
    try:
        question = json.loads(line)
    except (ValueError, RecursionError) as error:
        return json.dumps({"id": None, "error": "not_json", "message": f"This line is not JSON: {error}"})
    try:
        if not isinstance(question, dict):
            raise InvalidArgument("not_an_object", "A question is a JSON object.")
        return json.dumps(answer(question))
    except InvalidArgument as error:
        identity = question.get("id") if isinstance(question, dict) else None
        refusal = {"id": identity, "error": error.reason, "message": error.message}
        return json.dumps(refusal | ({"field": error.values["field"]} if "field" in error.values else {}))
    except (ValueError, OverflowError, TypeError, AttributeError) as error:
        # A value no rule above thought of must not lose the lines after it.
        identity = question.get("id") if isinstance(question, dict) else None
        return json.dumps({"id": identity, "error": "value_invalid", "message": str(error)})


def calendar_from(described: Mapping[str, Any], calendar_id: str = "calendar", version: int = 1) -> Calendar:
    """A calendar from its JSON form. Raises InvalidArgument, naming the field."""
    if not isinstance(described, Mapping):
        raise InvalidArgument("not_an_object", "A calendar is a JSON object.", field="calendar")
    unknown = sorted(set(described) - _CALENDAR_FIELDS)
    if unknown:
        raise InvalidArgument(
            "field_unknown", "A calendar has no such field.", field=f"calendar.{unknown[0]}"
        )
    hours = described.get("hours") or {}
    always = hours in _ALWAYS or bool(described.get("always_open", False))
    days = {} if hours in _ALWAYS else _hours(_object(hours, "calendar.hours"))
    return Calendar(
        calendar_id=calendar_id,
        version=version,
        time_zone=require_zone(str(described.get("tz", "")), "calendar.tz"),
        always_open=always,
        hours=days,
        country=str(described.get("country") or ""),
        subdivision=str(described.get("subdivision") or ""),
        holidays=frozenset(local_date(day, "calendar.holidays") for day in _list(described, "holidays")),
        overrides=_days(described, "overrides"),
        breaks=_days(described, "breaks"),
    )


def _hours(hours: Mapping[str, Any]) -> dict[int, tuple[Window, ...]]:
    found: dict[int, tuple[Window, ...]] = {}
    for name, windows in hours.items():
        field = f"calendar.hours.{name}"
        # "mon", "Monday" or 1, as ISO 8601 numbers them.
        short = name.strip().lower()[:3]
        weekday = int(name) if name in "1234567" and name else 0
        if short in _WEEKDAYS and _NAMES[_WEEKDAYS.index(short)].startswith(name.strip().lower()):
            weekday = _WEEKDAYS.index(short) + 1
        if not weekday or weekday in found:
            raise InvalidArgument(
                "weekday_invalid", "A weekday is mon to sun, each once.", field=field, weekday=name
            )
        found[weekday] = _windows(windows or [], field)
    return found


def time_from(text: Any, field: str) -> datetime:
    """An RFC 3339 time with its offset. Raises InvalidArgument("time_invalid")."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return moment
    except (ValueError, TypeError):
        raise InvalidArgument(
            "time_invalid", "A time is RFC 3339 with its offset.", field=field, time=text
        ) from None


def time_text(moment: datetime) -> str:
    """A UTC time as RFC 3339 with "Z"."""
    return moment.isoformat().replace("+00:00", "Z")


def _object(value: Any, field: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidArgument("not_an_object", "This is a JSON object.", field=field)
    return value


def _list(described: Mapping[str, Any], name: str) -> list[Any]:
    value = described.get(name) or []
    if not isinstance(value, list):
        raise InvalidArgument("not_a_list", "This is a list.", field=f"calendar.{name}")
    return value


def _days(described: Mapping[str, Any], name: str) -> dict[date, tuple[Window, ...]]:
    field = f"calendar.{name}"
    days = _object(described.get(name) or {}, field)
    return {local_date(day, field): _windows(windows, f"{field}.{day}") for day, windows in days.items()}


def _windows(pairs: Any, field: str) -> tuple[Window, ...]:
    return tuple(window(_padded(start), _padded(end), field) for start, end in _pairs(pairs, field))


def _padded(time: Any) -> Any:
    """ "9:00" as "09:00"."""
    return f"0{time}" if isinstance(time, str) and time[1:2] == ":" else time


def _pairs(value: Any, field: str) -> list[tuple[Any, Any]]:
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        raise InvalidArgument("not_pairs", "This is a list of [from, to].", field=field)
    return [(pair[0], pair[1]) for pair in value]


@lru_cache(maxsize=64)
def _business_time(described: str) -> BusinessTime:
    # A file of questions repeats its calendars; laying out a year is the only costly step.
    return BusinessTime(calendar_from(json.loads(described)))


class _Timeline:
    """A calendar with pauses cut out. Without pauses every question goes straight to the calendar."""

    def __init__(self, time: BusinessTime, pauses: list[Stretch]) -> None:
        self.time = time
        self.pauses = pauses

    def stretches(self, start: int, end: int | None = None) -> Iterator[Stretch]:
        for stretch in self.time.stretches(start, end):
            yield from without([stretch], self.pauses)

    def add(self, start: datetime, seconds: float) -> datetime:
        if not self.pauses:
            return self.time.add(start, seconds)
        amount, instant = round(seconds * SECOND), micros(start)
        return moment_of(self._after(instant, amount) if amount >= 0 else self._ahead_of(instant, -amount))

    def _after(self, start: int, amount: int) -> int:
        for stretch in self.time.openings(start):
            for begin, end in without([stretch], self.pauses):
                if amount <= end - begin:
                    return begin + amount
                amount -= end - begin
        raise InvalidArgument(
            "calendar_never_opens", "The calendar is not open for so long.", field="seconds"
        )

    def _ahead_of(self, end: int, amount: int) -> int:
        for stretch in self.time.stretches_back(end):
            for begin, finish in reversed(without([stretch], self.pauses)):
                if amount <= finish - begin:
                    return finish - amount
                amount -= finish - begin
        raise InvalidArgument(
            "calendar_never_opens", "The calendar is not open for so long.", field="seconds"
        )


def _timeline(question: Mapping[str, Any]) -> _Timeline:
    described = json.dumps(question.get("calendar"), sort_keys=True)
    pauses = merged(
        (micros(time_from(start, "pauses")), micros(time_from(end, "pauses")))
        for start, end in _pairs(question.get("pauses") or [], "pauses")
    )
    return _Timeline(_business_time(described), pauses)


def _number(question: Mapping[str, Any], field: str) -> float:
    value = question.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise InvalidArgument("not_a_number", "This is a number.", field=field)
    return value


def _time(question: Mapping[str, Any], field: str) -> datetime:
    return time_from(question.get(field), field)


def _add(timeline: _Timeline, question: Mapping[str, Any]) -> str:
    return time_text(timeline.add(_time(question, "start"), _number(question, "seconds")))


def _between(timeline: _Timeline, question: Mapping[str, Any]) -> float:
    start, end = micros(_time(question, "start")), micros(_time(question, "end"))
    if timeline.pauses:
        opened = sum(last - first for first, last in timeline.stretches(start, end))
    else:
        opened = timeline.time.elapsed(start, end)
    return opened // SECOND if opened % SECOND == 0 else opened / SECOND


def _is_open(timeline: _Timeline, question: Mapping[str, Any]) -> bool:
    at = micros(_time(question, "at"))
    return timeline.time.open_at(at) and not any(start <= at < end for start, end in timeline.pauses)


def _next_open(timeline: _Timeline, question: Mapping[str, Any]) -> str | None:
    at = micros(_time(question, "at"))
    # A stretch that began earlier shows here as one that begins at `at`.
    opening = next((start for start, _ in timeline.stretches(at) if start > at), None)
    return None if opening is None else time_text(moment_of(opening))


def _next_close(timeline: _Timeline, question: Mapping[str, Any]) -> str | None:
    at = micros(_time(question, "at"))
    closing = next((end for _, end in timeline.stretches(at)), None)
    if closing is None or closing >= timeline.time.horizon(at):
        return None
    return time_text(moment_of(closing))


def _intervals(timeline: _Timeline, question: Mapping[str, Any]) -> list[list[str]]:
    start = micros(_time(question, "start"))
    end = micros(_time(question, "end")) if question.get("end") is not None else None
    found = timeline.stretches(start, end)
    if question.get("take") is not None:
        found = islice(found, max(int(_number(question, "take")), 0))
    elif end is None:
        raise InvalidArgument("end_missing", "intervals needs take or end.", field="take")
    return [[time_text(moment_of(first)), time_text(moment_of(last))] for first, last in found]


_OPERATIONS: dict[str, Callable[[_Timeline, Mapping[str, Any]], Any]] = {
    "add": _add,
    "between": _between,
    "is_open": _is_open,
    "next_open": _next_open,
    "next_close": _next_close,
    "intervals": _intervals,
}
