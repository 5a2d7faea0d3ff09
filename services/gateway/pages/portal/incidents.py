"""The list: what somebody reported, or for a client manager everything of the organization; what waits for them on top."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from fairlead.incidents.v1.incident_pb2 import Incident, IncidentState
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of
from services.gateway.pages.portal.room import Portal, portal_page
from services.gateway.pages.portal.wording import (
    CLOSED_STATES,
    OPEN_STATES,
    client_sign,
    waiting_since,
)

incidents = Blueprint("portal_incidents", __name__)
_PAGE, _WAITING = 20, 50
_LONGEST_QUERY = 200
_SHOWN = {"open": OPEN_STATES, "closed": CLOSED_STATES, "all": ()}


def open_states() -> list[int]:
    """What still needs somebody: resolved ones too, until they are confirmed or closed."""
    return _numbers(OPEN_STATES)


@incidents.get("/incidents")
@portal_page
def list_incidents(portal: Portal) -> str:
    """Newest first. `show` is open, closed or all; `whose` is mine or all, for those who may see all; `q` searches."""
    show = request.args.get("show", "")
    query = " ".join(request.args.get("q", "").split())[:_LONGEST_QUERY]
    # Whoever searches looks for one thing, wherever it stands.
    show = show if show in _SHOWN else ("all" if query else "open")
    sees_all = portal.is_manager or portal.is_staff
    mine = not sees_all or (request.args.get("whose") == "mine" and not portal.is_staff)
    token = request.args.get("page", "")
    asked = {"tenant_id": portal.tenant_id, "mine": mine, "words": query}
    backend = gateway().backends.incidents
    page = backend.list(
        portal.caller, states=_numbers(_SHOWN[show]), page_size=_PAGE, page_token=token, **asked
    )
    waiting: Sequence[Incident] = ()
    if show != "closed" and not token and page.incidents:
        waiting = backend.list(portal.caller, awaits_client=True, page_size=_WAITING, **asked).incidents

    above = {each.incident_id for each in waiting}

    def address(**changed: str) -> str:
        given = {
            "q": query,
            "show": show,
            "whose": ("mine" if mine else "all") if portal.is_manager else "",
            **changed,
        }
        return (
            f"{portal.address}incidents?{urlencode({name: value for name, value in given.items() if value})}"
        )

    return render_template(
        "pages/portal/incidents.html",
        portal=portal,
        active="incidents",
        waiting=waiting,
        incidents=[each for each in page.incidents if each.incident_id not in above],
        show=show,
        query=query,
        mine=mine,
        address=address,
        next_address=address(page=page.next_page_token) if page.next_page_token else "",
        first_address=address() if token else "",
        client_sign=client_sign,
        waiting_since=waiting_since,
    )


def _numbers(words: Sequence[str]) -> list[int]:
    return [number_of(IncidentState.DESCRIPTOR, word) for word in words]
