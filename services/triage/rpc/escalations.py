"""Escalation policies, and what is under way by them."""

from typing import Any

import grpc

from chassis.rpc import caller_of
from fairlead.triage.v1 import escalation_pb2
from fairlead.triage.v1 import escalation_service_pb2 as answers
from fairlead.triage.v1.escalation_service_pb2_grpc import EscalationServiceServicer
from services.triage.domain.escalation.policy import Policy, Step, Target, TargetKind, Trigger
from services.triage.domain.escalation.run import Escalation, Page
from services.triage.events import escalations as messages
from services.triage.events.models import suggestions as suggestion_messages
from services.triage.rpc.words import word
from services.triage.use_cases.escalations import KeepPolicies, SeeEscalations
from services.triage.use_cases.models import SeeSuggestions


class EscalationServicer(EscalationServiceServicer):
    """Policies for staff, and the answers of those who were called."""

    def __init__(
        self, policies: KeepPolicies, escalations: SeeEscalations, suggestions: SeeSuggestions
    ) -> None:
        self._policies = policies
        self._escalations = escalations
        self._suggestions = suggestions

    def CreatePolicy(self, request: Any, context: grpc.ServicerContext) -> escalation_pb2.EscalationPolicy:
        return messages.policy(self._policies.create(caller_of(context), _policy(request.policy)))

    def UpdatePolicy(self, request: Any, context: grpc.ServicerContext) -> escalation_pb2.EscalationPolicy:
        wanted = request.policy
        return messages.policy(self._policies.update(caller_of(context), _policy(wanted), wanted.revision))

    def DeletePolicy(self, request: Any, context: grpc.ServicerContext) -> answers.DeletePolicyResponse:
        self._policies.delete(caller_of(context), request.policy_id)
        return answers.DeletePolicyResponse()

    def GetPolicy(self, request: Any, context: grpc.ServicerContext) -> escalation_pb2.EscalationPolicy:
        return messages.policy(self._policies.get(caller_of(context), request.policy_id))

    def ListPolicies(self, request: Any, context: grpc.ServicerContext) -> answers.ListPoliciesResponse:
        found = self._policies.all(caller_of(context))
        return answers.ListPoliciesResponse(policies=[messages.policy(one) for one in found])

    def ListEscalations(self, request: Any, context: grpc.ServicerContext) -> answers.ListEscalationsResponse:
        caller = caller_of(context)
        answer = _listed(self._escalations.of_incident(caller, request.incident_id))
        if request.with_suggestions:
            found = self._suggestions.of(caller, request.incident_id)
            answer.suggestions.extend(suggestion_messages(found))
        return answer

    def AcknowledgeEscalation(
        self, request: Any, context: grpc.ServicerContext
    ) -> answers.ListEscalationsResponse:
        return _listed(self._escalations.acknowledge(caller_of(context), request.incident_id))

    def ReadPageLink(self, request: Any, context: grpc.ServicerContext) -> answers.PageLink:
        return _link(*self._escalations.read_link(caller_of(context), request.tag))

    def UsePageLink(self, request: Any, context: grpc.ServicerContext) -> answers.PageLink:
        return _link(*self._escalations.use_link(caller_of(context), request.tag))


def _listed(found: list[Escalation]) -> answers.ListEscalationsResponse:
    return answers.ListEscalationsResponse(escalations=[messages.shown(one) for one in found])


def _link(escalation: Escalation, page: Page) -> answers.PageLink:
    return answers.PageLink(
        escalation=messages.shown(escalation),
        page=messages.page(page),
        provider_id=escalation.concern.provider_id,
    )


def _policy(message: escalation_pb2.EscalationPolicy) -> Policy:
    trigger = message.trigger or escalation_pb2.ESCALATION_TRIGGER_OPENED
    return Policy(
        policy_id=message.policy_id,
        name=message.name,
        steps=tuple(_step(step, f"steps[{number}]") for number, step in enumerate(message.steps)),
        position=message.position,
        enabled=message.enabled,
        trigger=Trigger(word(escalation_pb2.EscalationTrigger, "ESCALATION_TRIGGER", trigger, "trigger")),
        alerts=message.alerts,
        priorities=frozenset(message.priorities),
        tenant_ids=frozenset(message.tenant_ids),
        rounds=message.rounds or 1,
    )


def _step(message: escalation_pb2.EscalationStep, field: str) -> Step:
    kinds = escalation_pb2.EscalationTargetKind
    return Step(
        tuple(
            Target(TargetKind(word(kinds, "ESCALATION_TARGET_KIND", one.kind, field)), one.target_id)
            for one in message.targets
        ),
        message.wait_minutes,
    )
