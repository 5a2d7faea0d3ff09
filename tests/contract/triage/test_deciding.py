"""What is opened is decided on, once, from the rules and groups of its own provider."""

import pytest

from chassis.errors import InvalidArgument, NotFound, PermissionDenied, Unavailable
from chassis.rpc import call
from chassis.tenancy import Role
from fairlead.directory.v1 import person_pb2
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import rule_pb2
from fairlead.triage.v1 import rule_service_pb2 as pb
from tests.contract.triage.conftest import NORTH, SOUTH, Desk
from tests.harness.waiting import wait_until


def vpn_rule(**more) -> rule_pb2.Rule:
    condition = rule_pb2.Condition(
        field=rule_pb2.CONDITION_FIELD_WORDS,
        operator=rule_pb2.CONDITION_OPERATOR_CONTAINS_ANY,
        values=["vpn"],
    )
    actions = rule_pb2.RuleActions(category="network", urgency=incident_pb2.URGENCY_HIGH)
    fields = {"name": "VPN", "position": 1, "enabled": True, "conditions": [condition], "actions": actions}
    return rule_pb2.Rule(**{**fields, **more})


@pytest.fixture(scope="module")
def rule(desk: Desk) -> rule_pb2.Rule:
    return call(
        desk.rules.CreateRule, pb.CreateRuleRequest(rule=vpn_rule(), untried_reason="a test"), desk.admin
    )


@pytest.fixture(scope="module")
def group(desk: Desk) -> rule_pb2.AssignmentGroup:
    members = [rule_pb2.GroupMember(person_id=person) for person in ("per_ada", "per_bo")]
    group = rule_pb2.AssignmentGroup(name="Desk", members=members, is_default=True)
    return call(desk.rules.CreateAssignmentGroup, pb.CreateAssignmentGroupRequest(group=group), desk.admin)


def decision_on(desk: Desk, incident_id: str):
    wait_until(
        lambda: any(one.incident_id == incident_id for one in desk.record.decisions),
        timeout=15,
        what=f"a decision on {incident_id}",
    )
    return next(one for one in desk.record.decisions if one.incident_id == incident_id)


def test_an_opened_incident_gets_category_priority_group_and_person_each_with_its_reason(desk, rule, group):
    decision = decision_on(desk, desk.announced.open(title="The VPN drops", description="since nine"))
    assert decision.category == "network"
    assert decision.classification.reason == "Rule “VPN” (“vpn”)"
    assert decision.priority == incident_pb2.PRIORITY_P2
    assert "urgency high by Rule “VPN”" in decision.prioritization.reason
    assert decision.assignment_group_name == "Desk"
    assert decision.assignee_name in ("Ada", "Bo")
    assert "fewest open P1 and P2" in decision.assignment.reason


def test_a_batch_is_spread_over_the_members(desk, rule, group):
    opened = desk.announced.open_many(6, title="VPN")
    chosen = [decision_on(desk, incident).assignee_id for incident in opened]
    assert {chosen.count("per_ada"), chosen.count("per_bo")} == {3}


def test_incidents_that_come_one_by_one_are_spread_before_the_queue_shows_the_first(desk, rule, group):
    chosen = []
    for _ in range(6):
        chosen.append(decision_on(desk, desk.announced.open(title="VPN")).assignee_id)
    assert {chosen.count("per_ada"), chosen.count("per_bo")} == {3}


