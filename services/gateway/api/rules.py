"""Triage rules and assignment groups."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from pydantic import Field

from fairlead.triage.v1 import rule_pb2
from services.gateway.api import words
from services.gateway.api.on_call import Restriction, RestrictionView
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Line, Revision, Shape, Time, fill

routes = Routes("rules", "How triage decides: readable rules, and who works what.")


class ConditionView(Shape):
    field: words.ConditionField
    operator: words.ConditionOperator
    values: list[str]
    negate: bool
    key: str | None = None


class ActionsView(Shape):
    category: str | None = None
    kind: words.IncidentKind | None = None
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    assignment_group_id: str | None = None
    assignee_id: str | None = None
    no_page: bool = False
    stop: bool = False


class Rule(Shape):
    rule_id: str
    tenant_id: str | None = Field(None, description="Left out: for every client.")
    name: str
    position: int
    enabled: bool = Field(description="Whether any version decides.")
    version: int = Field(description="The latest; each change of what it says makes one.")
    live_version: int = Field(description="The version that decides; 0: none.")
    tried: bool = Field(description="Whether the latest version was tried on earlier incidents.")
    conditions: list[ConditionView]
    match_any: bool = False
    actions: ActionsView | None = None
    revision: int
    update_time: Time | None = None


class RuleList(Shape):
    rules: list[Rule]


class Condition(Body):
    field: words.ConditionField
    operator: words.ConditionOperator
    values: list[Line] = Field(min_length=1, max_length=50)
    negate: bool = False
    key: str = Field(
        "",
        max_length=100,
        description="Of a form the field's key; of a time the IANA zone whose clocks count, or UTC.",
    )


class Actions(Body):
    """What a rule sets; what is left out it does not touch."""

    category: str | None = Field(None, max_length=100)
    kind: words.IncidentKind | None = None
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    assignment_group_id: Id | None = None
    assignee_id: Id | None = Field(
        None, description="Has it, if they work in the group that it goes to and are not away."
    )
    no_page: bool = Field(False, description="Nobody is called because it was opened.")
    stop: bool = Field(False, description="No later rule is tried.")


class RuleBody(Body):
    name: Line
    tenant_id: Id | None = None
    position: int = Field(ge=0, le=100_000)
    enabled: bool | None = Field(
        None,
        description="True switches the latest version on, which must have been tried or have an untried_reason; false "
        "switches the rule off; left out, what decides goes on.",
    )
    note: str = Field("", max_length=500, description="Why it is changed.")
    untried_reason: str = Field("", max_length=500, description="Why it is switched on without a trial.")
    conditions: list[Condition] = Field(min_length=1, max_length=20)
    match_any: bool = Field(False, description="One condition that holds is enough.")
    actions: Actions


class RuleChange(RuleBody):
    revision: Revision = 0


class MemberView(Shape):
    person_id: str
    name: str
    load_cap: int
    away: bool
    hours: list[RestrictionView] = Field([], description="When they are on shift; none: as the group.")


class SkillNeedView(Shape):
    category: str | None = Field(None, description="Left out: every category in the group.")
    skills: list[str]


class AssignmentGroup(Shape):
    group_id: str
    name: str
    members: list[MemberView]
    categories: list[str]
    tenant_ids: list[str]
    is_default: bool
    time_zone: str | None = None
    schedule_id: str | None = None
    hours: list[RestrictionView] = Field([])
    holiday_country: str | None = None
    holiday_region: str | None = None
    needs: list[SkillNeedView] = Field([])
    revision: int


class AssignmentGroupList(Shape):
    assignment_groups: list[AssignmentGroup]


class Member(Body):
    person_id: Id
    name: str = Field("", max_length=200)
    load_cap: int = Field(0, ge=0, le=10_000, description="0: no cap.")
    away: bool = False
    hours: list[Restriction] = Field(
        [], max_length=21, description="When they are on shift; none: as the group."
    )


class SkillNeed(Body):
    category: str = Field("", max_length=100, description="Left out: every category in the group.")
    skills: list[Line] = Field(min_length=1, max_length=20)


class GroupBody(Body):
    name: Line
    members: list[Member] = Field([], max_length=500)
    categories: list[Line] = Field([], max_length=100)
    tenant_ids: list[Id] = Field([], max_length=500)
    is_default: bool = False
    time_zone: str = Field("", max_length=64, description="IANA name of the zone of members' hours.")
    schedule_id: Id | None = Field(
        None, description="Whoever is on call by it is given work while nobody is on shift."
    )
    hours: list[Restriction] = Field(
        [], max_length=21, description="When members without hours of their own are on shift; none: always."
    )
    holiday_country: str = Field(
        "",
        max_length=2,
        description="ISO 3166 code: on its public holidays nobody who has hours is on shift.",
    )
    holiday_region: str = Field("", max_length=10)
    needs: list[SkillNeed] = Field(
        [], max_length=100, description="Skills that everybody needs who is given a category here."
    )


class GroupChange(GroupBody):
    revision: Revision = 0


@routes.get("/rules", "List rules", scope="rules:read", returns=RuleList)
def list_rules(call: Call) -> Answer:
    """In the order in which they are tried."""
    return {"rules": Rule.all_of(backends().rules.list(call.caller))}


@routes.post(
    "/rules", "Make a rule", scope="rules:write", body=RuleBody, returns=Rule, status=201, conflicts=True
)
def create_rule(call: Call) -> Answer:
    """Decides nothing before it is switched on, for which a trial comes first: POST /rules/{rule_id}/trials."""
    body: RuleBody = call.body
    new = fill(rule_pb2.Rule(), body)
    return Rule.of(backends().rules.create(call.caller, new, body.note, body.untried_reason))


@routes.get("/rules/{rule_id}", "Get a rule", scope="rules:read", returns=Rule)
def get_rule(call: Call, rule_id: str) -> Answer:
    return Rule.of(backends().rules.get(call.caller, rule_id))


@routes.put(
    "/rules/{rule_id}", "Change a rule", scope="rules:write", body=RuleChange, returns=Rule, conflicts=True
)
def update_rule(call: Call, rule_id: str) -> Answer:
    """What it says becomes its next version, which decides once it is switched on; until then the former one goes on."""
    body: RuleChange = call.body
    changed = fill(rule_pb2.Rule(), body, rule_id=rule_id)
    return Rule.of(backends().rules.update(call.caller, changed, body.note, body.untried_reason))


@routes.delete("/rules/{rule_id}", "Remove a rule", scope="rules:write")
def delete_rule(call: Call, rule_id: str) -> Answer:
    backends().rules.delete(call.caller, rule_id)


@routes.get("/assignment-groups", "List assignment groups", scope="rules:read", returns=AssignmentGroupList)
def list_assignment_groups(call: Call) -> Answer:
    return {"assignment_groups": AssignmentGroup.all_of(backends().assignment_groups.list(call.caller))}


@routes.post(
    "/assignment-groups",
    "Make an assignment group",
    scope="rules:write",
    body=GroupBody,
    returns=AssignmentGroup,
    status=201,
    conflicts=True,
)
def create_assignment_group(call: Call) -> Answer:
    made = backends().assignment_groups.create(call.caller, fill(rule_pb2.AssignmentGroup(), call.body))
    return AssignmentGroup.of(made)


@routes.get(
    "/assignment-groups/{group_id}", "Get an assignment group", scope="rules:read", returns=AssignmentGroup
)
def get_assignment_group(call: Call, group_id: str) -> Answer:
    return AssignmentGroup.of(backends().assignment_groups.get(call.caller, group_id))


@routes.put(
    "/assignment-groups/{group_id}",
    "Change an assignment group",
    scope="rules:write",
    body=GroupChange,
    returns=AssignmentGroup,
    conflicts=True,
)
def update_assignment_group(call: Call, group_id: str) -> Answer:
    changed = fill(rule_pb2.AssignmentGroup(), call.body, group_id=group_id)
    return AssignmentGroup.of(backends().assignment_groups.update(call.caller, changed))
