"""Triage, really served, beside stand-ins of the directory and the incidents service."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chassis.config import Settings
from chassis.tenancy import Caller, Role
from fairlead.directory.v1 import person_pb2
from fairlead.triage.v1.queue_service_pb2_grpc import QueueServiceStub
from fairlead.triage.v1.rule_service_pb2_grpc import RuleServiceStub
from services.triage.config import TriageSettings
from services.triage.main import start
from tests.harness.fakes.directory import FakeDirectory
from tests.harness.fakes.incidents import FakeIncidents
from tests.harness.serving import Served
from tests.harness.sla import Incidents

NORTH, SOUTH = "prv_north", "prv_south"


@dataclass
class Desk:
    """The service, its stubs, and what it hears."""

    served: Served
    announced: Incidents
    record: FakeIncidents
    directory: FakeDirectory
    queue: QueueServiceStub
    rules: RuleServiceStub

    @property
    def admin(self) -> Caller:
        return self.served.admin(NORTH)

    def technician(self, *tenant_ids: str, person_id: str = "per_tess") -> Caller:
        return self.served.person(NORTH, *tenant_ids, role=Role.TECHNICIAN, person_id=person_id)


@pytest.fixture(scope="module")
def desk(mongod: str, nats: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    record = FakeIncidents(NORTH)
    with FakeDirectory() as directory, record.serving() as incidents_address:
        directory.add_provider(NORTH, "northstar")
        directory.add_tenant("ten_acme", NORTH, "acme")
        directory.add_tenant("ten_lumen", NORTH, "lumen")
        directory.add_provider(SOUTH, "southwind")
        directory.add_tenant("ten_souths", SOUTH, "souths")
        grant = person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", all_tenants=True)
        for person_id, name in (("per_ada", "Ada"), ("per_bo", "Bo")):
            directory.add_person(
                person_id, NORTH, f"{name.lower()}@north.example", display_name=name, grants=[grant]
            )
        addresses = {"directory": directory.address, "incidents": incidents_address}
        folder = tmp_path_factory.mktemp("triage")
        with Served("triage", start, TriageSettings, mongod, nats, folder, addresses) as served:
            settings = Settings(
                service="incidents", installation=served.settings.installation, mongodb_uri=mongod,
                nats_url=nats, key_dir=folder, addresses={},
            )  # fmt: skip
            announced = Incidents(settings)
            channel = served.channel()
            yield Desk(
                served, announced, record, directory, QueueServiceStub(channel), RuleServiceStub(channel)
            )
            announced.stop()
