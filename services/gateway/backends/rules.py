"""Triage rules and assignment groups."""

from __future__ import annotations

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.triage.v1 import rule_pb2 as rule
from fairlead.triage.v1 import rule_service_pb2 as messages
from fairlead.triage.v1.rule_service_pb2_grpc import RuleServiceStub


class Rules:
    """Client of fairlead.triage.v1.RuleService, the part about rules."""

    def __init__(self, channel: Any) -> None:
        self._stub = RuleServiceStub(channel)

    def create(self, caller: Caller, new: rule.Rule) -> rule.Rule:
        return call(self._stub.CreateRule, messages.CreateRuleRequest(rule=new), caller)

    def update(self, caller: Caller, changed: rule.Rule) -> rule.Rule:
        return call(self._stub.UpdateRule, messages.UpdateRuleRequest(rule=changed), caller)

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
