"""Rules are tried on words without anything coming of it."""

import pytest

from chassis.errors import NotFound, PermissionDenied
from chassis.rpc import call
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import queue_service_pb2, rule_pb2
from fairlead.triage.v1 import rule_service_pb2 as pb
from tests.contract.triage.conftest import NORTH, SOUTH, Desk


def _rule(
    name: str, position: int, words: list[str], tenant_id: str = "", **actions: object
) -> rule_pb2.Rule:
    return rule_pb2.Rule(
        name=name,
        position=position,
        enabled=True,
        tenant_id=tenant_id,
        conditions=[
            rule_pb2.Condition(
                field="CONDITION_FIELD_WORDS", operator="CONDITION_OPERATOR_CONTAINS_ANY", values=words
            )
        ],
        actions=rule_pb2.RuleActions(**actions),
    )


@pytest.fixture(scope="module")
def rules(desk: Desk) -> dict[str, str]:
    made = {}
    for rule in (
        _rule("Tunnels", 1, ["vpn"], category="network", urgency="URGENCY_HIGH"),
        _rule("Everything slow", 2, ["slow", "vpn"], category="performance", impact="IMPACT_HIGH"),
        _rule("Lumen alone", 3, ["vpn"], "ten_lumen", category="legal"),
    ):
        made[rule.name] = call(
            desk.rules.CreateRule, pb.CreateRuleRequest(rule=rule, untried_reason="a test"), desk.admin
        ).rule_id
    yield made
    for rule_id in made.values():
        call(desk.rules.DeleteRule, pb.DeleteRuleRequest(rule_id=rule_id), desk.admin)


def test_a_trial_says_which_rules_hold_and_what_each_decided(desk: Desk, rules: dict[str, str]):
    before = call(desk.queue.CountQueue, queue_service_pb2.CountQueueRequest(), desk.admin)
    request = pb.TryRulesRequest(tenant_id="ten_acme", subject="VPN drops", text="It is so slow")
    shown = call(desk.rules.TryRules, request, desk.admin)
    by_name = {one.name: one for one in shown.rules}
    assert (by_name["Tunnels"].holds, list(by_name["Tunnels"].decided)) == (True, ["category", "urgency"])
    assert by_name["Tunnels"].conditions[0].found == "vpn"
    assert list(by_name["Everything slow"].decided) == ["impact"]
    lumen = by_name["Lumen alone"]
    assert lumen.conditions[0].holds and not lumen.concerns and not lumen.holds
    assert (shown.category, shown.priority) == ("network", incident_pb2.PRIORITY_P1)
    assert call(desk.queue.CountQueue, queue_service_pb2.CountQueueRequest(), desk.admin) == before


def test_a_clients_own_rule_comes_before_those_for_everybody(desk: Desk, rules: dict[str, str]):
    request = pb.TryRulesRequest(tenant_id="ten_lumen", subject="VPN drops")
    shown = call(desk.rules.TryRules, request, desk.admin)
    assert (shown.rules[0].name, shown.category) == ("Lumen alone", "legal")


def test_what_no_rule_recognizes_needs_a_dispatcher(desk: Desk, rules: dict[str, str]):
    shown = call(desk.rules.TryRules, pb.TryRulesRequest(subject="Hello"), desk.admin)
    assert shown.needs_dispatcher and not any(rule.holds for rule in shown.rules)


def test_only_administrators_try_and_only_with_their_own_clients(desk: Desk, rules: dict[str, str]):
    with pytest.raises(PermissionDenied):
        call(desk.rules.TryRules, pb.TryRulesRequest(subject="VPN"), desk.technician("ten_acme"))
    with pytest.raises(NotFound, match="tenant_not_found"):
        call(desk.rules.TryRules, pb.TryRulesRequest(tenant_id="ten_souths"), desk.served.admin(NORTH))
    theirs = call(desk.rules.TryRules, pb.TryRulesRequest(subject="VPN"), desk.served.admin(SOUTH))
    assert not theirs.rules
