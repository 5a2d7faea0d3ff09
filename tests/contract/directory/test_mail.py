"""Mail domains, and whose a mail is."""

import pytest

from chassis.errors import AlreadyExists, InvalidArgument, NotFound, PermissionDenied
from chassis.rpc import call
from fairlead.directory.v1 import person_service_pb2 as people_pb
from fairlead.directory.v1 import tenant_pb2
from fairlead.directory.v1 import tenant_service_pb2 as pb

CREATE, HOLD = tenant_pb2.NEW_PERSON_POLICY_CREATE, tenant_pb2.NEW_PERSON_POLICY_HOLD


def add(house, tenant, domain, caller=None):
    request = pb.AddMailDomainRequest(tenant_id=tenant.tenant_id, domain=domain)
    return call(house.tenants.AddMailDomain, request, caller or house.admin)


def resolve(house, sender, *recipients):
    request = pb.ResolveMailRequest(sender=sender, recipients=recipients)
    return call(house.tenants.ResolveMail, request, house.served.peer("intake"))


def test_a_domain_belongs_to_one_tenant_of_the_whole_installation(house, stranger):
    domain = f"acme-{house.mark}.example"
    added = add(house, house.acme, domain.upper())
    assert (added.domain, added.tenant_id) == (domain, house.acme.tenant_id)
    assert add(house, house.acme, domain) == added
    for owner, tenant in ((house, house.lumen), (stranger, stranger.acme)):
        with pytest.raises(AlreadyExists) as refused:
            add(owner, tenant, domain)
        assert refused.value.reason == "mail_domain_taken"


def test_a_removed_domain_is_free_again(house):
    domain = f"acme-{house.mark}.example"
    add(house, house.acme, domain)
    remove = pb.RemoveMailDomainRequest(tenant_id=house.acme.tenant_id, domain=domain)
    call(house.tenants.RemoveMailDomain, remove, house.admin)
    assert add(house, house.lumen, domain).tenant_id == house.lumen.tenant_id
    with pytest.raises(NotFound) as refused:
        call(house.tenants.RemoveMailDomain, remove, house.admin)
    assert refused.value.reason == "mail_domain_not_found"


def test_a_tenants_domains_are_listed_for_those_who_see_it(house, stranger):
    add(house, house.acme, f"b-{house.mark}.example")
    add(house, house.acme, f"a-{house.mark}.example")
    request = pb.ListMailDomainsRequest(tenant_id=house.acme.tenant_id)
    for caller in (house.admin, house.technician, house.requester):
        found = call(house.tenants.ListMailDomains, request, caller).mail_domains
        assert [each.domain for each in found] == [f"a-{house.mark}.example", f"b-{house.mark}.example"]
    other = pb.ListMailDomainsRequest(tenant_id=house.lumen.tenant_id)
    for caller in (house.requester, house.technician, stranger.admin):
        with pytest.raises(NotFound):
            call(house.tenants.ListMailDomains, other, caller)


def test_administrators_alone_change_domains(house, stranger):
    domain = f"acme-{house.mark}.example"
    for caller in (house.requester, house.technician):
        with pytest.raises(PermissionDenied):
            add(house, house.acme, domain, caller)
    for caller in (house.requester, house.technician, stranger.admin):
        with pytest.raises(NotFound):
            add(house, house.lumen, domain, caller)
        with pytest.raises(NotFound):
            remove = pb.RemoveMailDomainRequest(tenant_id=house.lumen.tenant_id, domain=domain)
            call(house.tenants.RemoveMailDomain, remove, caller)
    with pytest.raises(InvalidArgument):
        add(house, house.acme, "not a domain")


def test_mail_is_filed_by_the_senders_domain(house):
    add(house, house.acme, f"{house.mark}.example")
    own, shared = house.acme.support_address, house.provider.support_addresses[0]
    for recipient in (own, shared, own.replace("@", "+t0k3n@").upper(), "someone@else.example"):
        found = resolve(house, f"Jane@{house.mark}.EXAMPLE", recipient)
        assert (found.provider_id, found.tenant_id) == (house.provider.provider_id, house.acme.tenant_id)
        assert found.person_id == house.jane.person_id
    assert resolve(house, f"new@{house.mark}.example", own).person_id == ""
    # Luc has an address of this domain, but belongs to Lumen.
    assert resolve(house, f"luc@{house.mark}.example", own).person_id == ""


def test_a_subdomain_is_not_the_domain(house):
    add(house, house.acme, f"{house.mark}.example")
    found = resolve(house, f"jane@mail.{house.mark}.example", house.acme.support_address)
    assert (found.provider_id, found.tenant_id) == (house.provider.provider_id, "")


def test_mail_to_another_provider_is_not_filed_with_ones_own(house, stranger):
    add(house, house.acme, f"{house.mark}.example")
    found = resolve(house, f"jane@{house.mark}.example", stranger.acme.support_address)
    assert (found.provider_id, found.tenant_id, found.person_id) == (stranger.provider.provider_id, "", "")


