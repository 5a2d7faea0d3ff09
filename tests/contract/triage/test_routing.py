"""Who is given work, by what clients agreed and people can and may have; each decision says by what."""

from datetime import timedelta

import pytest

from chassis import clock
from chassis.errors import InvalidArgument, NotFound, PermissionDenied, RevisionConflict
from chassis.rpc import call
from fairlead.directory.v1 import person_pb2
from fairlead.triage.v1 import routing_pb2, routing_service_pb2, rule_pb2
from fairlead.triage.v1 import rule_service_pb2 as rules
from fairlead.triage.v1.routing_service_pb2_grpc import RoutingServiceStub
from tests.contract.triage.conftest import NORTH, SOUTH, Desk
from tests.contract.triage.test_deciding import decision_on


@pytest.fixture(scope="module")
def stub(desk: Desk) -> RoutingServiceStub:
    grant = person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", all_tenants=True)
    for person_id, name, languages in (("per_cy", "Cy", ["en", "fr"]), ("per_di", "Di", ["en"])):
        desk.directory.add_person(
            person_id, NORTH, f"{name}@north.example", display_name=name, grants=[grant],
            skills=["vpn"], languages=languages,
        )  # fmt: skip
    return RoutingServiceStub(desk.served.channel())


@pytest.fixture(scope="module")
def group(desk: Desk, stub: RoutingServiceStub) -> rule_pb2.AssignmentGroup:
    group = rule_pb2.AssignmentGroup(
        name="Tunnels",
        members=[rule_pb2.GroupMember(person_id=one) for one in ("per_cy", "per_di", "per_ada")],
        needs=[rule_pb2.SkillNeed(skills=["VPN"])],
    )
    return call(desk.rules.CreateAssignmentGroup, rules.CreateAssignmentGroupRequest(group=group), desk.admin)


def agree(desk, stub, **fields):
    present = call(
        stub.GetClientRouting, routing_service_pb2.GetClientRoutingRequest(tenant_id="ten_acme"), desk.admin
    )
    wanted = routing_pb2.ClientRouting(tenant_id="ten_acme", revision=present.revision, **fields)
    return call(
        stub.SaveClientRouting, routing_service_pb2.SaveClientRoutingRequest(routing=wanted), desk.admin
    )


def save(desk, stub, person_id, caller=None, **fields):
    profile = routing_pb2.WorkProfile(person_id=person_id, **fields)
    request = routing_service_pb2.SaveWorkProfileRequest(profile=profile)
    return call(stub.SaveWorkProfile, request, caller or desk.admin)


def test_the_contracts_group_skills_language_and_days_off_decide_and_the_reason_names_them(desk, stub, group):
    agree(desk, stub, groups=[routing_pb2.AgreedGroup(assignment_group_id=group.group_id)])
    desk.directory.add_person("per_fr", NORTH, "fr@acme.example", tenants=["ten_acme"], locale="fr")
    french = decision_on(desk, desk.announced.open(title="Bonjour", requester="per_fr"))
    assert (french.assignment_group_name, french.assignee_name) == ("Tunnels", "Cy")
    assert french.assignment.reason == (
        "The contract names Tunnels; Cy: speaks French, has the skill “vpn”, fewest open incidents (0)"
    )
    today = clock.now().date()
    # A day on either side: whatever the hour, it is one of them everywhere.
    days = {
        "first_day": (today - timedelta(days=2)).isoformat(),
        "last_day": (today + timedelta(days=2)).isoformat(),
    }
    save(desk, stub, "per_cy", absences=[routing_pb2.Absence(**days)])
    other = decision_on(desk, desk.announced.open(title="Encore", requester="per_fr"))
    assert other.assignee_name == "Di"
    assert "nobody at hand speaks French" in other.assignment.reason
    save(desk, stub, "per_di", load_cap=1)
    nobody = decision_on(desk, desk.announced.open(title="Toujours", requester="per_fr"))
    assert (nobody.assignment_group_name, nobody.assignee_id) == ("Tunnels", "")
    assert nobody.assignment.reason.endswith("nobody in it who has the skill “vpn” is free")
    save(desk, stub, "per_cy")
    agree(desk, stub)


def test_a_profile_is_kept_by_revision_and_says_nothing_before(desk, stub):
    asked = routing_service_pb2.GetWorkProfileRequest(person_id="per_bo")
    assert (call(stub.GetWorkProfile, asked, desk.admin).revision, desk.admin.provider_id) == (0, NORTH)
    saved = save(desk, stub, "per_bo", load_cap=9, pressing_cap=2)
    assert (saved.revision, saved.name, saved.time_zone) == (1, "Bo", "UTC")
    assert call(stub.GetWorkProfile, asked, desk.technician()).pressing_cap == 2
    with pytest.raises(RevisionConflict):
        save(desk, stub, "per_bo", revision=7)
    listed = call(stub.ListWorkProfiles, routing_service_pb2.ListWorkProfilesRequest(), desk.technician())
    assert "per_bo" in [one.person_id for one in listed.profiles]
    with pytest.raises(PermissionDenied):
        save(desk, stub, "per_bo", desk.technician(), load_cap=99)
    with pytest.raises(NotFound):
        save(desk, stub, "per_bo", desk.served.admin(SOUTH))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"load_cap": -1}, "load_cap"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"absences": [routing_pb2.Absence(first_day="2026-02-30", last_day="2026-03-01")]}, "absences"),
        ({"absences": [routing_pb2.Absence(first_day="2026-03-02", last_day="2026-03-01")]}, "absences"),
    ],
)
def test_a_profile_that_cannot_be_is_refused_by_field(desk, stub, fields, field):
    with pytest.raises(InvalidArgument) as refused:
        save(desk, stub, "per_bo", **fields)
    assert refused.value.values["field"] == field


def test_what_a_client_agreed_is_seen_by_those_who_are_granted_it(desk, stub):
    asked = routing_service_pb2.GetClientRoutingRequest(tenant_id="ten_acme")
    agree(desk, stub, by_history=True)
    assert call(stub.GetClientRouting, asked, desk.technician("ten_acme")).by_history
    with pytest.raises(NotFound):
        call(stub.GetClientRouting, asked, desk.technician("ten_lumen"))
    listing = routing_service_pb2.ListClientRoutingsRequest()
    assert not call(stub.ListClientRoutings, listing, desk.technician("ten_lumen")).routings
    for wrong in (
        {"groups": [routing_pb2.AgreedGroup(assignment_group_id="grp_none")]},
        {"preferred_ids": ["per_nobody"]},
    ):
        with pytest.raises(InvalidArgument):
            agree(desk, stub, **wrong)
    agree(desk, stub)
