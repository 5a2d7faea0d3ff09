"""Calls about alerts, translated to use cases."""

from dataclasses import dataclass
from typing import Any

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.intake.v1 import alert_service_pb2, alert_service_pb2_grpc
from services.intake.domain.alerts.mapping import AlertMapping, mapping_from
from services.intake.domain.alerts.payload import Payload
from services.intake.domain.alerts.senders import sender_of
from services.intake.domain.alerts.severity import USUAL_WEIGHTS, Severity, Weight
from services.intake.domain.alerts.source import AutoResolve, Correlation, Policy
from services.intake.events.alerts import delivery_message, group_message, signal_message, source_message
from services.intake.use_cases.alerts import ReadingAlerts, ReceivingAlerts, Sources
from services.intake.use_cases.alerts.sources import WantedSource

SERVICE_NAME = "fairlead.intake.v1.AlertService"


@dataclass(frozen=True)
class AlertServicer(alert_service_pb2_grpc.AlertServiceServicer):
    """See the proto."""

    receiving: ReceivingAlerts
    sources: Sources
    reading: ReadingAlerts

    def ReceiveAlert(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        payload = Payload(request.body, request.content_type, dict(request.headers))
        received = self.receiving.receive(caller_of(context), request.sender, request.key, payload)
        return alert_service_pb2.ReceiveAlertResponse(
            delivery_id=received.delivery_id,
            dedup_keys=received.dedup_keys,
            repeated_delivery=received.repeated,
            refused_events=(
                alert_service_pb2.RefusedEvent(
                    index=one.index, reason=one.reason, field=one.field, message=one.message
                )
                for one in received.refused
            ),
        )

    def CreateAlertSource(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        asked = request.source
        made, key = self.sources.create(
            caller_of(context), asked.tenant_id, sender_of(asked.sender), _wanted(asked)
        )
        return source_message(made, key)

    def GetAlertSource(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        return source_message(self.sources.get(caller_of(context), request.source_id))

    def ListAlertSources(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        found = self.sources.all(caller_of(context), request.tenant_id)
        return alert_service_pb2.ListAlertSourcesResponse(sources=[source_message(one) for one in found])

    def UpdateAlertSource(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        asked = request.source
        changed = self.sources.update(caller_of(context), asked.source_id, _wanted(asked), asked.revision)
        return source_message(changed)

    def RotateAlertSourceKey(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        changed, key = self.sources.rotate(caller_of(context), request.source_id)
        return source_message(changed, key)

    def ListAlertDeliveries(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        found = self.sources.latest(caller_of(context), request.source_id)
        return alert_service_pb2.ListAlertDeliveriesResponse(
            deliveries=[delivery_message(one) for one in found]
        )

    def PreviewAlerts(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        mapping, sender = _mapping(request.mapping), sender_of(request.sender)
        signals = self.sources.preview(caller_of(context), sender, mapping, request.sample)
        return alert_service_pb2.PreviewAlertsResponse(signals=[signal_message(one) for one in signals])

    def ListAlertGroups(self, request: Any, context: grpc.ServicerContext) -> Any:
        """See the proto."""
        page = self.reading.page(
            caller_of(context), request.incident_id, request.tenant_id, request.page_size, request.page_token
        )
        return alert_service_pb2.ListAlertGroupsResponse(
            groups=[group_message(one) for one in page.groups], next_page_token=page.next_token
        )


def _wanted(source: Any) -> WantedSource:
    return WantedSource(
        name=source.name,
        enabled=source.enabled,
        mapping=_mapping(source.mapping),
        policy=_policy(source.policy) if source.HasField("policy") else Policy(),
        secret=source.secret or None,
    )


def _mapping(message: Any) -> AlertMapping:
    return mapping_from({field.name: getattr(message, field.name) for field in message.DESCRIPTOR.fields})


def _policy(message: Any) -> Policy:
    """A word that is left out means the usual; a number that is left out is 0, which may be meant."""
    usual = Policy()
    return Policy(
        correlation=_word(Correlation, message.correlation or usual.correlation, "correlation"),
        correlation_labels=tuple(filter(None, (name.strip() for name in message.correlation_labels))),
        correlation_minutes=message.correlation_minutes or usual.correlation_minutes,
        auto_resolve=_word(AutoResolve, message.auto_resolve or usual.auto_resolve, "auto_resolve"),
        reopen_minutes=message.reopen_minutes,
        flap_changes=message.flap_changes,
        flap_minutes=message.flap_minutes or usual.flap_minutes,
        weights={**USUAL_WEIGHTS, **dict(_weight(one) for one in message.weights)},
    )


def _weight(message: Any) -> tuple[Severity, Weight]:
    if not (1 <= message.impact <= 3 and 1 <= message.urgency <= 3):
        raise InvalidArgument("weight_invalid", "Impact and urgency are 1, 2 or 3.", field="weights")
    return _word(Severity, message.severity, "weights"), Weight(message.impact, message.urgency)


def _word(kind: Any, value: str, field: str) -> Any:
    if value not in set(kind):
        raise InvalidArgument("value_unknown", f"{value!r} is none of: {', '.join(kind)}.", field=field)
    return kind(value)
