"""Notify's stores: deliveries, webhook endpoints, addresses that bounce."""

from chassis import mongo
from services.notify.store.bounces import BounceStore
from services.notify.store.deliveries import DeliveryStore
from services.notify.store.documents import BounceDocument, DeliveryDocument, WebhookDocument
from services.notify.store.webhooks import WebhookStore

__all__ = ["BounceStore", "DeliveryStore", "WebhookStore", "prepare"]


def prepare() -> None:
    """Makes the indexes. Raises Unavailable while MongoDB is away."""
    mongo.ensure_indexes([DeliveryDocument, WebhookDocument, BounceDocument])
