"""The directory while MongoDB or NATS is away, and after."""

from pathlib import Path

import pytest

from chassis.errors import Unavailable
from chassis.rpc import call
from fairlead.directory.v1 import tenant_service_pb2 as pb
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub
from services.directory.config import DirectorySettings
from services.directory.main import start
from tests.harness.servers import Mongod, NatsServer
from tests.harness.serving import Served
from tests.harness.streams import read_stream
from tests.harness.waiting import wait_until


@pytest.fixture
def own_servers(tmp_path: Path):
    """Servers of this test's own, since it stops them; not started yet."""
    mongod, nats = Mongod(tmp_path / "mongod"), NatsServer(tmp_path / "nats")
    yield mongod, nats
    mongod.stop()
    nats.stop()


def create(stub, served, slug):
    request = pb.CreateProviderRequest(name="North", slug=slug)
    return call(stub.CreateProvider, request, served.operator(), timeout=10)


def create_tenant(stub, served, provider, slug, prefix):
    request = pb.CreateTenantRequest(name="Acme", slug=slug, number_prefix=prefix)
    return call(stub.CreateTenant, request, served.admin(provider.provider_id), timeout=10)


@pytest.mark.faults
@pytest.mark.slow
def test_it_starts_without_its_servers_refuses_meanwhile_and_recovers_by_itself(own_servers, tmp_path):
    mongod, nats = own_servers
    mongod.start()
    with Served("directory", start, DirectorySettings, mongod.uri, nats.url, tmp_path / "keys") as served:
        stub = TenantServiceStub(served.channel())

        # NATS has never been there: commands are accepted, and their events wait.
        provider = create(stub, served, "north")
        tenant = create_tenant(stub, served, provider, "acme", "ACME")
        nats.start()
        stream = served.settings.stream_name
        wait_until(lambda: len(read_stream(nats.url, stream)) == 1, timeout=30, what="the event that waited")

        mongod.stop()
        with pytest.raises(Unavailable):
            create(stub, served, "south")
        wait_until(lambda: not served.ready(), timeout=20, what="health to tell")

        mongod.start()
        wait_until(served.ready, timeout=30, what="health to recover")
        request = pb.GetTenantRequest(tenant_id=tenant.tenant_id)
        assert call(stub.GetTenant, request, served.admin(provider.provider_id)) == tenant
        create_tenant(stub, served, provider, "lumen", "LUMEN")
        wait_until(lambda: len(read_stream(nats.url, stream)) == 2, timeout=30, what="the next event")
