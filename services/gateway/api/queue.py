"""The one queue across all the clients a technician is granted."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from typing import Any

from pydantic import Field

from fairlead.incidents.v1 import incident_pb2
from fairlead.triage.v1 import queue_pb2, queue_service_pb2
from services.gateway.api import words
from services.gateway.api.incidents import Hold, paged
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Id, KeptShapes, Query, Shape, Time
from services.gateway.backends.words import number_of

routes = Routes("queue", "The live queue across clients. Staff only.")


class QueueClock(Shape):
    target: str
    state: words.SlaState | None = None
    due_time: Time | None = None


class QueueForecast(Shape):
    """The clock likeliest to breach: of so many similar incidents of the same client, so many breached."""

    target: str
    chance: float = Field(description="0 to 1, as of when it reached another twentieth.")
    similar_incidents: int
    similar_breached: int


class QueueEntry(Shape):
    """One row: the read model of one incident."""

    incident_id: str
    tenant_id: str
    number: str
    title: str
    kind: words.IncidentKind | None = None
    state: words.IncidentState
    priority: words.Priority | None = None
    category: str | None = None
    requester_name: str | None = None
    assignment_group_id: str | None = None
    assignment_group_name: str | None = None
    assignee_id: str | None = None
    assignee_name: str | None = None
    hold: Hold | None = None
    due_time: Time | None = Field(None, description="The next among running clocks.")
    sla_state: words.SlaState | None = None
    clocks: list[QueueClock] = []
    create_time: Time | None = None
    update_time: Time | None = None
    incident_revision: int
    revision: int
    channel: str | None = None
    verified: bool
    needs_dispatcher: bool
    in_maintenance: bool = Field(description="Nobody is given it while a maintenance window lasts.")
    major_number: str | None = Field(None, description="Of the major incident that it belongs to.")
    resolve_time: Time | None = None
    breach_risk: float | None = Field(
        None,
        description="0 to 1: the forecast's chance; 1 while a clock runs on that has breached. Left out where neither is known.",
    )
    forecast: QueueForecast | None = None


_entries = KeptShapes(QueueEntry, queue_pb2.QueueEntry)


class QueuePage(Shape):
    entries: list[QueueEntry]
    next_page_token: str | None = None


class QueueCounts(Shape):
    total: int
    mine: int
    unassigned: int
    at_risk: int
    breached: int
    needs_dispatcher: int
    by_priority: dict[str, int]
    by_tenant: dict[str, int]
    waiting: int = Field(description="On hold.")


class QueueFilter(Query):
    """What is left out filters nothing; without states all are shown that still need work."""

    tenant_id: list[Id] = []
    state: list[words.IncidentState] = []
    priority: list[words.Priority] = []
    assignee_id: Id | None = None
    unassigned: bool = False
    assignment_group_id: Id | None = None
    sla_state: list[words.SlaState] = []
    category: str = Field("", max_length=100)
    query: str = Field("", max_length=200, description="Words in title, number or requester.")
    needs_dispatcher: bool = Field(False, description="Only those that triage could not decide.")
    kind: list[words.IncidentKind] = []
    channel: list[words.SubmissionChannel] = []
    assigned_to_me: bool = False


class QueueQuery(QueueFilter):
    sort: words.QueueSort = "priority"
    page_size: int = Field(50, ge=1, le=200)
    page_token: str = Field("", max_length=2000)


@routes.get("/queue", "List the queue", scope="queue:read", query=QueueQuery, returns=QueuePage)
def list_queue(call: Call) -> Answer:
    query: QueueQuery = call.query
    page = backends().queue.list(
        call.caller,
        _filter(query),
        number_of(queue_service_pb2.QueueSort.DESCRIPTOR, query.sort),
        query.page_size,
        query.page_token,
    )
    return paged("entries", _entries.all_of(page.entries), page.next_page_token)


@routes.get("/queue/counts", "Count the queue", scope="queue:read", query=QueueFilter, returns=QueueCounts)
def count_queue(call: Call) -> Answer:
    return QueueCounts.of(backends().queue.count(call.caller, _filter(call.query)))


@routes.get("/queue/{incident_id}", "Get one row", scope="queue:read", returns=QueueEntry)
def get_queue_entry(call: Call, incident_id: str) -> Answer:
    return QueueEntry.of(backends().queue.get(call.caller, incident_id))


def _filter(query: QueueFilter) -> Any:
    filters: Any = (
        queue_service_pb2.QueueFilter
    )  # the stubs ask for enum classes, which protobuf does not have
    return filters(
        tenant_ids=query.tenant_id,
        states=[number_of(incident_pb2.IncidentState.DESCRIPTOR, state) for state in query.state],
        priorities=[number_of(incident_pb2.Priority.DESCRIPTOR, priority) for priority in query.priority],
        assignee_id=query.assignee_id or "",
        unassigned=query.unassigned,
        assignment_group_id=query.assignment_group_id or "",
        sla_states=[number_of(queue_pb2.SlaState.DESCRIPTOR, state) for state in query.sla_state],
        category=query.category,
        query=query.query,
        needs_dispatcher=query.needs_dispatcher,
        kinds=[number_of(incident_pb2.IncidentKind.DESCRIPTOR, kind) for kind in query.kind],
        channels=query.channel,
        assigned_to_me=query.assigned_to_me,
    )
