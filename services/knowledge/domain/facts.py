"""What happened, in the past tense: each becomes one event of events.proto."""

from dataclasses import dataclass

from services.knowledge.domain.article import Article


@dataclass(frozen=True)
class ArticlePublished:
    """An article can be read by its audience, or says something else than before."""

    article: Article


@dataclass(frozen=True)
class ArticleRetired:
    """An article is no longer there for clients."""

    article: Article


ArticleFact = ArticlePublished | ArticleRetired
