"""Answering a call: on the incident's page, or by the link in the mail, without signing in.

Looking at what the link leads to changes nothing (mail scanners look); only the form acts. The tag names one page and is good
for nothing else; triage made it and judges it. Nothing of the address leaks: no referrer, no index.
"""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from chassis.errors import FairleadError, NotFound, PermissionDenied
from fairlead.triage.v1 import escalation_pb2
from fairlead.triage.v1.escalation_service_pb2 import PageLink
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.console.incident import Trouble, whole_page
from services.gateway.pages.signs import explain

page_answers = Blueprint("console_page_answers", __name__)
_REFUSED = {"UNAVAILABLE": 503, "RESOURCE_EXHAUSTED": 429}


@page_answers.get("/page/<tag>")
def show_page(tag: str) -> Response:
    """What somebody was called about, and how it stands."""
    return _answered(gateway().backends.escalations.read_link(gateway().callers.as_gateway(), tag), tag)


@page_answers.post("/page/<tag>")
def answer_page(tag: str) -> Response:
    """They take care of it: nobody else is called."""
    caller = gateway().callers.as_gateway()
    link = gateway().backends.escalations.use_link(caller, tag)
    return _answered(link, tag, done=True)


@page_answers.post("/console/incidents/<number>/escalation/acknowledge")
@staff_only
def acknowledge_escalation(number: str) -> BaseResponse:
    """Whoever reads the incident takes care of it."""
    caller = current_caller()
    incident = gateway().backends.incidents.get(caller, number)
    try:
        gateway().backends.escalations.acknowledge(caller, incident.incident_id)
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        trouble = Trouble("escalation", explain(error))
        return Response(whole_page(caller, number, trouble), _REFUSED.get(error.status, 409))
    return redirect(f"/console/incidents/{incident.number}?done=escalation", 303)


def _answered(link: PageLink, tag: str, done: bool = False) -> Response:
    escalation: Any = link.escalation
    running = escalation.state == escalation_pb2.ESCALATION_STATE_RUNNING
    response = make_response(
        render_template(
            "pages/page_answer.html",
            tag=tag,
            escalation=escalation,
            called=link.page,
            running=running,
            mine=escalation.ended_by.person_id == link.page.person.person_id,
            done=done,
        )
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
