"""fairlead.knowledge.v1.ArticleService: calls in, translated; nothing is decided here."""

from collections.abc import Iterable
from datetime import UTC

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.knowledge.v1 import article_pb2
from fairlead.knowledge.v1 import article_service_pb2 as pb
from fairlead.knowledge.v1.article_service_pb2_grpc import ArticleServiceServicer
from services.knowledge.domain.article import Audience, Wording
from services.knowledge.events import messages
from services.knowledge.use_cases import AuthoringUseCases, DeflectionUseCases, Found, ReadingUseCases

_AUDIENCES: dict[int, Audience] = {
    article_pb2.AUDIENCE_INTERNAL: Audience.INTERNAL,
    article_pb2.AUDIENCE_ALL_CLIENTS: Audience.ALL_CLIENTS,
    article_pb2.AUDIENCE_NAMED_CLIENTS: Audience.NAMED_CLIENTS,
}


class ArticleServicer(ArticleServiceServicer):
    """Articles, their search and suggestion."""

    def __init__(
        self, authoring: AuthoringUseCases, reading: ReadingUseCases, deflecting: DeflectionUseCases
    ) -> None:
        self._authoring = authoring
        self._reading = reading
        self._deflecting = deflecting

    def CreateArticle(
        self, request: pb.CreateArticleRequest, context: grpc.ServicerContext
    ) -> article_pb2.Article:
        new = request.article
        created = self._authoring.create_article(caller_of(context), new.provider_id, _wording(new))
        return messages.article(created)

    def UpdateArticle(
        self, request: pb.UpdateArticleRequest, context: grpc.ServicerContext
    ) -> article_pb2.Article:
        sent = request.article
        changed = self._authoring.update_article(
            caller_of(context), sent.article_id, _wording(sent), sent.revision
        )
        return messages.article(changed)

    def PublishArticle(
        self, request: pb.PublishArticleRequest, context: grpc.ServicerContext
    ) -> article_pb2.Article:
        return messages.article(self._authoring.publish_article(caller_of(context), request.article_id))

    def RetireArticle(
        self, request: pb.RetireArticleRequest, context: grpc.ServicerContext
    ) -> article_pb2.Article:
        return messages.article(self._authoring.retire_article(caller_of(context), request.article_id))

    def GetArticle(self, request: pb.GetArticleRequest, context: grpc.ServicerContext) -> article_pb2.Article:
        return messages.article(self._reading.get_article(caller_of(context), request.article_id))

    def ListArticles(
        self, request: pb.ListArticlesRequest, context: grpc.ServicerContext
    ) -> pb.ListArticlesResponse:
        page = self._reading.list_articles(
            caller_of(context), request.tenant_id, request.locale, request.page_size, request.page_token
        )
        return pb.ListArticlesResponse(
            articles=[messages.article(article) for article in page.articles],
            next_page_token=page.next_token,
        )

    def SearchArticles(
        self, request: pb.SearchArticlesRequest, context: grpc.ServicerContext
    ) -> pb.SearchArticlesResponse:
        found = self._reading.search_articles(
            caller_of(context), request.query, request.tenant_id, request.locale, request.page_size
        )
        return self._results(found)

    def SuggestArticles(
        self, request: pb.SuggestArticlesRequest, context: grpc.ServicerContext
    ) -> pb.SearchArticlesResponse:
        found = self._reading.suggest_articles(
            caller_of(context),
            request.title,
            request.text,
            request.tenant_id,
            request.locale,
            request.page_size,
        )
        return self._results(found)

    def SendFeedback(
        self, request: pb.SendFeedbackRequest, context: grpc.ServicerContext
    ) -> article_pb2.Article:
        judged = self._reading.send_feedback(caller_of(context), request.article_id, request.helpful)
        return messages.article(judged)

    def CountDeflections(
        self, request: pb.CountDeflectionsRequest, context: grpc.ServicerContext
    ) -> pb.CountDeflectionsResponse:
        start, end = (
            getattr(request, name).ToDatetime(tzinfo=UTC) if request.HasField(name) else None
            for name in ("start_time", "end_time")
        )
        counted = self._deflecting.count(caller_of(context), request.tenant_ids, start, end)
        return pb.CountDeflectionsResponse(
            deflections=[
                pb.Deflections(
                    tenant_id=tenant_id,
                    helped=each.helped,
                    deflected=each.deflected,
                    undecided=each.undecided,
                )
                for tenant_id, each in counted.items()
            ]
        )

    def _results(self, found: Iterable[Found]) -> pb.SearchArticlesResponse:
        return pb.SearchArticlesResponse(
            results=[
                pb.SearchResult(
                    article=messages.article(each.article), score=each.score, excerpt=each.excerpt
                )
                for each in found
            ]
        )


def _wording(message: article_pb2.Article) -> Wording:
    if message.audience and message.audience not in _AUDIENCES:
        raise InvalidArgument("audience_invalid", "There is no such audience.", field="audience")
    return Wording(
        title=message.title,
        summary=message.summary,
        body=message.body,
        locale=message.locale,
        categories=tuple(message.categories),
        audience=_AUDIENCES.get(message.audience),
        tenant_ids=frozenset(message.tenant_ids),
    )
