"""What the directory announces, as others hear it."""

from collections import Counter

from chassis.rpc import call
from fairlead.directory.v1 import events_pb2
from fairlead.directory.v1 import person_service_pb2 as people_pb
from fairlead.directory.v1 import tenant_service_pb2 as tenants_pb
from tests.harness.streams import read_stream
from tests.harness.waiting import wait_until


def heard(house, facts):
    """What was published about this provider, once all of these facts are there, as often as they are named."""
    settings = house.served.settings
    wanted = Counter(facts)

    def published():
        found = read_stream(settings.nats_url, settings.stream_name)
        mine = [m for m in found if m.headers["Fl-Provider"] == house.provider.provider_id]
        return mine if Counter(m.headers["Fl-Fact"] for m in mine) >= wanted else None

    return wait_until(published, timeout=15, pause=0.2, what=f"the facts {sorted(facts)}")


def test_every_change_is_announced_with_the_record_as_it_became(house):
    tenant_id = house.acme.tenant_id
    call(
        house.tenants.UpdateTenant,
        tenants_pb.UpdateTenantRequest(tenant_id=tenant_id, name="Ac"),
        house.admin,
    )
    suspend = tenants_pb.SuspendTenantRequest(tenant_id=tenant_id, reason="unpaid")
    call(house.tenants.SuspendTenant, suspend, house.admin)
    brand = tenants_pb.SetBrandRequest(tenant_id=tenant_id, display_name="Acme")
    call(house.tenants.SetBrand, brand, house.admin)
    domain = f"{house.mark}.example"
    call(
        house.tenants.AddMailDomain,
        tenants_pb.AddMailDomainRequest(tenant_id=tenant_id, domain=domain),
        house.admin,
    )
    call(
        house.tenants.RemoveMailDomain,
        tenants_pb.RemoveMailDomainRequest(tenant_id=tenant_id, domain=domain),
        house.admin,
    )
    call(
        house.people.DisablePerson,
        people_pb.DisablePersonRequest(person_id=house.jane.person_id),
        house.admin,
    )
    facts = ["tenant_created", "tenant_changed", "tenant_suspended", "person_changed", "grant_changed"]
    facts += ["brand_changed", "mail_domain_changed", "mail_domain_changed"]
    messages = heard(house, facts)

    about_acme = [m for m in messages if m.aggregate_id == tenant_id]
    assert [m.headers["Fl-Fact"] for m in about_acme] == [
        "tenant_created",
        "tenant_changed",
        "tenant_suspended",
    ]
    assert all(m.subject.split(".")[3] == tenant_id for m in about_acme)
    suspended = events_pb2.TenantSuspended.FromString(about_acme[-1].payload)
    assert (suspended.reason, suspended.tenant.name, suspended.tenant.revision) == ("unpaid", "Ac", 3)

    removed = [
        events_pb2.MailDomainChanged.FromString(m.payload).removed
        for m in messages
        if m.headers["Fl-Fact"] == "mail_domain_changed"
    ]
    assert removed == [False, True]


def test_people_are_announced_in_their_providers_room(house):
    messages = heard(house, ["person_changed", "grant_changed"])
    tess = [m for m in messages if m.aggregate_id == house.tess.person_id]
    assert [m.headers["Fl-Fact"] for m in tess] == ["person_changed", "grant_changed"]
    assert {m.subject.split(".")[3] for m in tess} == {house.provider.provider_id}


def test_a_repeated_call_announces_nothing(house):
    suspend = tenants_pb.SuspendTenantRequest(tenant_id=house.acme.tenant_id)
    for _ in range(3):
        call(house.tenants.SuspendTenant, suspend, house.admin)
    house.new_tenant("acme")
    # Something that comes after: once it is heard, whatever came before has been published too.
    call(
        house.tenants.ActivateTenant,
        tenants_pb.ActivateTenantRequest(tenant_id=house.acme.tenant_id),
        house.admin,
    )
    messages = heard(house, ["tenant_changed"])
    facts = [m.headers["Fl-Fact"] for m in messages if m.aggregate_id == house.acme.tenant_id]
    assert facts == ["tenant_created", "tenant_suspended", "tenant_changed"]