def test_while_the_record_is_away_decisions_wait_and_are_handed_over_afterwards(desk, rule, group):
    desk.record.refuse_with = Unavailable("store_unavailable", "away")
    incident = desk.announced.open(title="VPN again")
    wait_until(lambda: desk.record.calls.count("ApplyTriage") >= 1, timeout=15, what="a first try")
    desk.record.refuse_with = None
    assert decision_on(desk, incident).category == "network"


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.DISPATCHER])
def test_staff_read_rules_and_groups_but_do_not_write_them(desk, rule, group, role):
    caller = desk.served.person(NORTH, "ten_acme", role=role)
    assert rule.rule_id in [
        one.rule_id for one in call(desk.rules.ListRules, pb.ListRulesRequest(), caller).rules
    ]
    assert call(
        desk.rules.GetAssignmentGroup, pb.GetAssignmentGroupRequest(group_id=group.group_id), caller
    ).name
    for method, request in (
        (desk.rules.CreateRule, pb.CreateRuleRequest(rule=vpn_rule(), untried_reason="a test")),
        (desk.rules.UpdateRule, pb.UpdateRuleRequest(rule=rule)),
        (desk.rules.DeleteRule, pb.DeleteRuleRequest(rule_id=rule.rule_id)),
        (desk.rules.CreateAssignmentGroup, pb.CreateAssignmentGroupRequest(group=group)),
        (desk.rules.UpdateAssignmentGroup, pb.UpdateAssignmentGroupRequest(group=group)),
    ):
        with pytest.raises(PermissionDenied):
            call(method, request, caller)


def test_clients_see_no_rules(desk, rule):
    with pytest.raises(PermissionDenied):
        call(desk.rules.ListRules, pb.ListRulesRequest(), desk.served.person(NORTH, "ten_acme"))


def test_another_providers_rules_and_groups_are_not_found(desk, rule, group):
    stranger = desk.served.admin(SOUTH)
    for method, request in (
        (desk.rules.GetRule, pb.GetRuleRequest(rule_id=rule.rule_id)),
        (desk.rules.UpdateRule, pb.UpdateRuleRequest(rule=rule)),
        (desk.rules.DeleteRule, pb.DeleteRuleRequest(rule_id=rule.rule_id)),
        (desk.rules.GetAssignmentGroup, pb.GetAssignmentGroupRequest(group_id=group.group_id)),
    ):
        with pytest.raises(NotFound):
            call(method, request, stranger)
    assert not call(desk.rules.ListRules, pb.ListRulesRequest(), stranger).rules
    assert call(desk.rules.GetRule, pb.GetRuleRequest(rule_id=rule.rule_id), desk.admin) == rule


def test_a_rule_for_a_client_that_is_not_granted_stays_unseen(desk):
    made = call(
        desk.rules.CreateRule,
        pb.CreateRuleRequest(rule=vpn_rule(tenant_id="ten_lumen", name="L"), untried_reason="a test"),
        desk.admin,
    )
    tess = desk.technician("ten_acme")
    with pytest.raises(NotFound):
        call(desk.rules.GetRule, pb.GetRuleRequest(rule_id=made.rule_id), tess)
    assert (
        call(desk.rules.GetRule, pb.GetRuleRequest(rule_id=made.rule_id), desk.technician("ten_lumen")).name
        == "L"
    )
    call(desk.rules.DeleteRule, pb.DeleteRuleRequest(rule_id=made.rule_id), desk.admin)


def test_a_rule_whose_condition_names_a_client_that_is_not_granted_stays_unseen(desk):
    of_lumen = rule_pb2.Condition(
        field="CONDITION_FIELD_TENANT", operator="CONDITION_OPERATOR_EQUALS", values=["ten_lumen"]
    )
    fields = vpn_rule(name="Lumen by condition")
    fields.conditions.append(of_lumen)
    made = call(desk.rules.CreateRule, pb.CreateRuleRequest(rule=fields, untried_reason="a test"), desk.admin)
    listed = call(desk.rules.ListRules, pb.ListRulesRequest(), desk.technician("ten_acme")).rules
    assert made.rule_id not in [one.rule_id for one in listed]
    listed = call(desk.rules.ListRules, pb.ListRulesRequest(), desk.technician("ten_lumen")).rules
    assert made.rule_id in [one.rule_id for one in listed]
    call(desk.rules.DeleteRule, pb.DeleteRuleRequest(rule_id=made.rule_id), desk.admin)


