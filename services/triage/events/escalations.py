"""Escalations and policies as messages, and what is announced of them."""

from datetime import datetime
from typing import Any

from chassis.outbox import OutboundEvent
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import escalation_pb2, events_pb2
from services.triage.domain.escalation import run
from services.triage.domain.escalation.policy import Policy, Step, Target
from services.triage.domain.escalation.run import Escalation, Fact
from services.triage.domain.link import Links
from services.triage.events.messages import timestamp
from services.triage.events.on_call import person


def announced(
    escalation: Escalation, fact: Fact, links: Links, now: datetime, caller: Caller
) -> OutboundEvent:
    """What is told of a change."""
    if isinstance(fact, run.Paged):
        message = events_pb2.Paged(
            escalation=shown(escalation),
            page=page(fact.page),
            answer_tag=links.tag(fact.page.page_id),
        )
        return OutboundEvent("paged", message, now, caller)
    if isinstance(fact, run.Acknowledged):
        return OutboundEvent(
            "acknowledged", events_pb2.Acknowledged(escalation=shown(escalation)), now, caller
        )
    return OutboundEvent("escalated", events_pb2.Escalated(escalation=shown(escalation)), now, caller)


def shown(one: Escalation) -> escalation_pb2.Escalation:
    """An escalation, whole."""
    concern, coming = one.concern, one.next_step
    message = escalation_pb2.Escalation(
        escalation_id=one.escalation_id,
        incident_id=concern.incident_id,
        tenant_id=concern.tenant_id,
        number=concern.number,
        title=concern.title,
        priority=incident_pb2.Priority.ValueType(concern.priority),
        policy_id=one.policy.policy_id,
        policy_name=one.policy.name,
        trigger=_trigger(one.trigger.name),
        state=escalation_pb2.EscalationState.Value(f"ESCALATION_STATE_{one.state.name}"),
        start_time=timestamp(one.start_time),
        end_time=timestamp(one.end_time),
        ended_by=person(one.ended_by),
        reason=one.reason,
        pages=[page(each) for each in one.pages],
        steps=len(one.policy.steps),
        rounds=one.policy.rounds,
        next_time=timestamp(one.next_time),
        held=bool(one.held_by),
        revision=one.revision,
    )
    if coming:
        message.next_step, message.next_round = one.step + 1, one.round + 1
        message.next_targets.extend(_target(target) for target in coming.targets)
    return message


def policy(record: Policy) -> escalation_pb2.EscalationPolicy:
    """A policy, whole."""
    return escalation_pb2.EscalationPolicy(
        policy_id=record.policy_id,
        name=record.name,
        position=record.position,
        enabled=record.enabled,
        trigger=_trigger(record.trigger.name),
        alerts=record.alerts,
        priorities=[incident_pb2.Priority.Name(one) for one in sorted(record.priorities)],
        tenant_ids=sorted(record.tenant_ids),
        steps=[_step(step) for step in record.steps],
        rounds=record.rounds,
        revision=record.revision,
    )


def _step(step: Step) -> escalation_pb2.EscalationStep:
    return escalation_pb2.EscalationStep(
        targets=[_target(one) for one in step.targets], wait_minutes=step.wait_minutes
    )


def _target(target: Target) -> escalation_pb2.EscalationTarget:
    kind = escalation_pb2.EscalationTargetKind.Value(f"ESCALATION_TARGET_KIND_{target.kind.name}")
    return escalation_pb2.EscalationTarget(kind=kind, target_id=target.target_id, name=target.name)


def _trigger(name: str) -> Any:
    return escalation_pb2.EscalationTrigger.Value(f"ESCALATION_TRIGGER_{name}")


def page(one: run.Page) -> escalation_pb2.Page:
    """One person called once."""
    return escalation_pb2.Page(
        page_id=one.page_id,
        person=person(one.watcher),
        step=one.step + 1,
        round=one.round + 1,
        time=timestamp(one.time),
        via=one.via,
    )
