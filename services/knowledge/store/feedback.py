"""Whether articles helped. Counted when read, so that no count can drift from the answers."""

from collections.abc import Sequence
from datetime import datetime

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.mongo import ScopedCollection
from chassis.tenancy import TenantScope


class FeedbackStore:
    """One answer per person and article."""

    def __init__(self, database: Database) -> None:
        self._answers = ScopedCollection(database["feedback"])

    def put(
        self, provider: TenantScope, article_id: str, person_id: str, helpful: bool, time: datetime
    ) -> None:
        criteria = {"_id": f"{article_id}.{person_id}"}
        answer = {"article_id": article_id, "person_id": person_id, "helpful": helpful, "update_time": time}
        try:
            self._answers.update_one(provider, criteria, {"$set": answer}, upsert=True)
        except DuplicateKeyError:  # two first answers at once: now there is one to replace
            self._answers.update_one(provider, criteria, {"$set": answer})

    def counts(self, provider: TenantScope, article_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        if not article_ids:
            return {}
        per_answer = {"_id": {"article": "$article_id", "helpful": "$helpful"}, "count": {"$sum": 1}}
        wanted = {"$match": {"article_id": {"$in": list(article_ids)}}}
        found = self._answers.aggregate(provider, [wanted, {"$group": per_answer}])
        counts = {(row["_id"]["article"], row["_id"]["helpful"]): row["count"] for row in found}
        return {
            article_id: (counts.get((article_id, True), 0), counts.get((article_id, False), 0))
            for article_id in article_ids
        }
