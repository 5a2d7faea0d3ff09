"""What is sent about major incidents."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from services.gateway.api import words
from services.gateway.api.shapes import Body, Id, Line, Moment, PageQuery, Query, Revision, Words

_Said = Annotated[str, StringConstraints(max_length=5_000)]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Texts(Body):
    """By language. Placeholders: {client}, {number}, {title}, {next_update}."""

    en: _Said | None = None
    fr: _Said | None = None

    def by_language(self) -> dict[str, str]:
        return self.model_dump(exclude_none=True)


class Declaration(Body):
    incident_id: Id = Field(description="Id or number of the incident that it is declared from.")
    title: str = Field("", max_length=300, description="Internal. Left out: the incident's.")
    summary: str = Field("", max_length=10_000, description="Internal.")
    severity: words.MajorSeverity = "sev1"
    commander_id: Id | None = Field(None, description="Left out: the caller.")
    communications_id: Id | None = None


class MajorListQuery(PageQuery):
    state: words.MajorState | None = None


class MajorTimelineQuery(Query):
    after_seq: Revision = Field(0, description="next_after_seq of the page before.")


class Movement(Body):
    state: words.MajorState
    reason: str = Field("", max_length=2_000, description="Needed for declared_in_error.")


class MajorChange(Body):
    """What is left out stays."""

    title: Line | None = None
    summary: str | None = Field(None, max_length=10_000)
    severity: words.MajorSeverity | None = None


class RoleBody(Body):
    role: words.MajorRole
    person_id: Id | None = Field(None, description="Left out: it is taken from whoever has it.")


class MajorNote(Body):
    text: Words = Field(max_length=10_000)


class NewTenant(Body):
    tenant_id: Id
    title: str = Field("", max_length=300, description="Needed unless an incident is adopted.")
    description: str = Field("", max_length=10_000)
    incident_id: Id | None = Field(None, description="One of this client's, that becomes its own.")


class NewTenants(Body):
    tenants: list[NewTenant] = Field(min_length=1, max_length=200)


class Renaming(Body):
    title: Line


class Sparing(Body):
    reason: str = Field("", max_length=2_000)


class UpdateBody(Body):
    texts: Texts = Texts()
    template_id: Id | None = Field(None, description="Its words, where `texts` has none for a language.")
    overrides: dict[str, _Said] = Field({}, description="By tenant: their own words.")
    state: words.MajorState | None = None
    next_update_minutes: int = Field(0, ge=0, le=10_080, description="0: as promised for its severity.")
    resolution_code: str = Field("", max_length=40, description="Resolves each client's incident with it.")
    preview_only: bool = False


class ActionBody(Body):
    action_id: Id | None = Field(None, description="Left out for a new one.")
    text: Line = Field(max_length=300)
    owner_id: Id | None = None
    due_date: Day | None = None
    state: words.ActionState = "open"
    link: str = Field("", max_length=200)


class FactsBody(Body):
    """What the timeline says is corrected by what is given."""

    detect_time: Moment | None = Field(None, strict=False)
    acknowledge_time: Moment | None = Field(None, strict=False)
    mitigate_time: Moment | None = Field(None, strict=False)
    resolve_time: Moment | None = Field(None, strict=False)


class ReviewBody(Body):
    """The whole of it, as it shall be."""

    facts: FactsBody | None = None
    facts_checked: bool = False
    factors: list[Line] = Field([], max_length=30)
    no_factor_reason: str = Field("", max_length=1_000)
    went_well: str = Field("", max_length=10_000)
    summary: str = Field("", max_length=10_000)
    actions: list[ActionBody] = Field([], max_length=50)


class ActionChange(Body):
    text: Line = Field(max_length=300)
    owner_id: Id | None = None
    due_date: Day | None = None
    state: words.ActionState
    link: str = Field("", max_length=200)


class ActionQuery(Query):
    with_finished: bool = False


class TemplateBody(Body):
    name: Line = Field(max_length=120)
    texts: Texts
    revision: Revision = 0


class MajorSettingsBody(Body):
    sev1_minutes: int = Field(ge=1, le=10_080, description="Between two updates.")
    sev2_minutes: int = Field(ge=1, le=10_080)
    sev3_minutes: int = Field(ge=1, le=10_080)
    actions_before_closing: bool = False
    revision: Revision = 0


class StatusQuery(Query):
    tenant_id: Id | None = None
