"""Counts how often an article was enough, for whoever sees whole clients."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chassis.errors import InvalidArgument, PermissionDenied
from chassis.tenancy import Caller, Role, TenantScope
from services.knowledge.domain.deflection import WITHIN, Deflections, deflections_of
from services.knowledge.ports import Clock, Feedback, Openings

_READERS = frozenset({Role.CLIENT_MANAGER, Role.API_CLIENT})


class DeflectionUseCases:
    """Nothing here changes anything."""

    def __init__(self, feedback: Feedback, openings: Openings, clock: Clock) -> None:
        self._feedback = feedback
        self._openings = openings
        self._clock = clock

    def count(
        self, caller: Caller, tenant_ids: Sequence[str], start: datetime | None, end: datetime | None
    ) -> Mapping[str, Deflections]:
        """By tenant, over these or all of the caller's.

        Raises PermissionDenied for who sees single incidents only, NotFound("tenant_not_found") outside the grant,
        InvalidArgument("period_missing"), and Unavailable while the incidents service is away.
        """
        if not caller.is_staff and _READERS.isdisjoint(caller.roles):
            raise PermissionDenied("role_required", "Figures are for those who see whole clients.")
        granted = caller.granted()
        for tenant_id in tenant_ids:
            caller.scope(tenant_id)
        if start is None or end is None:
            raise InvalidArgument("period_missing", "From when until when?", field="start_time")
        room = TenantScope(granted.provider_id, granted.provider_id)
        clients = frozenset(tenant_ids) if tenant_ids else granted.tenant_ids
        helped = self._feedback.helped(room, clients, start, end)
        opened = self._openings.of(caller, helped, end + WITHIN) if helped else []
        return deflections_of(helped, opened, self._clock())
