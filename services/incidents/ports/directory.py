"""What the directory knows: staff, and tenants."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from chassis.tenancy import TenantScope


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who may be given incidents; tenant_ids None: of every tenant of the provider."""

    person_id: str
    name: str
    tenant_ids: frozenset[str] | None

    def covers(self, tenant_id: str) -> bool:
        return self.tenant_ids is None or tenant_id in self.tenant_ids


class Staff(Protocol):
    """Who works for a provider, and for which of its clients; answers may be some seconds old."""

    def members(self, provider_id: str, person_ids: Iterable[str]) -> Mapping[str, StaffMember]:
        """Those of them who are active staff, by id. Raises Unavailable."""
        ...


class Tenants(Protocol):
    """What the directory knows."""

    def number_prefix(self, scope: TenantScope) -> str:
        """Raises NotFound("tenant_not_found") and Unavailable("directory_unavailable")."""
        ...

    def forget(self, tenant_id: str) -> None:
        """The tenant changed: ask again."""
        ...
