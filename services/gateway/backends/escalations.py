"""Escalation policies, what is under way by them, and the links of pages."""

from __future__ import annotations

from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import escalation_pb2 as escalation
from fairlead.triage.v1 import escalation_service_pb2 as messages
from fairlead.triage.v1 import model_pb2 as model
from fairlead.triage.v1.escalation_service_pb2_grpc import EscalationServiceStub
from services.gateway.backends.models import may_be_suggested, still_open


class Escalations:
    """Client of fairlead.triage.v1.EscalationService."""

    def __init__(self, channel: Any) -> None:
        self._stub = EscalationServiceStub(channel)

    def create_policy(self, caller: Caller, new: escalation.EscalationPolicy) -> escalation.EscalationPolicy:
        return call(self._stub.CreatePolicy, messages.CreatePolicyRequest(policy=new), caller)

    def update_policy(
        self, caller: Caller, changed: escalation.EscalationPolicy
    ) -> escalation.EscalationPolicy:
        return call(self._stub.UpdatePolicy, messages.UpdatePolicyRequest(policy=changed), caller)

    def delete_policy(self, caller: Caller, policy_id: str) -> None:
        call(self._stub.DeletePolicy, messages.DeletePolicyRequest(policy_id=policy_id), caller)

    def policy(self, caller: Caller, policy_id: str) -> escalation.EscalationPolicy:
        return call(self._stub.GetPolicy, messages.GetPolicyRequest(policy_id=policy_id), caller)

    def policies(self, caller: Caller) -> list[escalation.EscalationPolicy]:
        """In the order in which they are tried."""
        return [*call(self._stub.ListPolicies, messages.ListPoliciesRequest(), caller).policies]

    def of_incident(self, caller: Caller, incident_id: str) -> list[escalation.Escalation]:
        """The latest first."""
        request = messages.ListEscalationsRequest(incident_id=incident_id)
        return [*call(self._stub.ListEscalations, request, caller).escalations]

    def with_suggestions(
        self, caller: Caller, incident: incident_pb2.Incident
    ) -> tuple[list[escalation.Escalation], list[model.Suggestion]]:
        """Of an incident: the latest first, and what is suggested of it as `Models.suggestions` has it; in one call."""
        request = messages.ListEscalationsRequest(
            incident_id=incident.incident_id, with_suggestions=may_be_suggested(incident)
        )
        found = call(self._stub.ListEscalations, request, caller)
        return [*found.escalations], still_open(incident, found.suggestions)

    def acknowledge(self, caller: Caller, incident_id: str) -> list[escalation.Escalation]:
        """The caller answers for all that is under way about it."""
        request = messages.AcknowledgeEscalationRequest(incident_id=incident_id)
        return [*call(self._stub.AcknowledgeEscalation, request, caller).escalations]

    def read_link(self, caller: Caller, tag: str) -> messages.PageLink:
        """Changes nothing."""
        return call(self._stub.ReadPageLink, messages.ReadPageLinkRequest(tag=tag), caller)

    def use_link(self, caller: Caller, tag: str) -> messages.PageLink:
        """Answers in the name of whom the page called."""
        return call(self._stub.UsePageLink, messages.UsePageLinkRequest(tag=tag), caller)
