"""Status pages: what one client reads of the major incidents that touch it, signed in or by a secret address."""

import secrets
from dataclasses import dataclass

from chassis.errors import NotFound
from chassis.tenancy import Caller, Role, TenantScope
from services.incidents.domain.major.status import SHOWN, Entry, StatusAddress, StatusSeal, entries_for
from services.incidents.domain.visibility import may_see
from services.incidents.ports import Clock, Incidents
from services.incidents.ports.majors import Clients, Majors, MajorUpdates, StatusAddresses

_KEEPERS = (Role.PROVIDER_ADMIN, Role.DISPATCHER, Role.OPERATOR)


@dataclass(frozen=True, slots=True)
class StatusPage:
    """visible_ids: the client's own incidents that the reader sees."""

    scope: TenantScope
    entries: list[Entry]
    visible_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OpenAddress:
    """token: "" while it is switched off."""

    tenant_id: str
    token: str = ""
    address: StatusAddress | None = None


class StatusPages:
    """Everything here is one client's, and asked with that client's name alone."""

    def __init__(
        self,
        majors: Majors,
        updates: MajorUpdates,
        incidents: Incidents,
        addresses: StatusAddresses,
        clients: Clients,
        seal: StatusSeal,
        clock: Clock,
    ) -> None:
        self._clients = clients
        self._majors = majors
        self._updates = updates
        self._incidents = incidents
        self._addresses = addresses
        self._seal = seal
        self._clock = clock

    def page(self, caller: Caller, tenant_id: str) -> StatusPage:
        """Raises NotFound("tenant_not_found")."""
        scope = self._scope(caller, tenant_id)
        entries = self._entries(scope)
        found = self._incidents.load_many(scope, [one.incident_id for one in entries if one.incident_id])
        seen = frozenset(one.incident_id for one in found.values() if may_see(caller, one))
        return StatusPage(scope, entries, seen)

    def read(self, caller: Caller, token: str) -> StatusPage:
        """By a secret address. Raises NotFound("status_page_not_found")."""
        caller.require(Role.SERVICE)
        address_id = self._seal.read(token)
        found = self._addresses.opened(address_id) if address_id else None
        if found is None or caller.provider_id not in ("", found.provider_id):
            raise NotFound("status_page_not_found", "There is no such page.")
        scope = TenantScope(found.provider_id, found.tenant_id)
        return StatusPage(scope, self._entries(scope))

    def address(self, caller: Caller, tenant_id: str) -> OpenAddress:
        scope = self._kept_by(caller, tenant_id)
        found = self._addresses.of_tenant(scope)
        return (
            OpenAddress(tenant_id, self._seal.token(found.address_id), found)
            if found
            else OpenAddress(tenant_id)
        )

    def create_address(self, caller: Caller, tenant_id: str) -> OpenAddress:
        """The former one is void."""
        scope = self._kept_by(caller, tenant_id)
        made = StatusAddress(secrets.token_hex(16), scope.provider_id, tenant_id, self._clock())
        self._addresses.put(scope, made)
        return OpenAddress(tenant_id, self._seal.token(made.address_id), made)

    def revoke_address(self, caller: Caller, tenant_id: str) -> OpenAddress:
        self._addresses.remove(self._kept_by(caller, tenant_id))
        return OpenAddress(tenant_id)

    def _kept_by(self, caller: Caller, tenant_id: str) -> TenantScope:
        scope = self._scope(caller, tenant_id)
        caller.require(*_KEEPERS)
        return scope

    def _scope(self, caller: Caller, tenant_id: str) -> TenantScope:
        """Whoever is granted every client of a provider may still name another provider's: the directory knows."""
        scope = caller.scope(tenant_id)
        self._clients.readers(scope.provider_id, [tenant_id])
        return scope

    def _entries(self, scope: TenantScope) -> list[Entry]:
        now = self._clock()
        room = TenantScope(scope.provider_id, scope.provider_id)
        majors = self._majors.touching(room, scope.tenant_id, now - SHOWN)
        updates = self._updates.of_majors(room, [one.major_id for one in majors]) if majors else []
        return entries_for(scope.tenant_id, majors, updates, now)
