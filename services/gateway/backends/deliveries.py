"""Deliveries, suppressed addresses and webhook endpoints."""

from __future__ import annotations

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.notify.v1 import delivery_pb2 as delivery
from fairlead.notify.v1 import notify_service_pb2 as messages
from fairlead.notify.v1 import suppression_pb2 as suppression
from fairlead.notify.v1 import webhook_pb2 as webhook
from fairlead.notify.v1.notify_service_pb2_grpc import NotifyServiceStub


class Deliveries:
    """Client of fairlead.notify.v1.NotifyService, the part about deliveries."""

    def __init__(self, channel: Any) -> None:
        self._stub = NotifyServiceStub(channel)

    def list(self, caller: Caller, **fields: Any) -> messages.ListDeliveriesResponse:
        """Newest first. Fields: incident_id, tenant_id, webhook_id, state, page_size, page_token."""
        return call(self._stub.ListDeliveries, messages.ListDeliveriesRequest(**fields), caller)

    def get(self, caller: Caller, delivery_id: str) -> delivery.Delivery:
        return call(self._stub.GetDelivery, messages.GetDeliveryRequest(delivery_id=delivery_id), caller)

    def redeliver(self, caller: Caller, delivery_id: str) -> delivery.Delivery:
        return call(self._stub.Redeliver, messages.RedeliverRequest(delivery_id=delivery_id), caller)


class Suppressions:
    """Client of fairlead.notify.v1.NotifyService, the part about addresses that no mail is sent to."""

    def __init__(self, channel: Any) -> None:
        self._stub = NotifyServiceStub(channel)

    def list(self, caller: Caller, **fields: Any) -> messages.ListSuppressionsResponse:
        """The latest first. Fields: tenant_id, address, page_size, page_token."""
        return call(self._stub.ListSuppressions, messages.ListSuppressionsRequest(**fields), caller)

    def add(self, caller: Caller, tenant_id: str, address: str) -> suppression.Suppression:
        request = messages.SuppressAddressRequest(tenant_id=tenant_id, address=address)
        return call(self._stub.SuppressAddress, request, caller)

    def lift(self, caller: Caller, suppression_id: str) -> suppression.Suppression:
        request = messages.LiftSuppressionRequest(suppression_id=suppression_id)
        return call(self._stub.LiftSuppression, request, caller)


class Webhooks:
    """Client of fairlead.notify.v1.NotifyService, the part about webhook endpoints."""

    def __init__(self, channel: Any) -> None:
        self._stub = NotifyServiceStub(channel)

    def create(self, caller: Caller, new: webhook.WebhookEndpoint) -> webhook.WebhookEndpoint:
        """The only answer that holds the secret."""
        return call(self._stub.CreateWebhook, messages.CreateWebhookRequest(webhook=new), caller)

    def get(self, caller: Caller, webhook_id: str) -> webhook.WebhookEndpoint:
        return call(self._stub.GetWebhook, messages.GetWebhookRequest(webhook_id=webhook_id), caller)

    def list(self, caller: Caller, tenant_id: str = "") -> list[webhook.WebhookEndpoint]:
        request = messages.ListWebhooksRequest(tenant_id=tenant_id)
        return [*call(self._stub.ListWebhooks, request, caller).webhooks]

    def update(self, caller: Caller, changed: webhook.WebhookEndpoint) -> webhook.WebhookEndpoint:
        """Replaces address, event types and whether it is enabled."""
        return call(self._stub.UpdateWebhook, messages.UpdateWebhookRequest(webhook=changed), caller)

    def rotate_secret(self, caller: Caller, webhook_id: str) -> webhook.WebhookEndpoint:
        """The only answer that holds the new secret."""
        request = messages.RotateWebhookSecretRequest(webhook_id=webhook_id)
        return call(self._stub.RotateWebhookSecret, request, caller)

    def test(self, caller: Caller, webhook_id: str) -> delivery.Delivery:
        """Sends it a trial."""
        return call(self._stub.TestWebhook, messages.TestWebhookRequest(webhook_id=webhook_id), caller)

    def delete(self, caller: Caller, webhook_id: str) -> None:
        call(self._stub.DeleteWebhook, messages.DeleteWebhookRequest(webhook_id=webhook_id), caller)
