"""People: memberships, grants, and what each caller sees of them."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import AlreadyExists, InvalidArgument
from chassis.tenancy import Caller, Role
from services.directory.domain.person import (
    Grant,
    GrantRole,
    Membership,
    MembershipRole,
    Person,
    as_requester,
    changed_person,
    disabled,
    enabled,
    new_person,
    same_person,
    with_grant,
    with_membership,
    without_grant,
    without_membership,
)
from services.directory.domain.team import new_team, require_staff
from services.directory.domain.visibility import seen_by

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ACME = Membership("ten_acme", MembershipRole.REQUESTER)
LUMEN = Membership("ten_lumen", MembershipRole.CLIENT_MANAGER)
TECHNICIAN = Grant(GrantRole.TECHNICIAN, tenant_ids=frozenset({"ten_acme", "ten_lumen"}))


def person(**fields) -> Person:
    return new_person(
        "per_1", "prv_1", **{"email": "jane@acme.example", "display_name": "Jane", "now": NOW} | fields
    )


def caller(
    *tenant_ids: str, role: Role = Role.REQUESTER, provider: str = "prv_1", subject: str = "person:per_9"
) -> Caller:
    return Caller(subject, provider, frozenset(tenant_ids) if tenant_ids else None, frozenset({role}))


def test_without_a_name_the_address_shows_what_to_call_them():
    assert person(display_name="").display_name == "jane"


def test_a_tenant_holds_one_membership_of_a_person():
    manager = Membership("ten_acme", MembershipRole.CLIENT_MANAGER)
    assert with_membership(person(memberships=[ACME]), manager, LATER).memberships == (manager,)


def test_a_grant_takes_the_place_of_the_one_of_its_role():
    narrower = Grant(GrantRole.TECHNICIAN, tenant_ids=frozenset({"ten_acme"}))
    dispatcher = Grant(GrantRole.DISPATCHER, all_tenants=True)
    changed = with_grant(person(grants=[TECHNICIAN, dispatcher]), narrower, LATER)
    assert set(changed.grants) == {narrower, dispatcher}


def test_an_administrator_is_one_everywhere():
    granted = with_grant(person(), Grant(GrantRole.PROVIDER_ADMIN, tenant_ids=frozenset({"ten_acme"})), LATER)
    assert granted.grants == (Grant(GrantRole.PROVIDER_ADMIN, all_tenants=True),)


def test_a_grant_for_all_names_none():
    granted = with_grant(person(), Grant(GrantRole.TECHNICIAN, True, frozenset({"ten_acme"})), LATER)
    assert granted.grants[0].tenant_ids == frozenset()
    assert granted.grants[0].covers("ten_yet_to_come")


@pytest.mark.parametrize(
    "again",
    [
        lambda p: with_membership(p, ACME, LATER),
        lambda p: without_membership(p, "ten_none", LATER),
        lambda p: with_grant(p, TECHNICIAN, LATER),
        lambda p: without_grant(p, GrantRole.DISPATCHER, LATER),
        lambda p: enabled(p, LATER),
        lambda p: as_requester(p, "ten_acme", True, LATER),
    ],
)
def test_what_is_already_so_changes_nothing(again):
    known = person(memberships=[ACME], grants=[TECHNICIAN])
    assert again(known) is known


def test_disabling_twice_is_disabling_once():
    gone = disabled(person(), LATER)
    assert disabled(gone, LATER + timedelta(days=1)) is gone


def test_verified_once_is_verified_for_good():
    unverified = person(verified=False)
    assert as_requester(unverified, "ten_acme", True, LATER).verified
    assert as_requester(person(memberships=[ACME]), "ten_acme", False, LATER).verified


def test_writing_in_does_not_take_a_managers_role_away():
    manager = person(memberships=[LUMEN])
    assert as_requester(manager, "ten_lumen", True, LATER).memberships == (LUMEN,)


def test_a_repeated_request_finds_the_same_person_and_another_name_does_not():
    assert same_person(person(), person(display_name="Jane")) == person()
    with pytest.raises(AlreadyExists):
        same_person(person(), person(display_name="Joan"))


def test_a_change_leaves_out_what_is_empty():
    changed = changed_person(person(locale="fr"), time_zone="Europe/Paris", now=LATER)
    assert (changed.locale, changed.time_zone, changed.update_time) == ("fr", "Europe/Paris", LATER)
    with pytest.raises(InvalidArgument):
        changed_person(person(), locale="de", now=LATER)


def test_colleagues_see_each_other_but_not_what_is_another_clients():
    seen = seen_by(caller("ten_acme"), person(memberships=[ACME, LUMEN], skills=["golf"]))
    assert seen.memberships == (ACME,)
    assert seen.email == "jane@acme.example"


def test_other_clients_people_are_nobody():
    assert seen_by(caller("ten_lumen"), person(memberships=[ACME])) is None
    assert seen_by(caller("ten_lumen", role=Role.TECHNICIAN), person(memberships=[ACME])) is None
    assert seen_by(caller(role=Role.PROVIDER_ADMIN, provider="prv_2"), person(memberships=[ACME])) is None


def test_of_staff_a_client_sees_a_name_and_a_program_of_all_clients_no_more():
    staff = person(grants=[TECHNICIAN])
    for reader in (caller("ten_acme"), caller(role=Role.API_CLIENT, subject="client:cli_1")):
        seen = seen_by(reader, staff)
        assert (seen.person_id, seen.display_name) == ("per_1", "Jane")
        assert (seen.email, seen.provider_id, seen.grants, seen.memberships) == ("", "", (), ())


def test_staff_see_colleagues_within_their_own_grant():
    seen = seen_by(caller("ten_acme", role=Role.TECHNICIAN), person(grants=[TECHNICIAN]))
    assert seen.email == "jane@acme.example"
    assert seen.grants[0].tenant_ids == {"ten_acme"}


def test_everyone_sees_themselves_whole():
    me = person(memberships=[ACME, LUMEN], grants=[TECHNICIAN])
    assert seen_by(caller("ten_acme", subject="person:per_1"), me) == me


def test_a_team_holds_each_member_once_and_staff_alone():
    team = new_team("team_1", "prv_1", " Network ", ["per_1", "per_2", "per_1"])
    assert (team.name, team.person_ids) == ("Network", ("per_1", "per_2"))
    require_staff(["per_1"], [person(grants=[TECHNICIAN])])
    for found in ([], [person(memberships=[ACME])]):
        with pytest.raises(InvalidArgument) as refused:
            require_staff(["per_1"], found)
        assert refused.value.reason == "not_staff"
    with pytest.raises(InvalidArgument):
        new_team("team_1", "prv_1", "Crowd", [f"per_{n}" for n in range(201)])
