"""The incidents service, started as it is in production, over real MongoDB and a directory in dicts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis import clock
from chassis.config import Settings
from chassis.ids import new_id
from chassis.process import Running
from chassis.rpc import call, channel
from chassis.tenancy import Caller, Role
from chassis.tokens import CallerSigner, make_keys
from fairlead.directory.v1 import person_pb2
from fairlead.incidents.v1 import (
    catalog_service_pb2,
    change_service_pb2,
    configuration_item_service_pb2,
    incident_pb2,
    incident_service_pb2,
    major_incident_service_pb2,
    order_service_pb2,
    status_page_service_pb2,
)
from fairlead.incidents.v1.catalog_service_pb2_grpc import CatalogServiceStub
from fairlead.incidents.v1.change_service_pb2_grpc import ChangeServiceStub
from fairlead.incidents.v1.configuration_item_service_pb2_grpc import ConfigurationItemServiceStub
from fairlead.incidents.v1.incident_service_pb2_grpc import IncidentServiceStub
from fairlead.incidents.v1.major_incident_service_pb2_grpc import MajorIncidentServiceStub
from fairlead.incidents.v1.order_service_pb2_grpc import OrderServiceStub
from fairlead.incidents.v1.status_page_service_pb2_grpc import StatusPageServiceStub
from services.incidents.config import IncidentsSettings
from services.incidents.main import start
from tests.harness.fakes.directory import FakeDirectory
from tests.harness.servers import free_port
from tests.harness.waiting import wait_until

PROVIDER, OTHER_PROVIDER = "prv_north", "prv_other"
ACME, LUMEN, FOREIGN = "ten_acme", "ten_lumen", "ten_foreign"


@dataclass
class Incidents:
    """A running service and everybody who may call it."""

    settings: IncidentsSettings
    directory: FakeDirectory
    running: Running
    stub: Any
    items: Any
    _signers: dict[str, CallerSigner] = field(default_factory=dict)

    def signer(self, service: str) -> CallerSigner:
        if service not in self._signers:
            self._signers[service] = CallerSigner.load(self.settings.key_dir, service)
        return self._signers[service]

    def service(self, name: str = "intake", provider_id: str = PROVIDER) -> Caller:
        return self.signer(name).service_caller(clock.now(), provider_id)

    def person(
        self,
        person_id: str,
        *roles: Role,
        tenants: tuple[str, ...] | None = (ACME,),
        provider: str = PROVIDER,
    ) -> Caller:
        granted = None if tenants is None else frozenset(tenants)
        caller = Caller(f"person:{person_id}", provider, granted, frozenset(roles), name=person_id)
        return self.signer("gateway").mint(caller, clock.now())

    def technician(self, person_id: str = "per_tech", tenants: tuple[str, ...] | None = (ACME,)) -> Caller:
        return self.person(person_id, Role.TECHNICIAN, tenants=tenants)

    def requester(self, person_id: str = "per_jane", tenants: tuple[str, ...] = (ACME,)) -> Caller:
        return self.person(person_id, Role.REQUESTER, tenants=tenants)

    def manager(self, person_id: str = "per_boss", tenants: tuple[str, ...] = (ACME,)) -> Caller:
        return self.person(person_id, Role.CLIENT_MANAGER, tenants=tenants)

    def client(self, *roles: Role, tenants: tuple[str, ...] = (ACME,), provider: str = PROVIDER) -> Caller:
        caller = Caller(
            "client:cli_1", provider, frozenset(tenants), frozenset({Role.API_CLIENT, *roles}), name="Monitor"
        )
        return self.signer("gateway").mint(caller, clock.now())

    def wait_until_ready(self) -> None:
        """The server answers, and the indexes are there."""
        health = health_pb2_grpc.HealthStub(channel(self.settings, "incidents"))
        serving = health_pb2.HealthCheckResponse.SERVING

        def ready() -> bool:
            try:
                return health.Check(health_pb2.HealthCheckRequest()).status == serving
            except grpc.RpcError:
                return False

        wait_until(ready, timeout=20, what="the incidents service")

    def new_tenant(self, provider_id: str = PROVIDER) -> str:
        """A client organisation of the test's own, with numbers from 1."""
        tenant_id = new_id("ten")
        self.directory.add_tenant(
            tenant_id, provider_id, tenant_id, number_prefix=f"T{tenant_id[-6:].upper()}"
        )
        return tenant_id

    def call(self, method: str, caller: Caller, /, **fields: Any) -> Any:
        """Calls a method by name with the fields of its request."""
        request = getattr(incident_service_pb2, f"{method}Request")(**fields)
        return call(getattr(self.stub, method), request, caller)

    def catalog(self, method: str, caller: Caller, /, **fields: Any) -> Any:
        """As `call`, of the catalog."""
        stub = CatalogServiceStub(channel(self.settings, "incidents"))
        return call(getattr(stub, method), getattr(catalog_service_pb2, f"{method}Request")(**fields), caller)

    def order(self, method: str, caller: Caller, /, **fields: Any) -> Any:
        """As `call`, of approvals and tasks."""
        stub = OrderServiceStub(channel(self.settings, "incidents"))
        return call(getattr(stub, method), getattr(order_service_pb2, f"{method}Request")(**fields), caller)

    def call_changes(self, method: str, caller: Caller, /, request: str = "", **fields: Any) -> Any:
        """The same of the service of changes; request: the message's name, where it is not the method's own."""
        made = getattr(change_service_pb2, request or f"{method}Request")(**fields)
        return call(getattr(ChangeServiceStub(channel(self.settings, "incidents")), method), made, caller)

    def call_items(self, method: str, caller: Caller, /, **fields: Any) -> Any:
        """The same of the service of configuration items."""
        request = getattr(configuration_item_service_pb2, f"{method}Request")(**fields)
        return call(getattr(self.items, method), request, caller)

    def majors(self, method: str, caller: Caller, /, **fields: Any) -> Any:
        """The same for major incidents and status pages."""
        messages, stub = (
            (status_page_service_pb2, StatusPageServiceStub)
            if "Status" in method
            else (major_incident_service_pb2, MajorIncidentServiceStub)
        )
        request = getattr(messages, f"{method}Request")(**fields)
        return call(getattr(stub(channel(self.settings, "incidents")), method), request, caller)

    def accept(self, *evidence: dict[str, Any], caller: Caller | None = None) -> list[Any]:
        """What became of submissions; each is given a submission id unless it has one."""
        submissions = [evidence_of(**each) for each in evidence]
        return list(
            self.call("AcceptSubmissions", caller or self.service(), submissions=submissions).accepted
        )

    def open(self, **evidence: Any) -> incident_pb2.Incident:
        """A new incident of ACME, from per_jane unless told otherwise."""
        accepted = self.accept(evidence)[0]
        assert not accepted.error_reason, accepted
        return self.call("GetIncident", self.service(), incident_id=accepted.incident_id)

    def facts(self, incident_id: str) -> list[str]:
        """The timeline's facts, as staff see them."""
        entries = self.call("ListTimeline", self.service(), incident_id=incident_id, page_size=200).entries
        return [entry.fact for entry in entries]


