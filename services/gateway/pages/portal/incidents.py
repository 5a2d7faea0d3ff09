"""The list: what somebody reported, or for a client manager everything of the organization."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from fairlead.incidents.v1.incident_pb2 import IncidentState
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of
from services.gateway.pages.portal.room import Portal, portal_page
from services.gateway.pages.portal.wording import OPEN_STATES, client_sign

incidents = Blueprint("portal_incidents", __name__)
_PAGE = 20


def open_states() -> list[int]:
    """What still needs somebody: resolved ones too, until they are confirmed or closed."""
    return [number_of(IncidentState.DESCRIPTOR, word) for word in OPEN_STATES]


@incidents.get("/incidents")
@portal_page
def list_incidents(portal: Portal) -> str:
    """Newest first. `show` is open or all; `whose` is mine or all, for those who may see all."""
    show = "all" if request.args.get("show") == "all" else "open"
    sees_all = portal.is_manager or portal.is_staff
    mine = not sees_all or (request.args.get("whose") == "mine" and not portal.is_staff)
    token = request.args.get("page", "")
    page = gateway().backends.incidents.list(
        portal.caller,
        tenant_id=portal.tenant_id,
        states=open_states() if show == "open" else [],
        mine=mine,
        page_size=_PAGE,
        page_token=token,
    )

    def address(**changed: str) -> str:
        query = {
            "show": show,
            **({"whose": "mine" if mine else "all"} if portal.is_manager else {}),
            **changed,
        }
        return f"{portal.address}incidents?{urlencode(query)}"

    return render_template(
        "pages/portal/incidents.html",
        portal=portal,
        active="incidents",
        incidents=page.incidents,
        show=show,
        mine=mine,
        address=address,
        next_address=address(page=page.next_page_token) if page.next_page_token else "",
        first_address=address() if token else "",
        client_sign=client_sign,
    )
