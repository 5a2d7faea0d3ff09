"""Alert sources, as administrators keep them."""

from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument
from chassis.tenancy import Caller, Role
from services.intake.domain.alerts.delivery import Delivery
from services.intake.domain.alerts.mapping import AlertMapping
from services.intake.domain.alerts.payload import Payload
from services.intake.domain.alerts.senders import Sender, read
from services.intake.domain.alerts.signal import Signal
from services.intake.domain.alerts.source import AlertSource, Policy, new_key
from services.intake.ports import Clock, Directory, NewId
from services.intake.ports.alerts import AlertSources, Deliveries

_LATEST = 50


@dataclass(frozen=True, slots=True)
class WantedSource:
    """What an administrator asks for. secret: None leaves it as it is."""

    name: str
    enabled: bool
    mapping: AlertMapping
    policy: Policy
    secret: str | None = None


@dataclass(frozen=True)
class Sources:
    """Every method is for provider administrators. Raises PermissionDenied("role_required")."""

    sources: AlertSources
    deliveries: Deliveries
    directory: Directory
    clock: Clock
    new_id: NewId

    def create(
        self, caller: Caller, tenant_id: str, sender: Sender | None, wanted: WantedSource
    ) -> tuple[AlertSource, str]:
        """The source and its key, which is told this once. Raises NotFound("tenant_not_found"), InvalidArgument."""
        caller.require(Role.PROVIDER_ADMIN)
        scope = caller.scope(tenant_id)
        self.directory.client(scope.provider_id, scope.tenant_id)
        if sender is None:
            raise InvalidArgument("sender_unknown", "There is no such sender.", field="sender")
        key, now = new_key(), self.clock()
        source = AlertSource(
            source_id=self.new_id("als"),
            provider_id=scope.provider_id,
            tenant_id=scope.tenant_id,
            name=wanted.name,
            sender=sender,
            key_digest="",
            key_hint="",
            create_time=now,
            secret=wanted.secret or "",
            mapping=wanted.mapping,
            policy=wanted.policy,
        ).checked()
        return self.sources.add(source.with_key(key, now)), key

    def get(self, caller: Caller, source_id: str) -> AlertSource:
        """Raises NotFound("alert_source_not_found")."""
        caller.require(Role.PROVIDER_ADMIN)
        return self.sources.get(caller.granted(), source_id)

    def all(self, caller: Caller, tenant_id: str) -> list[AlertSource]:
        """By name. Raises NotFound("tenant_not_found")."""
        caller.require(Role.PROVIDER_ADMIN)
        return self.sources.of(caller.scope(tenant_id) if tenant_id else caller.granted())

    def update(self, caller: Caller, source_id: str, wanted: WantedSource, revision: int) -> AlertSource:
        """Raises RevisionConflict("alert_source_changed") unless revision is 0 or the present one."""
        source = self.get(caller, source_id)
        changed = replace(
            source,
            name=wanted.name,
            enabled=wanted.enabled,
            mapping=wanted.mapping,
            policy=wanted.policy,
            secret=source.secret if wanted.secret is None else wanted.secret,
            revision=revision or source.revision,
        )
        return self.sources.save(changed.checked())

    def rotate(self, caller: Caller, source_id: str) -> tuple[AlertSource, str]:
        """A new key, told this once; the old one opens nothing from now on."""
        key = new_key()
        source = self.get(caller, source_id).with_key(key, self.clock())
        return self.sources.save(source), key

    def latest(self, caller: Caller, source_id: str) -> list[Delivery]:
        """What lately came, newest first."""
        source = self.get(caller, source_id)
        return self.deliveries.latest(caller.scope(source.tenant_id), source_id, _LATEST)

    def preview(
        self, caller: Caller, sender: Sender | None, mapping: AlertMapping, sample: bytes
    ) -> tuple[Signal, ...]:
        """The alerts that a payload would make. Raises InvalidArgument naming the field."""
        caller.require(Role.PROVIDER_ADMIN)
        if sender is None:
            raise InvalidArgument("sender_unknown", "There is no such sender.", field="sender")
        return read(sender, Payload(sample), mapping.checked())
