"""Webhook endpoints: addresses that are told of events, signed as Standard Webhooks specifies."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from fairlead.notify.v1 import webhook_pb2
from services.gateway.api.deliveries import Delivery
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Query, Revision, Shape, Time, fill

routes = Routes("webhooks", "Programs that are told of events.")

EventType = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_]+){1,4}$", max_length=100)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2000)]


class Webhook(Shape):
    webhook_id: str
    tenant_id: str | None = Field(None, description="Left out: events of every client of the provider.")
    url: str
    event_types: list[str] = []
    enabled: bool
    create_time: Time | None = None
    revision: int


class NewlyMadeWebhook(Webhook):
    secret: str = Field(description="Verifies signatures. Shown once, here.", examples=["whsec_…"])


class WebhookList(Shape):
    webhooks: list[Webhook]


class WebhookBody(Body):
    url: Url = Field(examples=["https://hooks.example.com/fairlead"])
    tenant_id: Id | None = None
    event_types: list[EventType] = Field([], max_length=50, examples=[["incidents.incident.opened"]])
    enabled: bool = True


class WebhookChange(Body):
    """The whole of what may change; the client it is for stays."""

    url: Url = Field(examples=["https://hooks.example.com/fairlead"])
    event_types: list[EventType] = Field([], max_length=50)
    enabled: bool = True
    revision: Revision = 0


class WebhookQuery(Query):
    tenant_id: Id | None = None


@routes.get("/webhooks", "List webhooks", scope="webhooks:read", query=WebhookQuery, returns=WebhookList)
def list_webhooks(call: Call) -> Answer:
    return {"webhooks": Webhook.all_of(backends().webhooks.list(call.caller, call.query.tenant_id or ""))}


@routes.post(
    "/webhooks",
    "Add a webhook",
    scope="webhooks:write",
    body=WebhookBody,
    returns=NewlyMadeWebhook,
    status=201,
    conflicts=True,
)
def create_webhook(call: Call) -> Answer:
    """Internal addresses are refused."""
    made = backends().webhooks.create(call.caller, fill(webhook_pb2.WebhookEndpoint(), call.body))
    return NewlyMadeWebhook.of(made)


@routes.get("/webhooks/{webhook_id}", "Get a webhook", scope="webhooks:read", returns=Webhook)
def get_webhook(call: Call, webhook_id: str) -> Answer:
    return Webhook.of(backends().webhooks.get(call.caller, webhook_id))


@routes.put(
    "/webhooks/{webhook_id}",
    "Change a webhook",
    scope="webhooks:write",
    body=WebhookChange,
    returns=Webhook,
    conflicts=True,
)
def update_webhook(call: Call, webhook_id: str) -> Answer:
    changed = fill(webhook_pb2.WebhookEndpoint(), call.body, webhook_id=webhook_id)
    return Webhook.of(backends().webhooks.update(call.caller, changed))


@routes.post(
    "/webhooks/{webhook_id}/rotate-secret",
    "Give a webhook a new secret",
    scope="webhooks:write",
    returns=NewlyMadeWebhook,
    conflicts=True,
)
def rotate_webhook_secret(call: Call, webhook_id: str) -> Answer:
    """Shown once, here. For a day deliveries bear the former one's signature, too."""
    return NewlyMadeWebhook.of(backends().webhooks.rotate_secret(call.caller, webhook_id))


@routes.post(
    "/webhooks/{webhook_id}/test",
    "Send a webhook a trial",
    scope="webhooks:write",
    returns=Delivery,
    status=201,
    conflicts=True,
)
def test_webhook(call: Call, webhook_id: str) -> Answer:
    """A `fairlead.webhook.test`. What came of it: the endpoint's deliveries."""
    return Delivery.of(backends().webhooks.test(call.caller, webhook_id))


@routes.delete("/webhooks/{webhook_id}", "Remove a webhook", scope="webhooks:write")
def delete_webhook(call: Call, webhook_id: str) -> Answer:
    backends().webhooks.delete(call.caller, webhook_id)
