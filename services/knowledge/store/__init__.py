"""Articles, their feedback and their words."""

from chassis.mongo import ensure_indexes
from services.knowledge.store.articles import ArticleStore
from services.knowledge.store.documents import DOCUMENTS
from services.knowledge.store.feedback import FeedbackStore
from services.knowledge.store.search import SearchStore

__all__ = ["ArticleStore", "FeedbackStore", "SearchStore", "prepare"]


def prepare() -> None:
    """Builds the indexes; idempotent. Raises Unavailable while MongoDB is away."""
    ensure_indexes(DOCUMENTS)
