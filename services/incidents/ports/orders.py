"""What orders need: the catalog, and who may approve."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from chassis.tenancy import TenantScope
from services.incidents.domain.approval import Approver, Roster, Step
from services.incidents.domain.catalog import CatalogItem, Contents


class Catalog(Protocol):
    """What may be ordered, in the provider's own room."""

    def add(self, item: CatalogItem) -> CatalogItem:
        """With its first version."""
        ...

    def save(self, item: CatalogItem) -> CatalogItem:
        """Keeps its version for good. Raises RevisionConflict."""
        ...

    def get(self, scope: TenantScope, item_id: str) -> CatalogItem:
        """Raises NotFound("catalog_item_not_found")."""
        ...

    def version(self, scope: TenantScope, item_id: str, version: int) -> Contents:
        """What it said then. Raises NotFound("catalog_item_not_found")."""
        ...

    def find(self, scope: TenantScope, item_ids: Iterable[str]) -> dict[str, CatalogItem]:
        """Those that exist, by id."""
        ...

    def all(self, scope: TenantScope, limit: int) -> list[CatalogItem]:
        """By name, what is retired included."""
        ...


class Approvers(Protocol):
    """Who may approve for a client now; answers may be some seconds old. Raises Unavailable."""

    def roster(self, scope: TenantScope, steps: Sequence[Step]) -> Roster:
        """Whoever holds the roles that these steps name, and who of the people they name may still see this client's."""
        ...

    def member(self, scope: TenantScope, person_id: str) -> Approver | None:
        """Somebody active of the client's own: whom staff or an approver may name. Staff name no staff."""
        ...
