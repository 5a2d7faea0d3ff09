"""What is answered and sent about changes."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101

from __future__ import annotations

from pydantic import Field

from services.gateway.api import words
from services.gateway.api.item_shapes import ConfigurationItem
from services.gateway.api.order_shapes import Approval
from services.gateway.api.shapes import Body, Id, Line, Moment, PageQuery, Query, Revision, Shape, Time


class ChangeWindow(Shape):
    start_time: Time | None = None
    end_time: Time | None = None
    time_zone: str


class TiedIncident(Shape):
    tie: words.ChangeTie
    incident_id: str
    tenant_id: str
    number: str


class Change(Shape):
    change_id: str
    tenant_id: str | None = Field(None, description="Absent for one that is the provider's own.")
    shared: bool
    number: str
    kind: words.ChangeKind
    state: words.ChangeState
    title: str
    description: str
    plan: str
    back_out_plan: str
    test_plan: str
    risk_answers: dict[str, str]
    risk_impact: words.RiskLevel | None = Field(None, description="Absent: as suggested.")
    suggested_impact: words.RiskLevel | None = Field(None, description="By what hangs on its items.")
    likelihood: words.RiskLevel | None = Field(None, description="Absent before each question is answered.")
    risk: words.RiskLevel | None = None
    window: ChangeWindow | None = None
    client_facing: bool
    item_ids: list[str]
    incidents: list[TiedIncident]
    approval: Approval | None = None
    requester_id: str | None = None
    requester_name: str | None = None
    outcome: str
    review: str
    start_time: Time | None = Field(None, description="When work began.")
    end_time: Time | None = None
    ending: words.ChangeState | None = Field(
        None, description="done, failed or backed_out, kept when it is reviewed."
    )
    create_time: Time | None = None
    update_time: Time | None = None
    revision: int
    allowed: list[str] = Field(description="Which commands its state allows now.")


class ChangeActor(Shape):
    subject: str
    name: str


class ChangeEntry(Shape):
    entry_id: str
    fact: str
    time: Time | None = None
    actor: ChangeActor | None = None
    reason: str
    changes: dict[str, str]


class ChangeWithHistory(Change):
    items: list[ConfigurationItem] = Field(description="What it touches, as far as the caller may see it.")
    entries: list[ChangeEntry] = Field(description="Oldest first, the latest 200.")
    asked: bool = Field(description="The caller may decide now.")


class ChangeList(Shape):
    changes: list[Change]
    next_page_token: str | None = None


class Conflict(Shape):
    kind: words.ConflictKind
    serious: bool = Field(description="It has to be accepted before the change is scheduled.")
    name: str
    start_time: Time | None = None
    end_time: Time | None = None
    change_id: str | None = None
    items: list[ConfigurationItem]


class ConflictList(Shape):
    conflicts: list[Conflict]


class Freeze(Shape):
    freeze_id: str
    tenant_id: str | None = Field(None, description="Absent: for every client.")
    name: str
    start_time: Time | None = None
    end_time: Time | None = None


class FreezeList(Shape):
    freezes: list[Freeze]


class WindowBody(Body):
    start_time: Moment = Field(strict=False)
    end_time: Moment = Field(strict=False)
    time_zone: str = Field("UTC", max_length=64, description="IANA name, in which people speak of it.")


class ChangeFields(Body):
    title: Line
    kind: words.ChangeKind = "normal"
    description: str = Field("", max_length=20_000)
    plan: str = Field("", max_length=20_000, description="What is going to be done.")
    back_out_plan: str = Field("", max_length=20_000)
    test_plan: str = Field("", max_length=20_000)
    risk_answers: dict[str, str] = Field(
        {},
        description="experience: often, once, never; testing: fully, partly, not; back_out: easy, hard, impossible; "
        "complexity: one_person, one_team, several_teams.",
    )
    risk_impact: words.ImpactLevel | None = Field(None, description="Left out: as suggested.")
    window: WindowBody | None = None
    client_facing: bool = Field(False, description="The client's managers are asked, too.")
    item_ids: list[Id] = Field([], max_length=50)


class ChangeBody(ChangeFields):
    tenant_id: Id | None = Field(None, description="Id or slug of the client it belongs to.")
    shared: bool = Field(False, description="It is the provider's own.")


class ChangeUpdate(ChangeFields):
    revision: Revision = 0


class ChangeQuery(PageQuery):
    tenant_id: Id | None = None
    shared: bool = Field(False, description="Only the provider's own.")
    state: words.ChangeState | None = None
    query: str = Field("", max_length=200, description="Words of the title, or a number.")
    item_id: Id | None = Field(None, description="Those that touch this configuration item.")
    start_time: Moment | None = Field(None, description="With end_time: those whose windows overlap.")
    end_time: Moment | None = None


class PeriodQuery(Query):
    start_time: Moment | None = Field(None, description="Left out: a month ago.")
    end_time: Moment | None = Field(None, description="Left out: three months ahead.")


class Saying(Body):
    text: str = Field("", max_length=10_000)


class DecidingBody(Body):
    approve: bool
    comment: str = Field("", max_length=2_000)


class AppointingBody(Body):
    person_id: Id


class SchedulingBody(Body):
    window: WindowBody | None = Field(None, description="Left out: the one that was asked for.")
    accept_conflicts: bool = False


class FinishingBody(Body):
    ending: words.ChangeEnding
    outcome: str = Field("", max_length=10_000, description="Needed unless it is done.")


class TyingBody(Body):
    incident_id: str = Field(min_length=1, max_length=100, description="Id or number.")
    tie: words.ChangeTie
    untie: bool = False


class FreezeBody(Body):
    tenant_id: Id | None = Field(None, description="Id or slug of the client; left out: every client.")
    name: Line = Field(max_length=120)
    start_time: Moment = Field(strict=False)
    end_time: Moment = Field(strict=False)
