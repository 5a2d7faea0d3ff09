"""Providers and tenants over gRPC."""

import pytest

from chassis.errors import AlreadyExists, InvalidArgument, NotFound, PermissionDenied, RevisionConflict
from chassis.rpc import call
from fairlead.directory.v1 import tenant_pb2
from fairlead.directory.v1 import tenant_service_pb2 as pb


def everyone_but_its_own(house, stranger):
    """Callers to whom Lumen's records do not exist."""
    return {
        "a requester of another tenant": house.requester,
        "a technician without the grant": house.technician,
        "another provider's administrator": stranger.admin,
        "another provider's requester": stranger.requester,
        "a service acting for another provider": stranger.peer(),
    }


def test_only_an_operator_creates_providers(house):
    request = pb.CreateProviderRequest(name="Mine", slug=f"mine{house.mark}")
    for caller in (house.admin, house.requester, house.peer()):
        with pytest.raises(PermissionDenied):
            call(house.tenants.CreateProvider, request, caller)


def test_a_repeated_creation_returns_the_first_provider(house):
    request = pb.CreateProviderRequest(name="Northstar", slug=house.provider.slug)
    again = call(house.tenants.CreateProvider, request, house.served.operator())
    assert again == house.provider
    other = pb.CreateProviderRequest(name="Someone else", slug=house.provider.slug)
    with pytest.raises(AlreadyExists) as refused:
        call(house.tenants.CreateProvider, other, house.served.operator())
    assert refused.value.reason == "slug_taken"


def test_everyone_of_a_provider_may_know_it_and_nobody_else(house, stranger):
    request = pb.GetProviderRequest(provider_id=house.provider.provider_id)
    for caller in (house.admin, house.requester, house.technician, house.peer(), house.served.operator()):
        assert call(house.tenants.GetProvider, request, caller) == house.provider
    with pytest.raises(NotFound):
        call(house.tenants.GetProvider, request, stranger.admin)


def test_a_repeated_creation_returns_the_first_tenant(house):
    again = house.new_tenant("acme")
    assert again == house.acme
    assert again.revision == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": "Other"}, "slug_taken"),
        ({"slug": "fresh"}, "support_address_taken"),
        ({"slug": "fresh", "support_address": ""}, "number_prefix_taken"),
    ],
)
def test_what_must_be_unique_is_refused_with_its_reason(house, change, reason):
    fields = {
        "name": "Acme", "slug": house.acme.slug, "number_prefix": "ACME", "locale": "en",
        "time_zone": "Europe/London", "support_address": house.acme.support_address,
    }  # fmt: skip
    if change.get("slug") == "fresh":
        change = {**change, "slug": f"fresh{house.mark}"}
    with pytest.raises(AlreadyExists) as refused:
        call(house.tenants.CreateTenant, pb.CreateTenantRequest(**fields | change), house.admin)
    assert refused.value.reason == reason


def test_a_number_prefix_may_repeat_in_another_provider(house, stranger):
    assert stranger.acme.number_prefix == house.acme.number_prefix


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("locale", "de"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("slug", "No Spaces"),
        ("number_prefix", "A"),
        ("number_prefix", "acme"),
        ("support_address", "nowhere"),
        ("name", " "),
    ],
)
def test_a_bad_value_is_refused_by_its_field(house, field, value):
    fields = {"name": "New", "slug": f"new{house.mark}", "number_prefix": "NEW", field: value}
    with pytest.raises(InvalidArgument) as refused:
        call(house.tenants.CreateTenant, pb.CreateTenantRequest(**fields), house.admin)
    assert refused.value.values["field"] == field


def test_an_operator_creates_tenants_in_the_provider_it_names(house):
    fields = {"name": "New", "slug": f"new{house.mark}", "number_prefix": "NEW"}
    request = pb.CreateTenantRequest(**fields, provider_id=house.provider.provider_id)
    made = call(house.tenants.CreateTenant, request, house.served.operator())
    assert (made.provider_id, made.locale, made.time_zone) == (house.provider.provider_id, "en", "UTC")
    with pytest.raises(InvalidArgument):
        call(house.tenants.CreateTenant, pb.CreateTenantRequest(**fields), house.served.operator())


def test_an_administrator_creates_tenants_in_no_other_provider(house, stranger):
    request = pb.CreateTenantRequest(
        name="X", slug=f"x{house.mark}", number_prefix="XX", provider_id=house.provider.provider_id
    )
    with pytest.raises(NotFound):
        call(house.tenants.CreateTenant, request, stranger.admin)


def test_those_of_a_tenant_see_it_and_to_others_it_does_not_exist(house, stranger):
    request = pb.GetTenantRequest(tenant_id=house.acme.tenant_id)
    for caller in (house.admin, house.requester, house.technician, house.peer(), house.served.operator()):
        assert call(house.tenants.GetTenant, request, caller) == house.acme
    request = pb.GetTenantRequest(tenant_id=house.lumen.tenant_id)
    for who, caller in everyone_but_its_own(house, stranger).items():
        with pytest.raises(NotFound) as refused:
            call(house.tenants.GetTenant, request, caller)
        assert refused.value.reason == "tenant_not_found", who


