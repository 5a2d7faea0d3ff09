"""Reading major incidents."""

# A route describes its handler; it shows in the OpenAPI document.

from __future__ import annotations

from typing import Any

from fairlead.incidents.v1 import major_incident_pb2
from services.gateway.api.majors.bodies import ActionQuery, MajorListQuery, MajorTimelineQuery
from services.gateway.api.majors.own_routes import routes
from services.gateway.api.majors.shapes import (
    ActionItemList,
    ActionItemOfMajor,
    MajorIncident,
    MajorIncidentList,
    MajorTimeline,
    MajorUpdate,
    MajorUpdateList,
)
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.backends.words import number_of


@routes.get(
    "/major-incidents",
    "List major incidents",
    scope="incidents:read",
    query=MajorListQuery,
    returns=MajorIncidentList,
)
def list_major_incidents(call: Call) -> Answer:
    """Newest first; those that touch a client of the caller's, or give them a role."""
    query: MajorListQuery = call.query
    states: list[Any] = (
        [number_of(major_incident_pb2.MajorState.DESCRIPTOR, query.state)] if query.state else []
    )
    found = backends().majors.list(
        call.caller, states=states, page_size=query.page_size, page_token=query.page_token
    )
    return MajorIncidentList.of(found)


@routes.get(
    "/major-incidents/{major_id}",
    "Get a major incident",
    scope="incidents:read",
    returns=MajorIncident,
)
def get_major_incident(call: Call, major_id: str) -> Answer:
    """By id or number."""
    return MajorIncident.of(backends().majors.get(call.caller, major_id))


@routes.get(
    "/major-incidents/{major_id}/timeline",
    "Read its timeline",
    scope="incidents:read",
    query=MajorTimelineQuery,
    returns=MajorTimeline,
)
def list_major_timeline(call: Call, major_id: str) -> Answer:
    """Oldest first; lines about clients that the caller is not granted are left out."""
    return MajorTimeline.of(backends().majors.timeline(call.caller, major_id, call.query.after_seq))


@routes.get(
    "/major-incidents/{major_id}/updates",
    "List its updates",
    scope="incidents:read",
    returns=MajorUpdateList,
)
def list_major_updates(call: Call, major_id: str) -> Answer:
    """Newest first, with what each client was told."""
    return {"updates": MajorUpdate.all_of(backends().majors.updates(call.caller, major_id))}


@routes.get(
    "/action-items",
    "List action items of all reviews",
    scope="incidents:read",
    query=ActionQuery,
    returns=ActionItemList,
)
def list_action_items(call: Call) -> Answer:
    """By due date."""
    return {
        "actions": ActionItemOfMajor.all_of(backends().majors.actions(call.caller, call.query.with_finished))
    }
