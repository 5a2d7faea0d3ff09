"""What is answered about major incidents."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from pydantic import Field

from services.gateway.api import words
from services.gateway.api.incidents.shapes import Actor
from services.gateway.api.shapes import Shape, Time


class RoleHolder(Shape):
    role: words.MajorRole
    person_id: str
    name: str


class AffectedTenant(Shape):
    tenant_id: str
    incident_id: str | None = Field(None, description="Left out for the moment in which it is opened.")
    number: str | None = None
    title: str = Field(description="What the matter is called towards this client.")
    description: str | None = None
    add_time: Time | None = None
    remove_time: Time | None = Field(None, description="Set once it turned out not to be touched.")


class ActionItem(Shape):
    action_id: str
    text: str
    owner_id: str | None = None
    owner_name: str | None = None
    due_date: str | None = None
    state: words.ActionState
    link: str | None = None


class MajorFacts(Shape):
    detect_time: Time | None = None
    declare_time: Time | None = None
    acknowledge_time: Time | None = None
    mitigate_time: Time | None = None
    resolve_time: Time | None = None
    acknowledge_seconds: int | None = None
    resolve_seconds: int | None = None
    updates_sent: int
    updates_late: int
    updates_missed: int = Field(description="Promised, and never followed by any.")


class MajorReview(Shape):
    facts: MajorFacts | None = None
    facts_checked: bool
    factors: list[str]
    no_factor_reason: str | None = None
    went_well: str | None = None
    summary: str | None = None
    actions: list[ActionItem]
    finish_time: Time | None = None
    finished_by: str | None = None
    missing: list[str] = Field(description="What keeps it from being finished.")


class MajorIncident(Shape):
    major_id: str
    number: str
    title: str
    summary: str | None = None
    state: words.MajorState
    severity: words.MajorSeverity
    roles: list[RoleHolder]
    affected: list[AffectedTenant] = Field(description="The clients that the caller is granted.")
    origin_incident_id: str | None = None
    declare_time: Time | None = None
    update_time: Time | None = None
    next_update_time: Time | None = Field(None, description="When the clients were promised news for.")
    close_time: Time | None = None
    revision: int
    review: MajorReview | None = None
    next_states: list[words.MajorState]
    whole: bool = Field(description="The caller is granted every client that it touches.")


class MajorIncidentList(Shape):
    major_incidents: list[MajorIncident]
    next_page_token: str | None = None


class MajorTimelineEntry(Shape):
    fact: str
    time: Time | None = None
    actor: Actor | None = None
    tenant_id: str | None = None
    text: str | None = None
    changes: dict[str, str]
    seq: int


class MajorTimeline(Shape):
    entries: list[MajorTimelineEntry]
    next_after_seq: int | None = Field(None, description="Left out: there is no more.")


class UpdateRow(Shape):
    tenant_id: str
    number: str | None = None
    locale: str
    text: str
    overridden: bool
    sent: bool
    error_reason: str | None = None
    names_others: list[str] = Field(
        description="Other clients whose name, mail domain or number it says: look at it again before it is sent."
    )


class MajorUpdate(Shape):
    update_id: str | None = Field(None, description="Left out for a preview.")
    create_time: Time | None = None
    author: Actor | None = None
    state: words.MajorState
    rows: list[UpdateRow]
    next_update_time: Time | None = None


class MajorUpdateList(Shape):
    updates: list[MajorUpdate]


class ActionItemOfMajor(Shape):
    action: ActionItem
    major_id: str
    major_number: str
    major_title: str
    overdue: bool


class ActionItemList(Shape):
    actions: list[ActionItemOfMajor]


class UpdateTemplate(Shape):
    template_id: str
    name: str
    texts: dict[str, str] = Field(description="By language: en, fr.")
    revision: int


class UpdateTemplateList(Shape):
    templates: list[UpdateTemplate]


class MajorSettings(Shape):
    sev1_minutes: int
    sev2_minutes: int
    sev3_minutes: int
    actions_before_closing: bool
    revision: int


class StatusUpdate(Shape):
    time: Time | None = None
    state: words.MajorState
    text: str


class StatusEntry(Shape):
    title: str
    state: words.MajorState
    start_time: Time | None = None
    end_time: Time | None = None
    updates: list[StatusUpdate]
    number: str | None = Field(None, description="Of the client's incident, where the caller sees it.")
    next_update_time: Time | None = None


class Status(Shape):
    entries: list[StatusEntry]


class StatusAddress(Shape):
    tenant_id: str
    url: str | None = Field(None, description="Whoever has it reads the page. Left out: it is switched off.")
    create_time: Time | None = None
