"""Shows changes, what speaks against them, and freezes; to each caller as much as is theirs to see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chassis.errors import InvalidArgument, NotFound, PermissionDenied
from chassis.tenancy import Caller, GrantedScope, Role, Scope, TenantScope
from services.incidents.domain import approval as approvals
from services.incidents.domain.change.conflicts import Busy, Conflict, conflicts_of
from services.incidents.domain.change.freeze import Freeze
from services.incidents.domain.change.query import ChangeQuery
from services.incidents.domain.change.record import PLANNED, ChangeEntry, ChangeRecord, ChangeWindow
from services.incidents.domain.configuration_item import ConfigurationItem, name_keys
from services.incidents.domain.incident import Incident
from services.incidents.domain.visibility import sight_of
from services.incidents.ports import Clock, ConfigurationItems, Incidents, NewId, Tenants
from services.incidents.ports.changes import ChangeApprovers, ChangeRecords, Freezes
from services.incidents.use_cases.change_reach import reach_of
from services.incidents.use_cases.configuration_items import ItemView
from services.incidents.use_cases.reading import page_size, visible

_MOST_IN_PERIOD, _MOST_OTHERS, _MOST_ENTRIES = 500, 100, 200
_PLANNERS = (Role.PROVIDER_ADMIN, Role.DISPATCHER, Role.OPERATOR)


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change with what it touches and its history; asked: the caller may decide now."""

    change: ChangeRecord
    items: tuple[ConfigurationItem, ...]
    entries: tuple[ChangeEntry, ...]
    asked: bool


