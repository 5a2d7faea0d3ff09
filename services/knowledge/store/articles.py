"""Articles in MongoDB. What a reader may not read is filtered here, in one place for every way of reading."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pymongo.database import Database

from chassis.errors import NotFound, RevisionConflict
from chassis.mongo import decode_cursor, encode_cursor, page_after
from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, SystemScope, TenantScope
from chassis.tokens import CallerSigner
from services.knowledge import events
from services.knowledge.domain.article import Article, ArticleState, Audience
from services.knowledge.domain.reader import Reader
from services.knowledge.ports import Change, Page
from services.knowledge.store.documents import checked

_NEWEST_FIRST = (("update_time", -1), ("_id", -1))


class ArticleStore:
    """Articles, kept in their provider's room.

    on_saved: told the provider of every article that was saved, after it was.
    """

    def __init__(
        self, database: Database, signer: CallerSigner, on_saved: Callable[[str], None] = lambda _: None
    ) -> None:
        self.records = AggregateStore(database["articles"], noun="article", signer=signer)
        self._on_saved = on_saved

    def add(self, article: Article, change: Change) -> Article:
        facts = events.outbound(change.facts, 1, change.time, change.caller)
        self.records.create(_room_of(article), article.article_id, _state(article), facts)
        self._on_saved(article.provider_id)
        return replace(article, revision=1)

    def save(self, article: Article, change: Change) -> Article:
        facts = events.outbound(change.facts, article.revision + 1, change.time, change.caller)
        try:
            revision = self.records.save(
                _room_of(article), article.article_id, article.revision, _state(article), facts
            )
        except RevisionConflict as error:
            raise RevisionConflict("revision_conflict", "Someone else changed this article first.") from error
        self._on_saved(article.provider_id)
        return replace(article, revision=revision)

    def get(self, reader: Reader, article_id: str) -> Article:
        found = self.records.find_one(_room(reader), _readable(reader, {"_id": article_id}))
        if found is None:
            raise NotFound("article_not_found", "There is no such article.")
        return _article(found)

    def readable(self, reader: Reader, article_ids: Sequence[str]) -> list[Article]:
        wanted = {"_id": {"$in": list(article_ids)}, "state": {"$ne": ArticleState.RETIRED.value}}
        found = self.records.find(_room(reader), _readable(reader, wanted), projection=_without_body())
        by_id = {document["_id"]: _article(document) for document in found}
        return [by_id[article_id] for article_id in article_ids if article_id in by_id]

    def bodies(self, reader: Reader, article_ids: Sequence[str]) -> dict[str, str]:
        wanted = _readable(reader, {"_id": {"$in": list(article_ids)}})
        found = self.records.find(_room(reader), wanted, projection={"body": True})
        return {document["_id"]: document["body"] for document in found}

    def page(self, reader: Reader, locale: str, size: int, token: str) -> Page:
        wanted: dict[str, Any] = {"locale": locale} if locale else {}
        if token:
            wanted |= page_after(_NEWEST_FIRST, decode_cursor(token, 2))
        found = self.records.find(
            _room(reader),
            _readable(reader, wanted),
            sort=_NEWEST_FIRST,
            limit=size + 1,
            projection=_without_body(),
        )
        articles = tuple(_article(document) for document in found[:size])
        more = len(found) > size
        next_token = encode_cursor([articles[-1].update_time, articles[-1].article_id]) if more else ""
        return Page(articles, next_token)


def _room(reader: Reader) -> Scope:
    if not reader.provider_id:
        return SystemScope("an operator sets up the articles of any provider")
    return TenantScope(reader.provider_id, reader.provider_id)


def _readable(reader: Reader, criteria: dict[str, Any]) -> dict[str, Any]:
    """Criteria narrowed to what the reader may read: the same rule as Reader.may_read."""
    named: dict[str, Any] = {"audience": Audience.NAMED_CLIENTS.value}
    if reader.tenant_ids is not None:
        named["tenant_ids"] = {"$in": sorted(reader.tenant_ids)}
    audiences = [{"audience": Audience.ALL_CLIENTS.value}, named]
    if reader.staff:
        return {"$and": [criteria, {"$or": [{"audience": Audience.INTERNAL.value}, *audiences]}]}
    published = {"state": ArticleState.PUBLISHED.value, "$or": audiences}
    return {"$and": [criteria, published]}


def _without_body() -> dict[str, bool]:
    return {"body": False, "pending_events": False, "published": False}


def _room_of(article: Article) -> TenantScope:
    return TenantScope(article.provider_id, article.provider_id)


def _state(article: Article) -> dict[str, Any]:
    state = {
        "audience": article.audience.value,
        "tenant_ids": sorted(article.tenant_ids),
        "state": article.state.value,
        "locale": article.locale,
        "title": article.title,
        "summary": article.summary,
        "body": article.body,
        "categories": list(article.categories),
        "create_time": article.create_time,
        "update_time": article.update_time,
        "publish_time": article.publish_time,
    }
    return checked(state)


def _article(document: Mapping[str, Any]) -> Article:
    return Article(
        article_id=document["_id"],
        provider_id=document["provider_id"],
        audience=Audience(document["audience"]),
        tenant_ids=frozenset(document["tenant_ids"]),
        locale=document["locale"],
        title=document["title"],
        summary=document["summary"],
        body=document.get("body", ""),
        categories=tuple(document["categories"]),
        create_time=document["create_time"],
        update_time=document["update_time"],
        publish_time=document["publish_time"],
        state=ArticleState(document["state"]),
        revision=document["revision"],
    )
