"""Links to calendars of shifts: made and revoked by whose they are, read by calendar programs without signing in."""

from typing import Any

from flask import Blueprint, Response, request

from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.admin.doing import Problems, address, submitted
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.console.on_call.calendar import calendar_of
from services.gateway.pages.console.on_call.paging import HOME, on_call_page

feed_pages = Blueprint("console_on_call_feeds", __name__)
_LIST = f"{HOME}/calendars"


@feed_pages.get("/console/on-call/calendars")
@staff_only
def list_feeds() -> str:
    """The reader's own links."""
    return _page({})


@feed_pages.post("/console/on-call/calendars")
@staff_only
def create_feed() -> Any:
    """Makes a link to one's own shifts, or to a schedule."""

    def create() -> str:
        gateway().backends.on_call.create_feed(current_caller(), request.form.get("schedule_id", ""))
        return address(_LIST, "feed_created")

    return submitted(create, _page)


@feed_pages.post("/console/on-call/calendars/<feed_id>/remove")
@staff_only
def remove_feed(feed_id: str) -> Any:
    """Nobody is answered by it any more."""

    def remove() -> str:
        gateway().backends.on_call.delete_feed(current_caller(), feed_id)
        return address(_LIST, "feed_removed")

    return submitted(remove, _page)


@feed_pages.get("/on-call/<token>.ics")
def read_feed(token: str) -> Response:
    """For calendar programs: whoever has the address reads it, until it is revoked."""
    read = gateway().backends.on_call.read_feed(gateway().callers.as_gateway(), token)
    host = request.host.partition(":")[0]
    response = Response(
        calendar_of(read, host, gateway().clock()), content_type="text/calendar; charset=utf-8"
    )
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _page(problems: Problems) -> str:
    caller, backend = current_caller(), gateway().backends.on_call
    feeds = [(one, f"{gateway().settings.origin}/on-call/{one.token}.ics") for one in backend.feeds(caller)]
    return on_call_page("calendars.html", problems, feeds=feeds, schedules=backend.all(caller))
