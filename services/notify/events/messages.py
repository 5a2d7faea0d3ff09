"""Domain objects as protobuf messages: what calls answer with and what events carry are the same."""

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from fairlead.notify.v1 import delivery_pb2, suppression_pb2, webhook_pb2
from services.notify.domain.delivery import Channel, Delivery, State
from services.notify.domain.suppression import Cause, Suppression
from services.notify.domain.webhook import Webhook

_CHANNELS = {
    Channel.EMAIL: delivery_pb2.DELIVERY_CHANNEL_EMAIL,
    Channel.WEBHOOK: delivery_pb2.DELIVERY_CHANNEL_WEBHOOK,
}
_STATES = {
    State.PENDING: delivery_pb2.DELIVERY_STATE_PENDING,
    State.SENDING: delivery_pb2.DELIVERY_STATE_PENDING,
    State.RETRYING: delivery_pb2.DELIVERY_STATE_RETRYING,
    State.SENT: delivery_pb2.DELIVERY_STATE_SENT,
    State.DEAD: delivery_pb2.DELIVERY_STATE_DEAD,
    State.SUPPRESSED: delivery_pb2.DELIVERY_STATE_SUPPRESSED,
}

_CAUSES = {
    Cause.NONE: suppression_pb2.SUPPRESSION_CAUSE_UNSPECIFIED,
    Cause.PERMANENT: suppression_pb2.SUPPRESSION_CAUSE_PERMANENT_FAILURE,
    Cause.PASSING: suppression_pb2.SUPPRESSION_CAUSE_PASSING_FAILURES,
    Cause.STAFF: suppression_pb2.SUPPRESSION_CAUSE_BY_STAFF,
}


def delivery(record: Delivery) -> delivery_pb2.Delivery:
    """A delivery without its words: those stand on the incident."""
    waits = record.state in (State.PENDING, State.RETRYING)
    return delivery_pb2.Delivery(
        delivery_id=record.delivery_id,
        provider_id=record.provider_id,
        tenant_id=record.tenant_id,
        incident_id=record.incident_id,
        incident_number=record.incident_number,
        channel=_CHANNELS[record.channel],
        state=_STATES[record.state],
        notification=record.notification,
        recipient=record.recipient,
        recipient_person_id=record.recipient_person_id,
        subject=record.subject,
        message_id=record.message_id,
        attempts=record.attempts,
        last_error=record.last_error,
        ambiguous_attempts=record.ambiguous_attempts,
        create_time=_timestamp(record.create_time),
        send_time=_timestamp(record.send_time),
        next_attempt_time=_timestamp(record.due_time if waits else None),
        event_id=record.event_id,
        revision=record.revision,
    )


def webhook(record: Webhook) -> webhook_pb2.WebhookEndpoint:
    """An endpoint; the secret is there only when it has just been made."""
    return webhook_pb2.WebhookEndpoint(
        webhook_id=record.webhook_id,
        provider_id=record.provider_id,
        tenant_id="" if record.for_all_tenants else record.tenant_id,
        url=record.url,
        event_types=sorted(record.event_types),
        enabled=record.enabled,
        secret=record.secret,
        create_time=_timestamp(record.create_time),
        revision=record.revision,
    )


def suppression(record: Suppression) -> suppression_pb2.Suppression:
    """An address that no mail is sent to, or no more such a one: then its cause is unspecified."""
    return suppression_pb2.Suppression(
        suppression_id=record.suppression_id,
        tenant_id=record.tenant_id,
        address=record.address,
        cause=_CAUSES[record.cause],
        status=record.status,
        diagnostic=record.diagnostic,
        delivery_ids=[delivery_id for delivery_id, _ in record.failures],
        create_time=_timestamp(record.create_time),
        update_time=_timestamp(record.update_time),
        revision=record.revision,
    )


def _timestamp(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    result = Timestamp()
    result.FromDatetime(moment)
    return result
