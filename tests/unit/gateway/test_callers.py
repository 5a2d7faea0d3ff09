"""From grants and memberships to the roles and tenants of a caller."""

from datetime import timedelta
from pathlib import Path

import pytest

from chassis import clock
from chassis.errors import NotFound
from chassis.tenancy import Role
from chassis.tokens import CallerSigner, CallerVerifier, make_keys
from fairlead.directory.v1 import person_pb2, tenant_pb2
from services.gateway.auth.callers import Callers, PersonDisabled, granted, roles_in
from services.gateway.backends.directory_cache import DirectoryCache

T, D, A = Role.TECHNICIAN, Role.DISPATCHER, Role.PROVIDER_ADMIN


def grant(role: str, *tenant_ids: str, everywhere: bool = False) -> person_pb2.Grant:
    return person_pb2.Grant(role=f"GRANT_ROLE_{role}", tenant_ids=tenant_ids, all_tenants=everywhere)


@pytest.mark.parametrize(
    ("grants", "tenants", "roles"),
    [
        ([grant("TECHNICIAN", "a", "b")], {"a", "b"}, {T}),
        ([grant("TECHNICIAN", everywhere=True)], None, {T}),
        ([grant("DISPATCHER", "a")], {"a"}, {T, D}),
        ([grant("PROVIDER_ADMIN")], None, {T, D, A}),
        # A role is given only where it holds for every tenant in the set.
        ([grant("TECHNICIAN", "a"), grant("DISPATCHER", "b")], {"a", "b"}, {T}),
        ([grant("TECHNICIAN", everywhere=True), grant("DISPATCHER", "b")], None, {T}),
        ([grant("TECHNICIAN", "a"), grant("DISPATCHER", "a", "b")], {"a", "b"}, {T, D}),
        ([grant("TECHNICIAN")], set(), {T}),
    ],
)
def test_a_role_is_never_wider_than_its_grant(grants, tenants, roles):
    assert granted(person_pb2.Person(grants=grants)) == (tenants, roles)


def test_in_one_tenant_a_person_has_the_roles_granted_there():
    person = person_pb2.Person(grants=[grant("TECHNICIAN", "a"), grant("DISPATCHER", "b")])
    assert roles_in(person, "a") == {T}
    assert roles_in(person, "b") == {T, D}
    assert roles_in(person, "c") == set()


class Tenants:
    """Knows two tenants, one of them suspended."""

    def get(self, caller, tenant_id):
        if tenant_id not in ("ten_a", "ten_b", "ten_shut"):
            raise NotFound("tenant_not_found")
        state = "TENANT_STATE_SUSPENDED" if tenant_id == "ten_shut" else "TENANT_STATE_ACTIVE"
        return tenant_pb2.Tenant(tenant_id=tenant_id, locale="fr", state=state)


class People:
    """Knows one person, and counts how often it was asked."""

    def __init__(self, **fields):
        self.person = person_pb2.Person(
            person_id="per_x", provider_id="prv_n", state="PERSON_STATE_ACTIVE", **fields
        )
        self.asked = 0

    def get(self, caller, person_id):
        self.asked += 1
        return self.person


def member(*tenants: tuple[str, str]) -> list[person_pb2.Membership]:
    return [
        person_pb2.Membership(tenant_id=tenant, role=f"MEMBERSHIP_ROLE_{role}") for tenant, role in tenants
    ]


def make(folder: Path, people: People, now=clock.now) -> Callers:
    make_keys(folder, ["gateway"])
    signer = CallerSigner.load(folder, "gateway")
    return Callers(signer, DirectoryCache(Tenants(), people, signer, now, timedelta(seconds=30)), now)


def test_a_caller_comes_with_a_token_that_services_verify(tmp_path: Path):
    callers = make(tmp_path, People(memberships=member(("ten_a", "REQUESTER")), display_name="Ana"))
    caller = callers.for_person("prv_n", "per_x", "ten_a")
    verified = CallerVerifier(tmp_path / "public").verify(caller.token, clock.now())
    assert verified == caller and verified.person_id == "per_x" and verified.locale == "fr"


def test_a_manager_here_and_requester_there_is_each_in_its_portal_and_the_lesser_in_both(tmp_path: Path):
    callers = make(tmp_path, People(memberships=member(("ten_a", "CLIENT_MANAGER"), ("ten_b", "REQUESTER"))))
    assert callers.for_person("prv_n", "per_x", "ten_a").roles == {Role.CLIENT_MANAGER}
    assert callers.for_person("prv_n", "per_x", "ten_b").roles == {Role.REQUESTER}
    everywhere = callers.for_person("prv_n", "per_x")
    assert everywhere.tenant_ids == {"ten_a", "ten_b"} and everywhere.roles == {Role.REQUESTER}


def test_a_tenant_without_business_there_is_not_found(tmp_path: Path):
    callers = make(tmp_path, People(memberships=member(("ten_a", "REQUESTER"))))
    with pytest.raises(NotFound, match="tenant_not_found"):
        callers.for_person("prv_n", "per_x", "ten_b")


def test_staff_of_every_tenant_do_not_reach_a_tenant_of_nobody(tmp_path: Path):
    callers = make(tmp_path, People(grants=[grant("TECHNICIAN", everywhere=True)]))
    assert callers.for_person("prv_n", "per_x", "ten_a").tenant_ids == {"ten_a"}
    with pytest.raises(NotFound, match="tenant_not_found"):
        callers.for_person("prv_n", "per_x", "ten_of_another_provider")


def test_a_suspended_client_lets_nobody_in(tmp_path: Path):
    callers = make(tmp_path, People(memberships=member(("ten_shut", "REQUESTER"))))
    with pytest.raises(PersonDisabled):
        callers.for_person("prv_n", "per_x")


def test_the_directory_is_asked_again_when_its_answer_is_old(tmp_path: Path):
    people = People(memberships=member(("ten_a", "REQUESTER")))
    now = [clock.now()]
    callers = make(tmp_path, people, lambda: now[0])
    callers.for_person("prv_n", "per_x")
    now[0] += timedelta(seconds=29)
    callers.for_person("prv_n", "per_x")
    assert people.asked == 1
    people.person.state = 2
    now[0] += timedelta(seconds=2)
    with pytest.raises(PersonDisabled):
        callers.for_person("prv_n", "per_x")


def test_the_same_caller_gets_the_same_token_for_a_minute_and_a_changed_one_a_new_one(tmp_path: Path):
    people = People(memberships=member(("ten_a", "REQUESTER"), ("ten_b", "REQUESTER")))
    now = [clock.now()]
    callers = make(tmp_path, people, lambda: now[0])
    first = callers.for_person("prv_n", "per_x")
    now[0] += timedelta(seconds=20)
    assert callers.for_person("prv_n", "per_x").token == first.token
    assert callers.for_person("prv_n", "per_x", "ten_a").token != first.token
    assert callers.for_person("prv_n", "per_x", scopes=frozenset({"queue:read"})).token != first.token
    now[0] += timedelta(seconds=15)
    people.person.memberships.pop()
    narrowed = callers.for_person("prv_n", "per_x")
    assert narrowed.token != first.token and narrowed.tenant_ids == {"ten_a"}
    now[0] += timedelta(seconds=61)
    later = callers.for_person("prv_n", "per_x")
    assert later == narrowed and later.token != narrowed.token
    assert CallerVerifier(tmp_path / "public").verify(later.token, now[0] + timedelta(minutes=4)) == later
