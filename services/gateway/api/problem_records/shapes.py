"""What is answered about a problem."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, RUF012

from __future__ import annotations

from pydantic import Field

from services.gateway.api import words
from services.gateway.api.incidents import Actor, Incident
from services.gateway.api.shapes import Shape, Time


class ConcernedIncident(Shape):
    """An incident that it is the cause of; of clients whom the caller is granted alone."""

    incident_id: str
    tenant_id: str
    number: str = Field(examples=["ACME-1042"])
    link_time: Time | None = None
    incident: Incident | None = Field(None, description="As it stands now; where one problem is read.")


class Publication(Shape):
    """Since when this client reads the wording for clients, on its own incidents."""

    tenant_id: str
    publish_time: Time | None = None


class Solution(Shape):
    kind: words.SolutionKind
    text: str
    change_number: str | None = None
    resolve_time: Time | None = None


class ProblemRecord(Shape):
    problem_id: str
    number: str = Field(examples=["PRB-12"])
    state: words.ProblemState
    title: str
    description: str | None = None
    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    priority: words.Priority | None = None
    configuration_item: str | None = None
    assignment_group_id: str | None = None
    assignment_group_name: str | None = None
    assignee_id: str | None = None
    assignee_name: str | None = None
    cause: str | None = None
    workaround: str | None = Field(None, description="In words for staff.")
    client_text: str | None = Field(None, description="The workaround in words for clients.")
    incidents: list[ConcernedIncident] = []
    publications: list[Publication] = []
    solution: Solution | None = None
    create_time: Time | None = None
    update_time: Time | None = None
    close_time: Time | None = None
    revision: int
    allowed: list[str] = Field([], description="Which commands its state allows now.")


class ProblemPage(Shape):
    problems: list[ProblemRecord]
    next_page_token: str | None = None


class ProblemEntry(Shape):
    entry_id: str
    fact: str = Field(examples=["known_error_declared"])
    time: Time | None = None
    actor: Actor | None = None
    text: str | None = None
    reason: str | None = None
    changes: dict[str, str] = {}
    seq: int


class ProblemTimeline(Shape):
    entries: list[ProblemEntry]
    next_after_seq: int | None = Field(None, description="Left out when there is no more.")


class LikelyProblem(Shape):
    """An open problem that may be the cause, why, and how surely."""

    problem: ProblemRecord
    likeness: float = Field(description="0 to 1.")
    words: list[str] = Field([], description="That the problem's title and the incident have in common.")
    same_configuration_item: bool


class ProblemsOfIncident(Shape):
    problems: list[ProblemRecord]
    likely: list[LikelyProblem] = Field(description="The likeliest first, five at most.")


class Workarounds(Shape):
    texts: list[str] = Field(description="In words for clients.")


class ResolvedIncident(Shape):
    """What became of one incident."""

    incident_id: str
    number: str
    tenant_id: str
    error_reason: str | None = Field(None, description="Left out when it was resolved.")


class ResolvedIncidents(Shape):
    incidents: list[ResolvedIncident]