def evidence_of(**fields: Any) -> dict[str, Any]:
    """A portal submission of Jane at ACME, with any field replaced."""
    jane = {"person_id": "per_jane", "address": "jane@acme.example", "name": "Jane"}
    return {
        "submission_id": new_id("sub"),
        "tenant_id": ACME,
        "channel": "portal",
        "sender": jane,
        "authenticated": True,
        "subject": "The printer is on fire",
        "text": "Smoke comes out of the tray.",
    } | fields


@contextmanager
def running_incidents(
    mongod: str, installation: str, folder: Path, nats: str = "", **settings: Any
) -> Iterator[Incidents]:
    """The service on a free port. Without NATS it runs all the same; its events wait."""
    key_dir = folder / "keys"
    make_keys(key_dir, ["gateway", "incidents", "intake", "triage", "notify", "sla", "directory"])
    with FakeDirectory() as directory:
        directory.add_provider(PROVIDER, "northstar")
        directory.add_provider(OTHER_PROVIDER, "other")
        directory.add_tenant(ACME, PROVIDER, "acme")
        directory.add_tenant(LUMEN, PROVIDER, "lumen")
        directory.add_tenant(FOREIGN, OTHER_PROVIDER, "foreign")
        directory.add_mail_domain("acme.example", ACME)
        everywhere = person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", all_tenants=True)
        directory.add_person("per_tech", PROVIDER, "tess@north.example", "Tess", grants=[everywhere])
        port = free_port()
        made = IncidentsSettings(
            installation=installation,
            mongodb_uri=mongod,
            nats_url=nats or f"nats://127.0.0.1:{free_port()}",
            key_dir=key_dir,
            addresses={"incidents": f"127.0.0.1:{port}", "directory": directory.address},
            **settings,
        )
        running = start(made)
        try:
            items = ConfigurationItemServiceStub(channel(made, "incidents"))
            yield Incidents(made, directory, running, _stub(made), items)
        finally:
            running.stop()


def _stub(settings: Settings) -> Any:
    return IncidentServiceStub(channel(settings, "incidents"))
