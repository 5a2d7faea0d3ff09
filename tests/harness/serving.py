"""One service, really served: its own database and stream on real servers, real keys, a free port.

with Served("directory", start, DirectorySettings, mongod, nats, tmp_path) as served:
    stub = TenantServiceStub(served.channel())
    call(stub.GetTenant, GetTenantRequest(tenant_id="ten_acme"), served.person(PROVIDER, "ten_acme"))
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pymongo import MongoClient

from chassis import clock, rpc
from chassis.config import Settings
from chassis.process import Running
from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner, make_keys
from tests.harness.servers import free_port
from tests.harness.waiting import wait_until

ALL_SERVICES = (
    *("directory", "intake", "incidents", "triage", "sla", "knowledge", "notify"),
    *("gateway", "operator"),
)


class Served:
    """A started service and callers of every kind to call it with."""

    def __init__(
        self,
        service: str,
        start: Callable[[Any], Running],
        settings_class: type[Settings],
        mongodb_uri: str,
        nats_url: str,
        folder: Path,
        addresses: dict[str, str] | None = None,
    ) -> None:
        make_keys(folder, ALL_SERVICES)
        self.service = service
        self.key_dir = folder
        self.settings = settings_class(
            installation=f"t{secrets.token_hex(5)}",
            mongodb_uri=mongodb_uri,
            nats_url=nats_url,
            key_dir=folder,
            addresses={service: f"127.0.0.1:{free_port()}", **(addresses or {})},
        )
        self.running = start(self.settings)
        wait_until(self.ready, timeout=20, what=f"{service} to be ready")

    def __enter__(self) -> "Served":
        return self

    def __exit__(self, *_: object) -> None:
        self.running.stop()
        with MongoClient(self.settings.mongodb_uri) as client:
            client.drop_database(self.settings.database_name)

    def channel(self) -> grpc.Channel:
        return rpc.channel(self.settings, self.service)

    def ready(self) -> bool:
        with grpc.insecure_channel(self.settings.address(self.service)) as channel:
            try:
                answer = health_pb2_grpc.HealthStub(channel).Check(
                    health_pb2.HealthCheckRequest(), timeout=1, wait_for_ready=True
                )
            except grpc.RpcError:
                return False
        return answer.status == health_pb2.HealthCheckResponse.SERVING

    def person(
        self,
        provider_id: str,
        *tenant_ids: str,
        role: Role = Role.REQUESTER,
        everywhere: bool = False,
        person_id: str = "per_someone",
    ) -> Caller:
        """A signed-in person of these tenants; `everywhere`, of every tenant of the provider."""
        granted = None if everywhere else frozenset(tenant_ids)
        return self._minted("gateway", Caller(f"person:{person_id}", provider_id, granted, frozenset({role})))

    def admin(self, provider_id: str, person_id: str = "per_admin") -> Caller:
        return self.person(provider_id, role=Role.PROVIDER_ADMIN, everywhere=True, person_id=person_id)

    def operator(self) -> Caller:
        return self._minted("operator", Caller("operator:cli", "", None, frozenset({Role.OPERATOR})))

    def peer(self, service: str, provider_id: str = "", tenant_ids: frozenset[str] | None = None) -> Caller:
        """Another service, for a provider or for none in particular."""
        return CallerSigner.load(self.key_dir, service).service_caller(clock.now(), provider_id, tenant_ids)

    def _minted(self, issuer: str, caller: Caller) -> Caller:
        return CallerSigner.load(self.key_dir, issuer).mint(caller, clock.now())
