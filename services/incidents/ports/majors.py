"""What the use cases of major incidents need from stores and from the directory."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from chassis.tenancy import Caller, TenantScope
from services.incidents.domain.incident import Party
from services.incidents.domain.major.record import Major, MajorChange, MajorLine, MajorState
from services.incidents.domain.major.settings import MajorSettings, UpdateTemplate
from services.incidents.domain.major.status import StatusAddress
from services.incidents.domain.major.update import Update
from services.incidents.domain.major.wording import Reader


class Majors(Protocol):
    """Major incidents, in the provider's own room."""

    def create(self, change: MajorChange, caller: Caller) -> Major:
        """With the next number. Raises InvalidState("incident_in_major")."""
        ...

    def save(self, change: MajorChange, caller: Caller) -> None:
        """Raises RevisionConflict."""
        ...

    def load(self, scope: TenantScope, major_id: str) -> Major:
        """Raises NotFound("major_incident_not_found")."""
        ...

    def load_by_position(self, scope: TenantScope, position: int) -> Major: ...

    def page(
        self,
        scope: TenantScope,
        seen_by: tuple[frozenset[str], str] | None,
        states: frozenset[MajorState],
        size: int,
        token: str,
    ) -> tuple[list[Major], str]:
        """Newest first. seen_by: the tenants somebody is granted, and who they are; None: all are seen."""
        ...

    def touching(self, scope: TenantScope, tenant_id: str, since: datetime) -> list[Major]:
        """Those that touch a client and were not resolved before that time."""
        ...

    def timeline(self, scope: TenantScope, major_id: str, after_seq: int, limit: int) -> list[MajorLine]: ...

    def due(self, now: datetime) -> list[Major]:
        """Of all providers, those with something due: a reminder, or what was left half done."""
        ...


class MajorUpdates(Protocol):
    """Updates to clients, in the provider's own room."""

    def add(self, update: Update) -> None:
        """Raises AlreadyExists."""
        ...

    def save(self, update: Update) -> Update:
        """Raises RevisionConflict."""
        ...

    def find(self, scope: TenantScope, update_id: str) -> Update | None: ...

    def of_majors(self, scope: TenantScope, major_ids: list[str]) -> list[Update]:
        """Newest first."""
        ...

    def unfinished(self, before: datetime) -> list[Update]:
        """Of all providers, those begun before and not told to everybody."""
        ...


class UpdateTemplates(Protocol):
    """Words for updates, in the provider's own room."""

    def all(self, scope: TenantScope) -> list[UpdateTemplate]: ...
    def get(self, scope: TenantScope, template_id: str) -> UpdateTemplate:
        """Raises NotFound("update_template_not_found")."""
        ...

    def add(self, scope: TenantScope, template: UpdateTemplate) -> UpdateTemplate: ...
    def replace(self, scope: TenantScope, template: UpdateTemplate) -> UpdateTemplate:
        """Raises NotFound, RevisionConflict unless its revision is 0 or the present one."""
        ...

    def delete(self, scope: TenantScope, template_id: str) -> None: ...


class MajorSettingsKept(Protocol):
    """How a provider handles major incidents; the defaults where it never said."""

    def get(self, scope: TenantScope) -> MajorSettings: ...
    def put(self, scope: TenantScope, settings: MajorSettings) -> MajorSettings:
        """Raises RevisionConflict."""
        ...


class StatusAddresses(Protocol):
    """At most one a client."""

    def of_tenant(self, scope: TenantScope) -> StatusAddress | None: ...
    def put(self, scope: TenantScope, address: StatusAddress) -> None:
        """In place of the former one."""
        ...

    def remove(self, scope: TenantScope) -> None: ...
    def opened(self, address_id: str) -> StatusAddress | None:
        """By an id whose seal was verified."""
        ...


class Clients(Protocol):
    """What the directory knows of clients as readers; answers may be some minutes old."""

    def readers(self, provider_id: str, tenant_ids: Iterable[str]) -> Mapping[str, Reader]:
        """Raises NotFound("tenant_not_found"), Unavailable."""
        ...

    def neighbors(self, provider_id: str) -> Sequence[Reader]:
        """All clients of the provider, without their domains. Raises Unavailable."""
        ...

    def managers(self, scope: TenantScope) -> Sequence[Party]:
        """Its active client managers, in an order that stays."""
        ...

    def administrators(self, provider_id: str) -> Sequence[str]:
        """The provider's active administrators, by person id, in an order that stays. Raises Unavailable."""
        ...
