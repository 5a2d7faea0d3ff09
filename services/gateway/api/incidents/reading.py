"""Listing incidents, and reading one and what happened to it."""

from __future__ import annotations

from typing import Any

from fairlead.incidents.v1 import incident_pb2
from services.gateway.api.incidents.bodies import IncidentQuery, TimelineQuery
from services.gateway.api.incidents.own_routes import routes
from services.gateway.api.incidents.places import paged
from services.gateway.api.incidents.shapes import Incident, IncidentPage, Timeline, TimelineEntry
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.backends.words import number_of

_STATE = incident_pb2.IncidentState.DESCRIPTOR


@routes.get("/incidents", "List incidents", scope="incidents:read", query=IncidentQuery, returns=IncidentPage)
def list_incidents(call: Call) -> Answer:
    """Newest first, of every client the token covers."""
    query: IncidentQuery = call.query
    fields: dict[str, Any] = {}
    if query.updated_after:
        fields["updated_after"] = query.updated_after
    page = backends().incidents.list(
        call.caller,
        tenant_id=query.tenant_id or "",
        states=[number_of(_STATE, state) for state in query.state],
        requester_id=query.requester_id or "",
        assignee_id=query.assignee_id or "",
        mine=query.mine,
        words=query.search,
        awaits_client=query.awaits_client,
        page_size=query.page_size,
        page_token=query.page_token,
        **fields,
    )
    return paged("incidents", Incident.all_of(page.incidents), page.next_page_token)


@routes.get("/incidents/{incident_id}", "Get an incident", scope="incidents:read", returns=Incident)
def get_incident(call: Call, incident_id: str) -> Answer:
    """By its id or its number."""
    return Incident.of(backends().incidents.get(call.caller, incident_id))


@routes.get(
    "/incidents/{incident_id}/timeline",
    "Read the timeline",
    scope="incidents:read",
    query=TimelineQuery,
    returns=Timeline,
)
def get_timeline(call: Call, incident_id: str) -> Answer:
    """Oldest first. Internal entries are given to the provider's staff alone."""
    query: TimelineQuery = call.query
    page = backends().incidents.timeline(call.caller, incident_id, query.after_seq, query.page_size)
    answer: dict[str, Any] = {"entries": TimelineEntry.all_of(page.entries)}
    if page.next_after_seq:
        answer["next_after_seq"] = page.next_after_seq
    return answer
