"""Rules and assignment groups."""

from datetime import UTC

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import rule_pb2, rule_service_pb2
from fairlead.triage.v1.rule_service_pb2_grpc import RuleServiceServicer
from services.triage.domain.matrix import Level
from services.triage.domain.report import Report
from services.triage.domain.routing import AssignmentGroup, Member, SkillNeed
from services.triage.domain.rule import Actions, Condition, Field, Operator, Rule
from services.triage.events import messages, trials
from services.triage.events import rules as rule_messages
from services.triage.rpc.words import restrictions, word, words
from services.triage.use_cases import KeepGroups, KeepRules, RuleChange, SeeRuns, TryRules


class RuleServicer(RuleServiceServicer):
    """Rules and assignment groups: written by administrators, read by staff."""

    def __init__(self, rules: KeepRules, groups: KeepGroups, trying: TryRules, runs: SeeRuns) -> None:
        self._rules = rules
        self._groups = groups
        self._trying = trying
        self._runs = runs

    def CreateRule(
        self, request: rule_service_pb2.CreateRuleRequest, context: grpc.ServicerContext
    ) -> rule_pb2.Rule:
        caller = caller_of(context)
        made = self._rules.create(caller, _rule(request.rule), _change(request))
        return rule_messages.rule(made, caller.provider_id)

    def UpdateRule(
        self, request: rule_service_pb2.UpdateRuleRequest, context: grpc.ServicerContext
    ) -> rule_pb2.Rule:
        caller = caller_of(context)
        updated = self._rules.update(caller, _rule(request.rule), request.rule.revision, _change(request))
        return rule_messages.rule(updated, caller.provider_id)

    def DeleteRule(
        self, request: rule_service_pb2.DeleteRuleRequest, context: grpc.ServicerContext
    ) -> rule_service_pb2.DeleteRuleResponse:
        self._rules.delete(caller_of(context), request.rule_id)
        return rule_service_pb2.DeleteRuleResponse()

    def GetRule(
        self, request: rule_service_pb2.GetRuleRequest, context: grpc.ServicerContext
    ) -> rule_pb2.Rule:
        caller = caller_of(context)
        return rule_messages.rule(self._rules.get(caller, request.rule_id), caller.provider_id)

    def ListRules(
        self, request: rule_service_pb2.ListRulesRequest, context: grpc.ServicerContext
    ) -> rule_service_pb2.ListRulesResponse:
        caller = caller_of(context)
        found = self._rules.all(caller)
        return rule_service_pb2.ListRulesResponse(
            rules=[rule_messages.rule(rule, caller.provider_id) for rule in found]
        )

    def TryRules(
        self, request: rule_service_pb2.TryRulesRequest, context: grpc.ServicerContext
    ) -> rule_service_pb2.TryRulesResponse:
        report = Report(
            incident_id="",
            tenant_id=request.tenant_id,
            subject=request.subject,
            text=request.text,
            channel=request.channel,
            sender=request.sender,
            configuration_item=request.configuration_item,
            create_time=request.time.ToDatetime(tzinfo=UTC) if request.HasField("time") else None,
        )
        return trials.trial(self._trying.try_on(caller_of(context), report))

    def RetryRule(
        self, request: rule_service_pb2.RetryRuleRequest, context: grpc.ServicerContext
    ) -> rule_service_pb2.RetryRuleResponse:
        caller = caller_of(context)
        if request.rule_id:
            return rule_messages.retrial(
                *self._trying.retry_version(caller, request.rule_id, request.version, request.incidents)
            )
        return rule_messages.retrial(self._trying.retry(caller, _rule(request.rule), request.incidents), 0)

    def ListRuleVersions(
        self, request: rule_service_pb2.ListRuleVersionsRequest, context: grpc.ServicerContext
    ) -> rule_service_pb2.ListRuleVersionsResponse:
        caller = caller_of(context)
        found = self._rules.history(caller, request.rule_id).versions
        return rule_service_pb2.ListRuleVersionsResponse(
            versions=[rule_messages.version(one, caller.provider_id) for one in found]
        )

    def RestoreRuleVersion(
        self, request: rule_service_pb2.RestoreRuleVersionRequest, context: grpc.ServicerContext
    ) -> rule_pb2.Rule:
        caller = caller_of(context)
        restored = self._rules.restore(caller, request.rule_id, request.version, request.revision)
        return rule_messages.rule(restored, caller.provider_id)

    def ListRuleRuns(
        self, request: rule_service_pb2.ListRuleRunsRequest, context: grpc.ServicerContext
    ) -> rule_service_pb2.ListRuleRunsResponse:
        found, token, total = self._runs.of_rule(
            caller_of(context), request.rule_id, request.page_size, request.page_token
        )
        return rule_service_pb2.ListRuleRunsResponse(
            runs=[rule_messages.runs(one) for one in found],
            next_page_token=token,
            total=total,
            rule_id=request.rule_id,
        )

    def GetRuleRuns(
        self, request: rule_service_pb2.GetRuleRunsRequest, context: grpc.ServicerContext
    ) -> rule_pb2.RuleRuns:
        return rule_messages.runs(self._runs.of_incident(caller_of(context), request.incident_id))

    def CreateAssignmentGroup(
        self, request: rule_service_pb2.CreateAssignmentGroupRequest, context: grpc.ServicerContext
    ) -> rule_pb2.AssignmentGroup:
        caller = caller_of(context)
        return messages.group(self._groups.create(caller, _group(request.group)), caller.provider_id)

    def UpdateAssignmentGroup(
        self, request: rule_service_pb2.UpdateAssignmentGroupRequest, context: grpc.ServicerContext
    ) -> rule_pb2.AssignmentGroup:
        caller = caller_of(context)
        updated = self._groups.update(caller, _group(request.group), request.group.revision)
        return messages.group(updated, caller.provider_id)

    def GetAssignmentGroup(
        self, request: rule_service_pb2.GetAssignmentGroupRequest, context: grpc.ServicerContext
    ) -> rule_pb2.AssignmentGroup:
        caller = caller_of(context)
        return messages.group(self._groups.get(caller, request.group_id), caller.provider_id)

    def ListAssignmentGroups(
        self, request: rule_service_pb2.ListAssignmentGroupsRequest, context: grpc.ServicerContext
    ) -> rule_service_pb2.ListAssignmentGroupsResponse:
        caller = caller_of(context)
        found = self._groups.all(caller)
        return rule_service_pb2.ListAssignmentGroupsResponse(
            groups=[messages.group(group, caller.provider_id) for group in found]
        )


