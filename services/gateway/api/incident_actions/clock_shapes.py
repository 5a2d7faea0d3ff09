"""The clocks of an incident as the API tells them."""

# Fields describe a model; they show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, RUF012

from __future__ import annotations

from pydantic import Field

from services.gateway.api import words
from services.gateway.api.shapes import Query, Shape, Time


class WarningPoint(Shape):
    percent: int
    time: Time
    given: bool = False


class Forecast(Shape):
    """The chance of a breach, with what it rests on."""

    chance: float = Field(description="0 to 1, with what was consumed of the goal.")
    chance_at_opening: float
    alike: list[str] = Field(description="In what the similar incidents of this client are alike.")
    similar_incidents: int
    similar_breached: int


class Clock(Shape):
    """One target of the contract, timed."""

    kind: words.TargetKind | None = None
    cycle: int
    state: words.ClockState
    goal_seconds: int
    start_time: Time | None = None
    due_time: Time | None = Field(None, description="Left out while paused.")
    warning_time: Time | None = None
    stop_time: Time | None = None
    elapsed_seconds: int
    paused_seconds: int
    warned: bool
    breached: bool
    breach_time: Time | None = None
    awaiting: words.AwaitedParty | None = None
    priority: words.Priority | None = None
    contract_id: str | None = None
    contract_version: int
    calendar_id: str | None = None
    calendar_version: int
    name: str | None = Field(None, description="Of a custom promise.")
    level: words.TargetLevel | None = None
    warnings: list[WarningPoint] = []
    exclusion: str | None = Field(
        None, description="The resolution's code, where it proposes to exclude this."
    )
    serves: str | None = Field(
        None, description="The client's clock that an operational or vendor one serves."
    )
    segments: list[Segment] = []
    forecast: Forecast | None = Field(
        None, description="With explain, for staff: left out where too little is known of similar incidents."
    )


class Segment(Shape):
    """A stretch of a clock's life and whether it counted."""

    start_time: Time | None = None
    end_time: Time | None = None
    counted: bool
    reason: str
    seconds: int
    calendar_id: str | None = None
    calendar_version: int


class ClockSet(Shape):
    incident_id: str
    pending: bool = Field(
        False, description="True for the moment between opening and the first clock: ask again."
    )
    has_contract: bool = Field(description="False: the client has no contract, so nothing is timed.")
    contract_id: str | None = None
    contract_name: str | None = None
    contract_version: int
    clocks: list[Clock]


class ClockQuery(Query):
    explain: bool = Field(False, description="With the segments of each clock: why it is due when it is.")


Clock.model_rebuild()
