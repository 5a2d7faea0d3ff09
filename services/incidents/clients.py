"""What this service asks of others: the directory, for a tenant's number prefix."""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from chassis.clock import Clock
from chassis.config import Settings
from chassis.rpc import call, channel
from chassis.tenancy import TenantScope
from chassis.tokens import CallerSigner
from fairlead.directory.v1.tenant_service_pb2 import GetTenantRequest
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub

_CACHED = 10_000
_FRESH = timedelta(minutes=5)


class DirectoryTenants:
    """Implements ports.Tenants: asks once, then remembers for five minutes or until it is told to forget."""

    def __init__(self, settings: Settings, signer: CallerSigner, clock: Clock) -> None:
        self._directory = TenantServiceStub(channel(settings, "directory"))
        self._signer = signer
        self._clock = clock
        self._known: OrderedDict[TenantScope, tuple[str, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def number_prefix(self, scope: TenantScope) -> str:
        now = self._clock()
        with self._lock:
            known = self._known.get(scope)
        if known and now - known[1] < _FRESH:
            return known[0]
        # A suspended tenant keeps its prefix: its mail is still taken.
        caller = self._signer.service_caller(now, scope.provider_id)
        tenant = call(self._directory.GetTenant, GetTenantRequest(tenant_id=scope.tenant_id), caller)
        with self._lock:
            self._known[scope] = (tenant.number_prefix, now)
            if len(self._known) > _CACHED:
                self._known.popitem(last=False)
        return tenant.number_prefix

    def forget(self, tenant_id: str) -> None:
        with self._lock:
            for scope in [scope for scope in self._known if scope.tenant_id == tenant_id]:
                del self._known[scope]
