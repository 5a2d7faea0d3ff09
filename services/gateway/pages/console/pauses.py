"""The provider's answer to a client who contests a pause."""

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from chassis.errors import FairleadError, InvalidArgument, NotFound, PermissionDenied
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.console.incident import Trouble, whole_page
from services.gateway.pages.language import gettext as _
from services.gateway.pages.pauses import LONGEST_WORDS
from services.gateway.pages.signs import explain

pauses = Blueprint("console_pauses", __name__)
_STATUS = {"INVALID_ARGUMENT": 422, "UNAVAILABLE": 503, "RESOURCE_EXHAUSTED": 429}


@pauses.post("/console/incidents/<number>/pauses/<pause_id>/answer")
@staff_only
def answer_contest(number: str, pause_id: str) -> BaseResponse:
    """It stands, or the time is counted after all; said once, for good."""
    caller, form = current_caller(), request.form
    incident = gateway().backends.incidents.get(caller, number)
    words, verdict = form.get("words", "").strip(), form.get("verdict", "")
    try:
        if not words or verdict not in ("stands", "conceded"):
            raise InvalidArgument("value_missing", field="words")
        if len(words) > LONGEST_WORDS:
            raise InvalidArgument("text_too_long", field="words")
        gateway().backends.pauses.answer(caller, incident.incident_id, pause_id, verdict == "conceded", words)
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        trouble = Trouble(pause_id, _said(error), {**form})
        return Response(whole_page(caller, number, trouble), _STATUS.get(error.status, 409))
    return redirect(f"/console/incidents/{incident.number}?done=answer_contest", 303)


def _said(error: FairleadError) -> str:
    own = {
        "value_missing": _("Write an answer, and choose."),
        "text_too_long": _("At most %(count)s characters.", count=LONGEST_WORDS),
    }
    return own.get(error.reason) or explain(error)
