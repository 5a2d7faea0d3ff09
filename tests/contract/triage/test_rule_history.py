"""A rule is tried on what came, switched on, and what it did is logged: over the real RPCs and a real store."""

import pytest

from chassis.errors import InvalidState, NotFound
from chassis.rpc import call
from fairlead.triage.v1 import rule_pb2
from fairlead.triage.v1 import rule_service_pb2 as pb
from tests.contract.triage.conftest import SOUTH, Desk
from tests.harness.waiting import wait_until

WORD = "quibblefish"


def rule_about(word: str, category: str, **more) -> rule_pb2.Rule:
    condition = rule_pb2.Condition(
        field="CONDITION_FIELD_SUBJECT", operator="CONDITION_OPERATOR_MATCHES", values=[rf"\b{word}\d*\b"]
    )
    actions = rule_pb2.RuleActions(category=category)
    return rule_pb2.Rule(
        **{"name": word, "position": 3, "conditions": [condition], "actions": actions, **more}
    )


def decided_on(desk: Desk, incident_id: str):
    wait_until(
        lambda: any(one.incident_id == incident_id for one in desk.record.decisions),
        timeout=20,
        what=f"a decision on {incident_id}",
    )
    return next(one for one in desk.record.decisions if one.incident_id == incident_id)


@pytest.fixture(scope="module")
def opened(desk: Desk) -> str:
    incident_id = desk.announced.open(title=f"The {WORD}7 hums")
    decided_on(desk, incident_id)
    return incident_id


@pytest.fixture(scope="module")
def draft(desk: Desk, opened: str) -> rule_pb2.Rule:
    request = pb.CreateRuleRequest(rule=rule_about(WORD, "fish"), note="They hum")
    return call(desk.rules.CreateRule, request, desk.admin)


def test_a_version_is_switched_on_once_it_was_tried_on_what_came(desk: Desk, draft, opened):
    assert (draft.enabled, draft.version, draft.live_version) == (False, 1, 0)
    switch = pb.UpdateRuleRequest(rule=draft)
    switch.rule.enabled = True
    with pytest.raises(InvalidState, match="rule_not_tried"):
        call(desk.rules.UpdateRule, switch, desk.admin)
    tried = call(desk.rules.RetryRule, pb.RetryRuleRequest(rule_id=draft.rule_id, incidents=100), desk.admin)
    row = next(one for one in tried.rows if one.incident_id == opened)
    assert (tried.version, row.holds, row.after.category) == (1, True, "fish")
    assert row.before.category != "fish"
    switch.rule.revision = 0
    on = call(desk.rules.UpdateRule, switch, desk.admin)
    assert (on.enabled, on.live_version) == (True, 1)

    incident_id = desk.announced.open(title=f"Another {WORD}")
    assert decided_on(desk, incident_id).category == "fish"
    runs = call(desk.rules.GetRuleRuns, pb.GetRuleRunsRequest(incident_id=incident_id), desk.admin)
    ran = next(run for run in runs.runs if run.rule_id == draft.rule_id)
    assert (ran.version, list(ran.decided), ran.conditions[0].holds) == (1, ["category"], True)
    listed = call(desk.rules.ListRuleRuns, pb.ListRuleRunsRequest(rule_id=draft.rule_id), desk.admin)
    assert [one.incident_id for one in listed.runs] == [incident_id] and listed.total == 1

    changed = rule_about(WORD, "eel", rule_id=draft.rule_id)
    second = call(desk.rules.UpdateRule, pb.UpdateRuleRequest(rule=changed, note="Eels"), desk.admin)
    assert (second.version, second.live_version, second.tried) == (2, 1, False)
    assert decided_on(desk, desk.announced.open(title=f"A third {WORD}")).category == "fish"
    versions = call(
        desk.rules.ListRuleVersions, pb.ListRuleVersionsRequest(rule_id=draft.rule_id), desk.admin
    ).versions
    assert [(one.version, one.note, one.HasField("tried")) for one in versions] == [
        (1, "They hum", True),
        (2, "Eels", False),
    ]
    restored = call(
        desk.rules.RestoreRuleVersion,
        pb.RestoreRuleVersionRequest(rule_id=draft.rule_id, version=1),
        desk.admin,
    )
    assert (restored.version, restored.tried, restored.actions.category) == (3, True, "fish")


def test_a_trial_and_the_log_show_no_other_providers_incidents(desk: Desk, draft, opened):
    stranger = desk.served.admin(SOUTH)
    found = call(desk.rules.RetryRule, pb.RetryRuleRequest(rule=rule_about(WORD, "fish")), stranger)
    assert found.incidents == 0
    for method, request in (
        (desk.rules.RetryRule, pb.RetryRuleRequest(rule_id=draft.rule_id)),
        (desk.rules.ListRuleVersions, pb.ListRuleVersionsRequest(rule_id=draft.rule_id)),
        (desk.rules.ListRuleRuns, pb.ListRuleRunsRequest(rule_id=draft.rule_id)),
        (desk.rules.GetRuleRuns, pb.GetRuleRunsRequest(incident_id=opened)),
    ):
        with pytest.raises(NotFound):
            call(method, request, stranger)
    with pytest.raises(NotFound):
        request = pb.GetRuleRunsRequest(incident_id=opened)
        call(desk.rules.GetRuleRuns, request, desk.technician("ten_lumen"))
