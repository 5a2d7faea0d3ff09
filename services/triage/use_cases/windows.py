"""Maintenance windows: made, seen, ended early; and what they held is assigned afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chassis.tenancy import Caller, Role, TenantScope
from services.triage import ports
from services.triage.domain.window import Window
from services.triage.use_cases.queue import DecideTriage, Opening
from services.triage.use_cases.rooms import require_staff

_MAY_PLAN = (Role.PROVIDER_ADMIN, Role.DISPATCHER)
_BATCH = 100


@dataclass(frozen=True)
class KeepWindows:
    """Raises PermissionDenied("role_required") for whoever may not."""

    windows: ports.Windows
    clients: ports.Clients
    now: ports.Clock
    new_id: ports.NewId
    escalations: ports.Escalations | None = None

    def create(self, caller: Caller, wanted: Window) -> Window:
        """Raises NotFound("tenant_not_found"), InvalidArgument."""
        caller.require(*_MAY_PLAN)
        scope = caller.scope(wanted.tenant_id)
        self.clients.require(caller, [scope.tenant_id])
        made = replace(wanted, window_id=self.new_id("mwn"), provider_id=scope.provider_id).checked(
            self.now()
        )
        self.windows.put(made)
        return made

    def all(self, caller: Caller, tenant_id: str) -> Sequence[Window]:
        """Those that are not over."""
        require_staff(caller)
        scope = caller.scope(tenant_id) if tenant_id else caller.granted()
        return self.windows.open_at(scope, self.now())

    def end(self, caller: Caller, window_id: str) -> Window:
        """Raises NotFound("window_not_found")."""
        caller.require(*_MAY_PLAN)
        ended = self.windows.get(caller.granted(), window_id).ended(self.now())
        self.windows.put(ended)
        if self.escalations:
            room = TenantScope(ended.provider_id, ended.tenant_id)
            self.escalations.retime(room, ended.window_id, ended.end_time)
        return ended


@dataclass(frozen=True)
class ReleaseHeld:
    """What a window held is routed as if it had been opened when the window was over."""

    windows: ports.Windows
    deciding: DecideTriage
    now: ports.Clock

    def release_due(self) -> int:
        """How many were due. What the record cannot take now stays due."""
        due = self.windows.due(self.now(), _BATCH)
        openings = [Opening(f"{one.event_id}:held", one.provider_id, one.report) for one in due]
        failed = self.deciding.decide(openings) if openings else {}
        self.windows.release(one for one in due if f"{one.event_id}:held" not in failed)
        return len(due)
