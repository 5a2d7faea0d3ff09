"""Calls in: deliveries, webhook endpoints, suppressed addresses."""

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.notify.v1 import delivery_pb2, notify_service_pb2, suppression_pb2, webhook_pb2
from fairlead.notify.v1.notify_service_pb2_grpc import NotifyServiceServicer
from services.notify.events import messages
from services.notify.use_cases import KeepSuppressions, KeepWebhooks, SeeDeliveries

_STATES = {
    delivery_pb2.DELIVERY_STATE_UNSPECIFIED: "",
    delivery_pb2.DELIVERY_STATE_PENDING: "pending",
    delivery_pb2.DELIVERY_STATE_SENT: "sent",
    delivery_pb2.DELIVERY_STATE_RETRYING: "retrying",
    delivery_pb2.DELIVERY_STATE_DEAD: "dead",
    delivery_pb2.DELIVERY_STATE_SUPPRESSED: "suppressed",
}


class NotifyServicer(NotifyServiceServicer):
    """Deliveries and suppressed addresses for staff, endpoints for administrators."""

    def __init__(
        self, deliveries: SeeDeliveries, webhooks: KeepWebhooks, suppressions: KeepSuppressions
    ) -> None:
        self._deliveries = deliveries
        self._webhooks = webhooks
        self._suppressions = suppressions

    def ListDeliveries(
        self, request: notify_service_pb2.ListDeliveriesRequest, context: grpc.ServicerContext
    ) -> notify_service_pb2.ListDeliveriesResponse:
        if request.state not in _STATES:
            raise InvalidArgument("state_invalid", "This is not a state of a delivery.", field="state")
        found, token = self._deliveries.page(
            caller_of(context),
            request.tenant_id,
            request.incident_id,
            _STATES[request.state],
            request.page_size,
            request.page_token,
            request.webhook_id,
        )
        return notify_service_pb2.ListDeliveriesResponse(
            deliveries=[messages.delivery(delivery) for delivery in found], next_page_token=token
        )

    def GetDelivery(
        self, request: notify_service_pb2.GetDeliveryRequest, context: grpc.ServicerContext
    ) -> delivery_pb2.Delivery:
        return messages.delivery(self._deliveries.get(caller_of(context), request.delivery_id))

    def Redeliver(
        self, request: notify_service_pb2.RedeliverRequest, context: grpc.ServicerContext
    ) -> delivery_pb2.Delivery:
        return messages.delivery(self._deliveries.redeliver(caller_of(context), request.delivery_id))

    def CreateWebhook(
        self, request: notify_service_pb2.CreateWebhookRequest, context: grpc.ServicerContext
    ) -> webhook_pb2.WebhookEndpoint:
        wanted = request.webhook
        made = self._webhooks.create(
            caller_of(context), wanted.tenant_id, wanted.url, list(wanted.event_types)
        )
        return messages.webhook(made)

    def GetWebhook(
        self, request: notify_service_pb2.GetWebhookRequest, context: grpc.ServicerContext
    ) -> webhook_pb2.WebhookEndpoint:
        return messages.webhook(self._webhooks.get(caller_of(context), request.webhook_id))

    def ListWebhooks(
        self, request: notify_service_pb2.ListWebhooksRequest, context: grpc.ServicerContext
    ) -> notify_service_pb2.ListWebhooksResponse:
        found = self._webhooks.all(caller_of(context), request.tenant_id)
        return notify_service_pb2.ListWebhooksResponse(webhooks=[messages.webhook(one) for one in found])

    def UpdateWebhook(
        self, request: notify_service_pb2.UpdateWebhookRequest, context: grpc.ServicerContext
    ) -> webhook_pb2.WebhookEndpoint:
        wanted = request.webhook
        changed = self._webhooks.update(
            caller_of(context),
            wanted.webhook_id,
            wanted.url,
            list(wanted.event_types),
            wanted.enabled,
            wanted.revision,
        )
        return messages.webhook(changed)

    def RotateWebhookSecret(
        self, request: notify_service_pb2.RotateWebhookSecretRequest, context: grpc.ServicerContext
    ) -> webhook_pb2.WebhookEndpoint:
        return messages.webhook(self._webhooks.rotate(caller_of(context), request.webhook_id))

    def TestWebhook(
        self, request: notify_service_pb2.TestWebhookRequest, context: grpc.ServicerContext
    ) -> delivery_pb2.Delivery:
        return messages.delivery(self._webhooks.test(caller_of(context), request.webhook_id))

    def DeleteWebhook(
        self, request: notify_service_pb2.DeleteWebhookRequest, context: grpc.ServicerContext
    ) -> notify_service_pb2.DeleteWebhookResponse:
        self._webhooks.delete(caller_of(context), request.webhook_id)
        return notify_service_pb2.DeleteWebhookResponse()

    def ListSuppressions(
        self, request: notify_service_pb2.ListSuppressionsRequest, context: grpc.ServicerContext
    ) -> notify_service_pb2.ListSuppressionsResponse:
        found, token = self._suppressions.page(
            caller_of(context), request.tenant_id, request.page_size, request.page_token, request.address
        )
        return notify_service_pb2.ListSuppressionsResponse(
            suppressions=[messages.suppression(one) for one in found], next_page_token=token
        )

    def SuppressAddress(
        self, request: notify_service_pb2.SuppressAddressRequest, context: grpc.ServicerContext
    ) -> suppression_pb2.Suppression:
        made = self._suppressions.add(caller_of(context), request.tenant_id, request.address)
        return messages.suppression(made)

    def LiftSuppression(
        self, request: notify_service_pb2.LiftSuppressionRequest, context: grpc.ServicerContext
    ) -> suppression_pb2.Suppression:
        return messages.suppression(self._suppressions.lift(caller_of(context), request.suppression_id))
