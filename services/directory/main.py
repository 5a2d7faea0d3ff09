"""Wires the directory service."""

from pymongo.database import Database

from chassis import clock, mongo, rpc, telemetry
from chassis.ids import new_id
from chassis.outbox import Relay
from chassis.process import Closing, Running, run_process
from chassis.tokens import CallerSigner, CallerVerifier
from fairlead.directory.v1 import person_service_pb2_grpc, tenant_service_pb2_grpc
from services.directory import store
from services.directory.config import DirectorySettings
from services.directory.rpc import PersonServicer, TenantServicer
from services.directory.use_cases import (
    BrandUseCases,
    MailUseCases,
    PeopleUseCases,
    RegistryUseCases,
    StaffUseCases,
)


def start(settings: DirectorySettings) -> Running:
    """Starts serving and relaying; returns at once, even while MongoDB or NATS is down."""
    telemetry.configure(settings)
    running = Closing()
    verifier = CallerVerifier(settings.key_dir / "public")
    signer = CallerSigner.load(settings.key_dir, settings.service)
    database = mongo.connect(settings)

    providers = store.ProviderStore(database, signer)
    tenants = store.TenantStore(database, signer)
    mail_domains = store.MailDomainStore(database, signer)
    brands = store.BrandStore(database, signer)
    people = store.PersonStore(database, signer)
    teams = store.TeamStore(database, signer)

    announcing = [tenants.records, mail_domains.records, brands.records, people.records]
    relay = running.add(Relay(settings, announcing))
    relay.start()

    tenant_servicer = TenantServicer(
        RegistryUseCases(providers, tenants, clock.now, new_id),
        MailUseCases(providers, tenants, mail_domains, people, clock.now, new_id),
        BrandUseCases(tenants, brands, clock.now),
    )
    person_servicer = PersonServicer(
        PeopleUseCases(providers, tenants, people, clock.now, new_id),
        StaffUseCases(providers, tenants, people, teams, clock.now, new_id),
    )
    server = running.add(
        rpc.Server(
            settings,
            verifier,
            [
                (
                    tenant_service_pb2_grpc.add_TenantServiceServicer_to_server,
                    tenant_servicer,
                    "fairlead.directory.v1.TenantService",
                ),
                (
                    person_service_pb2_grpc.add_PersonServiceServicer_to_server,
                    person_servicer,
                    "fairlead.directory.v1.PersonService",
                ),
            ],
            _readiness(settings, database),
        )
    )
    server.start()
    return running


def _readiness(settings: DirectorySettings, database: Database) -> rpc.Readiness:
    prepared = False

    def check() -> None:
        nonlocal prepared
        database.client.admin.command("ping")
        if not prepared:
            store.prepare()
            prepared = True

    readiness = rpc.Readiness(settings.service)
    readiness.require("mongodb", check)
    return readiness


if __name__ == "__main__":
    run_process(start, DirectorySettings)
