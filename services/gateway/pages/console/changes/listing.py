"""The calendar of changes by month, what waits, freezes; and drafting a change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from babel.dates import format_date
from flask import Blueprint, Response, request

from fairlead.incidents.v1 import change_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.change_calendar import MEDIA_TYPE, calendar_of
from services.gateway.pages.console.admin.doing import Problems, Refused, address, submitted
from services.gateway.pages.console.admin.frame import if_there
from services.gateway.pages.console.changes.paging import (
    HOME,
    SHARED,
    change_page,
    typed_change,
    typed_items,
    typed_window,
)
from services.gateway.pages.console.frame import overseers_only, staff_only
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import current_locale, current_zone

change_list = Blueprint("console_changes", __name__)
_WAITING = (
    change_pb2.CHANGE_STATE_DRAFT,
    change_pb2.CHANGE_STATE_REQUESTED,
    change_pb2.CHANGE_STATE_APPROVED,
    change_pb2.CHANGE_STATE_REJECTED,
)


@change_list.get("/console/changes")
@staff_only
def list_changes() -> str:
    """One month, day by day."""
    return _page({})


@change_list.post("/console/changes")
@staff_only
def create_change() -> Any:
    """A draft."""

    def create() -> str:
        form = request.form
        wanted = typed_change(form)
        chosen = form.get("client", "")[:100]
        if not chosen:
            raise Refused(client=_("Choose a client."))
        wanted.shared = chosen == SHARED
        wanted.tenant_id = "" if wanted.shared else chosen
        _ids, names = typed_items(form, {})
        made = gateway().backends.changes.create(current_caller(), wanted, form.get("once", ""), names)
        return address(f"{HOME}/{made.number}", "change_saved")

    return submitted(create, lambda problems: _page(problems, adding=True))


@change_list.get("/console/changes.ics")
@staff_only
def download_calendar() -> Response:
    """From a month ago to three months ahead, for a calendar program."""
    now = gateway().clock()
    found = gateway().backends.changes.period(
        current_caller(), now - timedelta(days=31), now + timedelta(days=92)
    )
    answer = Response(calendar_of(found, gateway().settings.origin), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="changes.ics"'
    return answer


@change_list.post("/console/changes/freezes")
@overseers_only
def add_freeze() -> Any:
    """A stretch of time in which nothing is to be changed."""

    def add() -> str:
        form = request.form
        window = typed_window(form)
        if window is None:
            raise Refused(freeze=_("A date and a time are needed."))
        wanted = change_pb2.ChangeFreeze(
            tenant_id=form.get("client", "")[:100],
            name=form.get("name", "").strip(),
            start_time=window.start_time,
            end_time=window.end_time,
        )
        gateway().backends.changes.add_freeze(current_caller(), wanted)
        return address(HOME, "freeze_saved")

    return submitted(add, lambda problems: _page({"freeze": next(iter(problems.values())), **problems}))


@change_list.post("/console/changes/freezes/<freeze_id>/remove")
@overseers_only
def remove_freeze(freeze_id: str) -> Any:
    """Changes may be made again."""

    def remove() -> str:
        gateway().backends.changes.delete_freeze(current_caller(), freeze_id)
        return address(HOME, "freeze_removed")

    return submitted(remove, _page)


def _page(problems: Problems, adding: bool = False) -> str:
    caller, backend = current_caller(), gateway().backends.changes
    first = _month()
    after = _next(first)
    zone = current_zone()
    start, end = (datetime(one.year, one.month, 1, tzinfo=zone).astimezone(UTC) for one in (first, after))
    found = if_there(lambda: list(backend.period(caller, start, end)))
    waiting = if_there(lambda: list(backend.list(caller, states=_WAITING, page_size=50).changes))
    days: dict[date, list[change_pb2.Change]] = {}
    for one in found or ():
        day = max(one.window.start_time.ToDatetime(tzinfo=UTC).astimezone(zone).date(), first)
        days.setdefault(day, []).append(one)
    return change_page(
        "list.html",
        problems,
        there=found is not None,
        days=list(days.items()),
        month_name=format_date(first, "MMMM yyyy", locale=current_locale()).capitalize(),
        day_name=lambda day: format_date(day, "EEEE d MMMM", locale=current_locale()),
        before=(first - timedelta(days=1)).strftime("%Y-%m"),
        after=after.strftime("%Y-%m"),
        waiting=waiting or [],
        freezes=if_there(lambda: list(backend.freezes(caller))) or [],
        me=caller.person_id,
        fields=request.form,
        adding=adding,
    )


def _month() -> date:
    """The first day of the one that is asked for; of the present one otherwise."""
    try:
        return date.fromisoformat(f"{request.args.get('month', '')[:7]}-01")
    except ValueError:
        return gateway().clock().astimezone(current_zone()).date().replace(day=1)


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
