"""What the use cases of alerts need of the world. Every port raises Unavailable while what stands behind it is down."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from chassis.tenancy import Scope, TenantScope
from services.intake.domain.alerts.delivery import Delivery
from services.intake.domain.alerts.group import Group
from services.intake.domain.alerts.severity import Weight
from services.intake.domain.alerts.source import AlertSource


class AlertSources(Protocol):
    """The monitoring systems that may speak."""

    def add(self, source: AlertSource) -> AlertSource:
        """Durable."""
        ...

    def save(self, source: AlertSource) -> AlertSource:
        """With its new revision. Raises RevisionConflict("alert_source_changed"), NotFound("alert_source_not_found")."""
        ...

    def get(self, scope: Scope, source_id: str) -> AlertSource:
        """Raises NotFound("alert_source_not_found")."""
        ...

    def of(self, scope: Scope) -> list[AlertSource]:
        """All of the scope, by name."""
        ...

    def by_digest(self, digest: str) -> AlertSource | None:
        """Whose key has this digest, of whatever tenant: a key is all that a sender can say of itself."""
        ...

    def note(self, source: AlertSource, when: datetime, error: str = "") -> None:
        """It spoke then; error: and could not be understood."""
        ...

    def subscribe(self, source: AlertSource, topic: str) -> None:
        """SNS: this topic speaks by it from now on."""
        ...


class Deliveries(Protocol):
    """What sources sent, verbatim."""

    def keep(self, delivery: Delivery) -> bool:
        """Makes it durable; False when the same message was there already."""
        ...

    def waiting_scopes(self, limit: int) -> list[TenantScope]:
        """Clients with deliveries that nobody has handled, those that wait longest first."""
        ...

    def waiting(self, scope: TenantScope, limit: int) -> list[Delivery]:
        """Oldest first."""
        ...

    def settle(self, scope: TenantScope, delivery_ids: Sequence[str]) -> None:
        """They are handled."""
        ...

    def lane(self, scope: TenantScope, now: datetime) -> AbstractContextManager[bool]:
        """A client's deliveries are handled by one at a time: True where it is our turn."""
        ...

    def latest(self, scope: Scope, source_id: str, limit: int) -> list[Delivery]:
        """Newest first."""
        ...


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A part of a list, latest first; next_token is "" at its end."""

    groups: tuple[Group, ...]
    next_token: str = ""


class Groups(Protocol):
    """Alert groups."""

    def holding(
        self, scope: TenantScope, keys: Iterable[str], correlation_keys: Iterable[str]
    ) -> list[Group]:
        """Those not ended that have any of these alerts, or stand for any of these causes."""
        ...

    def save_all(self, groups: Sequence[Group], recovered: Iterable[str], now: datetime) -> None:
        """Each over its revision, new ones (revision 0) last; of those recovered it is announced.

        Raises RevisionConflict("alert_group_changed") when somebody was faster with one; those saved stay so.
        """
        ...

    def save(self, group: Group, now: datetime) -> Group:
        """Raises RevisionConflict("alert_group_changed")."""
        ...

    def get(self, scope: TenantScope, group_id: str) -> Group:
        """Raises NotFound("alert_group_not_found")."""
        ...

    def due(self, now: datetime, limit: int) -> list[Group]:
        """Of all tenants, those about which the record is to be told something."""
        ...

    def of_incident(self, scope: Scope, incident_id: str) -> list[Group]:
        """Usually one."""
        ...

    def page(self, scope: Scope, limit: int, page_token: str) -> GroupPage:
        """Latest first. Raises InvalidArgument("cursor_invalid")."""
        ...


class Outcome(StrEnum):
    """What the record made of it. left: somebody works on it, so it is theirs. over: the incident does not come back."""

    DONE = "done"
    LEFT = "left"
    OVER = "over"


class AlertRecord(Protocol):
    """The incidents service, as far as alerts ask."""

    def resolve(self, group: Group, text: str, unless_worked_on: bool) -> Outcome:
        """Its incident is resolved, as recovered; where somebody works on it, they are told by a note instead."""
        ...

    def reopen(self, group: Group, reason: str) -> Outcome:
        """Its incident is open again."""
        ...

    def worsen(self, group: Group, weight: Weight, text: str) -> Outcome:
        """Its incident has at least this impact and urgency; where a person decided, they are told by a note instead."""
        ...

    def note(self, group: Group, text: str, key: str) -> None:
        """A remark for staff, once for each key."""
        ...


class SnsPeer(Protocol):
    """Amazon's side: where its certificates lie, and where a subscription is confirmed."""

    def is_signed(self, fields: dict[str, Any]) -> bool:
        """Whether the message's signature is Amazon's. Raises PermissionDenied("address_not_allowed")."""
        ...

    def confirm(self, fields: dict[str, Any]) -> None:
        """Accepts the subscription. Raises PermissionDenied("address_not_allowed")."""
        ...
