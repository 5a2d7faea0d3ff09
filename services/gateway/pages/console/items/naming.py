"""Which configuration items an incident is about: said on the incident's page."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from chassis.errors import FairleadError, InvalidArgument, NotFound
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.actions import STATUS, in_words
from services.gateway.pages.console.admin.forms import lines_of
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.console.incident import Trouble, whole_page
from services.gateway.pages.language import gettext as _

item_naming = Blueprint("console_item_naming", __name__)


@item_naming.post("/console/incidents/<number>/items")
@staff_only
def name_items(number: str) -> Response:
    """By their names, a line each."""
    caller, backend = current_caller(), gateway().backends.configuration_items
    incident = gateway().backends.incidents.get(caller, number)
    # What it is about already stays, whatever else is called so.
    known = {one.name.casefold(): one.item_id for one in backend.of_incident(caller, number).items}
    names = lines_of(request.form.get("items", ""))
    try:
        backend.name(
            caller,
            incident.incident_id,
            [known[name.casefold()] for name in names if name.casefold() in known],
            key=request.form.get("once", "")[:200],
            names=[name for name in names if name.casefold() not in known],
        )
    except NotFound:
        raise
    except FairleadError as error:
        trouble = Trouble("items", _why(error), {**request.form})
        return Response(
            whole_page(caller, number, trouble), STATUS.get(error.status, 409), mimetype="text/html"
        )
    return redirect(f"/console/incidents/{incident.number}?done=items", 303)


def _why(error: FairleadError) -> str:
    if isinstance(error, InvalidArgument) and error.reason == "item_unknown":
        return _("No item in use is called %(name)s.", name=error.values.get("name", ""))
    return in_words(error)
