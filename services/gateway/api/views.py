"""Saved views of the queue."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from pydantic import Field

from fairlead.triage.v1 import view_pb2
from services.gateway.api import words
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Line, Revision, Shape, Time, fill

routes = Routes(
    "views", "Saved views of the queue: private, or shared with the provider's staff. Staff only."
)


class ViewFilterView(Shape):
    tenant_ids: list[str] = []
    states: list[words.IncidentState] = []
    priorities: list[words.Priority] = []
    assignee_id: str | None = None
    assigned_to_me: bool = False
    unassigned: bool = False
    assignment_group_id: str | None = None
    sla_states: list[words.SlaState] = []
    category: str | None = None
    query: str | None = None
    needs_dispatcher: bool = False
    kinds: list[words.IncidentKind] = []
    channels: list[str] = []


class View(Shape):
    view_id: str
    name: str
    shared: bool
    filter: ViewFilterView | None = None
    sort: words.QueueSort | None = None
    revision: int
    update_time: Time | None = None
    editable: bool = Field(description="Whether you may change or remove it.")
    count: int | None = Field(None, description="How many rows it shows now; in lists alone.")


class ViewList(Shape):
    views: list[View]


class ViewFilter(Body):
    """What is left out filters nothing; without states the view shows what still needs work."""

    tenant_ids: list[Id] = Field([], max_length=200)
    states: list[words.IncidentState] = Field([], max_length=10)
    priorities: list[words.Priority] = Field([], max_length=5)
    assignee_id: Id | None = None
    assigned_to_me: bool = Field(False, description="Assigned to whoever looks.")
    unassigned: bool = False
    assignment_group_id: Id | None = None
    sla_states: list[words.SlaState] = Field([], max_length=10)
    category: str = Field("", max_length=100)
    query: str = Field("", max_length=200)
    needs_dispatcher: bool = False
    kinds: list[words.IncidentKind] = Field([], max_length=5)
    channels: list[words.SubmissionChannel] = Field([], max_length=10)


class ViewBody(Body):
    name: Line = Field(max_length=60)
    shared: bool = Field(False, description="Dispatchers and administrators alone may share.")
    filter: ViewFilter = Field(default_factory=lambda: ViewFilter.model_validate({}))
    sort: words.QueueSort = "priority"


class ViewChange(ViewBody):
    revision: Revision = 0


@routes.get("/queue/views", "List saved views", scope="queue:read", returns=ViewList)
def list_views(call: Call) -> Answer:
    """Shared ones first, each kind by name, with how many rows each shows now."""
    counts = backends().queue.count(call.caller, saved_views=True).by_view
    views = backends().views.list(call.caller)
    return {"views": [View.of(view, count=counts.get(view.view_id, 0)) for view in views]}


@routes.post(
    "/queue/views",
    "Save a view",
    scope="queue:write",
    body=ViewBody,
    returns=View,
    status=201,
    conflicts=True,
)
def create_view(call: Call) -> Answer:
    return View.of(backends().views.create(call.caller, fill(view_pb2.View(), call.body)))


@routes.get("/queue/views/{view_id}", "Get a saved view", scope="queue:read", returns=View)
def get_view(call: Call, view_id: str) -> Answer:
    return View.of(backends().views.get(call.caller, view_id))


@routes.put(
    "/queue/views/{view_id}",
    "Change a saved view",
    scope="queue:write",
    body=ViewChange,
    returns=View,
    conflicts=True,
)
def update_view(call: Call, view_id: str) -> Answer:
    return View.of(backends().views.update(call.caller, fill(view_pb2.View(), call.body, view_id=view_id)))


@routes.delete("/queue/views/{view_id}", "Remove a saved view", scope="queue:write")
def delete_view(call: Call, view_id: str) -> Answer:
    backends().views.delete(call.caller, view_id)
