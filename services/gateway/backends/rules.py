"""Triage rules and assignment groups."""

from __future__ import annotations

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.triage.v1 import rule_pb2 as rule
from fairlead.triage.v1 import rule_service_pb2 as messages
from fairlead.triage.v1.rule_service_pb2_grpc import RuleServiceStub

# A thousand incidents take about a second, more on a machine that has much to do.
_TRIAL_SECONDS = 30


class Rules:
    """Client of fairlead.triage.v1.RuleService, the part about rules."""

    def __init__(self, channel: Any) -> None:
        self._stub = RuleServiceStub(channel)

    def create(self, caller: Caller, new: rule.Rule, note: str = "", untried_reason: str = "") -> rule.Rule:
        request = messages.CreateRuleRequest(rule=new, note=note, untried_reason=untried_reason)
        return call(self._stub.CreateRule, request, caller)

    def update(
        self, caller: Caller, changed: rule.Rule, note: str = "", untried_reason: str = ""
    ) -> rule.Rule:
        """Leaves what decides as it is where `enabled` is not set."""
        request = messages.UpdateRuleRequest(rule=changed, note=note, untried_reason=untried_reason)
        return call(self._stub.UpdateRule, request, caller)

    def retry(self, caller: Caller, rule_id: str, incidents: int, version: int = 0) -> Any:
        """What a version (0: the latest) would have changed about the last incidents; it counts as tried."""
        request = messages.RetryRuleRequest(rule_id=rule_id, version=version, incidents=incidents)
        return call(self._stub.RetryRule, request, caller, timeout=_TRIAL_SECONDS)

    def retry_draft(self, caller: Caller, draft: rule.Rule, incidents: int) -> Any:
        request = messages.RetryRuleRequest(rule=draft, incidents=incidents)
        return call(self._stub.RetryRule, request, caller, timeout=_TRIAL_SECONDS)

    def versions(self, caller: Caller, rule_id: str) -> list[rule.RuleVersion]:
        """The oldest first."""
        request = messages.ListRuleVersionsRequest(rule_id=rule_id)
        return [*call(self._stub.ListRuleVersions, request, caller).versions]

    def restore(self, caller: Caller, rule_id: str, version: int, revision: int = 0) -> rule.Rule:
        request = messages.RestoreRuleVersionRequest(rule_id=rule_id, version=version, revision=revision)
        return call(self._stub.RestoreRuleVersion, request, caller)

    def runs(self, caller: Caller, rule_id: str, page_size: int = 0, page_token: str = "") -> Any:
        """Incidents for which it held, the latest first."""
        request = messages.ListRuleRunsRequest(rule_id=rule_id, page_size=page_size, page_token=page_token)
        return call(self._stub.ListRuleRuns, request, caller)

    def runs_of(self, caller: Caller, incident_id: str) -> rule.RuleRuns:
        """What the rules did about one incident. Raises NotFound("incident_not_found")."""
        return call(self._stub.GetRuleRuns, messages.GetRuleRunsRequest(incident_id=incident_id), caller)

    def delete(self, caller: Caller, rule_id: str) -> None:
        call(self._stub.DeleteRule, messages.DeleteRuleRequest(rule_id=rule_id), caller)

    def get(self, caller: Caller, rule_id: str) -> rule.Rule:
        return call(self._stub.GetRule, messages.GetRuleRequest(rule_id=rule_id), caller)

    def try_on(self, caller: Caller, **fields: Any) -> messages.TryRulesResponse:
        """What would be decided. Fields: tenant_id, subject, text, sender, channel. Saves nothing."""
        return call(self._stub.TryRules, messages.TryRulesRequest(**fields), caller)

    def list(self, caller: Caller) -> list[rule.Rule]:
        """In position order."""
        return [*call(self._stub.ListRules, messages.ListRulesRequest(), caller).rules]


class AssignmentGroups:
    """Client of fairlead.triage.v1.RuleService, the part about assignment groups."""

    def __init__(self, channel: Any) -> None:
        self._stub = RuleServiceStub(channel)

    def create(self, caller: Caller, new: rule.AssignmentGroup) -> rule.AssignmentGroup:
        request = messages.CreateAssignmentGroupRequest(group=new)
        return call(self._stub.CreateAssignmentGroup, request, caller)

    def update(self, caller: Caller, changed: rule.AssignmentGroup) -> rule.AssignmentGroup:
        request = messages.UpdateAssignmentGroupRequest(group=changed)
        return call(self._stub.UpdateAssignmentGroup, request, caller)

    def get(self, caller: Caller, group_id: str) -> rule.AssignmentGroup:
        request = messages.GetAssignmentGroupRequest(group_id=group_id)
        return call(self._stub.GetAssignmentGroup, request, caller)

    def list(self, caller: Caller) -> list[rule.AssignmentGroup]:
        return [*call(self._stub.ListAssignmentGroups, messages.ListAssignmentGroupsRequest(), caller).groups]