def test_a_group_is_shown_without_clients_that_are_not_granted(desk):
    def make(name, *tenant_ids):
        group = rule_pb2.AssignmentGroup(name=name, tenant_ids=tenant_ids)
        request = pb.CreateAssignmentGroupRequest(group=group)
        return call(desk.rules.CreateAssignmentGroup, request, desk.admin)

    lumens, both = make("Lumen's own", "ten_lumen"), make("Both", "ten_acme", "ten_lumen")
    tess = desk.technician("ten_acme")
    with pytest.raises(NotFound):
        request = pb.GetAssignmentGroupRequest(group_id=lumens.group_id)
        call(desk.rules.GetAssignmentGroup, request, tess)
    seen = call(desk.rules.ListAssignmentGroups, pb.ListAssignmentGroupsRequest(), tess).groups
    assert lumens.group_id not in [group.group_id for group in seen]
    assert [list(group.tenant_ids) for group in seen if group.group_id == both.group_id] == [["ten_acme"]]


def test_rules_and_groups_name_only_clients_of_their_provider(desk):
    for tenant_id in ("ten_nobody", "ten_souths"):
        rule = pb.CreateRuleRequest(rule=vpn_rule(tenant_id=tenant_id), untried_reason="a test")
        group = rule_pb2.AssignmentGroup(name="Abroad", tenant_ids=[tenant_id])
        with pytest.raises(NotFound):
            call(desk.rules.CreateRule, rule, desk.admin)
        with pytest.raises(NotFound):
            request = pb.CreateAssignmentGroupRequest(group=group)
            call(desk.rules.CreateAssignmentGroup, request, desk.admin)


def test_a_rule_is_changed_and_removed(desk):
    made = call(
        desk.rules.CreateRule,
        pb.CreateRuleRequest(rule=vpn_rule(name="Old"), untried_reason="a test"),
        desk.admin,
    )
    made.name, made.enabled = "New", False
    changed = call(desk.rules.UpdateRule, pb.UpdateRuleRequest(rule=made), desk.admin)
    assert (changed.name, changed.enabled, changed.revision) == ("New", False, 2)
    call(desk.rules.DeleteRule, pb.DeleteRuleRequest(rule_id=made.rule_id), desk.admin)
    with pytest.raises(NotFound):
        call(desk.rules.GetRule, pb.GetRuleRequest(rule_id=made.rule_id), desk.admin)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"conditions": []}, "conditions"),
        ({"conditions": [rule_pb2.Condition(values=["x"])]}, "conditions"),
        ({"actions": rule_pb2.RuleActions()}, "actions"),
        ({"actions": rule_pb2.RuleActions(assignment_group_id="grp_none")}, "assignment_group_id"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_by_field(desk, change, field):
    with pytest.raises(InvalidArgument) as refused:
        call(
            desk.rules.CreateRule,
            pb.CreateRuleRequest(rule=vpn_rule(**change), untried_reason="a test"),
            desk.admin,
        )
    assert refused.value.values["field"] == field


def test_a_member_must_work_for_the_provider(desk):
    group = rule_pb2.AssignmentGroup(name="Odd", members=[rule_pb2.GroupMember(person_id="per_nobody")])
    with pytest.raises(InvalidArgument) as refused:
        call(desk.rules.CreateAssignmentGroup, pb.CreateAssignmentGroupRequest(group=group), desk.admin)
    assert refused.value.reason == "member_unknown"


def test_nobody_is_given_what_they_may_not_see(desk, group):
    grant = person_pb2.Grant(role="GRANT_ROLE_TECHNICIAN", tenant_ids=["ten_lumen"])
    for person, disabled in (("per_of_lumen", False), ("per_gone", True)):
        desk.directory.add_person(person, NORTH, f"{person}@north.example", grants=[grant], disabled=disabled)
    members = [rule_pb2.GroupMember(person_id=person) for person in ("per_of_lumen", "per_gone", "per_bo")]
    night = rule_pb2.AssignmentGroup(name="Night", members=members, categories=["night"])
    call(desk.rules.CreateAssignmentGroup, pb.CreateAssignmentGroupRequest(group=night), desk.admin)
    for tenant_id, able in (("ten_acme", {"per_bo"}), ("ten_lumen", {"per_bo", "per_of_lumen"})):
        opened = desk.announced.open_many(4, tenant_id, title="Dark", category="night")
        assert {decision_on(desk, incident).assignee_id for incident in opened} <= able
