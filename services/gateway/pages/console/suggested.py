"""What the learned models suggest of an incident, and accepting it."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from chassis.errors import FairleadError, NotFound, PermissionDenied
from fairlead.triage.v1 import model_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.models import accept
from services.gateway.backends.words import number_of
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.console.incident import Trouble, whole_page
from services.gateway.pages.signs import explain

suggested = Blueprint("console_suggested", __name__)
_ASPECT = model_pb2.LearnedAspect.DESCRIPTOR
_REFUSED = {"INVALID_ARGUMENT": 422, "UNAVAILABLE": 503, "PERMISSION_DENIED": 403}


@suggested.post("/console/incidents/<number>/suggestions/accept")
@staff_only
def accept_suggestion(number: str) -> BaseResponse:
    """One of them (`aspect`), or all."""
    caller, behind = current_caller(), gateway().backends
    incident = behind.incidents.get(caller, number)
    aspect = number_of(_ASPECT, request.form.get("aspect", ""))
    key = request.form.get("once", "")[:150]
    try:
        accept(
            behind.models, behind.incidents, behind.assignment_groups, caller, incident,
            aspects=[aspect] if aspect else [], key=key,
        )  # fmt: skip
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        trouble = Trouble("suggestions", explain(error))
        return Response(whole_page(caller, number, trouble), _REFUSED.get(error.status, 409))
    return redirect(f"/console/incidents/{incident.number}?done=suggestion", 303)