@pytest.mark.parametrize("sender", ["someone@unknown.example", "", "<>", "x@[127.0.0.1]"])
def test_mail_that_nobody_knows_is_not_found(house, sender):
    with pytest.raises(NotFound) as refused:
        resolve(house, sender, "nobody@nowhere.example")
    assert refused.value.reason == "mail_domain_unknown"


def test_mail_of_a_suspended_tenant_is_still_filed(house):
    add(house, house.acme, f"{house.mark}.example")
    call(house.tenants.SuspendTenant, pb.SuspendTenantRequest(tenant_id=house.acme.tenant_id), house.admin)
    assert resolve(house, f"jane@{house.mark}.example").tenant_id == house.acme.tenant_id


def test_people_may_not_resolve_mail(house):
    request = pb.ResolveMailRequest(sender="a@b.example", recipients=[])
    for caller in (house.admin, house.requester, house.technician, house.served.operator()):
        with pytest.raises(PermissionDenied):
            call(house.tenants.ResolveMail, request, caller)


def test_staff_who_write_to_a_client_they_are_granted_are_known(house):
    own = house.acme.support_address.replace("@", "+t0k3n@")
    found = resolve(house, house.tess.email, own)
    assert (found.staff_person_id, found.staff_tenant_id) == (house.tess.person_id, house.acme.tenant_id)
    for recipient in (house.lumen.support_address, house.provider.support_addresses[0]):
        found = resolve(house, house.tess.email, recipient)
        assert (found.staff_person_id, found.staff_tenant_id) == ("", "")
    assert resolve(house, house.jane.email, own).staff_person_id == ""


def test_our_own_mailboxes_and_other_clients_take_no_part(house):
    add(house, house.acme, f"{house.mark}.example")
    add(house, house.lumen, f"lumen-{house.mark}.example")
    colleague, friend = f"Paul@{house.mark}.example", "friend@elsewhere.example"
    outsiders = [
        house.provider.support_addresses[0],
        house.acme.support_address.replace("@", "+t0k3n@"),
        house.lumen.support_address,
        f"luc@lumen-{house.mark}.example",
    ]
    request = pb.ResolveMailRequest(
        sender=f"jane@{house.mark}.example",
        recipients=[house.acme.support_address],
        mentioned=[colleague, *outsiders, friend],
    )
    found = call(house.tenants.ResolveMail, request, house.served.peer("intake"))
    assert list(found.outsiders) == outsiders


def belong(house, person, *tenants):
    for tenant in tenants:
        membership = {"tenant_id": tenant.tenant_id, "role": "MEMBERSHIP_ROLE_REQUESTER"}
        request = people_pb.SetMembershipRequest(person_id=person.person_id, membership=membership)
        call(house.people.SetMembership, request, house.admin)


def test_a_known_address_is_filed_without_its_domain_and_of_two_clients_the_mailbox_decides(house):
    shared = house.provider.support_addresses[0]
    found = resolve(house, house.luc.email, shared)
    assert (found.tenant_id, found.person_id) == (house.lumen.tenant_id, house.luc.person_id)
    belong(house, house.luc, house.acme)
    asked = resolve(house, house.luc.email, shared)
    assert asked.tenant_id == ""
    assert set(asked.candidate_tenant_ids) == {house.acme.tenant_id, house.lumen.tenant_id}
    for tenant in (house.acme, house.lumen):
        assert resolve(house, house.luc.email, tenant.support_address).tenant_id == tenant.tenant_id


def test_whom_another_client_alone_knows_is_an_outsider_whatever_their_domain(house):
    add(house, house.acme, f"own-{house.mark}.example")
    request = pb.ResolveMailRequest(
        sender=f"x@own-{house.mark}.example",
        recipients=[house.acme.support_address],
        mentioned=[house.luc.email, "stranger@elsewhere.example"],
    )
    found = call(house.tenants.ResolveMail, request, house.served.peer("intake"))
    assert list(found.outsiders) == [house.luc.email]


def test_a_clients_wish_about_new_people_is_told_of_whom_nobody_knows(house):
    add(house, house.acme, f"{house.mark}.example")
    own = house.acme.support_address
    assert resolve(house, f"new@{house.mark}.example", own).new_person_policy == CREATE
    request = pb.UpdateTenantRequest(tenant_id=house.acme.tenant_id, new_person_policy=HOLD)
    assert call(house.tenants.UpdateTenant, request, house.admin).new_person_policy == HOLD
    assert resolve(house, f"new@{house.mark}.example", own).new_person_policy == HOLD
    assert resolve(house, house.jane.email, own).new_person_policy == CREATE


def test_a_domain_where_anybody_may_have_a_mailbox_is_refused(house):
    with pytest.raises(InvalidArgument) as refused:
        add(house, house.acme, "gmail.com")
    assert refused.value.reason == "mail_domain_public"
