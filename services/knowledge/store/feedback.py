"""Whether articles helped. Counted when read, so that no count can drift from the answers."""

from collections.abc import Sequence
from datetime import datetime

from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis.mongo import ScopedCollection
from chassis.tenancy import TenantScope
from services.knowledge.domain.deflection import Moment
from services.knowledge.store.documents import HELPED_INDEX


class FeedbackStore:
    """One answer per person and article."""

    def __init__(self, database: Database) -> None:
        self._answers = ScopedCollection(database["feedback"])

    def put(
        self,
        provider: TenantScope,
        article_id: str,
        person_id: str,
        helpful: bool,
        time: datetime,
        client_id: str = "",
    ) -> None:
        criteria = {"_id": f"{article_id}.{person_id}"}
        answer = {
            "article_id": article_id,
            "person_id": person_id,
            "client_id": client_id,
            "helpful": helpful,
            "update_time": time,
        }
        try:
            self._answers.update_one(provider, criteria, {"$set": answer}, upsert=True)
        except DuplicateKeyError:  # two first answers at once: now there is one to replace
            self._answers.update_one(provider, criteria, {"$set": answer})

    def helped(
        self, provider: TenantScope, client_ids: frozenset[str] | None, start: datetime, end: datetime
    ) -> list[Moment]:
        whose = {"$gt": ""} if client_ids is None else {"$in": sorted(client_ids)}
        criteria = {"client_id": whose, "helpful": True, "update_time": {"$gte": start, "$lt": end}}
        found = self._answers.iterate(provider, criteria, hint=HELPED_INDEX)
        return [Moment(each["client_id"], each["person_id"], each["update_time"]) for each in found]

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
