"""Webhook endpoints."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pymongo.database import Database

from chassis.errors import NotFound
from chassis.outbox import AggregateStore
from chassis.tenancy import Scope, TenantScope
from services.notify.domain.webhook import Webhook


class WebhookStore:
    """ports.Webhooks on MongoDB."""

    def __init__(self, database: Database) -> None:
        self.records = AggregateStore(database["webhooks"], noun="webhook")

    def add(self, scope: TenantScope, webhook: Webhook) -> Webhook:
        self.records.create(scope, webhook.webhook_id, _state(webhook), [])
        return replace(webhook, revision=1)

    def save(self, webhook: Webhook) -> Webhook:
        scope = TenantScope(webhook.provider_id, webhook.tenant_id)
        revision = self.records.save(scope, webhook.webhook_id, webhook.revision, _state(webhook), [])
        return replace(webhook, revision=revision)

    def get(self, scope: Scope, webhook_id: str) -> Webhook:
        return _webhook(self.records.load(scope, webhook_id))

    def all(self, scope: Scope) -> list[Webhook]:
        return [_webhook(kept) for kept in self.records.find(scope, sort=[("_id", 1)])]

    def delete(self, scope: Scope, webhook_id: str) -> None:
        if not self.records.delete_one(scope, {"_id": webhook_id}).deleted_count:
            raise NotFound("webhook_not_found", "There is no such webhook.")

    def disable(self, scope: Scope, webhook_id: str) -> None:
        change = {"$set": {"enabled": False}, "$inc": {"revision": 1}}
        self.records.update_one(scope, {"_id": webhook_id}, change)


def _state(webhook: Webhook) -> dict[str, Any]:
    return {
        "url": webhook.url,
        "event_types": sorted(webhook.event_types),
        "secret": webhook.secret,
        "former_secret": webhook.former_secret,
        "former_until": webhook.former_until,
        "enabled": webhook.enabled,
        "create_time": webhook.create_time,
    }


def _webhook(kept: Mapping[str, Any]) -> Webhook:
    return Webhook(
        webhook_id=kept["_id"],
        provider_id=kept["provider_id"],
        tenant_id=kept["tenant_id"],
        url=kept["url"],
        event_types=frozenset(kept["event_types"]),
        secret=kept["secret"],
        enabled=kept["enabled"],
        create_time=kept["create_time"],
        revision=kept["revision"],
        former_secret=kept.get("former_secret", ""),
        former_until=kept.get("former_until"),
    )