def _change(
    request: rule_service_pb2.CreateRuleRequest | rule_service_pb2.UpdateRuleRequest,
) -> RuleChange:
    on = request.rule.enabled if request.rule.HasField("enabled") else None
    return RuleChange(on, request.note, request.untried_reason)


def _rule(message: rule_pb2.Rule) -> Rule:
    return Rule(
        rule_id=message.rule_id,
        name=message.name,
        position=message.position,
        tenant_id=message.tenant_id,
        conditions=tuple(_condition(condition) for condition in message.conditions),
        actions=_actions(message.actions),
        match_any=message.match_any,
    )


def _condition(message: rule_pb2.Condition) -> Condition:
    return Condition(
        field=Field(word(rule_pb2.ConditionField, "CONDITION_FIELD", message.field, "conditions")),
        operator=Operator(
            word(rule_pb2.ConditionOperator, "CONDITION_OPERATOR", message.operator, "conditions")
        ),
        values=tuple(message.values),
        negate=message.negate,
        key=message.key.strip(),
    )


def _actions(message: rule_pb2.RuleActions) -> Actions:
    kinds = [message.kind] if message.kind else []
    return Actions(
        category=message.category,
        kind=next(iter(words(incident_pb2.IncidentKind, "INCIDENT_KIND", kinds, "kind")), ""),
        impact=_level(message.impact, "impact"),
        urgency=_level(message.urgency, "urgency"),
        assignment_group_id=message.assignment_group_id,
        assignee_id=message.assignee_id,
        no_page=message.no_page,
        stop=message.stop,
    )


def _group(message: rule_pb2.AssignmentGroup) -> AssignmentGroup:
    return AssignmentGroup(
        group_id=message.group_id,
        name=message.name,
        members=tuple(
            Member(
                member.person_id,
                member.name,
                member.load_cap,
                member.away,
                restrictions(member.hours, "members"),
            )
            for member in message.members
        ),
        categories=frozenset(message.categories),
        tenant_ids=frozenset(message.tenant_ids),
        is_default=message.is_default,
        time_zone=message.time_zone,
        schedule_id=message.schedule_id,
        hours=restrictions(message.hours, "hours"),
        holiday_country=message.holiday_country.strip().upper(),
        holiday_region=message.holiday_region.strip().upper(),
        # As the directory writes skills.
        needs=tuple(
            SkillNeed(one.category.strip(), frozenset(skill.strip().lower() for skill in one.skills))
            for one in message.needs
        ),
    )


def _level(value: int, field: str) -> Level | None:
    try:
        return Level(value) if value else None
    except ValueError as error:
        raise InvalidArgument(f"{field}_invalid", f"This is not an {field}.", field=field) from error
