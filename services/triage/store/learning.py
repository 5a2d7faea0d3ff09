"""Lessons in their client's room, and models' cards in the provider's own."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from chassis.mongo import ScopedCollection
from chassis.tenancy import Scope, SystemScope, TenantScope
from services.triage.domain.learning.card import Card
from services.triage.domain.learning.lesson import Lesson
from services.triage.ports import Heard

_COUNTED = SystemScope("how many lessons each provider has, for learning when there is enough")
# Told by an index alone; words come with the opening, a moment before or after.
_COUNTABLE = {"category": {"$gt": ""}}
_TAUGHT = {"category": {"$gt": ""}, "text": {"$gt": ""}}


class LessonStore:
    """ports.Lessons on MongoDB."""

    def __init__(self, database: Database) -> None:
        self._lessons = ScopedCollection(database["lessons"])

    def hear(self, heard: Sequence[Heard]) -> None:
        self._lessons.bulk_write_each(
            ((TenantScope(one.provider_id, one.tenant_id), write) for one in heard for write in _writes(one)),
            ordered=True,
        )

    def providers(self) -> list[tuple[str, int]]:
        counted = self._lessons.aggregate(
            _COUNTED, [{"$match": _COUNTABLE}, {"$group": {"_id": "$provider_id", "count": {"$sum": 1}}}]
        )
        return sorted((one["_id"], one["count"]) for one in counted)

    def of(self, scope: Scope, most: int) -> list[Lesson]:
        found = self._lessons.find(scope, _TAUGHT, sort=[("create_time", -1), ("_id", 1)], limit=most)
        return [
            Lesson(
                one["_id"],
                one["provider_id"],
                one["tenant_id"],
                one["text"],
                one["category"],
                one["create_time"].replace(tzinfo=UTC),
            )
            for one in found
        ]


class CardStore:
    """ports.Cards on MongoDB."""

    def __init__(self, database: Database) -> None:
        self._cards = ScopedCollection(database["model_cards"])

    def add(self, scope: TenantScope, card: Card) -> None:
        kept = {name: value for name, value in asdict(card).items() if name not in ("version", "provider_id")}
        self._cards.update_one(
            scope, {"_id": card.version}, {"$set": {**kept, "categories": list(card.categories)}}, upsert=True
        )

    def all(self, scope: Scope) -> list[Card]:
        return [_card(one) for one in self._cards.find(scope, sort=[("create_time", -1), ("_id", 1)])]


def _writes(heard: Heard) -> list[UpdateOne]:
    """The row is made by whatever comes first; a category is known better than another by its revision."""
    row = {"_id": heard.incident_id}
    first = {"create_time": heard.create_time, "category": "", "category_revision": 0}
    if heard.text:
        return [UpdateOne(row, {"$setOnInsert": first, "$set": {"text": heard.text}}, upsert=True)]
    newer = {**row, "category_revision": {"$lt": heard.revision}}
    known = {"category": heard.category, "category_revision": heard.revision}
    return [
        UpdateOne(row, {"$setOnInsert": {**first, "text": ""}}, upsert=True),
        UpdateOne(newer, {"$set": known}),
    ]


def _card(kept: dict[str, Any]) -> Card:
    times: dict[str, datetime] = {
        name: kept[name].replace(tzinfo=UTC) for name in ("create_time", "first_time", "last_time")
    }
    return Card(
        version=kept["_id"],
        provider_id=kept["provider_id"],
        lessons=kept["lessons"],
        categories=tuple(kept["categories"]),
        tried_on=kept["tried_on"],
        figures=kept["figures"],
        threshold=kept["threshold"],
        refusal=kept["refusal"],
        **times,
    )
