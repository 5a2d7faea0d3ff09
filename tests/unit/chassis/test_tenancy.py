"""Callers and scopes: what is outside the grant does not exist."""

import pytest

from chassis.errors import NotFound, PermissionDenied
from chassis.tenancy import Caller, GrantedScope, Role, SystemScope, TenantScope


def caller(
    *roles: Role, tenants: frozenset[str] | None = frozenset({"ten_a"}), provider: str = "prv_n"
) -> Caller:
    return Caller("person:per_1", provider, tenants, frozenset(roles))


def test_a_tenant_outside_the_grant_is_not_found():
    assert caller().scope("ten_a") == TenantScope("prv_n", "ten_a")
    with pytest.raises(NotFound) as refused:
        caller().scope("ten_b")
    assert refused.value.reason == "tenant_not_found"


def test_a_grant_over_the_whole_provider_reaches_each_of_its_tenants():
    admin = caller(Role.PROVIDER_ADMIN, tenants=None)

    assert admin.scope("ten_z") == TenantScope("prv_n", "ten_z")
    assert admin.granted() == GrantedScope("prv_n", None)


@pytest.mark.parametrize("tenant_id", ["", "ten.a", "ten_*", ">", "a b", None, {"$ne": ""}])
def test_a_malformed_tenant_id_is_answered_like_an_unknown_one(tenant_id):
    with pytest.raises((NotFound, TypeError)):
        caller(tenants=None).scope(tenant_id)


def test_a_caller_without_a_provider_has_no_tenants():
    operator = caller(Role.OPERATOR, tenants=None, provider="")

    with pytest.raises(NotFound):
        operator.scope("ten_a")
    with pytest.raises(NotFound):
        operator.granted()


def test_scopes_say_what_they_filter_and_include():
    assert TenantScope("p", "t").filter() == {"provider_id": "p", "tenant_id": "t"}
    assert GrantedScope("p", frozenset({"b", "a"})).filter() == {
        "provider_id": "p",
        "tenant_id": {"$in": ["a", "b"]},
    }
    assert GrantedScope("p", None).filter() == {"provider_id": "p"}
    assert SystemScope("due times").filter() == {}
    assert GrantedScope("p", None).includes("p", "x") and not GrantedScope("p", None).includes("q", "x")
    assert not GrantedScope("p", frozenset({"a"})).includes("p", "b")


def test_a_grant_of_no_tenants_reaches_nothing():
    assert GrantedScope("p", frozenset()).filter() == {"provider_id": "p", "tenant_id": {"$in": []}}


def test_a_scope_of_nobody_cannot_be_made():
    for make in (lambda: TenantScope("", "t"), lambda: TenantScope("p", ""), lambda: GrantedScope("", None)):
        with pytest.raises(ValueError, match="plain id"):
            make()
    with pytest.raises(TypeError):
        TenantScope("p", None)
    with pytest.raises(ValueError, match="why"):
        SystemScope("")


def test_any_of_the_required_roles_is_enough():
    caller(Role.DISPATCHER).require(Role.TECHNICIAN, Role.DISPATCHER)
    with pytest.raises(PermissionDenied) as refused:
        caller(Role.REQUESTER).require(Role.TECHNICIAN)
    assert refused.value.values == {"roles": "technician"}


def test_those_who_work_for_the_provider_are_staff():
    staff = {role for role in Role if caller(role).is_staff}

    assert staff == {Role.TECHNICIAN, Role.DISPATCHER, Role.PROVIDER_ADMIN, Role.SERVICE, Role.OPERATOR}
    assert caller(Role.API_CLIENT, Role.TECHNICIAN).is_staff


def test_only_staff_reach_the_providers_own_room():
    assert caller(Role.TECHNICIAN).provider_scope() == TenantScope("prv_n", "prv_n")
    with pytest.raises(PermissionDenied):
        caller(Role.CLIENT_MANAGER).provider_scope()


def test_only_a_person_has_a_person_id():
    assert caller().person_id == "per_1"
    assert Caller("service:triage", "p", None, frozenset()).person_id == ""


def test_the_token_is_not_shown_when_a_caller_is_printed():
    assert "s3cret" not in repr(Caller("person:per_1", "p", None, frozenset(), token="s3cret"))
