"""Contracts and calendars: what was promised, and when clocks run."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from fairlead.sla.v1 import calendar_pb2, contract_pb2
from services.gateway.api import words
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Line, Moment, Query, Revision, Shape, Time, fill

routes = Routes("contracts", "Service level contracts and business hours calendars, versioned.")

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
EndTime = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
Date = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$", max_length=60)]
_YEAR = 366 * 24 * 3600


class TargetView(Shape):
    kind: words.TargetKind
    priority: words.Priority | None = Field(None, description="Left out: every priority.")
    goal_seconds: int
    calendar_id: str
    warning_percent: int
    pausing_parties: list[words.AwaitedParty] = []
    name: str | None = None
    level: words.TargetLevel | None = None
    incident_kind: words.IncidentKind | None = None
    service: str | None = None
    channel: str | None = None
    requester_group: str | None = None
    assignment_group_id: str | None = None
    warning_percents: list[int] = []
    start_event: str | None = None
    stop_event: str | None = None
    reopen_rule: words.ReopenRule | None = None
    excluded_codes: list[str] = []


class Contract(Shape):
    contract_id: str
    tenant_id: str | None = Field(None, description="Left out: the provider's default.")
    name: str
    version: int
    effective_time: Time | None = None
    targets: list[TargetView]
    reopen_rule: words.ReopenRule | None = None
    close_after_seconds: int
    reopen_within_seconds: int
    time_zone: str
    create_time: Time | None = None
    revision: int


class ContractList(Shape):
    contracts: list[Contract]


class Target(Body):
    """One promise: seconds of business time on a calendar, for the incidents that it selects. The most specific holds."""

    kind: words.TargetKind
    priority: words.Priority | None = Field(None, description="Left out: every priority.")
    goal_seconds: int = Field(ge=1, le=_YEAR)
    calendar_id: Id
    warning_percent: int = Field(75, ge=0, le=99, description="0: no warning.")
    pausing_parties: list[words.AwaitedParty] = Field([], max_length=5)
    name: str = Field("", pattern=r"^([a-z0-9][a-z0-9_-]{0,39})?$", description="Of a custom promise.")
    level: words.TargetLevel = Field(
        "client",
        description="operational: runs while a group has it; vendor: while a vendor is awaited. Clients see neither.",
    )
    incident_kind: words.IncidentKind | None = Field(None, description="Left out: any, as all that follow.")
    service: str = Field("", max_length=100, description="The incident's category.")
    channel: str = Field("", max_length=20)
    requester_group: str = Field("", max_length=100)
    assignment_group_id: Id | None = Field(None, description="For operational targets: whom they bind.")
    warning_percents: list[Annotated[int, Field(ge=1, le=99)]] = Field([], max_length=10)
    start_event: words.ClockEvent | None = Field(None, description="Of a custom promise: what starts it.")
    stop_event: words.ClockEvent | None = Field(None, description="Of a custom promise: what stops it.")
    reopen_rule: words.ReopenRule | None = Field(
        None, description="Left out: the contract's, for resolutions."
    )
    excluded_codes: list[Annotated[str, StringConstraints(max_length=40)]] = Field(
        [], max_length=10, description="Resolved so, it is proposed for exclusion from the statement."
    )


class ContractBody(Body):
    name: Line
    tenant_id: Id | None = Field(None, description="Left out: the default for clients without a contract.")
    effective_time: Moment | None = Field(None, strict=False)
    targets: list[Target] = Field(min_length=1, max_length=20)
    reopen_rule: words.ReopenRule = "continue"
    close_after_seconds: int = Field(5 * 24 * 3600, ge=0, le=_YEAR)
    reopen_within_seconds: int = Field(14 * 24 * 3600, ge=0, le=_YEAR)
    time_zone: Zone


class ContractChange(ContractBody):
    revision: Revision = 0


class ContractQuery(Query):
    tenant_id: Id | None = None


class VersionQuery(Query):
    version: int = Field(0, ge=0, le=2**31 - 1, description="0: the latest.")


class WindowView(Shape):
    start: str
    end: str


class DayHoursView(Shape):
    weekday: int
    windows: list[WindowView]


class DayOverrideView(Shape):
    date: str
    windows: list[WindowView]
    name: str


class Calendar(Shape):
    calendar_id: str
    name: str
    version: int
    time_zone: str
    always_open: bool
    hours: list[DayHoursView]
    country: str | None = None
    subdivision: str | None = None
    overrides: list[DayOverrideView]
    create_time: Time | None = None
    revision: int


class CalendarList(Shape):
    calendars: list[Calendar]


class Window(Body):
    """A stretch of a local day. An end before the start runs into the next day."""

    start: ClockTime = Field(examples=["09:00"])
    end: EndTime = Field(examples=["17:30"])


class DayHours(Body):
    weekday: int = Field(ge=1, le=7, description="ISO 8601: 1 is Monday.")
    windows: list[Window] = Field(max_length=12)


class DayOverride(Body):
    """Other hours on one date; no windows: closed."""

    date: Date
    windows: list[Window] = Field([], max_length=12)
    name: str = Field("", max_length=100)


class CalendarBody(Body):
    name: Line
    time_zone: Zone
    always_open: bool = False
    hours: list[DayHours] = Field([], max_length=7)
    country: str = Field("", pattern=r"^([A-Z]{2})?$", description="ISO 3166-1, for national holidays.")
    subdivision: str = Field("", pattern=r"^[A-Z0-9]{0,3}$", description="ISO 3166-2 part, e.g. QC.")
    overrides: list[DayOverride] = Field([], max_length=400)


class CalendarChange(CalendarBody):
    revision: Revision = 0


@routes.get("/contracts", "List contracts", scope="contracts:read", query=ContractQuery, returns=ContractList)
def list_contracts(call: Call) -> Answer:
    return {"contracts": Contract.all_of(backends().contracts.list(call.caller, call.query.tenant_id or ""))}


@routes.post(
    "/contracts",
    "Make a contract",
    scope="contracts:write",
    body=ContractBody,
    returns=Contract,
    status=201,
    conflicts=True,
)
def create_contract(call: Call) -> Answer:
    return Contract.of(backends().contracts.create(call.caller, fill(contract_pb2.Contract(), call.body)))


@routes.get(
    "/contracts/{contract_id}", "Get a contract", scope="contracts:read", query=VersionQuery, returns=Contract
)
def get_contract(call: Call, contract_id: str) -> Answer:
    return Contract.of(backends().contracts.get(call.caller, contract_id, call.query.version))


@routes.put(
    "/contracts/{contract_id}",
    "Make a contract's next version",
    scope="contracts:write",
    body=ContractChange,
    returns=Contract,
    conflicts=True,
)
def update_contract(call: Call, contract_id: str) -> Answer:
    changed = fill(contract_pb2.Contract(), call.body, contract_id=contract_id)
    return Contract.of(backends().contracts.update(call.caller, changed))


@routes.get("/calendars", "List calendars", scope="contracts:read", returns=CalendarList)
def list_calendars(call: Call) -> Answer:
    return {"calendars": Calendar.all_of(backends().calendars.list(call.caller))}


@routes.post(
    "/calendars",
    "Make a calendar",
    scope="contracts:write",
    body=CalendarBody,
    returns=Calendar,
    status=201,
    conflicts=True,
)
def create_calendar(call: Call) -> Answer:
    return Calendar.of(backends().calendars.create(call.caller, fill(calendar_pb2.Calendar(), call.body)))


@routes.get(
    "/calendars/{calendar_id}", "Get a calendar", scope="contracts:read", query=VersionQuery, returns=Calendar
)
def get_calendar(call: Call, calendar_id: str) -> Answer:
    return Calendar.of(backends().calendars.get(call.caller, calendar_id, call.query.version))


@routes.put(
    "/calendars/{calendar_id}",
    "Make a calendar's next version",
    scope="contracts:write",
    body=CalendarChange,
    returns=Calendar,
    conflicts=True,
)
def update_calendar(call: Call, calendar_id: str) -> Answer:
    changed = fill(calendar_pb2.Calendar(), call.body, calendar_id=calendar_id)
    return Calendar.of(backends().calendars.update(call.caller, changed))
