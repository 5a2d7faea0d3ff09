"""Reading problems, and what an incident has of them."""

# A route describes its handler; it shows in the OpenAPI document.

from __future__ import annotations

from typing import Any

from fairlead.incidents.v1 import problem_pb2
from services.gateway.api.incidents import incident_id_of, paged
from services.gateway.api.problem_records.bodies import ProblemQuery, ProblemTimelineQuery
from services.gateway.api.problem_records.own_routes import routes
from services.gateway.api.problem_records.shapes import (
    LikelyProblem,
    ProblemEntry,
    ProblemPage,
    ProblemRecord,
    ProblemsOfIncident,
    ProblemTimeline,
    Workarounds,
)
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.backends.words import number_of


@routes.get("/problems", "List problems", scope="incidents:read", query=ProblemQuery, returns=ProblemPage)
def list_problems(call: Call) -> Answer:
    """Newest first: those that concern a client whom the caller is granted, and those that concern none yet."""
    query: ProblemQuery = call.query
    state = number_of(problem_pb2.ProblemState.DESCRIPTOR, query.state)
    page = backends().problems.list(
        call.caller,
        states=[state] if state else [],
        words=query.query,
        change_number=query.change_number,
        item_id=query.item_id or "",
        page_size=query.page_size,
        page_token=query.page_token,
    )
    return paged("problems", ProblemRecord.all_of(page.problems), page.next_page_token)


@routes.get("/problems/{problem_id}", "Get a problem", scope="incidents:read", returns=ProblemRecord)
def get_problem(call: Call, problem_id: str) -> Answer:
    """By id or number, with its incidents as they stand now."""
    return ProblemRecord.of(backends().problems.get(call.caller, problem_id))


@routes.get(
    "/problems/{problem_id}/timeline",
    "Read a problem's history",
    scope="incidents:read",
    query=ProblemTimelineQuery,
    returns=ProblemTimeline,
)
def get_problem_timeline(call: Call, problem_id: str) -> Answer:
    """Oldest first."""
    query: ProblemTimelineQuery = call.query
    page = backends().problems.timeline(call.caller, problem_id, query.after_seq, query.page_size)
    answer: dict[str, Any] = {"entries": ProblemEntry.all_of(page.entries)}
    return answer | ({"next_after_seq": page.next_after_seq} if page.next_after_seq else {})


@routes.get(
    "/incidents/{incident_id}/problems",
    "An incident's problems",
    scope="incidents:read",
    returns=ProblemsOfIncident,
)
def get_incident_problems(call: Call, incident_id: str) -> Answer:
    """Those it has, and open ones that may be its cause; for the provider's staff."""
    found = backends().problems.of_incident(call.caller, incident_id_of(call, incident_id))
    return {"problems": ProblemRecord.all_of(found.problems), "likely": LikelyProblem.all_of(found.likely)}


@routes.get(
    "/incidents/{incident_id}/workarounds",
    "What helps meanwhile",
    scope="incidents:read",
    returns=Workarounds,
)
def get_incident_workarounds(call: Call, incident_id: str) -> Answer:
    """What is published of workarounds to the incident's client, for whoever sees the incident."""
    return {"texts": [*backends().problems.workarounds(call.caller, incident_id_of(call, incident_id))]}
