"""The directory, for tenants."""

from chassis.config import Settings
from chassis.rpc import call, channel
from chassis.tenancy import Caller
from fairlead.directory.v1.tenant_service_pb2 import GetTenantRequest
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub
from services.sla.ports import Tenant


class DirectoryTenants:
    """Implements ports.Tenants. Asked only when a contract is made, so nothing is remembered."""

    def __init__(self, settings: Settings) -> None:
        self._directory = TenantServiceStub(channel(settings, "directory"))

    def get(self, caller: Caller, tenant_id: str) -> Tenant:
        found = call(self._directory.GetTenant, GetTenantRequest(tenant_id=tenant_id), caller)
        return Tenant(found.tenant_id, found.provider_id, found.time_zone)
