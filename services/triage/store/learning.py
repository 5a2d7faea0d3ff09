"""Lessons and suggestions in their client's room, and models' cards in the provider's own."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from chassis.mongo import ScopedCollection
from chassis.tenancy import Scope, SystemScope, TenantScope
from services.triage.domain.learning.advice import Advice, Aspect, Suggestion
from services.triage.domain.learning.card import Card
from services.triage.domain.learning.lesson import Lesson
from services.triage.ports import Heard

_COUNTED = SystemScope("how many lessons each provider has, for learning when there is enough")


class LessonStore:
    """ports.Lessons on MongoDB."""

    def __init__(self, database: Database) -> None:
        self._lessons = ScopedCollection(database["lessons"])

    def hear(self, heard: Sequence[Heard]) -> None:
        worded = [one for one in heard if one.text]
        known = self._lessons.insert_each([(_scope(one), _opened(one)) for one in worded])
        again = ((worded[place], [_words(worded[place])]) for place in known)
        taught = ((one, _writes(one)) for one in heard if not one.text)
        self._lessons.bulk_write_each(
            ((_scope(one), write) for one, writes in (*again, *taught) for write in writes), ordered=True
        )

    def providers(self) -> list[tuple[str, Aspect, int]]:
        """Each aspect by an index of its own; words come with the opening, a moment before or after."""
        return sorted(
            (one["_id"], aspect, one["count"])
            for aspect in Aspect
            for one in self._lessons.aggregate(
                _COUNTED,
                [
                    {"$match": {aspect.value: {"$gt": ""}}},
                    {"$group": {"_id": "$provider_id", "count": {"$sum": 1}}},
                ],
            )
        )

    def of(self, scope: Scope, aspect: Aspect, most: int, until: datetime | None = None) -> list[Lesson]:
        taught: dict[str, Any] = {aspect.value: {"$gt": ""}, "text": {"$gt": ""}}
        if until:
            taught["create_time"] = {"$lte": until}
        found = self._lessons.find(scope, taught, sort=[("create_time", -1), ("_id", 1)], limit=most)
        return [
            Lesson(
                one["_id"],
                one["provider_id"],
                one["tenant_id"],
                one["text"],
                one[aspect.value],
                one["create_time"].replace(tzinfo=UTC),
            )
            for one in found
        ]


class CardStore:
    """ports.Cards on MongoDB."""

    def __init__(self, database: Database) -> None:
        self._cards = ScopedCollection(database["model_cards"])

    def put(self, scope: TenantScope, card: Card) -> None:
        kept = {name: value for name, value in asdict(card).items() if name not in ("version", "provider_id")}
        kept |= {"categories": list(card.categories), "aspect": card.aspect.value}
        self._cards.update_one(scope, {"_id": card.version}, {"$set": kept}, upsert=True)

    def all(self, scope: Scope, aspect: Aspect) -> list[Card]:
        # Cards of older days know no aspect: categories alone were learned.
        of_old = [None] if aspect is Aspect.CATEGORY else []
        found = self._cards.find(
            scope, {"aspect": {"$in": [aspect.value, *of_old]}}, sort=[("create_time", -1), ("_id", 1)]
        )
        return [_card(one) for one in found]


class SuggestionStore:
    """ports.Suggestions on MongoDB."""

    def __init__(self, database: Database) -> None:
        self._kept = ScopedCollection(database["suggestions"])

    def put(self, scope: TenantScope, incident_id: str, advice: Advice, now: datetime) -> None:
        told = {
            aspect.value: {"value": one.value, "confidence": one.confidence, "words": list(one.words)}
            for aspect, one in advice.items()
        }
        self._kept.update_one(
            scope, {"_id": incident_id}, {"$set": {"advice": told, "create_time": now}}, upsert=True
        )

    def of(self, scope: Scope, incident_id: str) -> Advice:
        found = self._kept.find_one(scope, {"_id": incident_id})
        return {
            Aspect(aspect): Suggestion(one["value"], one["confidence"], tuple(one["words"]), firm=False)
            for aspect, one in (found["advice"] if found else {}).items()
        }


def _scope(heard: Heard) -> TenantScope:
    return TenantScope(heard.provider_id, heard.tenant_id)


def _opened(heard: Heard) -> dict[str, Any]:
    return {"_id": heard.incident_id, "create_time": heard.create_time, "text": heard.text}


def _words(heard: Heard) -> UpdateOne:
    return UpdateOne({"_id": heard.incident_id}, {"$set": {"text": heard.text}})


def _writes(heard: Heard) -> list[UpdateOne]:
    """The row is made by whatever comes first; a label is known better than another by its revision."""
    row = {"_id": heard.incident_id}
    first: dict[str, Any] = {"create_time": heard.create_time, "text": ""}
    writes = [UpdateOne(row, {"$setOnInsert": first}, upsert=True)]
    for aspect, label in heard.labels.items():
        known = f"{aspect.value}_revision"
        older = {**row, "$or": [{known: {"$lt": heard.revision}}, {known: {"$exists": False}}]}
        writes.append(UpdateOne(older, {"$set": {aspect.value: label, known: heard.revision}}))
    return writes


def _card(kept: dict[str, Any]) -> Card:
    times: dict[str, datetime] = {
        name: kept[name].replace(tzinfo=UTC) for name in ("create_time", "first_time", "last_time")
    }
    # Of older days: what was good enough was switched on when it was made.
    switched = kept.get("switch_time", None if kept["refusal"] else kept["create_time"])
    return Card(
        version=kept["_id"],
        provider_id=kept["provider_id"],
        lessons=kept["lessons"],
        categories=tuple(kept["categories"]),
        tried_on=kept["tried_on"],
        figures=kept["figures"],
        threshold=kept["threshold"],
        refusal=kept["refusal"],
        aspect=Aspect(kept.get("aspect") or Aspect.CATEGORY),
        switch_time=switched.replace(tzinfo=UTC) if switched else None,
        switched_by=kept.get("switched_by", ""),
        threshold_by=kept.get("threshold_by", ""),
        **times,
    )
