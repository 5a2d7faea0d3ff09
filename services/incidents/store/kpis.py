"""What key figures are made of: three pipelines, each over what one index finds."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from services.incidents.domain.kpi import AGES, SATISFIED_FROM, Part, Sums
from services.incidents.store.documents import ARRIVED_INDEX, OPEN_INDEX, OPEN_ONES, RESOLVED_INDEX

Pipeline = list[dict[str, Any]]
# Not what people reported, so nobody contacted anybody.
_OF_MACHINES = "alert"
_NAMES = frozenset(field.name for field in fields(Sums))


def pipelines(start: datetime, end: datetime, now: datetime) -> Iterable[tuple[Pipeline, str]]:
    """Each with the index that it is to read."""
    between = {"$gte": start, "$lt": end}
    yield _grouped({"create_time": between, "channel": {"$gt": ""}}, _ARRIVED), ARRIVED_INDEX
    yield _grouped({"resolution.resolve_time": between}, _RESOLVED), RESOLVED_INDEX
    yield _grouped(OPEN_ONES, _backlog(now)), OPEN_INDEX


def part_of(group: dict[str, Any]) -> Part:
    """A group that a pipeline found."""
    sums = Sums(**{name: int(value) for name, value in group.items() if name in _NAMES})
    return Part(group["_id"]["tenant"], group["_id"]["group"], group["name"] or "", sums)


def _grouped(criteria: dict[str, Any], sums: dict[str, Any]) -> Pipeline:
    group = {"_id": {"tenant": "$tenant_id", "group": "$assignment_group_id"}}
    return [{"$match": criteria}, {"$group": {**group, "name": {"$max": "$assignment_group_name"}, **sums}}]


def _seconds(since: Any, until: Any) -> dict[str, Any]:
    """Whole seconds between two times, never negative: a clock may have been set back."""
    return {"$max": [0, {"$trunc": [{"$divide": [{"$subtract": [until, since]}, 1000]}, 0]}]}


def _if(condition: Any, value: Any = 1) -> dict[str, Any]:
    return {"$sum": {"$cond": [condition, value, 0]}}


_IS_REPORTED = {"$ne": ["$channel", _OF_MACHINES]}
_IS_TAKEN = {"$gt": ["$acknowledge_time", None]}
_ARRIVED = {
    "arrived": {"$sum": 1},
    "asked": _if(_IS_REPORTED),
    "acknowledged": _if(_IS_TAKEN),
    "acknowledge_seconds": _if(_IS_TAKEN, _seconds("$create_time", "$acknowledge_time")),
}
_IS_ONCE = {"$and": [_IS_REPORTED, {"$eq": ["$contact_count", 1]}, {"$eq": ["$reopen_count", 0]}]}
_RESOLVED = {
    "resolved": {"$sum": 1},
    "resolve_seconds": {"$sum": _seconds("$create_time", "$resolution.resolve_time")},
    "hold_seconds": {"$sum": "$held_seconds"},
    "reopened": _if({"$gt": ["$reopen_count", 0]}),
    "reported": _if(_IS_REPORTED),
    "first_contact": _if(_IS_ONCE),
    "rated": _if({"$gt": ["$rating.score", None]}),
    "score_sum": {"$sum": "$rating.score"},
    "satisfied": _if({"$gte": ["$rating.score", SATISFIED_FROM]}),
}


def _backlog(now: datetime) -> dict[str, Any]:
    def aged(over: timedelta | None, up_to: timedelta | None) -> dict[str, Any]:
        bounds: list[dict[str, Any]] = []
        if up_to is not None:
            bounds.append({"$gt": ["$create_time", now - up_to]})
        if over is not None:
            bounds.append({"$lte": ["$create_time", now - over]})
        return _if({"$and": bounds})

    day, week, month = AGES
    return {
        "backlog": {"$sum": 1},
        "backlog_seconds": {"$sum": _seconds("$create_time", now)},
        "backlog_day": aged(None, day),
        "backlog_week": aged(day, week),
        "backlog_month": aged(week, month),
        "backlog_older": aged(month, None),
    }
