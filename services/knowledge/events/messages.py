"""Articles as protobuf messages: what calls answer with and what events carry are the same."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from fairlead.knowledge.v1 import article_pb2
from services.knowledge.domain.article import Article, ArticleState, Audience

_AUDIENCES = {
    Audience.INTERNAL: article_pb2.AUDIENCE_INTERNAL,
    Audience.ALL_CLIENTS: article_pb2.AUDIENCE_ALL_CLIENTS,
    Audience.NAMED_CLIENTS: article_pb2.AUDIENCE_NAMED_CLIENTS,
}
_STATES = {
    ArticleState.DRAFT: article_pb2.ARTICLE_STATE_DRAFT,
    ArticleState.PUBLISHED: article_pb2.ARTICLE_STATE_PUBLISHED,
    ArticleState.RETIRED: article_pb2.ARTICLE_STATE_RETIRED,
}


def article(record: Article) -> article_pb2.Article:
    """An article; the body is "" where it was not read."""
    return article_pb2.Article(
        article_id=record.article_id,
        provider_id=record.provider_id,
        audience=_AUDIENCES[record.audience],
        tenant_ids=sorted(record.tenant_ids),
        state=_STATES[record.state],
        locale=record.locale,
        title=record.title,
        summary=record.summary,
        body=record.body,
        categories=record.categories,
        helpful_count=record.helpful_count,
        unhelpful_count=record.unhelpful_count,
        create_time=_timestamp(record.create_time),
        update_time=_timestamp(record.update_time),
        publish_time=_timestamp(record.publish_time) if record.publish_time else None,
        revision=record.revision,
    )


def _timestamp(moment: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
