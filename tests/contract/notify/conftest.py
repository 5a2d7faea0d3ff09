"""Notify, really served, beside stand-ins of its peers and of the world outside."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chassis import clock
from chassis.config import Settings
from chassis.ids import new_id
from chassis.outbox import OutboundEvent
from chassis.rpc import call
from chassis.tenancy import Caller, Role, TenantScope
from fairlead.directory.v1 import person_pb2
from fairlead.incidents.v1 import events_pb2, incident_pb2
from fairlead.notify.v1 import delivery_pb2
from fairlead.notify.v1 import notify_service_pb2 as pb
from fairlead.notify.v1.notify_service_pb2_grpc import NotifyServiceStub
from services.notify.config import NotifySettings
from services.notify.main import start
from tests.harness.fakes.directory import FakeDirectory
from tests.harness.fakes.incidents import FakeIncidents
from tests.harness.outside import MailServer
from tests.harness.serving import Served
from tests.harness.sla import Incidents
from tests.harness.waiting import wait_until

NORTH, SOUTH, ACME, LUMEN = "prv_north", "prv_south", "ten_acme", "ten_lumen"
JANE = incident_pb2.Party(person_id="per_jane", address="jane@acme.example", name="Jane")


@dataclass
class Office:
    """The service, its stub, what it hears and where its mail goes."""

    served: Served
    announced: Incidents
    mails: MailServer
    directory: FakeDirectory
    stub: NotifyServiceStub

    @property
    def admin(self) -> Caller:
        return self.served.admin(NORTH)

    def technician(self, *tenant_ids: str) -> Caller:
        return self.served.person(NORTH, *tenant_ids, role=Role.TECHNICIAN)

    def open(self, tenant_id: str = ACME, **fields) -> str:
        """An incident of Jane's unless the fields say otherwise; its id."""
        fields = {"requester": JANE, "title": "VPN", "number": "ACME-1", "verified": True, **fields}
        party = fields.pop("requester")
        incident = incident_pb2.Incident(
            incident_id=new_id("inc"),
            provider_id=NORTH,
            tenant_id=tenant_id,
            requester=party,
            revision=1,
            **fields,
        )
        event = OutboundEvent(
            "incident_opened",
            events_pb2.IncidentOpened(incident=incident),
            clock.now(),
            self.announced._caller(),
        )
        self.announced._known[incident.incident_id] = incident
        self.announced._store.create(TenantScope(NORTH, tenant_id), incident.incident_id, {}, [event])
        return incident.incident_id

    def deliveries(self, incident_id: str, caller: Caller | None = None) -> list[delivery_pb2.Delivery]:
        request = pb.ListDeliveriesRequest(incident_id=incident_id)
        return list(call(self.stub.ListDeliveries, request, caller or self.admin).deliveries)

    def delivered(self, incident_id: str, state: str = "SENT", count: int = 1) -> list[delivery_pb2.Delivery]:
        """The deliveries of an incident, once so many of them are in that state."""
        wanted = delivery_pb2.DeliveryState.Value(f"DELIVERY_STATE_{state}")

        def enough() -> bool:
            return sum(one.state == wanted for one in self.deliveries(incident_id)) >= count

        wait_until(enough, timeout=20, what=f"{count} {state} deliveries of {incident_id}")
        return self.deliveries(incident_id)


@pytest.fixture(scope="module")
def office(mongod: str, nats: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    mails = MailServer().start()
    record = FakeIncidents(NORTH)
    with FakeDirectory() as directory, record.serving() as incidents_address:
        directory.add_provider(NORTH, "northstar")
        directory.add_tenant(ACME, NORTH, "acme", name="Acme")
        directory.add_tenant(LUMEN, NORTH, "lumen", name="Lumen")
        for tenant in (ACME, LUMEN):
            directory.tenants[tenant].support_address = f"support@{tenant}.north.example"
        directory.add_person("per_jane", NORTH, "jane@acme.example", "Jane", tenants=[ACME])
        grant = person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", tenant_ids=[ACME])
        directory.add_person("per_ada", NORTH, "ada@north.example", "Ada", grants=[grant])
        folder = tmp_path_factory.mktemp("notify")
        addresses = {"directory": directory.address, "incidents": incidents_address}

        def settings_class(**given) -> NotifySettings:
            return NotifySettings(
                smtp_relay=mails.relay, public_url="https://desk.example", internal_webhooks=True, **given
            )

        with Served("notify", start, settings_class, mongod, nats, folder, addresses) as served:
            settings = Settings(
                service="incidents", installation=served.settings.installation, mongodb_uri=mongod,
                nats_url=nats, key_dir=folder, addresses={},
            )  # fmt: skip
            announced = Incidents(settings)
            yield Office(served, announced, mails, directory, NotifyServiceStub(served.channel()))
            announced.stop()
    mails.stop()


@pytest.fixture(autouse=True)
def _fresh(office: Office) -> None:
    office.mails.messages.clear()
    office.mails.answer = lambda _message: "250 OK"
