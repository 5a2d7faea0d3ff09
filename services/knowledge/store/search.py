"""The words of each provider's articles, held in memory and kept up with the store.

Every change of an article raises its revision by one and nothing is ever removed, so the number of articles and
the sum of their revisions differ after any change: one covered query tells whether there is something to read
anew, and every replica comes to the same index whatever order it sees changes in.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from pymongo.database import Database

from chassis.mongo import ScopedCollection
from chassis.tenancy import TenantScope
from services.knowledge.domain.article import ArticleState
from services.knowledge.domain.index import ArticleIndex, Hit, Query

# How long what another replica saved may stay unseen.
_LOOK_AGAIN_SECONDS = 0.5
_MOST_PROVIDERS = 100
_READ_AT_ONCE = 200
_MOST_ANSWERS = 500
_WORDS = ("revision", "state", "locale", "title", "summary", "body")


class SearchStore:
    """Searches one provider's articles; what this process saved is found at once."""

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._records = ScopedCollection(database["articles"])
        self._monotonic = monotonic
        self._providers: OrderedDict[str, _ProviderWords] = OrderedDict()
        self._lock = threading.Lock()

    def search(self, provider: TenantScope, query: Query) -> list[Hit]:
        with self._lock:
            words = self._providers.setdefault(provider.provider_id, _ProviderWords(provider))
            self._providers.move_to_end(provider.provider_id)
            if len(self._providers) > _MOST_PROVIDERS:
                self._providers.popitem(last=False)
        return words.search(query, self._records, self._monotonic)

    def forget(self, provider_id: str) -> None:
        """Looks at the store again before the next search: something was saved."""
        with self._lock:
            words = self._providers.get(provider_id)
        if words:
            words.outdated = True


class _ProviderWords:
    def __init__(self, provider: TenantScope) -> None:
        self._provider = provider
        self._index = ArticleIndex()
        self._revisions: dict[str, int] = {}
        self._looked_at = float("-inf")
        # What was asked lately of the index as it is: the page of an incident asks the same each time it is looked at.
        self._answered: OrderedDict[Query, list[Hit]] = OrderedDict()
        self._lock = threading.Lock()
        self.outdated = True

    def search(self, query: Query, records: ScopedCollection, monotonic: Callable[[], float]) -> list[Hit]:
        with self._lock:
            if self.outdated or monotonic() - self._looked_at >= _LOOK_AGAIN_SECONDS:
                # Before looking: what is saved meanwhile will set it again.
                self.outdated = False
                try:
                    self._catch_up(records)
                except Exception:
                    self.outdated = True
                    raise
                self._looked_at = monotonic()
            if (known := self._answered.get(query)) is None:
                known = self._answered[query] = self._index.search(query)
                if len(self._answered) > _MOST_ANSWERS:
                    self._answered.popitem(last=False)
            return known

    def _catch_up(self, records: ScopedCollection) -> None:
        summed = {"$group": {"_id": None, "count": {"$sum": 1}, "revisions": {"$sum": "$revision"}}}
        stamp = next(iter(records.aggregate(self._provider, [summed])), {"count": 0, "revisions": 0})
        if (stamp["count"], stamp["revisions"]) == (len(self._revisions), sum(self._revisions.values())):
            return
        self._answered.clear()
        now = {found["_id"]: found["revision"] for found in self._all(records)}
        changed = [key for key, revision in now.items() if self._revisions.get(key) != revision]
        for start in range(0, len(changed), _READ_AT_ONCE):
            self._read(records, changed[start : start + _READ_AT_ONCE])

    def _all(self, records: ScopedCollection) -> list[dict]:
        return records.find(self._provider, projection=["_id", "revision"])

    def _read(self, records: ScopedCollection, article_ids: list[str]) -> None:
        wanted = {"_id": {"$in": article_ids}}
        for found in records.find(self._provider, wanted, projection=list(_WORDS)):
            article_id = found["_id"]
            if found["state"] == ArticleState.RETIRED.value:
                self._index.remove(article_id)
            else:
                self._index.put(article_id, found["locale"], found["title"], found["summary"], found["body"])
            self._revisions[article_id] = found["revision"]
