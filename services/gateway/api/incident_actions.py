"""Commands on an incident: replies, notes and the verbs of its life; what stands beside it."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from typing import Any

from pydantic import Field

from chassis.errors import InvalidArgument, NotFound
from fairlead.incidents.v1 import incident_pb2
from fairlead.sla.v1 import clock_pb2
from services.gateway.api import words
from services.gateway.api.articles import SearchResult, SearchResults
from services.gateway.api.deliveries import Delivery, DeliveryPage
from services.gateway.api.incidents import Incident, paged
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, PageQuery, Query, Shape, Time, Words
from services.gateway.backends.words import number_of

routes = Routes(
    "incident actions", "Working on an incident. If-Match with its ETag refuses to overwrite others."
)

_REASON = Field("", max_length=2000)
_COMMAND: dict[str, Any] = {
    "scope": "incidents:write",
    "returns": Incident,
    "conflicts": True,
    "matches_revision": True,
    "idempotency": "service",
}
_OPTIONAL_BODY: dict[str, Any] = {**_COMMAND, "body_required": False}


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


class Text(Body):
    text: Words
    attachment_ids: list[Id] = Field(
        [], max_length=20, description="Your own uploads: see /incidents/{incident_id}/attachments."
    )


class Reason(Body):
    reason: str = _REASON


class Nothing(Body):
    """No fields."""


class Classification(Body):
    category: str = Field(min_length=1, max_length=100)
    kind: words.IncidentKind | None = None
    reason: str = _REASON


class Prioritization(Body):
    """Impact and urgency, of which the matrix makes a priority; or a priority itself."""

    impact: words.Impact | None = None
    urgency: words.Urgency | None = None
    priority: words.Priority | None = None
    reason: str = _REASON


class Assignment(Body):
    """Either may be left out; both left out puts it back into the pool."""

    assignment_group_id: Id | None = None
    assignee_id: Id | None = None
    reason: str = _REASON


class Holding(Body):
    awaiting: words.AwaitedParty
    reason: str = Field(min_length=1, max_length=2000)


class Resolving(Body):
    code: words.ResolutionCode
    text: Words = Field(description="What was done, for the requester to read.")


class Rated(Body):
    score: int = Field(ge=1, le=5, description="1 is bad, 5 very good.")
    comment: str = Field("", max_length=2000)


class ClockQuery(Query):
    explain: bool = Field(False, description="With the segments of each clock: why it is due when it is.")


@routes.post("/incidents/{incident_id}/replies", "Reply", body=Text, status=201, **_COMMAND)
def reply(call: Call, incident_id: str) -> Answer:
    """Public: the client reads it."""
    return _message(backends().incidents.reply, call, incident_id)


@routes.post("/incidents/{incident_id}/notes", "Add an internal note", body=Text, status=201, **_COMMAND)
def note(call: Call, incident_id: str) -> Answer:
    """Internal: the provider's staff alone read it."""
    return _message(backends().incidents.note, call, incident_id)


@routes.post("/incidents/{incident_id}/classify", "Classify", body=Classification, **_COMMAND)
def classify(call: Call, incident_id: str) -> Answer:
    body: Classification = call.body
    kind = number_of(incident_pb2.IncidentKind.DESCRIPTOR, body.kind)
    return _command(
        backends().incidents.classify,
        call,
        incident_id,
        category=body.category,
        kind=kind,
        reason=body.reason,
    )


@routes.post("/incidents/{incident_id}/prioritize", "Prioritize", body=Prioritization, **_COMMAND)
def prioritize(call: Call, incident_id: str) -> Answer:
    body: Prioritization = call.body
    if not (body.priority or (body.impact and body.urgency)):
        message = "Give a priority, or both impact and urgency."
        raise InvalidArgument("priority_required", message, field="priority")
    return _command(
        backends().incidents.prioritize,
        call,
        incident_id,
        impact=number_of(incident_pb2.Impact.DESCRIPTOR, body.impact),
        urgency=number_of(incident_pb2.Urgency.DESCRIPTOR, body.urgency),
        priority=number_of(incident_pb2.Priority.DESCRIPTOR, body.priority),
        reason=body.reason,
    )


@routes.post("/incidents/{incident_id}/assign", "Assign", body=Assignment, **_OPTIONAL_BODY)
def assign(call: Call, incident_id: str) -> Answer:
    """The names of group and assignee are looked up, so that the timeline reads well for ever."""
    body: Assignment = call.body
    group = assignee = None
    if body.assignment_group_id:
        group = backends().assignment_groups.get(call.caller, body.assignment_group_id)
    if body.assignee_id:
        assignee = backends().people.get(call.caller, body.assignee_id)
    return _command(
        backends().incidents.assign,
        call,
        incident_id,
        assignment_group_id=group.group_id if group else "",
        assignment_group_name=group.name if group else "",
        assignee_id=assignee.person_id if assignee else "",
        assignee_name=assignee.display_name if assignee else "",
        reason=body.reason,
    )


@routes.post("/incidents/{incident_id}/acknowledge", "Acknowledge", body=Nothing, **_OPTIONAL_BODY)
def acknowledge(call: Call, incident_id: str) -> Answer:
    """The assignee takes it in hand."""
    return _command(backends().incidents.acknowledge, call, incident_id)


