"""Alert groups, for staff."""

from dataclasses import dataclass

from chassis.errors import PermissionDenied
from chassis.tenancy import Caller
from services.intake.ports.alerts import GroupPage, Groups

_PAGE = 50
_LARGEST_PAGE = 200


@dataclass(frozen=True)
class ReadingAlerts:
    """What is known of alerts is internal: labels and links tell of machines that a client's people do not know."""

    groups: Groups

    def page(
        self, caller: Caller, incident_id: str, tenant_id: str, page_size: int, page_token: str
    ) -> GroupPage:
        """Those of one incident, or all, latest first. Raises PermissionDenied("role_required")."""
        if not caller.is_staff:
            raise PermissionDenied("role_required", "This needs the provider's staff.", roles="staff")
        scope = caller.scope(tenant_id) if tenant_id else caller.granted()
        if incident_id:
            return GroupPage(tuple(self.groups.of_incident(scope, incident_id)))
        return self.groups.page(scope, min(page_size or _PAGE, _LARGEST_PAGE), page_token)
