"""The fake directory that other services are tested with answers as the real one does."""

import grpc
import pytest

from chassis.errors import FairleadError
from chassis.rpc import call
from fairlead.directory.v1 import person_service_pb2 as people_pb
from fairlead.directory.v1 import tenant_service_pb2 as tenants_pb
from fairlead.directory.v1.person_service_pb2_grpc import PersonServiceStub
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub
from tests.harness.fakes.directory import FakeDirectory


@pytest.fixture
def fake(house):
    """The same house, in the fake."""
    with FakeDirectory() as made:
        made.providers[house.provider.provider_id] = house.provider
        for tenant in (house.acme, house.lumen):
            made.tenants[tenant.tenant_id] = tenant
        for person in (house.jane, house.luc, house.tess):
            made.people[person.person_id] = person
        made.add_mail_domain(f"{house.mark}.example", house.acme.tenant_id)
        yield made


def outcome(method, request, caller):
    """The answer without its order, or the refusal."""
    try:
        answer = call(method, request, caller)
    except FairleadError as error:
        return type(error).__name__, error.reason
    for field in ("people", "tenants"):
        if hasattr(answer, field):
            return sorted(each.SerializeToString(deterministic=True) for each in getattr(answer, field))
    return answer


def questions(house, stranger):
    """Tenant questions, then people questions, of everybody."""
    acme, lumen = house.acme.tenant_id, house.lumen.tenant_id
    jane, luc, tess = house.jane.person_id, house.luc.person_id, house.tess.person_id
    own, nobody = house.acme.support_address, "nobody@nowhere.example"
    tenants = [
        ("GetProvider", tenants_pb.GetProviderRequest(provider_id=house.provider.provider_id)),
        *[("GetTenant", tenants_pb.GetTenantRequest(tenant_id=each)) for each in (acme, lumen, "ten_none")],
        *[("GetBrand", tenants_pb.GetBrandRequest(tenant_id=each)) for each in (acme, lumen)],
        ("ListTenants", tenants_pb.ListTenantsRequest()),
        *[
            ("FindTenantBySlug", tenants_pb.FindTenantBySlugRequest(slug=s))
            for s in (house.acme.slug, "none")
        ],
        *[
            ("ResolveMail", tenants_pb.ResolveMailRequest(sender=sender, recipients=[recipient]))
            for sender in (
                house.jane.email.upper(),
                f"new@{house.mark}.example",
                "x@unknown.example",
                "<>",
                house.luc.email,
            )
            for recipient in (own, own.replace("@", "+t0k3n@"), house.provider.support_addresses[0], nobody)
        ],
    ]
    people = [
        *[
            ("GetPerson", people_pb.GetPersonRequest(person_id=each))
            for each in (jane, luc, tess, "per_none")
        ],
        ("BatchGetPeople", people_pb.BatchGetPeopleRequest(person_ids=[jane, luc, tess, "per_none"])),
        *[
            ("FindPeopleByEmail", people_pb.FindPeopleByEmailRequest(email=e))
            for e in (house.jane.email, nobody)
        ],
        (
            "EnsureRequester",
            people_pb.EnsureRequesterRequest(tenant_id=acme, email=house.jane.email, verified=True),
        ),
        ("EnsureRequester", people_pb.EnsureRequesterRequest(tenant_id="ten_none", email=house.jane.email)),
    ]
    return tenants, people


def test_the_fake_gives_everybody_the_real_answers(house, stranger, fake):
    call(
        house.tenants.AddMailDomain,
        tenants_pb.AddMailDomainRequest(tenant_id=house.acme.tenant_id, domain=f"{house.mark}.example"),
        house.admin,
    )
    callers = {
        "administrator": house.admin,
        "requester": house.requester,
        "technician": house.technician,
        "service": house.peer(),
        "another provider's administrator": stranger.admin,
        "another provider's requester": stranger.requester,
        "another provider's service": stranger.peer(),
    }
    about_tenants, about_people = questions(house, stranger)
    with grpc.insecure_channel(fake.address) as channel:
        fakes = (TenantServiceStub(channel), PersonServiceStub(channel))
        pairs = ((house.tenants, fakes[0], about_tenants), (house.people, fakes[1], about_people))
        for real_stub, fake_stub, asked in pairs:
            for name, request in asked:
                for who, caller in callers.items():
                    if who.startswith("another") and name == "ListTenants":
                        continue  # the fake does not know that provider's tenants
                    expected = outcome(getattr(real_stub, name), request, caller)
                    told = outcome(getattr(fake_stub, name), request, caller)
                    if name == "GetBrand" and not isinstance(expected, tuple):
                        expected, told = expected.display_name, told.display_name
                    assert told == expected, f"{name} by {who}: {request}"
