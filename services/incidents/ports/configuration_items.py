"""What configuration items need: their store."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from chassis.tenancy import Caller, Scope, TenantScope
from services.incidents.domain.configuration_item import ConfigurationItem, ItemEntry
from services.incidents.domain.incident import Actor
from services.incidents.domain.item_query import ItemQuery


class ConfigurationItems(Protocol):
    """Configuration items. Every method raises Unavailable("store_unavailable") in an outage."""

    def create(self, item: ConfigurationItem, actor: Actor, caller: Caller) -> None:
        """Raises AlreadyExists("item_name_taken") where another one in use of its owner has one of its names."""
        ...

    def save(self, item: ConfigurationItem, actor: Actor, caller: Caller) -> ConfigurationItem:
        """At its next revision. Raises RevisionConflict, and AlreadyExists as `create`."""
        ...

    def put_many(
        self,
        new: Sequence[ConfigurationItem],
        changed: Sequence[ConfigurationItem],
        actor: Actor,
        caller: Caller,
    ) -> set[str]:
        """Makes and saves many, each for itself; the ids of those that were: others have a name taken, or moved on."""
        ...

    def load(self, scope: Scope, item_id: str) -> ConfigurationItem:
        """Raises NotFound("configuration_item_not_found"), also for one outside the scope."""
        ...

    def load_many(self, scope: Scope, item_ids: Collection[str]) -> dict[str, ConfigurationItem]:
        """Those that exist in the scope, by id."""
        ...

    def naming(self, scope: Scope, item_ids: Collection[str]) -> list[ConfigurationItem]:
        """Those that have a relation to any of these, the whole of them up to a bound."""
        ...

    def page(self, scope: Scope, query: ItemQuery) -> tuple[list[ConfigurationItem], str]:
        """A page, by name, and the token of the next one ("" at the end)."""
        ...

    def entries(self, scope: Scope, item_id: str, limit: int) -> list[ItemEntry]:
        """Who changed what, the newest first. Raises NotFound("configuration_item_not_found")."""
        ...

    def called(self, wanted: Mapping[TenantScope, Collection[str]]) -> dict[tuple[str, str], str]:
        """(owner, key) → id, of those in use; keys as `name_key` gives them. All of one provider."""
        ...
