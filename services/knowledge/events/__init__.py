"""What knowledge announces: a domain fact becomes an event of events.proto, with its name in the subject."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from chassis.outbox import OutboundEvent
from chassis.tenancy import Caller
from fairlead.knowledge.v1 import events_pb2
from services.knowledge.domain.facts import ArticleFact, ArticlePublished
from services.knowledge.events import messages


def outbound(
    facts: Iterable[ArticleFact], revision: int, time: datetime, caller: Caller
) -> list[OutboundEvent]:
    """The events of one save; each carries the article as it is at the revision that the save makes."""
    return [_outbound(fact, revision, time, caller) for fact in facts]


def _outbound(fact: ArticleFact, revision: int, time: datetime, caller: Caller) -> OutboundEvent:
    saved = messages.article(replace(fact.article, revision=revision))
    if isinstance(fact, ArticlePublished):
        return OutboundEvent("article_published", events_pb2.ArticlePublished(article=saved), time, caller)
    return OutboundEvent("article_retired", events_pb2.ArticleRetired(article=saved), time, caller)
