"""Articles: write, publish, search."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from pydantic import Field

from fairlead.knowledge.v1 import article_pb2
from services.gateway.api import words
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import (
    Body,
    Id,
    Line,
    Locale,
    PageQuery,
    Query,
    Revision,
    Shape,
    Time,
    Words,
    fill,
)

routes = Routes("articles", "What helps people help themselves.")


class Article(Shape):
    """The body (CommonMark) is left out of lists and search results."""

    article_id: str
    audience: words.Audience
    tenant_ids: list[str] = []
    state: words.ArticleState
    locale: str
    title: str
    summary: str
    body: str | None = None
    categories: list[str] = []
    helpful_count: int
    unhelpful_count: int
    create_time: Time | None = None
    update_time: Time | None = None
    publish_time: Time | None = None
    revision: int


class ArticlePage(Shape):
    articles: list[Article]
    next_page_token: str | None = None


class SearchResult(Shape):
    article: Article
    score: float
    excerpt: str


class SearchResults(Shape):
    results: list[SearchResult]


class ArticleBody(Body):
    audience: words.Audience
    tenant_ids: list[Id] = Field([], max_length=200, description="For named_clients.")
    locale: Locale
    title: Line
    summary: str = Field("", max_length=1000)
    body: Words
    categories: list[Line] = Field([], max_length=20)


class ArticleChange(ArticleBody):
    revision: Revision = Field(0, description="0 accepts any.")


class ArticleQuery(PageQuery):
    tenant_id: Id | None = Field(None, description="As this client sees them.")
    locale: Locale | None = None


class SearchQuery(Query):
    query: str = Field(min_length=1, max_length=300)
    tenant_id: Id | None = None
    locale: Locale | None = None
    page_size: int = Field(10, ge=1, le=50)


class Feedback(Body):
    helpful: bool


@routes.get("/articles", "List articles", scope="articles:read", query=ArticleQuery, returns=ArticlePage)
def list_articles(call: Call) -> Answer:
    query: ArticleQuery = call.query
    page = backends().articles.list(
        call.caller,
        tenant_id=query.tenant_id or "",
        locale=query.locale or "",
        page_size=query.page_size,
        page_token=query.page_token,
    )
    answer = {"articles": Article.all_of(page.articles)}
    return {**answer, "next_page_token": page.next_page_token} if page.next_page_token else answer


@routes.get(
    "/articles/search", "Search articles", scope="articles:read", query=SearchQuery, returns=SearchResults
)
def search_articles(call: Call) -> Answer:
    """Best first. English and French; letter case and accents do not matter."""
    query: SearchQuery = call.query
    found = backends().articles.search(
        call.caller,
        query=query.query,
        tenant_id=query.tenant_id or "",
        locale=query.locale or "",
        page_size=query.page_size,
    )
    return {"results": SearchResult.all_of(found)}


@routes.post("/articles", "Write an article", scope="articles:write", body=ArticleBody, returns=Article,
             status=201)  # fmt: skip
def create_article(call: Call) -> Answer:
    """A draft, until it is published."""
    return Article.of(backends().articles.create(call.caller, fill(article_pb2.Article(), call.body)))


@routes.get("/articles/{article_id}", "Get an article", scope="articles:read", returns=Article)
def get_article(call: Call, article_id: str) -> Answer:
    return Article.of(backends().articles.get(call.caller, article_id))


@routes.put(
    "/articles/{article_id}",
    "Change an article",
    scope="articles:write",
    body=ArticleChange,
    returns=Article,
    conflicts=True,
)
def update_article(call: Call, article_id: str) -> Answer:
    changed = fill(article_pb2.Article(), call.body, article_id=article_id)
    return Article.of(backends().articles.update(call.caller, changed))


@routes.post(
    "/articles/{article_id}/publish",
    "Publish an article",
    scope="articles:write",
    returns=Article,
    conflicts=True,
)
def publish_article(call: Call, article_id: str) -> Answer:
    return Article.of(backends().articles.publish(call.caller, article_id))


@routes.post(
    "/articles/{article_id}/retire",
    "Retire an article",
    scope="articles:write",
    returns=Article,
    conflicts=True,
)
def retire_article(call: Call, article_id: str) -> Answer:
    return Article.of(backends().articles.retire(call.caller, article_id))


@routes.post(
    "/articles/{article_id}/feedback",
    "Say whether it helped",
    scope="articles:read",
    body=Feedback,
    returns=Article,
    conflicts=True,
)
def send_feedback(call: Call, article_id: str) -> Answer:
    """One answer a person and article; a second replaces the first."""
    return Article.of(backends().articles.send_feedback(call.caller, article_id, call.body.helpful))
