"""Rules, their versions, trials and runs as protobuf messages."""

from collections.abc import Iterable

from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import rule_pb2, rule_service_pb2
from services.triage.domain.retrial import Changed, Outcome, Retrial
from services.triage.domain.rule import Actions, Condition, Rule
from services.triage.domain.rule_history import Version
from services.triage.domain.rule_run import Opened, RuleRun
from services.triage.events.messages import level_number, named, timestamp


def rule(record: Rule, provider_id: str) -> rule_pb2.Rule:
    """A rule, whole."""
    return rule_pb2.Rule(
        rule_id=record.rule_id,
        provider_id=provider_id,
        tenant_id=record.tenant_id,
        name=record.name,
        position=record.position,
        enabled=record.enabled,
        conditions=[condition(one) for one in record.conditions],
        actions=_actions(record.actions),
        revision=record.revision,
        update_time=timestamp(record.update_time),
        match_any=record.match_any,
        version=record.version,
        live_version=record.live_version,
        tried=record.is_tried,
    )


def condition(record: Condition) -> rule_pb2.Condition:
    """A condition, whole."""
    return rule_pb2.Condition(
        field=named(rule_pb2.ConditionField, "CONDITION_FIELD", record.field),
        operator=named(rule_pb2.ConditionOperator, "CONDITION_OPERATOR", record.operator),
        values=record.values,
        negate=record.negate,
        key=record.key,
    )


def version(record: Version, provider_id: str) -> rule_pb2.RuleVersion:
    """One version."""
    message = rule_pb2.RuleVersion(
        version=record.number,
        rule=rule(record.rule, provider_id),
        author=record.author.subject,
        author_name=record.author.name,
        time=timestamp(record.time),
        note=record.note,
        switches=[
            rule_pb2.RuleSwitched(
                on=one.on, time=timestamp(one.time), name=one.name, untried_reason=one.untried_reason
            )
            for one in record.switches
        ],
    )
    if tried := record.tried:
        message.tried.CopyFrom(
            rule_pb2.RuleTried(
                time=timestamp(tried.time),
                name=tried.name,
                incidents=tried.incidents,
                held=tried.held,
                changed=tried.changed,
            )
        )
    return message


def retrial(found: Retrial, number: int) -> rule_service_pb2.RetryRuleResponse:
    """What a trial found. number: the version that was tried, 0 for what is not saved."""
    return rule_service_pb2.RetryRuleResponse(
        incidents=found.incidents,
        held=found.held,
        changed=found.changed,
        rows=[_changed(one) for one in found.rows],
        version=number,
        asked=found.asked,
    )


def runs(opened: Opened) -> rule_pb2.RuleRuns:
    """What rules did about one incident."""
    return rule_pb2.RuleRuns(
        incident_id=opened.report.incident_id,
        tenant_id=opened.report.tenant_id,
        number=opened.number,
        title=opened.report.subject,
        time=timestamp(opened.time),
        runs=[_run(one) for one in opened.runs],
        rules_tried=opened.rules_tried,
        refusal=opened.refusal,
    )


def _run(run: RuleRun) -> rule_pb2.RuleRun:
    return rule_pb2.RuleRun(
        rule_id=run.rule_id,
        name=run.name,
        version=run.version,
        conditions=[
            rule_pb2.RanCondition(
                condition=condition(one.condition), holds=one.found is not None, found=one.found or ""
            )
            for one in run.conditions
        ],
        decided=run.decided,
        passed=_passed(run.passed),
    )


def _passed(passed: Iterable[tuple[str, str]]) -> list[rule_pb2.PassedAction]:
    return [rule_pb2.PassedAction(action=action, by=by) for action, by in passed]


def _changed(one: Changed) -> rule_service_pb2.ChangedIncident:
    return rule_service_pb2.ChangedIncident(
        incident_id=one.incident_id,
        number=one.number,
        tenant_id=one.tenant_id,
        title=one.title,
        time=timestamp(one.time),
        holds=one.holds,
        before=_outcome(one.before),
        after=_outcome(one.after),
    )


def _outcome(outcome: Outcome) -> rule_service_pb2.RuleOutcomeOfIncident:
    return rule_service_pb2.RuleOutcomeOfIncident(
        category=outcome.category,
        kind=named(incident_pb2.IncidentKind, "INCIDENT_KIND", outcome.kind),
        impact=incident_pb2.Impact.ValueType(outcome.impact),
        urgency=incident_pb2.Urgency.ValueType(outcome.urgency),
        priority=incident_pb2.Priority.ValueType(outcome.priority),
        assignment_group_name=outcome.group,
        assignee_name=outcome.assignee,
        no_page=outcome.no_page,
    )


def _actions(actions: Actions) -> rule_pb2.RuleActions:
    return rule_pb2.RuleActions(
        category=actions.category,
        kind=named(incident_pb2.IncidentKind, "INCIDENT_KIND", actions.kind),
        impact=incident_pb2.Impact.ValueType(level_number(actions.impact)),
        urgency=incident_pb2.Urgency.ValueType(level_number(actions.urgency)),
        assignment_group_id=actions.assignment_group_id,
        assignee_id=actions.assignee_id,
        no_page=actions.no_page,
        stop=actions.stop,
    )
