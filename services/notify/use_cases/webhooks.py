"""Webhook endpoints: made, listed and removed by administrators; the secret is shown once."""

from dataclasses import dataclass, replace

from chassis.tenancy import Caller, Role, TenantScope
from services.notify import ports
from services.notify.domain.webhook import Webhook, check_webhook

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

    def delete(self, caller: Caller, webhook_id: str) -> None:
        """Raises NotFound("webhook_not_found")."""
        caller.require(*_ADMINISTRATORS)
        self.webhooks.delete(caller.granted(), webhook_id)

    def _scope(self, caller: Caller, tenant_id: str) -> TenantScope:
        caller.require(*_ADMINISTRATORS)
        return caller.scope(tenant_id) if tenant_id else caller.provider_scope()
