"""People, grants and teams over gRPC."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.errors import (
    AlreadyExists,
    InvalidArgument,
    InvalidState,
    NotFound,
    PermissionDenied,
    RevisionConflict,
)
from chassis.rpc import call
from chassis.tenancy import Role
from fairlead.directory.v1 import person_pb2
from fairlead.directory.v1 import person_service_pb2 as pb

REQUESTER = person_pb2.MEMBERSHIP_ROLE_REQUESTER
MANAGER = person_pb2.MEMBERSHIP_ROLE_CLIENT_MANAGER
TECHNICIAN = person_pb2.GRANT_ROLE_TECHNICIAN


def get(house, person, caller):
    return call(house.people.GetPerson, pb.GetPersonRequest(person_id=person.person_id), caller)


def test_a_repeated_creation_returns_the_first_person(house):
    assert house.new_person("jane", "Jane") == house.jane
    with pytest.raises(AlreadyExists) as refused:
        house.new_person("JANE", "Someone else")
    assert refused.value.reason == "email_taken"


def test_the_same_address_is_another_person_at_another_provider(house, stranger):
    request = pb.CreatePersonRequest(email=house.jane.email, display_name="Her namesake")
    made = call(house.people.CreatePerson, request, stranger.admin)
    assert made.person_id != house.jane.person_id


def test_administrators_and_operators_alone_create_people(house):
    request = pb.CreatePersonRequest(email=f"new@{house.mark}.example", display_name="New")
    for caller in (house.requester, house.technician, house.peer()):
        with pytest.raises(PermissionDenied):
            call(house.people.CreatePerson, request, caller)
    with pytest.raises(InvalidArgument):
        call(house.people.CreatePerson, request, house.served.operator())
    request.provider_id = house.provider.provider_id
    assert call(house.people.CreatePerson, request, house.served.operator()).display_name == "New"


def test_nobody_is_given_a_tenant_of_another_provider(house, stranger):
    foreign = stranger.acme.tenant_id
    membership = person_pb2.Membership(tenant_id=foreign, role=REQUESTER)
    grant = person_pb2.Grant(role=TECHNICIAN, tenant_ids=[foreign])
    jane, tess = house.jane.person_id, house.tess.person_id
    new = {"email": f"new@{house.mark}.example", "display_name": "New"}
    for method, request in (
        (house.people.CreatePerson, pb.CreatePersonRequest(**new, memberships=[membership])),
        (house.people.CreatePerson, pb.CreatePersonRequest(**new, grants=[grant])),
        (house.people.SetMembership, pb.SetMembershipRequest(person_id=jane, membership=membership)),
        (house.people.SetGrant, pb.SetGrantRequest(person_id=tess, grant=grant)),
    ):
        with pytest.raises(NotFound) as refused:
            call(method, request, house.admin)
        assert refused.value.reason == "tenant_not_found"


def test_colleagues_see_each_other_and_other_tenants_people_do_not_exist(house, stranger):
    assert get(house, house.jane, house.requester) == house.jane
    for caller in (house.requester, house.technician, stranger.admin, stranger.requester, stranger.peer()):
        with pytest.raises(NotFound) as refused:
            get(house, house.luc, caller)
        assert refused.value.reason == "person_not_found"
    assert get(house, house.luc, house.admin) == house.luc
    assert get(house, house.luc, house.peer()) == house.luc


def test_clients_know_the_staff_by_name_alone(house):
    seen = get(house, house.tess, house.requester)
    assert seen == person_pb2.Person(person_id=house.tess.person_id, display_name="Tess")
    assert get(house, house.tess, house.technician) == house.tess


def test_a_person_of_two_tenants_is_shown_to_each_as_its_own(house):
    membership = person_pb2.Membership(tenant_id=house.lumen.tenant_id, role=MANAGER)
    request = pb.SetMembershipRequest(person_id=house.jane.person_id, membership=membership)
    both = call(house.people.SetMembership, request, house.admin)
    assert {each.tenant_id for each in both.memberships} == {house.acme.tenant_id, house.lumen.tenant_id}
    at_lumen = house.served.person(house.provider.provider_id, house.lumen.tenant_id)
    assert [each.tenant_id for each in get(house, house.jane, at_lumen).memberships] == [
        house.lumen.tenant_id
    ]


def test_a_batch_leaves_out_what_the_caller_may_not_see(house, stranger):
    ids = [
        house.jane.person_id,
        house.luc.person_id,
        house.tess.person_id,
        stranger.jane.person_id,
        "per_none",
    ]

    def seen(caller):
        found = call(house.people.BatchGetPeople, pb.BatchGetPeopleRequest(person_ids=ids), caller)
        return {person.display_name: person.email for person in found.people}

    assert seen(house.requester) == {"Jane": house.jane.email, "Tess": ""}
    assert seen(house.technician) == {"Jane": house.jane.email, "Tess": house.tess.email}
    assert set(seen(house.peer())) == {"Jane", "Luc", "Tess"}
    with pytest.raises(InvalidArgument):
        many = pb.BatchGetPeopleRequest(person_ids=[f"per_{n}" for n in range(201)])
        call(house.people.BatchGetPeople, many, house.admin)


def test_lists_hold_members_or_staff_within_the_grant(house, stranger):
    def names(caller, **fields):
        page = call(house.people.ListPeople, pb.ListPeopleRequest(**fields), caller)
        return [person.display_name for person in page.people]

    acme, lumen = house.acme.tenant_id, house.lumen.tenant_id
    assert names(house.requester) == ["Jane"]
    assert names(house.requester, staff=True) == ["Tess"]
    assert names(house.technician) == ["Jane"]
    assert names(house.admin) == ["Jane", "Luc", "Tess"]
    assert names(house.admin, tenant_id=lumen) == ["Luc"]
    assert names(house.peer(), tenant_id=acme, staff=True) == ["Tess"]
    assert names(house.peer(), tenant_id=lumen, staff=True) == []
    for caller in (house.requester, house.technician, stranger.admin):
        with pytest.raises(NotFound):
            names(caller, tenant_id=lumen)
    page = call(house.people.ListPeople, pb.ListPeopleRequest(staff=True), house.requester)
    assert page.people[0].email == ""


def test_lists_go_on_where_the_last_page_ended(house):
    for name in ("Ada", "Zoe"):
        house.new_person(name.lower(), name, tenant=house.acme)
    found, token = [], ""
    while True:
        request = pb.ListPeopleRequest(tenant_id=house.acme.tenant_id, page_size=2, page_token=token)
        page = call(house.people.ListPeople, request, house.requester)
        found += [person.display_name for person in page.people]
        token = page.next_page_token
        if not token:
            break
    assert found == ["Ada", "Jane", "Zoe"]


def test_services_find_people_by_address_and_nobody_else_does(house, stranger):
    request = pb.FindPeopleByEmailRequest(email=house.jane.email.upper())
    gateway = house.served.peer("gateway")
    assert list(call(house.people.FindPeopleByEmail, request, gateway).people) == [house.jane]
    request.provider_id = stranger.provider.provider_id
    assert not call(house.people.FindPeopleByEmail, request, gateway).people
    assert not call(house.people.FindPeopleByEmail, request, house.peer()).people
    assert not call(
        house.people.FindPeopleByEmail, pb.FindPeopleByEmailRequest(email="not an address"), gateway
    ).people
    for caller in (house.admin, house.requester, house.technician, house.served.operator()):
        with pytest.raises(PermissionDenied):
            call(house.people.FindPeopleByEmail, request, caller)


def test_a_requester_is_made_once_however_many_ask_at_once(house):
    request = pb.EnsureRequesterRequest(
        tenant_id=house.acme.tenant_id, email=f"New@{house.mark}.example", display_name="New \x07 Person"
    )
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: call(house.people.EnsureRequester, request, house.peer()), range(16)))
    assert len({person.person_id for person in made}) == 1
    assert made[0].display_name == "New Person"
    assert not made[0].verified
    request.verified = True
    assert call(house.people.EnsureRequester, request, house.peer()).verified
    request.verified = False
    assert call(house.people.EnsureRequester, request, house.peer()).verified


def test_a_known_person_becomes_a_member_of_the_tenant_that_they_write_for(house):
    request = pb.EnsureRequesterRequest(tenant_id=house.lumen.tenant_id, email=house.jane.email)
    seen = call(house.people.EnsureRequester, request, house.peer())
    assert seen.person_id == house.jane.person_id
    assert {m.tenant_id for m in seen.memberships} == {house.acme.tenant_id, house.lumen.tenant_id}


def test_services_alone_ensure_requesters_and_only_within_their_provider(house, stranger):
    request = pb.EnsureRequesterRequest(tenant_id=house.acme.tenant_id, email="a@b.example")
    for caller in (house.admin, house.requester, house.technician, house.served.operator()):
        with pytest.raises(PermissionDenied):
            call(house.people.EnsureRequester, request, caller)
    with pytest.raises(NotFound):
        call(house.people.EnsureRequester, request, stranger.peer())


def test_people_change_their_own_record_and_administrators_any(house, stranger):
    request = pb.UpdatePersonRequest(person_id=house.jane.person_id, locale="fr", revision=1)
    changed = call(house.people.UpdatePerson, request, house.requester)
    assert (changed.locale, changed.display_name, changed.revision) == ("fr", "Jane", 2)
    with pytest.raises(RevisionConflict):
        call(house.people.UpdatePerson, request, house.admin)
    request.revision = 0
    with pytest.raises(PermissionDenied):
        call(house.people.UpdatePerson, request, house.technician)
    with pytest.raises(NotFound):
        call(house.people.UpdatePerson, request, stranger.admin)
    request.person_id = house.tess.person_id
    with pytest.raises(NotFound):
        call(house.people.UpdatePerson, request, house.requester)


def test_a_disabled_person_can_be_enabled_again(house, stranger):
    disable = pb.DisablePersonRequest(person_id=house.jane.person_id)
    enable = pb.EnablePersonRequest(person_id=house.jane.person_id)
    for caller in (house.requester, house.technician):
        with pytest.raises(PermissionDenied):
            call(house.people.DisablePerson, disable, caller)
    for method, request in ((house.people.DisablePerson, disable), (house.people.EnablePerson, enable)):
        with pytest.raises(NotFound):
            call(method, request, stranger.admin)
    gone = call(house.people.DisablePerson, disable, house.admin)
    assert gone.state == person_pb2.PERSON_STATE_DISABLED
    assert call(house.people.DisablePerson, disable, house.admin) == gone
    assert call(house.people.EnablePerson, enable, house.admin).state == person_pb2.PERSON_STATE_ACTIVE


def test_a_membership_that_is_removed_hides_the_person(house, stranger):
    remove = pb.RemoveMembershipRequest(person_id=house.luc.person_id, tenant_id=house.lumen.tenant_id)
    for caller in (house.requester, house.technician, stranger.admin):
        with pytest.raises(NotFound):
            call(house.people.RemoveMembership, remove, caller)
    assert not call(house.people.RemoveMembership, remove, house.admin).memberships
    at_lumen = house.served.person(house.provider.provider_id, house.lumen.tenant_id)
    with pytest.raises(NotFound):
        get(house, house.luc, at_lumen)


def test_a_grant_replaces_the_one_of_its_role_and_can_be_revoked(house, stranger):
    tess = house.tess.person_id
    grant = person_pb2.Grant(role=TECHNICIAN, all_tenants=True, tenant_ids=[house.acme.tenant_id])
    set_grant = pb.SetGrantRequest(person_id=tess, grant=grant)
    revoke = pb.RevokeGrantRequest(person_id=tess, role=TECHNICIAN)
    for method, request in ((house.people.SetGrant, set_grant), (house.people.RevokeGrant, revoke)):
        with pytest.raises(PermissionDenied):
            call(method, request, house.technician)
        for caller in (house.requester, stranger.admin):
            with pytest.raises(NotFound):
                call(method, request, caller)
    changed = call(house.people.SetGrant, set_grant, house.admin)
    assert list(changed.grants) == [person_pb2.Grant(role=TECHNICIAN, all_tenants=True)]
    assert not call(house.people.RevokeGrant, revoke, house.admin).grants


def test_teams_are_made_of_staff_and_known_to_staff(house, stranger):
    request = pb.CreateTeamRequest(name="Network", person_ids=[house.tess.person_id])
    for caller in (house.requester, house.technician):
        with pytest.raises(PermissionDenied):
            call(house.people.CreateTeam, request, caller)
    team = call(house.people.CreateTeam, request, house.admin)
    assert call(house.people.CreateTeam, request, house.admin) == team
    for stray in (house.jane.person_id, stranger.tess.person_id, "per_none"):
        with pytest.raises(InvalidArgument) as refused:
            members = pb.SetTeamMembersRequest(team_id=team.team_id, person_ids=[stray])
            call(house.people.SetTeamMembers, members, house.admin)
        assert refused.value.reason == "not_staff"
    emptied = pb.SetTeamMembersRequest(team_id=team.team_id, person_ids=[])
    with pytest.raises(NotFound):
        call(house.people.SetTeamMembers, emptied, stranger.admin)
    assert call(house.people.SetTeamMembers, emptied, house.admin).revision == 2
    listed = call(house.people.ListTeams, pb.ListTeamsRequest(), house.technician).teams
    assert [each.team_id for each in listed] == [team.team_id]
    assert not call(house.people.ListTeams, pb.ListTeamsRequest(), stranger.admin).teams
    with pytest.raises(PermissionDenied):
        call(house.people.ListTeams, pb.ListTeamsRequest(), house.requester)


def test_a_manager_sees_the_whole_tenant_and_no_more(house):
    manager = house.served.person(house.provider.provider_id, house.acme.tenant_id, role=Role.CLIENT_MANAGER)
    assert get(house, house.jane, manager) == house.jane
    with pytest.raises(NotFound):
        get(house, house.luc, manager)


def test_where_only_strangers_are_asked_for_a_known_person_stays_who_they_are(house):
    request = pb.EnsureRequesterRequest(
        tenant_id=house.lumen.tenant_id, email=house.jane.email, strangers_only=True
    )
    with pytest.raises(InvalidState) as refused:
        call(house.people.EnsureRequester, request, house.peer())
    assert refused.value.reason == "requester_elsewhere"
    request.tenant_id = house.acme.tenant_id
    assert call(house.people.EnsureRequester, request, house.peer()).person_id == house.jane.person_id
