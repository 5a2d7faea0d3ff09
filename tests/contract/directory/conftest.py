"""Two providers in one served directory: Northstar with two clients, Southwind with one."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from chassis.rpc import call
from chassis.tenancy import Caller, Role
from fairlead.directory.v1 import person_pb2, tenant_pb2
from fairlead.directory.v1 import person_service_pb2 as people_pb
from fairlead.directory.v1 import tenant_service_pb2 as tenants_pb
from fairlead.directory.v1.person_service_pb2_grpc import PersonServiceStub
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub
from services.directory.config import DirectorySettings
from services.directory.main import start
from tests.harness.serving import Served


@pytest.fixture(scope="session")
def served(mongod: str, nats: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    keys = tmp_path_factory.mktemp("directory-keys")
    with Served("directory", start, DirectorySettings, mongod, nats, keys) as running:
        yield running


@dataclass
class House:
    """A provider, two clients and someone of each kind; names are new for each test."""

    served: Served
    tenants: TenantServiceStub
    people: PersonServiceStub
    mark: str
    provider: tenant_pb2.Provider = None
    acme: tenant_pb2.Tenant = None
    lumen: tenant_pb2.Tenant = None
    jane: person_pb2.Person = None
    luc: person_pb2.Person = None
    tess: person_pb2.Person = None

    def fill(self) -> "House":
        operator = self.served.operator()
        self.provider = call(
            self.tenants.CreateProvider,
            tenants_pb.CreateProviderRequest(
                name="Northstar",
                slug=f"north{self.mark}",
                support_addresses=[f"help@north{self.mark}.example"],
            ),
            operator,
        )
        self.acme = self.new_tenant("acme")
        self.lumen = self.new_tenant("lumen")
        self.jane = self.new_person("jane", "Jane", tenant=self.acme)
        self.luc = self.new_person("luc", "Luc", tenant=self.lumen)
        self.tess = self.new_person(
            "tess",
            "Tess",
            grants=[person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", tenant_ids=[self.acme.tenant_id])],
        )
        return self

    def new_tenant(self, name: str) -> tenant_pb2.Tenant:
        request = tenants_pb.CreateTenantRequest(
            name=name.title(), slug=f"{name}{self.mark}", number_prefix=name.upper(), locale="en",
            time_zone="Europe/London", support_address=f"support@{name}{self.mark}.north.example",
        )  # fmt: skip
        return call(self.tenants.CreateTenant, request, self.admin)

    def new_person(self, name, shown, *, tenant=None, grants=()) -> person_pb2.Person:
        role = "MEMBERSHIP_ROLE_REQUESTER"
        memberships = [person_pb2.Membership(tenant_id=tenant.tenant_id, role=role)] if tenant else []
        request = people_pb.CreatePersonRequest(
            email=f"{name}@{self.mark}.example", display_name=shown, memberships=memberships, grants=grants
        )
        return call(self.people.CreatePerson, request, self.admin)

    @property
    def admin(self) -> Caller:
        return self.served.admin(self.provider.provider_id)

    @property
    def requester(self) -> Caller:
        """Jane, of Acme."""
        return self.served.person(
            self.provider.provider_id, self.acme.tenant_id, person_id=self.jane.person_id
        )

    @property
    def technician(self) -> Caller:
        """Tess, granted Acme alone."""
        return self.served.person(
            self.provider.provider_id,
            self.acme.tenant_id,
            role=Role.TECHNICIAN,
            person_id=self.tess.person_id,
        )

    def peer(self, service: str = "intake") -> Caller:
        return self.served.peer(service, self.provider.provider_id)


@pytest.fixture
def house(served: Served) -> House:
    channel = served.channel()
    return House(
        served, TenantServiceStub(channel), PersonServiceStub(channel), f"n{secrets.token_hex(4)}"
    ).fill()


@pytest.fixture
def stranger(served: Served) -> House:
    """Another provider with clients and people of its own."""
    channel = served.channel()
    return House(
        served, TenantServiceStub(channel), PersonServiceStub(channel), f"s{secrets.token_hex(4)}"
    ).fill()
