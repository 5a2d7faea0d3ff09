"""Alerts as messages, the same in calls and in events."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.outbox import OutboundEvent
from chassis.tenancy import Caller
from fairlead.intake.v1 import alert_pb2, events_pb2
from services.intake.domain.alerts.delivery import Delivery
from services.intake.domain.alerts.group import Alert, Group
from services.intake.domain.alerts.mapping import AlertMapping
from services.intake.domain.alerts.signal import Signal
from services.intake.domain.alerts.source import AlertSource, Policy

_EXCERPT = 4_000
# An event must not grow with the group.
_ALERTS_ANNOUNCED = 50
_MAPPING = [field.name for field in alert_pb2.AlertMapping.DESCRIPTOR.fields]


def alert_resolved(group: Group, caller: Caller, now: datetime) -> OutboundEvent:
    """Every alert of the group has recovered."""
    message = group_message(group)
    del message.alerts[_ALERTS_ANNOUNCED:]
    return OutboundEvent("alert_resolved", events_pb2.AlertResolved(group=message), now, caller)


def source_message(source: AlertSource, key: str = "") -> alert_pb2.AlertSource:
    """A source as administrators see it; its key only where it was made just now."""
    return alert_pb2.AlertSource(
        source_id=source.source_id,
        tenant_id=source.tenant_id,
        name=source.name,
        sender=source.sender.value,
        enabled=source.enabled,
        key=key,
        key_hint=source.key_hint,
        has_secret=bool(source.secret),
        mapping=mapping_message(source.mapping),
        policy=policy_message(source.policy),
        create_time=_time(source.create_time),
        key_time=_time(source.key_time),
        last_alert_time=_time(source.last_alert_time),
        last_error_time=_time(source.last_error_time),
        last_error=source.last_error,
        revision=source.revision,
    )


def mapping_message(mapping: AlertMapping) -> alert_pb2.AlertMapping:
    """A mapping's expressions."""
    return alert_pb2.AlertMapping(**{name: getattr(mapping, name) for name in _MAPPING})


def policy_message(policy: Policy) -> alert_pb2.AlertPolicy:
    """How alerts become incidents."""
    return alert_pb2.AlertPolicy(
        correlation=policy.correlation.value,
        correlation_labels=policy.correlation_labels,
        correlation_minutes=policy.correlation_minutes,
        auto_resolve=policy.auto_resolve.value,
        reopen_minutes=policy.reopen_minutes,
        flap_changes=policy.flap_changes,
        flap_minutes=policy.flap_minutes,
        weights=[
            alert_pb2.AlertWeight(severity=severity.value, impact=weight.impact, urgency=weight.urgency)
            for severity, weight in policy.weights.items()
        ],
    )


def signal_message(signal: Signal) -> alert_pb2.AlertSignal:
    """What a payload says about one alert."""
    return alert_pb2.AlertSignal(
        action=signal.action.value,
        dedup_key=signal.dedup_key,
        title=signal.title,
        severity=signal.severity.value,
        text=signal.text,
        configuration_item=signal.configuration_item,
        link=signal.link,
        labels=dict(signal.labels),
    )


def delivery_message(delivery: Delivery) -> alert_pb2.AlertDelivery:
    """A delivery as administrators see it."""
    return alert_pb2.AlertDelivery(
        delivery_id=delivery.delivery_id,
        source_id=delivery.source_id,
        receive_time=_time(delivery.receive_time),
        state=delivery.state.value,
        signals=[signal_message(signal) for signal in delivery.signals[:20]],
        error_reason=delivery.error_reason,
        error=delivery.error,
        size=len(delivery.body),
        excerpt=delivery.body[:_EXCERPT].decode("utf-8", "replace"),
    )


def group_message(group: Group) -> alert_pb2.AlertGroup:
    """A group as staff see it."""
    return alert_pb2.AlertGroup(
        group_id=group.group_id,
        provider_id=group.provider_id,
        tenant_id=group.tenant_id,
        source_id=group.source_id,
        source_name=group.source_name,
        state=group.state.value,
        flapping=group.flapping,
        incident_id=group.incident_id,
        incident_number=group.incident_number,
        alerts=[_alert(alert) for alert in group.alerts],
        create_time=_time(group.create_time),
        update_time=_time(group.update_time),
        recover_time=_time(group.recover_time),
        revision=group.revision,
    )


def _alert(alert: Alert) -> alert_pb2.Alert:
    return alert_pb2.Alert(
        source_id=alert.source_id,
        dedup_key=alert.dedup_key,
        title=alert.title,
        severity=alert.severity.value,
        firing=alert.firing,
        acknowledged=alert.acknowledged,
        count=alert.count,
        first_time=_time(alert.first_time),
        last_time=_time(alert.last_time),
        recover_time=_time(alert.recover_time),
        configuration_item=alert.configuration_item,
        link=alert.link,
        labels=dict(alert.labels),
    )


def _time(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
