"""On-call schedules, in the provider's own room."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any

from pymongo.database import Database

from chassis.errors import NotFound
from chassis.mongo import ScopedCollection
from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, SystemScope, TenantScope
from services.triage.domain.oncall.feed import Feed
from services.triage.domain.oncall.layer import Layer, Restriction, TurnUnit
from services.triage.domain.oncall.piece import Watcher
from services.triage.domain.oncall.schedule import Override, Schedule

_LINKS = SystemScope("the links of feeds, whose tag was verified")


class ScheduleStore:
    """ports.Schedules on MongoDB."""

    def __init__(self, database: Database) -> None:
        self.records = AggregateStore(database["on_call_schedules"], noun="schedule")

    def add(self, scope: TenantScope, schedule: Schedule) -> Schedule:
        self.records.create(scope, schedule.schedule_id, _state(schedule), [])
        return replace(schedule, revision=1)

    def replace(self, scope: TenantScope, schedule: Schedule, revision: int) -> Schedule:
        saved = self.records.save(scope, schedule.schedule_id, revision, _state(schedule), [])
        return replace(schedule, revision=saved)

    def delete(self, scope: TenantScope, schedule_id: str) -> None:
        if not self.records.delete_one(scope, {"_id": schedule_id}).deleted_count:
            raise NotFound("schedule_not_found", "There is no such schedule.")

    def get(self, scope: Scope, schedule_id: str) -> Schedule:
        return _schedule(self.records.load(scope, schedule_id))

    def all(self, scope: Scope) -> list[Schedule]:
        return [_schedule(found) for found in self.records.find(scope, sort=[("name", 1), ("_id", 1)])]


class FeedStore:
    """ports.Feeds on MongoDB."""

    def __init__(self, database: Database) -> None:
        self._feeds = ScopedCollection(database["on_call_feeds"])

    def add(self, scope: TenantScope, feed: Feed) -> None:
        kept = {
            "_id": feed.feed_id,
            "person_id": feed.person_id,
            "schedule_id": feed.schedule_id,
            "create_time": feed.create_time,
        }
        self._feeds.insert_one(scope, kept)

    def of_person(self, scope: Scope, person_id: str) -> list[Feed]:
        oldest = [("create_time", 1), ("_id", 1)]
        return [_feed(one) for one in self._feeds.find(scope, {"person_id": person_id}, sort=oldest)]

    def delete(self, scope: TenantScope, feed_id: str, person_id: str) -> None:
        if not self._feeds.delete_one(scope, {"_id": feed_id, "person_id": person_id}).deleted_count:
            raise NotFound("feed_not_found", "There is no such link.")

    def opened(self, feed_id: str) -> tuple[str, Feed] | None:
        found = self._feeds.find_one(_LINKS, {"_id": feed_id})
        return (found["provider_id"], _feed(found)) if found else None


def _feed(kept: dict[str, Any]) -> Feed:
    return Feed(kept["_id"], kept["person_id"], kept["schedule_id"], kept["create_time"])


def _state(schedule: Schedule) -> dict[str, Any]:
    return {
        "name": schedule.name,
        "time_zone": schedule.time_zone,
        "layers": [_layer_state(layer) for layer in schedule.layers],
        "overrides": [
            {
                "override_id": one.override_id,
                "person": _person_state(one.watcher),
                "start_time": one.start_time,
                "end_time": one.end_time,
                "reason": one.reason,
                "made_by": one.made_by,
            }
            for one in schedule.overrides
        ],
    }


def _layer_state(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "people": [_person_state(one) for one in layer.people],
        # Local times are kept as they read: they are no instants.
        "start": layer.start.isoformat(),
        "turn_count": layer.turn_count,
        "turn_unit": layer.turn_unit.value,
        "restrictions": [
            {
                "start": one.start.isoformat(),
                "end": one.end.isoformat(),
                "weekdays": sorted(one.weekdays),
            }
            for one in layer.restrictions
        ],
        "until": layer.until.isoformat() if layer.until else "",
    }


def _person_state(watcher: Watcher) -> dict[str, str]:
    return {"person_id": watcher.person_id, "name": watcher.name}


def _schedule(kept: dict[str, Any]) -> Schedule:
    return Schedule(
        schedule_id=kept["_id"],
        name=kept["name"],
        time_zone=kept["time_zone"],
        layers=tuple(_layer(one) for one in kept["layers"]),
        overrides=tuple(
            Override(
                one["override_id"],
                Watcher(**one["person"]),
                one["start_time"],
                one["end_time"],
                one["reason"],
                one["made_by"],
            )
            for one in kept["overrides"]
        ),
        revision=kept["revision"],
    )


def _layer(kept: dict[str, Any]) -> Layer:
    return Layer(
        name=kept["name"],
        people=tuple(Watcher(**one) for one in kept["people"]),
        start=datetime.fromisoformat(kept["start"]),
        turn_count=kept["turn_count"],
        turn_unit=TurnUnit(kept["turn_unit"]),
        restrictions=tuple(
            Restriction(
                time.fromisoformat(one["start"]), time.fromisoformat(one["end"]), frozenset(one["weekdays"])
            )
            for one in kept["restrictions"]
        ),
        until=datetime.fromisoformat(kept["until"]) if kept["until"] else None,
    )
