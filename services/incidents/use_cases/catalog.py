"""The catalog: written by administrators, read by those whom it is offered to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from chassis.errors import InvalidState, NotFound, RevisionConflict
from chassis.tenancy import Caller, Role, TenantScope
from services.incidents.domain.approval import Step
from services.incidents.domain.catalog import MOST_ITEMS, CatalogItem, Contents, TaskTemplate
from services.incidents.ports import Clock, NewId, Tenants
from services.incidents.ports.orders import Catalog


@dataclass(frozen=True)
class Cataloging:
    """Every method raises NotFound("catalog_item_not_found") for what does not exist for the caller."""

    catalog: Catalog
    tenants: Tenants
    clock: Clock
    new_id: NewId

    def create(self, caller: Caller, contents: Contents) -> CatalogItem:
        """Offered at once. Raises PermissionDenied, InvalidArgument with the place, InvalidState("too_many_items")."""
        caller.require(Role.PROVIDER_ADMIN)
        scope = caller.provider_scope()
        contents = self._known(scope, contents.checked())
        if len(self.catalog.all(scope, MOST_ITEMS)) >= MOST_ITEMS:
            raise InvalidState("too_many_items", f"At most {MOST_ITEMS}.", limit=MOST_ITEMS)
        now = self.clock()
        item = CatalogItem(
            item_id=self.new_id("cat"),
            provider_id=scope.provider_id,
            contents=contents,
            create_time=now,
            update_time=now,
        )
        return self.catalog.add(item)

    def update(self, caller: Caller, item_id: str, contents: Contents, revision: int) -> CatalogItem:
        """What was ordered stays as it was. Raises as `create`, and RevisionConflict("catalog_item_changed")."""
        kept = self._mine(caller, item_id, revision)
        contents = self._known(caller.provider_scope(), contents.checked())
        changed = kept.rewritten(contents, self.clock())
        return kept if changed is kept else self.catalog.save(changed)

    def retire(self, caller: Caller, item_id: str, retired: bool, revision: int) -> CatalogItem:
        """Offered to nobody any more, or again."""
        kept = self._mine(caller, item_id, revision)
        if kept.retired == retired:
            return kept
        return self.catalog.save(replace(kept, retired=retired, update_time=self.clock()))

    def get(self, caller: Caller, item_id: str, version: int = 0, tenant_id: str = "") -> CatalogItem:
        """Staff find what clients of theirs are offered, at any version; others what they are offered, as it is."""
        scope = _room(caller)
        item = self.catalog.get(scope, item_id)
        if caller.is_staff:
            if version and version != item.version:
                item = replace(item, version=version, contents=self.catalog.version(scope, item_id, version))
            seen = _as_staff_see(caller, item)
            if seen is None:
                raise NotFound("catalog_item_not_found", "There is no such catalog item.")
            return seen
        if not self._is_offered(caller, item, tenant_id):
            raise NotFound("catalog_item_not_found", "There is no such catalog item.")
        return _as_clients_see(item)

    def list(self, caller: Caller, tenant_id: str) -> list[CatalogItem]:
        """By name. Raises NotFound("tenant_not_found")."""
        items = self.catalog.all(_room(caller), MOST_ITEMS)
        if tenant_id or not caller.is_staff:
            items = [item for item in items if self._is_offered(caller, item, tenant_id)]
        if not caller.is_staff:
            return [_as_clients_see(item) for item in items]
        return [seen for seen in (_as_staff_see(caller, item) for item in items) if seen]

    def _is_offered(self, caller: Caller, item: CatalogItem, tenant_id: str) -> bool:
        if tenant_id:
            return item.is_offered_to(caller.scope(tenant_id).tenant_id)
        return any(item.is_offered_to(one) for one in caller.tenant_ids or ())

    def _mine(self, caller: Caller, item_id: str, revision: int) -> CatalogItem:
        self.get(caller, item_id)
        caller.require(Role.PROVIDER_ADMIN)
        # As it is, and not only as far as its clients are granted.
        item = self.catalog.get(_room(caller), item_id)
        if revision and revision != item.revision:
            raise RevisionConflict(
                "catalog_item_changed", "Somebody else changed it first.", revision=revision
            )
        return item

    def _known(self, scope: TenantScope, contents: Contents) -> Contents:
        """Raises NotFound("tenant_not_found") where a client it names is not this provider's."""
        for tenant_id in sorted(contents.tenant_ids):
            self.tenants.number_prefix(TenantScope(scope.provider_id, tenant_id))
        return contents


def items_of(catalog: Catalog, scope: TenantScope, item_ids: Iterable[str]) -> Mapping[str, CatalogItem]:
    """Those of the provider's items that this tenant may have ordered: also what was retired since."""
    wanted = {one for one in item_ids if one}
    found = catalog.find(TenantScope(scope.provider_id, scope.provider_id), wanted) if wanted else {}
    return {
        item_id: item
        for item_id, item in found.items()
        if replace(item, retired=False).is_offered_to(scope.tenant_id)
    }


def _room(caller: Caller) -> TenantScope:
    provider_id = caller.granted().provider_id
    return TenantScope(provider_id, provider_id)


def _as_staff_see(caller: Caller, item: CatalogItem) -> CatalogItem | None:
    """Which clients it names, as far as they are granted; None where it is for others alone."""
    named = item.contents.tenant_ids
    if caller.tenant_ids is None or not named:
        return item
    granted = named & caller.tenant_ids
    return replace(item, contents=replace(item.contents, tenant_ids=granted)) if granted else None


def _as_clients_see(item: CatalogItem) -> CatalogItem:
    """Whom else it is offered to, and how the provider works, is not for them."""
    steps = tuple(Step(name=step.name, rule=step.rule, count=step.count) for step in item.contents.steps)
    tasks: tuple[TaskTemplate, ...] = ()
    return replace(item, contents=replace(item.contents, tenant_ids=frozenset(), steps=steps, tasks=tasks))