@routes.post("/incidents/{incident_id}/hold", "Put on hold", body=Holding, **_COMMAND)
def hold(call: Call, incident_id: str) -> Answer:
    """Names whom it awaits and why; the contract says whether clocks pause."""
    awaiting = number_of(incident_pb2.AwaitedParty.DESCRIPTOR, call.body.awaiting)
    return _command(backends().incidents.hold, call, incident_id, awaiting=awaiting, reason=call.body.reason)


@routes.post("/incidents/{incident_id}/resume", "Resume", body=Reason, **_OPTIONAL_BODY)
def resume(call: Call, incident_id: str) -> Answer:
    return _command(backends().incidents.resume, call, incident_id, reason=call.body.reason)


@routes.post("/incidents/{incident_id}/resolve", "Resolve", body=Resolving, **_COMMAND)
def resolve(call: Call, incident_id: str) -> Answer:
    """Proposes a solution; the requester confirms it, or reopens."""
    return _command(backends().incidents.resolve, call, incident_id, code=call.body.code, text=call.body.text)


@routes.post("/incidents/{incident_id}/confirm", "Confirm the solution", body=Nothing, **_OPTIONAL_BODY)
def confirm(call: Call, incident_id: str) -> Answer:
    """The requester agrees: it closes."""
    return _command(backends().incidents.confirm, call, incident_id)


@routes.post("/incidents/{incident_id}/close", "Close", body=Reason, **_OPTIONAL_BODY)
def close(call: Call, incident_id: str) -> Answer:
    return _command(backends().incidents.close, call, incident_id, reason=call.body.reason)


@routes.post("/incidents/{incident_id}/reopen", "Reopen", body=Reason, **_OPTIONAL_BODY)
def reopen(call: Call, incident_id: str) -> Answer:
    return _command(backends().incidents.reopen, call, incident_id, reason=call.body.reason)


@routes.post("/incidents/{incident_id}/cancel", "Cancel", body=Reason, **_OPTIONAL_BODY)
def cancel(call: Call, incident_id: str) -> Answer:
    return _command(backends().incidents.cancel, call, incident_id, reason=call.body.reason)


@routes.post("/incidents/{incident_id}/rate", "Say how satisfied you are", body=Rated, **_COMMAND)
def rate(call: Call, incident_id: str) -> Answer:
    """The requester's alone (403 requester_only), once for each resolution; it may be changed for some days."""
    score, comment = call.body.score, call.body.comment
    return _command(backends().incidents.rate, call, incident_id, score=score, comment=comment)


@routes.get(
    "/incidents/{incident_id}/clocks",
    "Read the clocks",
    scope="incidents:read",
    query=ClockQuery,
    returns=ClockSet,
)
def get_clocks(call: Call, incident_id: str) -> Answer:
    incident = backends().incidents.get(call.caller, incident_id)
    clocks = backends().clocks
    ask = clocks.explain if call.query.explain else clocks.get
    try:
        return ClockSet.of(ask(call.caller, incident.incident_id), pending=False)
    except NotFound:
        # The caller sees the incident, so it is there; the service level service has not heard of it yet.
        empty = clock_pb2.ClockSet(incident_id=incident.incident_id, tenant_id=incident.tenant_id)
        return ClockSet.of(empty, pending=True)


@routes.get(
    "/incidents/{incident_id}/suggestions",
    "Articles that may help",
    scope="incidents:read",
    returns=SearchResults,
)
def get_suggestions(call: Call, incident_id: str) -> Answer:
    incident = backends().incidents.get(call.caller, incident_id)
    found = backends().articles.suggest(
        call.caller,
        title=incident.title,
        text=incident.description,
        tenant_id=incident.tenant_id,
        locale="",  # an article in the language of the words, whoever reads them
        page_size=5,
    )
    return {"results": SearchResult.all_of(found)}


@routes.get(
    "/incidents/{incident_id}/deliveries",
    "Who was told of it",
    scope="deliveries:read",
    query=PageQuery,
    returns=DeliveryPage,
)
def get_incident_deliveries(call: Call, incident_id: str) -> Answer:
    incident = backends().incidents.get(call.caller, incident_id)
    page = backends().deliveries.list(
        call.caller,
        incident_id=incident.incident_id,
        page_size=call.query.page_size,
        page_token=call.query.page_token,
    )
    return paged("deliveries", Delivery.all_of(page.deliveries), page.next_page_token)


def _message(method: Any, call: Call, incident_id: str) -> dict[str, Any]:
    body: Text = call.body
    return _command(method, call, incident_id, text=body.text, attachment_ids=body.attachment_ids)


def _command(method: Any, call: Call, incident_id: str, **fields: Any) -> dict[str, Any]:
    """Commands go by id; a number is translated by the record first."""
    if not incident_id.startswith("inc_"):
        incident_id = backends().incidents.get(call.caller, incident_id).incident_id
    done = method(
        call.caller, incident_id, idempotency_key=call.idempotency_key, revision=call.revision, **fields
    )
    return Incident.of(done)


Clock.model_rebuild()
