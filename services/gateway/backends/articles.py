"""Articles, their search and suggestion."""

from __future__ import annotations

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.knowledge.v1 import article_pb2 as article
from fairlead.knowledge.v1 import article_service_pb2 as messages
from fairlead.knowledge.v1.article_service_pb2_grpc import ArticleServiceStub

Results = list[messages.SearchResult]


class Articles:
    """Client of fairlead.knowledge.v1.ArticleService."""

    def __init__(self, channel: Any) -> None:
        self._stub = ArticleServiceStub(channel)

    def create(self, caller: Caller, new: article.Article) -> article.Article:
        return call(self._stub.CreateArticle, messages.CreateArticleRequest(article=new), caller)

    def update(self, caller: Caller, changed: article.Article) -> article.Article:
        return call(self._stub.UpdateArticle, messages.UpdateArticleRequest(article=changed), caller)

    def publish(self, caller: Caller, article_id: str) -> article.Article:
        return call(self._stub.PublishArticle, messages.PublishArticleRequest(article_id=article_id), caller)

    def retire(self, caller: Caller, article_id: str) -> article.Article:
        return call(self._stub.RetireArticle, messages.RetireArticleRequest(article_id=article_id), caller)

    def get(self, caller: Caller, article_id: str) -> article.Article:
        return call(self._stub.GetArticle, messages.GetArticleRequest(article_id=article_id), caller)

    def list(self, caller: Caller, **fields: Any) -> messages.ListArticlesResponse:
        """Fields: tenant_id, locale, page_size, page_token. Bodies are left empty."""
        return call(self._stub.ListArticles, messages.ListArticlesRequest(**fields), caller)

    def search(self, caller: Caller, **fields: Any) -> Results:
        """Best first. Fields: query, tenant_id, locale, page_size."""
        request = messages.SearchArticlesRequest(**fields)
        return [*call(self._stub.SearchArticles, request, caller).results]

    def suggest(self, caller: Caller, **fields: Any) -> Results:
        """At most page_size that are likely to help. Fields: title, text, tenant_id, locale, page_size."""
        request = messages.SuggestArticlesRequest(**fields)
        return [*call(self._stub.SuggestArticles, request, caller).results]

    def send_feedback(self, caller: Caller, article_id: str, helpful: bool) -> article.Article:
        request = messages.SendFeedbackRequest(article_id=article_id, helpful=helpful)
        return call(self._stub.SendFeedback, request, caller)
