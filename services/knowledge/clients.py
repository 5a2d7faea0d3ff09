"""Calls to other services: the directory, which knows the provider's clients."""

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.directory.v1.tenant_service_pb2 import GetTenantRequest
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub


class DirectoryClients:
    """Asks with the caller's own token, so the directory's answer is the caller's own view."""

    def __init__(self, channel: Any) -> None:
        self._tenants = TenantServiceStub(channel)

    def require(self, caller: Caller, tenant_ids: frozenset[str]) -> None:
        """Raises NotFound("tenant_not_found"), Unavailable."""
        for tenant_id in sorted(tenant_ids):
            call(self._tenants.GetTenant, GetTenantRequest(tenant_id=tenant_id), caller)
