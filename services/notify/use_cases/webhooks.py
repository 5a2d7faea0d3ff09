"""Webhook endpoints: made, listed and removed by administrators; the secret is shown once."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidState, RevisionConflict
from chassis.tenancy import Caller, Role, TenantScope
from services.notify import ports
from services.notify.domain.delivery import Channel, Delivery, delivery_id
from services.notify.domain.webhook import TEST_EVENT, Webhook, check_webhook

_ADMINISTRATORS = (Role.PROVIDER_ADMIN, Role.OPERATOR)


@dataclass(frozen=True)
class KeepWebhooks:
    """tenant_id empty means an endpoint of the provider, told of every client."""

    webhooks: ports.Webhooks
    directory: ports.Directory
    now: ports.Clock
    new_id: ports.NewId
    new_secret: ports.NewSecret
    internal_allowed: bool
    deliveries: ports.Deliveries
    nudge: ports.Nudge

    def create(self, caller: Caller, tenant_id: str, url: str, event_types: list[str]) -> Webhook:
        """The endpoint with its secret."""
        scope = self._scope(caller, tenant_id)
        check_webhook(url, event_types, self.internal_allowed)
        if tenant_id:
            self.directory.tenant(caller, tenant_id)
        webhook = Webhook(
            webhook_id=self.new_id("whk"),
            provider_id=scope.provider_id,
            tenant_id=scope.tenant_id,
            url=url,
            event_types=frozenset(event_types),
            secret=self.new_secret(),
            enabled=True,
            create_time=self.now(),
        )
        return self.webhooks.add(scope, webhook)

    def get(self, caller: Caller, webhook_id: str) -> Webhook:
        """Without its secret. Raises NotFound("webhook_not_found")."""
        caller.require(*_ADMINISTRATORS)
        return replace(self.webhooks.get(caller.granted(), webhook_id), secret="")

    def all(self, caller: Caller, tenant_id: str) -> list[Webhook]:
        """Without their secrets; tenant_id empty means all the caller may see."""
        caller.require(*_ADMINISTRATORS)
        scope = caller.scope(tenant_id) if tenant_id else caller.granted()
        return [replace(webhook, secret="") for webhook in self.webhooks.all(scope)]

    def update(
        self,
        caller: Caller,
        webhook_id: str,
        url: str,
        event_types: list[str],
        enabled: bool,
        revision: int,
    ) -> Webhook:
        """Without its secret. Raises NotFound, InvalidArgument naming the field, RevisionConflict."""
        found = self._found(caller, webhook_id)
        if revision and revision != found.revision:
            raise RevisionConflict("webhook_changed", "Somebody else changed it first.", revision=revision)
        check_webhook(url, event_types, self.internal_allowed)
        changed = replace(found, url=url, event_types=frozenset(event_types), enabled=enabled)
        return replace(self.webhooks.save(changed), secret="")

    def rotate(self, caller: Caller, webhook_id: str) -> Webhook:
        """With its new secret, which is shown in this answer alone. Raises NotFound, RevisionConflict."""
        found = self._found(caller, webhook_id)
        return self.webhooks.save(found.with_secret(self.new_secret(), self.now()))

    def test(self, caller: Caller, webhook_id: str) -> Delivery:
        """Sends it a trial. Raises NotFound, InvalidState("webhook_disabled")."""
        found = self._found(caller, webhook_id)
        if not found.enabled:
            raise InvalidState("webhook_disabled", "Enable it first: nothing is sent to it now.")
        planned = _trial(found, self.new_id("evt"), self.now())
        self.deliveries.add_many([planned])
        self.nudge()
        return planned

    def _found(self, caller: Caller, webhook_id: str) -> Webhook:
        caller.require(*_ADMINISTRATORS)
        return self.webhooks.get(caller.granted(), webhook_id)

    def delete(self, caller: Caller, webhook_id: str) -> None:
        """Raises NotFound("webhook_not_found")."""
        caller.require(*_ADMINISTRATORS)
        self.webhooks.delete(caller.granted(), webhook_id)

    def _scope(self, caller: Caller, tenant_id: str) -> TenantScope:
        caller.require(*_ADMINISTRATORS)
        return caller.scope(tenant_id) if tenant_id else caller.provider_scope()


def _trial(webhook: Webhook, event_id: str, now: datetime) -> Delivery:
    """A delivery that concerns no incident; the receiver sees the same envelope as of a real one."""
    payload = {
        "type": TEST_EVENT,
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {"event_id": event_id, "webhook_id": webhook.webhook_id},
    }
    return Delivery(
        delivery_id=delivery_id(event_id, Channel.WEBHOOK, webhook.webhook_id),
        provider_id=webhook.provider_id,
        tenant_id=webhook.tenant_id,
        incident_id="",
        incident_number="",
        channel=Channel.WEBHOOK,
        notification=TEST_EVENT,
        recipient=webhook.webhook_id,
        event_id=event_id,
        create_time=now,
        due_time=now,
        subject=TEST_EVENT,
        content={"payload": json.dumps(payload, separators=(",", ":"))},
    )
