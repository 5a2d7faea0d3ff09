"""The address without a path: everybody is led to where they belong."""

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from chassis.errors import NotFound
from services.gateway.auth.access import current_caller, current_person, current_session
from services.gateway.auth.context import gateway
from services.gateway.pages.place import slug_of_host

start = Blueprint("start", __name__)


@start.get("/")
def lead_on() -> BaseResponse:
    """A portal's host name (acme.localhost) to that portal, staff to the console, others to their first portal."""
    return redirect(_portal_of_host() or _place_of_person() or "/login", 303)


def _portal_of_host() -> str:
    slug = slug_of_host()
    if not slug:
        return ""
    try:
        return f"/t/{gateway().directory.tenant_by_slug(slug).slug}/"
    except NotFound:
        return ""


def _place_of_person() -> str:
    if current_session() is None:
        return ""
    caller = current_caller()
    if caller.is_staff:
        return "/console"
    for membership in current_person().memberships:
        if caller.tenant_ids and membership.tenant_id in caller.tenant_ids:
            tenant = gateway().directory.tenant(caller.provider_id, membership.tenant_id)
            return f"/t/{tenant.slug}/"
    return ""
