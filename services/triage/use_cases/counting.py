"""Counts what is open, for whoever sees whole tenants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chassis.errors import PermissionDenied
from chassis.tenancy import Caller, GrantedScope, Role
from services.triage import ports
from services.triage.domain.open_count import OpenCount, by_tenant, open_count
from services.triage.domain.queue import QueueFilter

# Besides staff. The queue itself is not for them; how many of their own are open is.
_CLIENT_READERS = frozenset({Role.CLIENT_MANAGER, Role.API_CLIENT})


@dataclass(frozen=True)
class CountOpen:
    """Nothing here changes anything."""

    queue: ports.Queue

    def count(self, caller: Caller, tenant_ids: Sequence[str]) -> tuple[OpenCount, Mapping[str, OpenCount]]:
        """In total and by tenant, over these tenants or all of the caller's.

        Raises PermissionDenied for who sees single incidents only, NotFound("tenant_not_found") outside the grant.
        """
        if not caller.is_staff and _CLIENT_READERS.isdisjoint(caller.roles):
            raise PermissionDenied("role_required", "Figures are for those who see whole clients.")
        granted = caller.granted()
        for tenant_id in tenant_ids:
            caller.scope(tenant_id)
        scope = GrantedScope(granted.provider_id, frozenset(tenant_ids)) if tenant_ids else granted
        tallies = self.queue.tallies(scope, QueueFilter())
        return open_count(tallies), by_tenant(tallies)
