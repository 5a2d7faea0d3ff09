"""Triage's stores: the queue's rows; rules and assignment groups in the provider's own room."""

from chassis import mongo
from services.triage.store.documents import GroupDocument, QueueDocument, RuleDocument
from services.triage.store.queue import QueueStore
from services.triage.store.rules import GroupStore, RuleStore

__all__ = ["GroupStore", "QueueStore", "RuleStore", "prepare"]


def prepare() -> None:
    """Makes the indexes. Raises Unavailable while MongoDB is away."""
    mongo.ensure_indexes([RuleDocument, GroupDocument, QueueDocument])
