"""Deliveries: who was told what, and whether it arrived."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from fairlead.notify.v1 import delivery_pb2
from services.gateway.api import words
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Id, PageQuery, Shape, Time
from services.gateway.backends.words import number_of

routes = Routes("deliveries", "Notifications on their way to people and webhooks.")


class Delivery(Shape):
    delivery_id: str
    tenant_id: str
    incident_id: str | None = None
    incident_number: str | None = None
    channel: words.DeliveryChannel
    state: words.DeliveryState
    notification: str
    recipient: str
    recipient_person_id: str | None = None
    subject: str | None = None
    message_id: str | None = None
    attempts: int
    last_error: str | None = None
    ambiguous_attempts: int
    create_time: Time | None = None
    send_time: Time | None = None
    next_attempt_time: Time | None = None
    event_id: str | None = None
    revision: int


class DeliveryPage(Shape):
    deliveries: list[Delivery]
    next_page_token: str | None = None


class DeliveryQuery(PageQuery):
    tenant_id: Id | None = None
    webhook_id: Id | None = None
    state: words.DeliveryState | None = None


@routes.get(
    "/deliveries", "List deliveries", scope="deliveries:read", query=DeliveryQuery, returns=DeliveryPage
)
def list_deliveries(call: Call) -> Answer:
    """Newest first."""
    query: DeliveryQuery = call.query
    page = backends().deliveries.list(
        call.caller,
        tenant_id=query.tenant_id or "",
        webhook_id=query.webhook_id or "",
        state=number_of(delivery_pb2.DeliveryState.DESCRIPTOR, query.state),
        page_size=query.page_size,
        page_token=query.page_token,
    )
    answer = {"deliveries": Delivery.all_of(page.deliveries)}
    return {**answer, "next_page_token": page.next_page_token} if page.next_page_token else answer


@routes.get("/deliveries/{delivery_id}", "Get a delivery", scope="deliveries:read", returns=Delivery)
def get_delivery(call: Call, delivery_id: str) -> Answer:
    return Delivery.of(backends().deliveries.get(call.caller, delivery_id))


@routes.post(
    "/deliveries/{delivery_id}/redeliver",
    "Send once more",
    scope="deliveries:write",
    returns=Delivery,
    conflicts=True,
)
def redeliver(call: Call, delivery_id: str) -> Answer:
    """For one that was given up."""
    return Delivery.of(backends().deliveries.redeliver(call.caller, delivery_id))