def test_lists_hold_the_granted_tenants_alone(house, stranger):
    def listed(caller):
        return [t.tenant_id for t in call(house.tenants.ListTenants, pb.ListTenantsRequest(), caller).tenants]

    assert listed(house.admin) == [house.acme.tenant_id, house.lumen.tenant_id]
    assert listed(house.peer()) == [house.acme.tenant_id, house.lumen.tenant_id]
    assert listed(house.technician) == [house.acme.tenant_id]
    assert listed(house.requester) == [house.acme.tenant_id]
    assert set(listed(stranger.admin)).isdisjoint({house.acme.tenant_id, house.lumen.tenant_id})


def test_lists_go_on_where_the_last_page_ended(house):
    house.new_tenant("boreal")
    found, token = [], ""
    while True:
        page = call(
            house.tenants.ListTenants, pb.ListTenantsRequest(page_size=2, page_token=token), house.admin
        )
        assert len(page.tenants) <= 2
        found += [tenant.name for tenant in page.tenants]
        token = page.next_page_token
        if not token:
            break
    assert found == ["Acme", "Boreal", "Lumen"]
    with pytest.raises(InvalidArgument):
        call(house.tenants.ListTenants, pb.ListTenantsRequest(page_token="forged"), house.admin)


def test_a_portal_is_found_by_its_slug_and_by_services_alone(house):
    request = pb.FindTenantBySlugRequest(slug=house.acme.slug)
    assert call(house.tenants.FindTenantBySlug, request, house.served.peer("gateway")) == house.acme
    for caller in (house.admin, house.requester, house.technician, house.served.operator()):
        with pytest.raises(PermissionDenied):
            call(house.tenants.FindTenantBySlug, request, caller)
    with pytest.raises(NotFound):
        call(
            house.tenants.FindTenantBySlug,
            pb.FindTenantBySlugRequest(slug="none"),
            house.served.peer("gateway"),
        )


def test_a_change_needs_the_revision_it_was_decided_on(house):
    request = pb.UpdateTenantRequest(tenant_id=house.acme.tenant_id, locale="fr", revision=1)
    changed = call(house.tenants.UpdateTenant, request, house.admin)
    assert (changed.locale, changed.name, changed.revision) == ("fr", "Acme", 2)
    with pytest.raises(RevisionConflict) as refused:
        call(house.tenants.UpdateTenant, request, house.admin)
    assert refused.value.reason == "revision_conflict"


def test_administrators_alone_change_a_tenant(house, stranger):
    request = pb.UpdateTenantRequest(tenant_id=house.acme.tenant_id, name="Mine")
    for caller in (house.requester, house.technician, house.peer()):
        with pytest.raises(PermissionDenied):
            call(house.tenants.UpdateTenant, request, caller)
    with pytest.raises(NotFound):
        call(house.tenants.UpdateTenant, request, stranger.admin)


def test_a_suspension_may_be_repeated_and_undone(house, stranger):
    suspend = pb.SuspendTenantRequest(tenant_id=house.acme.tenant_id, reason="unpaid")
    with pytest.raises(NotFound):
        call(house.tenants.SuspendTenant, suspend, stranger.admin)
    first = call(house.tenants.SuspendTenant, suspend, house.admin)
    assert first.state == tenant_pb2.TENANT_STATE_SUSPENDED
    assert call(house.tenants.SuspendTenant, suspend, house.admin) == first
    activate = pb.ActivateTenantRequest(tenant_id=house.acme.tenant_id)
    with pytest.raises(NotFound):
        call(house.tenants.ActivateTenant, activate, stranger.admin)
    active = call(house.tenants.ActivateTenant, activate, house.admin)
    assert active.state == tenant_pb2.TENANT_STATE_ACTIVE


def test_a_brand_is_plain_until_it_is_chosen(house, stranger):
    request = pb.GetBrandRequest(tenant_id=house.acme.tenant_id)
    plain = call(house.tenants.GetBrand, request, house.requester)
    assert (plain.display_name, plain.monogram, plain.revision) == ("Acme", "A", 0)
    chosen = pb.SetBrandRequest(
        tenant_id=house.acme.tenant_id, display_name="Acme Logistics", primary_color="#FFCC00"
    )
    for caller in (house.requester, house.technician):
        with pytest.raises(PermissionDenied):
            call(house.tenants.SetBrand, chosen, caller)
    saved = call(house.tenants.SetBrand, chosen, house.admin)
    assert (saved.primary_color, saved.monogram, saved.revision) == ("#ffcc00", "AL", 1)
    assert call(house.tenants.GetBrand, request, house.served.peer("gateway")) == saved
    assert call(house.tenants.SetBrand, chosen, house.admin) == saved
    chosen.welcome_text = "Welcome"
    assert call(house.tenants.SetBrand, chosen, house.admin).revision == 2
    for caller in everyone_but_its_own(house, stranger).values():
        with pytest.raises(NotFound):
            call(house.tenants.GetBrand, pb.GetBrandRequest(tenant_id=house.lumen.tenant_id), caller)
        with pytest.raises(NotFound):
            call(house.tenants.SetBrand, pb.SetBrandRequest(tenant_id=house.lumen.tenant_id), caller)


def test_a_malformed_color_is_refused_on_save(house):
    request = pb.SetBrandRequest(tenant_id=house.acme.tenant_id, display_name="A", accent_color="red;}")
    with pytest.raises(InvalidArgument) as refused:
        call(house.tenants.SetBrand, request, house.admin)
    assert refused.value.values["field"] == "accent_color"
