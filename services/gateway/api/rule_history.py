"""Rules through time: their versions, trials on what came, and the log of what they did."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from pydantic import Field

from fairlead.triage.v1 import rule_pb2
from services.gateway.api import words
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.api.rules import ConditionView, Rule, RuleBody, routes
from services.gateway.api.shapes import Body, PageQuery, Revision, Shape, Time, fill


class RuleTried(Shape):
    time: Time | None = None
    name: str
    incidents: int
    held: int
    changed: int


class RuleSwitched(Shape):
    on: bool
    time: Time | None = None
    name: str
    untried_reason: str | None = Field(None, description="Why it was switched on without a trial.")


class RuleVersion(Shape):
    version: int
    rule: Rule | None = None
    author: str | None = None
    author_name: str | None = None
    time: Time | None = None
    note: str | None = None
    tried: RuleTried | None = Field(None, description="The latest trial; left out where it was not tried.")
    switches: list[RuleSwitched]


class RuleVersions(Shape):
    versions: list[RuleVersion]


class RestoreBody(Body):
    version: int = Field(ge=1, le=1_000_000)
    revision: Revision = 0


class TrialBody(Body):
    incidents: int = Field(200, ge=1, le=1_000, description="On how many of the last incidents.")
    version: int = Field(0, ge=0, le=1_000_000, description="0: the latest.")


class DraftTrialBody(Body):
    incidents: int = Field(200, ge=1, le=1_000, description="On how many of the last incidents.")
    rule: RuleBody


class OutcomeView(Shape):
    category: str
    kind: words.IncidentKind | None = None
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    priority: words.Priority | None = None
    assignment_group_name: str | None = None
    assignee_name: str | None = Field(
        None, description="Whom a rule names; left out: whoever has the fewest open incidents."
    )
    no_page: bool


class ChangedIncident(Shape):
    incident_id: str
    number: str
    tenant_id: str
    title: str
    time: Time | None = None
    holds: bool = Field(description="False: it did not hold itself, but let other rules hold.")
    before: OutcomeView | None = None
    after: OutcomeView | None = None


class RuleRetrial(Shape):
    asked: int = Field(description="On how many at most it was to be tried.")
    incidents: int
    held: int
    changed: int
    rows: list[ChangedIncident] = Field(
        description="The latest 200 at most of those that would have changed."
    )
    version: int = Field(description="Which was tried; 0 for what is not saved.")


class RanCondition(Shape):
    condition: ConditionView | None = None
    holds: bool
    found: str | None = None


class PassedAction(Shape):
    action: str
    by: str = Field(description="requester, rule or person: who had decided before.")


class RuleRun(Shape):
    rule_id: str
    name: str
    version: int
    conditions: list[RanCondition]
    decided: list[str] = Field(description="What it was the first to set.")
    passed: list[PassedAction] = Field(description="What it would have set, had nobody before.")


class RuleRuns(Shape):
    incident_id: str
    tenant_id: str
    number: str | None = None
    title: str
    time: Time | None = None
    runs: list[RuleRun]
    rules_tried: int
    refusal: str | None = Field(None, description="Why nothing of it was taken, such as incident_finished.")


class RuleRunPage(Shape):
    rule_id: str
    runs: list[RuleRuns]
    next_page_token: str | None = None
    total: int = Field(description="Of all that are kept; counting ends at 10,000.")


@routes.get("/rules/{rule_id}/versions", "List a rule's versions", scope="rules:read", returns=RuleVersions)
def list_rule_versions(call: Call, rule_id: str) -> Answer:
    """The oldest first; the last 50, and the one that decides."""
    return {"versions": RuleVersion.all_of(backends().rules.versions(call.caller, rule_id))}


@routes.post(
    "/rules/{rule_id}/restore",
    "Restore a version",
    scope="rules:write",
    body=RestoreBody,
    returns=Rule,
    conflicts=True,
)
def restore_rule_version(call: Call, rule_id: str) -> Answer:
    """What it said becomes the next version. What decides goes on until that is switched on."""
    body: RestoreBody = call.body
    return Rule.of(backends().rules.restore(call.caller, rule_id, body.version, body.revision))


@routes.post(
    "/rules/{rule_id}/trials",
    "Try a rule on the last incidents",
    scope="rules:write",
    body=TrialBody,
    returns=RuleRetrial,
)
def retry_rule(call: Call, rule_id: str) -> Answer:
    """What it would have changed about them. Changes nothing but that the version counts as tried. For administrators."""
    body: TrialBody = call.body
    return RuleRetrial.of(backends().rules.retry(call.caller, rule_id, body.incidents, body.version))


@routes.post(
    "/rules/trials",
    "Try a draft on the last incidents",
    scope="rules:read",
    body=DraftTrialBody,
    returns=RuleRetrial,
    idempotency="",
)
def retry_draft(call: Call) -> Answer:
    """What a rule that is not saved would have changed about them. For administrators."""
    body: DraftTrialBody = call.body
    draft = fill(rule_pb2.Rule(), body.rule)
    return RuleRetrial.of(backends().rules.retry_draft(call.caller, draft, body.incidents))


@routes.get(
    "/rules/{rule_id}/runs", "What a rule did", scope="rules:read", query=PageQuery, returns=RuleRunPage
)
def list_rule_runs(call: Call, rule_id: str) -> Answer:
    """The incidents for which it held, the latest first. The log is kept for 90 days."""
    query: PageQuery = call.query
    return RuleRunPage.of(
        backends().rules.runs(call.caller, rule_id, min(query.page_size, 100), query.page_token)
    )


@routes.get(
    "/incidents/{incident_id}/rule-runs",
    "What rules did about an incident",
    scope="rules:read",
    returns=RuleRuns,
)
def get_rule_runs(call: Call, incident_id: str) -> Answer:
    """Each rule that held, what it found, decided, and left to others. Staff only."""
    incident = backends().incidents.get(call.caller, incident_id)
    return RuleRuns.of(backends().rules.runs_of(call.caller, incident.incident_id))