class ChangeReading:
    """Nothing here changes a change."""

    def __init__(
        self,
        changes: ChangeRecords,
        freezes: Freezes,
        items: ConfigurationItems,
        incidents: Incidents,
        approvers: ChangeApprovers,
        tenants: Tenants,
        new_id: NewId,
        clock: Clock,
    ) -> None:
        self._changes = changes
        self._freezes = freezes
        self._items = items
        self._incidents = incidents
        self._approvers = approvers
        self._tenants = tenants
        self._new_id = new_id
        self._clock = clock

    def get(self, caller: Caller, change_id: str) -> ShownChange:
        """By id or number. Raises NotFound("change_not_found")."""
        change = visible_change(self._changes, caller, change_id)
        found = ItemView(self._items, caller).load_many(change.item_ids)
        entries = self._changes.entries(change_scope(caller), change.change_id, _MOST_ENTRIES)
        return ShownChange(
            change,
            tuple(found[one] for one in change.item_ids if one in found),
            tuple(entries),
            self._is_asked(caller, change),
        )

    def page(
        self, caller: Caller, tenant_id: str, shared: bool, query: ChangeQuery
    ) -> tuple[list[ChangeRecord], str]:
        """The newest first. Raises NotFound("configuration_item_not_found")."""
        scope = self._scope(caller, tenant_id, shared, query.item_id)
        query = replace(query, page_size=page_size(query.page_size), for_client=not caller.is_staff)
        return self._changes.page(scope, query)

    def period(
        self,
        caller: Caller,
        tenant_id: str,
        shared: bool,
        query: ChangeQuery,
        start: datetime,
        end: datetime,
    ) -> list[ChangeRecord]:
        """Those whose windows overlap [start, end), the soonest first."""
        scope = self._scope(caller, tenant_id, shared, query.item_id)
        if end <= start:
            raise InvalidArgument("period_invalid", "It ends after it begins.", field="end_time")
        query = replace(query, for_client=not caller.is_staff)
        return self._changes.overlapping(scope, start, end, query, _MOST_IN_PERIOD)

    def of_incident(self, caller: Caller, incident_id: str) -> list[ChangeRecord]:
        """Those that are tied to it, the newest first. Raises NotFound("incident_not_found")."""
        incident = visible(self._incidents, caller, incident_id)
        found = self._changes.of_incident(change_scope(caller), incident.incident_id)
        return [one for one in found if may_see_change(caller, one)]

    def has_tied(self, caller: Caller, incident: Incident) -> bool:
        """Whether changes are tied to an incident that the caller sees. Staff only."""
        return self._changes.has_tied(change_scope(caller), incident.incident_id)

    def conflicts(
        self, caller: Caller, change_id: str, window: ChangeWindow | None, busy: Sequence[Busy]
    ) -> tuple[tuple[Conflict, ...], dict[str, ConfigurationItem]]:
        """What speaks against its window or against another one, and the items of that, by id. Staff only."""
        if not caller.is_staff:
            raise PermissionDenied("role_required", "Only staff plan changes.")
        change = visible_change(self._changes, caller, change_id)
        found = self.conflicts_of(caller, change, window or change.window, busy)
        named = {item_id for one in found for item_id in one.item_ids}
        return found, ItemView(self._items, caller).load_many(named)

    def conflicts_of(
        self, caller: Caller, change: ChangeRecord, window: ChangeWindow | None, busy: Sequence[Busy]
    ) -> tuple[Conflict, ...]:
        """As far as the caller may see what is at work then."""
        if window is None:
            return ()
        view = ItemView(self._items, caller)
        reach, touched = reach_of(view, change.item_ids)
        names = set(name_keys(name for one in touched.values() for name in (one.name, *one.aliases)))
        tenant_ids = {one.tenant_id for one in touched.values() if not one.is_shared}
        tenant_ids |= set() if change.is_shared else {change.tenant_id}
        scope = change_scope(caller)
        planned = self._changes.overlapping(
            scope, window.start_time, window.end_time, ChangeQuery(states=PLANNED), _MOST_OTHERS
        )
        others = [
            (one, reach_of(view, one.item_ids)[0])
            for one in planned
            if one.change_id != change.change_id and one.item_ids
        ]
        frozen = [one.as_busy() for one in self._freezes.after(scope, window.start_time)]
        return conflicts_of(window, reach, names, tenant_ids, others, [*frozen, *busy])

    def add_freeze(self, caller: Caller, wanted: Freeze) -> Freeze:
        """For one client, or without one for all of them. For dispatchers and administrators."""
        caller.require(*_PLANNERS)
        scope = caller.provider_scope()
        if wanted.tenant_id:
            scope = caller.scope(wanted.tenant_id)
            self._tenants.number_prefix(scope)
        made = replace(
            wanted,
            freeze_id=self._new_id("frz"),
            provider_id=scope.provider_id,
            tenant_id=scope.tenant_id,
        ).checked()
        self._freezes.add(made)
        return made

    def delete_freeze(self, caller: Caller, freeze_id: str) -> None:
        """Raises NotFound("freeze_not_found")."""
        caller.require(*_PLANNERS)
        self._freezes.delete(change_scope(caller), freeze_id)

    def freezes(self, caller: Caller, moment: datetime | None) -> list[Freeze]:
        """Those that are not over. For staff."""
        if not caller.is_staff:
            raise PermissionDenied("role_required", "Only staff plan changes.")
        return self._freezes.after(change_scope(caller), moment or self._clock())

    def _is_asked(self, caller: Caller, change: ChangeRecord) -> bool:
        approval = change.approval
        if approval is None or not approval.is_waiting or not caller.person_id:
            return False
        # By the people of the moment: whoever became one since is asked, too.
        owner = TenantScope(change.provider_id, change.tenant_id)
        roster = self._approvers.roster(owner, approval.steps)
        now = approvals.as_of(approval, roster)
        return any(one.person_id == caller.person_id for one in now.still_asked)

    def _scope(self, caller: Caller, tenant_id: str, shared: bool, item_id: str) -> Scope:
        whole = change_scope(caller)
        if item_id:
            # That a change touches what they do not see is not told to them by asking for it either.
            ItemView(self._items, caller).load(item_id)
        if shared:
            return caller.provider_scope()
        if not tenant_id:
            return whole
        if caller.tenant_ids is None:
            # A provider-wide grant does not prove that the tenant is this provider's.
            self._tenants.number_prefix(caller.scope(tenant_id))
        return caller.scope(tenant_id)


def change_scope(caller: Caller) -> GrantedScope:
    """The clients granted, and for staff the provider's own room. Raises PermissionDenied for requesters."""
    if not sight_of(caller).everything:
        raise PermissionDenied("role_required", "This is for staff and client managers.")
    granted = caller.granted()
    if not caller.is_staff or granted.tenant_ids is None:
        return granted
    return GrantedScope(granted.provider_id, granted.tenant_ids | frozenset({granted.provider_id}))


def may_see_change(caller: Caller, change: ChangeRecord) -> bool:
    """Staff see all of their scope; a client what it is asked about."""
    return caller.is_staff or change.is_shown_to_client


def visible_change(changes: ChangeRecords, caller: Caller, change_id: str) -> ChangeRecord:
    """By id or number. Raises NotFound("change_not_found") for what does not exist for this caller."""
    change = changes.load(change_scope(caller), change_id)
    if not may_see_change(caller, change):
        raise NotFound("change_not_found", "There is no such change.")
    return change
