"""The status page of a client: what major incidents mean for it, signed in or by a secret address.

By the address anybody reads it who has it, and nothing else of the portal. It leaks nowhere: no referrer, no index.
"""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template

from chassis.errors import NotFound
from fairlead.directory.v1.tenant_pb2 import TENANT_STATE_ACTIVE
from fairlead.incidents.v1 import major_incident_pb2 as pb
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.language import gettext as _
from services.gateway.pages.portal.room import Portal, portal_page
from services.gateway.pages.signs import Sign

status = Blueprint("portal_status", __name__)
public_status = Blueprint("public_status", __name__)


@status.get("/status")
@portal_page
def show_status(portal: Portal) -> str:
    """What is under way, and the last 90 days."""
    entries = gateway().backends.status_pages.of_tenant(portal.caller, portal.tenant_id)
    return render_template(
        "pages/portal/status.html", portal=portal, active="status", **_shown(entries, portal.address)
    )


@public_status.get("/status/<token>")
def show_public_status(token: str) -> Response:
    """For whoever has the address."""
    found = gateway().backends.status_pages.read(gateway().callers.as_gateway(), token[:200])
    g.portal_tenant = tenant = gateway().directory.tenant(found.provider_id, found.tenant_id)
    if tenant.state != TENANT_STATE_ACTIVE:
        raise NotFound("status_page_not_found", "There is no such page.")
    response = make_response(render_template("pages/status.html", tenant=tenant, **_shown(found.entries, "")))
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response


def _shown(entries: Sequence[pb.StatusEntry], portal_address: str) -> dict[str, Any]:
    """portal_address: where incidents are read; "" where nobody is signed in."""
    under_way = [one for one in entries if not one.HasField("end_time")]
    return {
        "under_way": under_way,
        "past": [one for one in entries if one.HasField("end_time")],
        "status_sign": matter_sign,
        "portal_address": portal_address,
    }


def matter_sign(state: int) -> Sign:
    """A state in a client's words."""
    signs = {
        "declared": Sign("declared", _("Being looked into"), "search", "warn"),
        "investigating": Sign("investigating", _("Being looked into"), "search", "warn"),
        "identified": Sign("identified", _("Cause found"), "search", "warn"),
        "monitoring": Sign("monitoring", _("Remedied, being watched"), "eye", "info"),
        "resolved": Sign("resolved", _("Resolved"), "circle-check", "good"),
    }
    return signs[word_of(pb.MajorState.DESCRIPTOR, state) or "declared"]
