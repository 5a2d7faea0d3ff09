"""Which major incidents there are, which action items are open, and declaring one."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request

from fairlead.incidents.v1 import major_incident_pb2 as pb
from fairlead.incidents.v1 import major_incident_service_pb2 as messages
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.doing import Problems, address
from services.gateway.pages.console.admin.frame import if_there, page_token
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.console.majors.doing import done_once
from services.gateway.pages.console.majors.paging import HOME, major_page
from services.gateway.pages.portal.room import once_key

major_pages = Blueprint("console_majors", __name__)
_PAGE = 50


@major_pages.get(HOME)
@staff_only
def list_majors() -> str:
    """Newest first, with the action items of all reviews; `declare` names an incident to declare one from."""
    return _list({})


@major_pages.post(HOME)
@staff_only
def declare_major() -> Any:
    """From an incident."""

    def declare() -> str:
        form = request.form
        new = messages.DeclareMajorIncidentRequest(
            incident_id=form.get("incident", "").strip()[:100],
            title=form.get("title", "").strip(),
            summary=form.get("summary", "").strip(),
            severity=number_of(pb.MajorSeverity.DESCRIPTOR, form.get("severity", "")),
            commander_id=form.get("commander", ""),
            communications_id=form.get("communications", ""),
            idempotency_key=once_key(),
        )
        made = gateway().backends.majors.declare(current_caller(), new)
        return address(f"{HOME}/{made.number}", "declared")

    return done_once(declare, _list)


def _list(problems: Problems) -> str:
    caller = current_caller()
    wanted = request.values.get("declare", "") or request.form.get("incident", "")
    incident = gateway().backends.incidents.get(caller, wanted[:100]) if wanted else None
    found = if_there(lambda: gateway().backends.majors.list(caller, page_size=_PAGE, page_token=page_token()))
    return major_page(
        "list.html",
        problems,
        found=found.major_incidents if found else None,
        actions=if_there(lambda: gateway().backends.majors.actions(caller, with_finished=False)) or [],
        incident=incident,
        staff=names.staff(caller) if incident else [],
        me=caller.person_id,
        next_address=f"{HOME}?{urlencode({'page': found.next_page_token})}"
        if found and found.next_page_token
        else "",
        first_address=HOME if page_token() else "",
    )
