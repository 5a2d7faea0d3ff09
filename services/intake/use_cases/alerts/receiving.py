"""Takes a payload: whose it is, whether it is genuine, what it says; durable before it is answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import FairleadError, InvalidArgument, InvalidState, NotFound, PermissionDenied
from chassis.tenancy import Caller, Role
from services.intake.domain.alerts.delivery import LARGEST, Delivery, State, identity_of
from services.intake.domain.alerts.payload import Payload, RefusedEvent
from services.intake.domain.alerts.senders import Sender, read, refused, sender_of, sentry, sns
from services.intake.domain.alerts.source import AlertSource, digest_of_key
from services.intake.ports import Clock, Directory, Log, NewId
from services.intake.ports.alerts import AlertSources, Deliveries, SnsPeer


@dataclass(frozen=True, slots=True)
class ReceivedAlert:
    """repeated: the same message was received before; nothing more comes of it. refused: of a batch, what is left out."""

    delivery_id: str
    dedup_keys: tuple[str, ...]
    repeated: bool = False
    refused: tuple[RefusedEvent, ...] = ()


@dataclass(frozen=True)
class ReceivingAlerts:
    """The door for monitoring systems."""

    sources: AlertSources
    deliveries: Deliveries
    directory: Directory
    sns: SnsPeer
    clock: Clock
    new_id: NewId
    log: Log
    wake: Callable[[], None]

    def receive(self, caller: Caller, sender: str, key: str, payload: Payload) -> ReceivedAlert:
        """Durable when it returns. Raises NotFound("alert_source_not_found") for a wrong key, a disabled source, or
        one that speaks otherwise; PermissionDenied("signature_invalid"); InvalidState("tenant_suspended");
        InvalidArgument for what cannot be read, which is kept with its source all the same.
        """
        caller.require(Role.SERVICE)
        source = self._source(sender, key)
        if len(payload.body) > LARGEST:
            raise InvalidArgument("alert_too_large", f"At most {LARGEST} bytes.")
        if not self.directory.client(source.provider_id, source.tenant_id).active:
            raise InvalidState("tenant_suspended", "This client is suspended.")
        now = self.clock()
        delivery = self._delivery(source, payload, now)
        try:
            self._check_genuine(source, payload)
            signals = read(source.sender, payload, source.mapping)
            left_out = refused(source.sender, payload)
        except (InvalidArgument, PermissionDenied) as error:
            self._keep_refused(source, delivery, error, now)
            raise
        if not signals:
            self.sources.note(source, now)  # it is there, and has nothing to say
            return ReceivedAlert(delivery.delivery_id, ())
        identity = identity_of(signals, payload.headers.get("idempotency-key", ""))
        new = self.deliveries.keep(replace(delivery, signals=signals, identity=identity))
        if left_out:
            self.sources.note(source, now, error=left_out[0].message)
            self.log.warning("alert_refused", source_id=source.source_id, reason=left_out[0].reason)
        self.wake()
        keys = tuple(signal.dedup_key for signal in signals)
        return ReceivedAlert(delivery.delivery_id, keys, repeated=not new, refused=left_out)

    def _source(self, sender: str, key: str) -> AlertSource:
        wanted = sender_of(sender)
        source = self.sources.by_digest(digest_of_key(key)) if key else None
        if source is None or not source.opens_with(key) or not source.enabled or source.sender is not wanted:
            raise NotFound("alert_source_not_found", "No alert source has this key.")
        return source

    def _delivery(self, source: AlertSource, payload: Payload, now: datetime) -> Delivery:
        return Delivery(
            delivery_id=self.new_id("ald"),
            provider_id=source.provider_id,
            tenant_id=source.tenant_id,
            source_id=source.source_id,
            receive_time=now,
            body=payload.body,
            content_type=payload.content_type[:200],
            state=State.RECEIVED,
        )

    def _keep_refused(
        self, source: AlertSource, delivery: Delivery, error: FairleadError, now: datetime
    ) -> None:
        self.deliveries.keep(delivery.refused(error.reason, error.message))
        self.sources.note(source, now, error=error.message)
        self.log.warning("alert_refused", source_id=source.source_id, reason=error.reason)

    def _check_genuine(self, source: AlertSource, payload: Payload) -> None:
        """Raises PermissionDenied where a sender that signs has not signed this."""
        if source.sender is Sender.SENTRY and source.secret and not sentry.is_signed(payload, source.secret):
            raise PermissionDenied("signature_invalid", "Sentry-Hook-Signature is not that of this secret.")
        if source.sender is Sender.SNS:
            self._check_sns(source, payload)

    def _check_sns(self, source: AlertSource, payload: Payload) -> None:
        fields = payload.fields()
        kind = sns.kind_of(fields)
        if not kind:
            if (
                "x-amz-sns-message-type" in payload.headers
                and payload.headers.get("x-amz-sns-rawdelivery") != "true"
            ):
                raise PermissionDenied("signature_invalid", "The message is not signed.")
            return  # raw delivery, or something that is not SNS but has the key
        if not self.sns.is_signed(fields):
            raise PermissionDenied("signature_invalid", "The signature is not Amazon's.")
        topic = str(fields.get("TopicArn", ""))
        if source.topic and topic != source.topic:
            raise PermissionDenied("topic_not_subscribed", "Another topic is subscribed with this key.")
        if kind == "SubscriptionConfirmation":
            self.sns.confirm(fields)
            self.sources.subscribe(source, topic)
            self.log.info("alert_topic_confirmed", source_id=source.source_id)
