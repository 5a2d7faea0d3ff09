"""Escalation policies, and who was called about an incident."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from pydantic import Field

from fairlead.triage.v1 import escalation_pb2
from services.gateway.api import words
from services.gateway.api.on_call import OnCallPerson
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Line, Revision, Shape, Time, fill

routes = Routes("escalation", "Who is called, one after the other, until somebody answers.")


class TargetView(Shape):
    kind: words.EscalationTargetKind
    target_id: str
    name: str


class StepView(Shape):
    targets: list[TargetView]
    wait_minutes: int


class EscalationPolicy(Shape):
    policy_id: str
    name: str
    position: int
    enabled: bool
    trigger: words.EscalationTrigger
    alerts: bool
    priorities: list[words.Priority]
    tenant_ids: list[str]
    steps: list[StepView]
    rounds: int
    revision: int


class EscalationPolicyList(Shape):
    policies: list[EscalationPolicy]


class Target(Body):
    kind: words.EscalationTargetKind
    target_id: Id = Field(description="Of the person, on-call schedule or assignment group.")


class Step(Body):
    targets: list[Target] = Field(min_length=1, max_length=20, description="All are called at once.")
    wait_minutes: int = Field(10, ge=1, le=10_080, description="For an answer, before the next step.")


class EscalationPolicyBody(Body):
    name: Line = Field(max_length=120)
    position: int = Field(100, ge=0, le=100_000, description="The first that concerns an incident counts.")
    enabled: bool = True
    trigger: words.EscalationTrigger = "opened"
    alerts: bool = Field(True, description="It concerns what monitoring opened.")
    priorities: list[words.Priority] = Field(["P1"], max_length=5, description="And what has one of these.")
    tenant_ids: list[Id] = Field([], max_length=500, description="None: every client.")
    steps: list[Step] = Field(min_length=1, max_length=20)
    rounds: int = Field(1, ge=1, le=10, description="How often the steps are gone through.")


class EscalationPolicyChange(EscalationPolicyBody):
    revision: Revision = 0


class PageView(Shape):
    page_id: str
    person: OnCallPerson | None = None
    step: int
    round: int
    time: Time | None = None
    via: str = Field(description="What named them: a schedule, a group, or they themselves.")


class Escalation(Shape):
    escalation_id: str
    incident_id: str
    tenant_id: str
    number: str
    policy_id: str
    policy_name: str
    trigger: words.EscalationTrigger
    state: words.EscalationState
    start_time: Time | None = None
    end_time: Time | None = None
    ended_by: OnCallPerson | None = None
    reason: str | None = None
    pages: list[PageView]
    steps: int
    rounds: int
    next_step: int | None = None
    next_round: int | None = None
    next_time: Time | None = None
    next_targets: list[TargetView]
    held: bool = Field(description="It waits for the end of a maintenance window.")


class EscalationList(Shape):
    escalations: list[Escalation]


@routes.get(
    "/escalation-policies", "List escalation policies", scope="on-call:read", returns=EscalationPolicyList
)
def list_policies(call: Call) -> Answer:
    """In the order in which they are tried."""
    return {"policies": EscalationPolicy.all_of(backends().escalations.policies(call.caller))}


@routes.post(
    "/escalation-policies",
    "Make an escalation policy",
    scope="on-call:write",
    body=EscalationPolicyBody,
    returns=EscalationPolicy,
    status=201,
    conflicts=True,
)
def create_policy(call: Call) -> Answer:
    wanted = fill(escalation_pb2.EscalationPolicy(), call.body)
    return EscalationPolicy.of(backends().escalations.create_policy(call.caller, wanted))


@routes.get(
    "/escalation-policies/{policy_id}",
    "Get an escalation policy",
    scope="on-call:read",
    returns=EscalationPolicy,
)
def get_policy(call: Call, policy_id: str) -> Answer:
    return EscalationPolicy.of(backends().escalations.policy(call.caller, policy_id))


@routes.put(
    "/escalation-policies/{policy_id}",
    "Change an escalation policy",
    scope="on-call:write",
    body=EscalationPolicyChange,
    returns=EscalationPolicy,
    conflicts=True,
)
def update_policy(call: Call, policy_id: str) -> Answer:
    """What is under way goes on as it began."""
    wanted = fill(escalation_pb2.EscalationPolicy(), call.body, policy_id=policy_id)
    return EscalationPolicy.of(backends().escalations.update_policy(call.caller, wanted))


@routes.delete("/escalation-policies/{policy_id}", "Remove an escalation policy", scope="on-call:write")
def delete_policy(call: Call, policy_id: str) -> Answer:
    backends().escalations.delete_policy(call.caller, policy_id)


@routes.get(
    "/incidents/{incident_id}/escalations",
    "See who was called about an incident",
    scope="on-call:read",
    returns=EscalationList,
)
def list_escalations(call: Call, incident_id: str) -> Answer:
    """The latest first. By the incident's id or number."""
    incident = backends().incidents.get(call.caller, incident_id)
    found = backends().escalations.of_incident(call.caller, incident.incident_id)
    return {"escalations": Escalation.all_of(found)}


@routes.post(
    "/incidents/{incident_id}/escalations/acknowledge",
    "Answer the calls about an incident",
    scope="on-call:write",
    returns=EscalationList,
    conflicts=True,
)
def acknowledge_escalations(call: Call, incident_id: str) -> Answer:
    """Nobody else is called about it."""
    incident = backends().incidents.get(call.caller, incident_id)
    found = backends().escalations.acknowledge(call.caller, incident.incident_id)
    return {"escalations": Escalation.all_of(found)}
