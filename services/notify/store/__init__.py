"""Notify's stores: deliveries, webhook endpoints, addresses that mail does not reach."""

from chassis import mongo
from services.notify.store.deliveries import DeliveryStore
from services.notify.store.documents import DeliveryDocument, SuppressionDocument, WebhookDocument
from services.notify.store.suppressions import SuppressionStore
from services.notify.store.webhooks import WebhookStore

__all__ = ["DeliveryStore", "SuppressionStore", "WebhookStore", "prepare"]


def prepare() -> None:
    """Makes the indexes. Raises Unavailable while MongoDB is away."""
    mongo.ensure_indexes([DeliveryDocument, WebhookDocument, SuppressionDocument])
