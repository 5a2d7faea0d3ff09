"""The review after a major incident."""

# A route describes its handler; it shows in the OpenAPI document.

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Response

from chassis.errors import NotFound
from fairlead.incidents.v1 import major_incident_pb2
from services.gateway.api.majors.bodies import ActionChange, ReviewBody
from services.gateway.api.majors.commands import COMMAND, guards
from services.gateway.api.majors.own_routes import routes
from services.gateway.api.majors.shapes import MajorIncident
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.api.shapes import fill
from services.gateway.backends.major_report import ENGLISH, report_of


@routes.get(
    "/major-incidents/{major_id}/review.md",
    "Read its review as Markdown",
    scope="incidents:read",
    media_type="text/markdown",
)
def download_review(call: Call, major_id: str) -> Answer:
    """In English and UTC; of the clients nothing is said. 404 before the review began."""
    major = backends().majors.get(call.caller, major_id)
    if not major.HasField("review"):
        raise NotFound("review_not_found", "Its review has not begun.")
    text = report_of(major, ENGLISH, ZoneInfo("UTC"))
    return Response(text, content_type="text/markdown; charset=utf-8")


_PUT = {name: value for name, value in COMMAND.items() if name != "idempotency"}


@routes.put("/major-incidents/{major_id}/review", "Write its review", body=ReviewBody, **_PUT)
def save_review(call: Call, major_id: str) -> Answer:
    """409 review_not_begun, review_finished."""
    review = fill(major_incident_pb2.MajorReview(), call.body)
    saved = backends().majors.save_review(call.caller, major_id, review, revision=call.revision)
    return MajorIncident.of(saved)


@routes.post("/major-incidents/{major_id}/review/finish", "Finish its review", **COMMAND)
def finish_review(call: Call, major_id: str) -> Answer:
    """409 review_incomplete, with what is missing."""
    return MajorIncident.of(backends().majors.finish_review(call.caller, major_id, **guards(call)))


@routes.put(
    "/major-incidents/{major_id}/actions/{action_id}", "Change an action item", body=ActionChange, **_PUT
)
def update_action_item(call: Call, major_id: str, action_id: str) -> Answer:
    """Also once the review is finished."""
    action = fill(major_incident_pb2.ActionItem(), call.body, action_id=action_id)
    changed = backends().majors.act(call.caller, major_id, action, revision=call.revision)
    return MajorIncident.of(changed)
