"""Configuration items: made and changed by staff, each seen by whom it concerns."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from chassis.errors import InvalidArgument, NotFound, PermissionDenied, RevisionConflict
from chassis.tenancy import Caller, GrantedScope, Role, Scope, TenantScope
from services.incidents.domain.configuration_item import (
    ConfigurationItem,
    ItemEntry,
    Relation,
    RelationKind,
    check_relations,
    checked,
    name_key,
    name_keys,
)
from services.incidents.domain.impact_walk import Impact, impact_of
from services.incidents.domain.item_query import ItemQuery
from services.incidents.domain.visibility import actor_of, sight_of
from services.incidents.ports import Clock, ConfigurationItems, NewId, Tenants
from services.incidents.use_cases.attempts import attempts
from services.incidents.use_cases.reading import page_size
from services.incidents.use_cases.targets import moved_on

# Relations by the other one's name.
Named = Sequence[tuple[RelationKind, str]]
_MOST_ENTRIES = 50
_SHARED_WRITERS = (Role.PROVIDER_ADMIN, Role.DISPATCHER, Role.OPERATOR)


@dataclass(frozen=True, slots=True)
class Related:
    """Another item; incoming: it is the other one that names this one."""

    kind: RelationKind
    incoming: bool
    item: ConfigurationItem


class ItemView:
    """The items that exist for a caller: staff's include the provider's shared ones, a client's are its own.

    Raises PermissionDenied("role_required") for requesters.
    """

    def __init__(self, items: ConfigurationItems, caller: Caller) -> None:
        if not sight_of(caller).everything:
            raise PermissionDenied("role_required", "This is for staff and client managers.")
        self._items = items
        self.shared = caller.is_staff
        granted = caller.granted()
        self.scope = granted
        if self.shared and granted.tenant_ids is not None:
            room = frozenset({granted.provider_id})
            self.scope = GrantedScope(granted.provider_id, granted.tenant_ids | room)

    def load(self, item_id: str) -> ConfigurationItem:
        """Raises NotFound("configuration_item_not_found")."""
        item = self._items.load(self.scope, item_id)
        if item.is_shared and not self.shared:
            raise NotFound("configuration_item_not_found", "There is no such configuration item.")
        return item

    def load_many(self, item_ids: Collection[str]) -> dict[str, ConfigurationItem]:
        """Those that exist, by id."""
        found = self._items.load_many(self.scope, set(item_ids))
        return {key: one for key, one in found.items() if self.shared or not one.is_shared}

    def naming(self, item_ids: Collection[str]) -> list[ConfigurationItem]:
        """Those that have a relation to any of these."""
        found = self._items.naming(self.scope, item_ids)
        return [one for one in found if self.shared or not one.is_shared]

    def around(self, level: Sequence[ConfigurationItem]) -> list[ConfigurationItem]:
        """What names any of these, and what they name."""
        targets = {relation.item_id for one in level for relation in one.relations}
        return [*self.naming([one.item_id for one in level]), *self.load_many(targets).values()]


class KeepItems:
    """Raises PermissionDenied("role_required") for whoever may not, NotFound for what does not exist for the caller."""

    def __init__(self, items: ConfigurationItems, tenants: Tenants, new_id: NewId, clock: Clock) -> None:
        self._items = items
        self._tenants = tenants
        self._new_id = new_id
        self._clock = clock

    def owner(self, caller: Caller, tenant_id: str, shared: bool) -> TenantScope:
        """The room that items are made in."""
        require_writer(caller, shared)
        if shared:
            return caller.provider_scope()
        scope = caller.scope(tenant_id)
        # A provider-wide grant does not prove that the tenant is this provider's.
        self._tenants.number_prefix(scope)
        return scope

    def create(
        self,
        caller: Caller,
        tenant_id: str,
        shared: bool,
        wanted: ConfigurationItem,
        named: Named = (),
    ) -> ConfigurationItem:
        """named: further relations. Raises InvalidArgument naming the field, AlreadyExists("item_name_taken"),
        InvalidState("relation_leads_back").
        """
        scope, now = self.owner(caller, tenant_id, shared), self._clock()
        made = checked(
            replace(
                wanted,
                item_id=self._new_id("cfi"),
                provider_id=scope.provider_id,
                tenant_id=scope.tenant_id,
                create_time=now,
                update_time=now,
                relations=(*wanted.relations, *self._resolved(caller, scope, named)),
                revision=1,
            )
        )
        self._check_relations(caller, made)
        self._items.create(made, actor_of(caller), caller)
        return made

    def update(
        self, caller: Caller, wanted: ConfigurationItem, revision: int, named: Named = ()
    ) -> ConfigurationItem:
        """Its owner stays. Saying what is so already changes nothing. Raises as `create`, and RevisionConflict."""
        view = ItemView(self._items, caller)
        for _ in attempts():
            kept = view.load(wanted.item_id)
            require_writer(caller, kept.is_shared)
            if revision not in (0, kept.revision):
                raise moved_on(kept.revision)
            owner = TenantScope(kept.provider_id, kept.tenant_id)
            changed = checked(
                replace(
                    wanted,
                    provider_id=kept.provider_id,
                    tenant_id=kept.tenant_id,
                    create_time=kept.create_time,
                    update_time=self._clock(),
                    relations=(*wanted.relations, *self._resolved(caller, owner, named)),
                    revision=kept.revision,
                )
            )
            if not changed.differs_from(kept):
                return kept
            if changed.relations != kept.relations:
                self._check_relations(caller, changed)
            try:
                return self._items.save(changed, actor_of(caller), caller)
            except RevisionConflict:
                continue
        raise moved_on(0)

    def _resolved(self, caller: Caller, owner: TenantScope, named: Named) -> tuple[Relation, ...]:
        called = find_called(self._items, caller, owner, [name for _, name in named])
        missing = next((name for _, name in named if name_key(name) not in called), "")
        if missing:
            raise item_unknown(missing, "relations")
        return tuple(Relation(kind, called[name_key(name)]) for kind, name in named)

    def _check_relations(self, caller: Caller, item: ConfigurationItem) -> None:
        if item.relations:
            view = ItemView(self._items, caller)
            others = view.load_many({one.item_id for one in item.relations})
            check_relations(item, others, view.load_many)


def find_called(
    items: ConfigurationItems, caller: Caller, owner: TenantScope, names: Iterable[str]
) -> dict[str, str]:
    """Key → id of what items of this owner may hang on: its own before a shared one of the same name."""
    keys = set(name_keys(names))
    if not keys:
        return {}
    room = caller.provider_scope()
    found = items.called({room: keys, owner: keys})
    by_room = [
        {key: one for (where, key), one in found.items() if where == each.tenant_id} for each in (room, owner)
    ]
    return by_room[0] | by_room[1]


def item_unknown(name: str, field: str) -> InvalidArgument:
    """Of a name that no item in use has."""
    message = f"There is no item called {name}."
    return InvalidArgument("item_unknown", message, field=field, name=name)


class ReadItems:
    """Nothing here changes anything."""

    def __init__(self, items: ConfigurationItems, tenants: Tenants) -> None:
        self._items = items
        self._tenants = tenants

    def get(self, caller: Caller, item_id: str) -> tuple[ConfigurationItem, list[Related]]:
        """The item, and what it is tied to: what it names in the order given, then what names it by name."""
        view = ItemView(self._items, caller)
        item = view.load(item_id)
        targets = view.load_many({one.item_id for one in item.relations})
        related = [
            Related(one.kind, False, targets[one.item_id]) for one in item.relations if one.item_id in targets
        ]
        for other in sorted(view.naming([item_id]), key=lambda one: (one.name, one.item_id)):
            related += [Related(one.kind, True, other) for one in other.relations if one.item_id == item_id]
        return item, related

    def entries(self, caller: Caller, item_id: str) -> list[ItemEntry]:
        """Who changed what of an item that the caller sees, the newest first; for staff alone."""
        view = ItemView(self._items, caller)
        return self._items.entries(view.scope, item_id, _MOST_ENTRIES) if caller.is_staff else []

    def page(
        self, caller: Caller, tenant_id: str, shared: bool, query: ItemQuery
    ) -> tuple[list[ConfigurationItem], str, dict[str, str]]:
        """Of one client, of the provider, or of all that the caller may see; and what their relations lead to, by id."""
        view = ItemView(self._items, caller)
        query = replace(query, page_size=page_size(query.page_size), shared=view.shared)
        scope: Scope = view.scope
        if shared:
            scope = caller.provider_scope()
        elif tenant_id:
            scope = caller.scope(tenant_id)
            if caller.tenant_ids is None:
                # A provider-wide grant does not prove that the tenant is this provider's.
                self._tenants.number_prefix(scope)
        found, token = self._items.page(scope, query)
        targets = view.load_many({one.item_id for item in found for one in item.relations})
        return found, token, {key: one.name for key, one in targets.items()}

    def impact(self, caller: Caller, item_id: str) -> Impact:
        """What is affected when it is down, as far as it exists for the caller."""
        view = ItemView(self._items, caller)
        return impact_of(view.load(item_id), view.around)


def require_writer(caller: Caller, shared: bool) -> None:
    """Staff write their clients' items; what many clients hang on, dispatchers and administrators."""
    if not caller.is_staff:
        raise PermissionDenied("role_required", "Only staff write configuration items.")
    if shared:
        caller.require(*_SHARED_WRITERS)
