"""What people may say about themselves: language and time zone."""

from typing import Any
from zoneinfo import available_timezones

from babel.core import get_global
from flask import Blueprint, redirect, render_template, request

from chassis.errors import FairleadError
from services.gateway.auth.context import gateway
from services.gateway.pages.language import LANGUAGES, current_language, use_language
from services.gateway.pages.moments import current_zone
from services.gateway.pages.portal.room import Portal, portal_page
from services.gateway.pages.signs import explain

profile = Blueprint("portal_profile", __name__)


def zones() -> list[str]:
    """Zones of places where people live, by their IANA names, sorted."""
    known = available_timezones()
    return sorted(name for name in get_global("zone_territories") if "/" in name and name in known)


@profile.get("/profile")
@portal_page
def show_profile(portal: Portal) -> str:
    """Name and address as the directory has them; language and zone to choose."""
    return _page(portal)


@profile.post("/profile")
@portal_page
def save_profile(portal: Portal) -> Any:
    """Saves what is one of ours; the rest stays as it was."""
    language, zone = request.form.get("locale", ""), request.form.get("time_zone", "")
    try:
        gateway().backends.people.update(
            portal.caller,
            portal.person.person_id,
            locale=language if language in LANGUAGES else "",
            time_zone=zone if zone in zones() else "",
        )
    except FairleadError as error:
        return _page(portal, explain(error)), 503 if error.status == "UNAVAILABLE" else 422
    gateway().directory.forget_person(portal.person.person_id)
    if language in LANGUAGES:
        use_language(language)
    return redirect(f"{portal.address}profile?done=saved", 303)


def _page(portal: Portal, problem: str = "") -> str:
    zone = current_zone().key
    names = zones()
    return render_template(
        "pages/portal/profile.html",
        portal=portal,
        active="profile",
        zones=names if zone in names else [zone, *names],
        zone=zone,
        chosen_language=current_language(),
        problem=problem,
        done=request.args.get("done", ""),
    )
