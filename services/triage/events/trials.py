"""A trial of the rules as a protobuf message."""

from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import rule_service_pb2
from services.triage.domain.trial import RuleOutcome, Trial
from services.triage.events.messages import level_number
from services.triage.events.rules import condition


def trial(found: Trial) -> rule_service_pb2.TryRulesResponse:
    """Rules with their outcomes, and the decision."""
    decision, assignment = found.decision, found.decision.assignment
    kind = f"INCIDENT_KIND_{decision.kind.upper()}" if decision.kind else "INCIDENT_KIND_UNSPECIFIED"
    return rule_service_pb2.TryRulesResponse(
        rules=[_outcome(outcome) for outcome in found.outcomes],
        category=decision.category,
        kind=incident_pb2.IncidentKind.Value(kind),
        impact=incident_pb2.Impact.ValueType(level_number(decision.impact)),
        urgency=incident_pb2.Urgency.ValueType(level_number(decision.urgency)),
        priority=incident_pb2.Priority.ValueType(int(decision.priority)),
        assignment_group_id=assignment.group_id,
        assignment_group_name=assignment.group_name,
        assignee_name=assignment.assignee_name,
        needs_dispatcher=found.needs_dispatcher,
    )


def _outcome(outcome: RuleOutcome) -> rule_service_pb2.RuleOutcome:
    return rule_service_pb2.RuleOutcome(
        rule_id=outcome.rule.rule_id,
        name=outcome.rule.name,
        enabled=outcome.rule.enabled,
        concerns=outcome.concerns,
        holds=outcome.holds,
        conditions=[
            rule_service_pb2.ConditionOutcome(holds=one.holds, found=one.found, condition=condition(said))
            for one, said in zip(outcome.conditions, outcome.rule.conditions, strict=True)
        ],
        decided=outcome.decided,
    )
