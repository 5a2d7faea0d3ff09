"""Calendars: when clocks run, shown as a whole year before the next version is made."""

from typing import Any

from flask import Blueprint, request
from werkzeug.datastructures import MultiDict

from chassis.errors import FairleadError, NotFound, PermissionDenied
from fairlead.sla.v1 import calendar_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console.admin.doing import (
    Problems,
    Refused,
    address,
    next_key,
    problems_of,
    submitted,
)
from services.gateway.pages.console.admin.forms import (
    own_days_of,
    own_days_text,
    whole,
    windows_of,
    windows_text,
)
from services.gateway.pages.console.admin.frame import ROOT, admin_page, administrators_only
from services.gateway.pages.console.admin.year import Year, laid_out, weekday_names
from services.gateway.pages.console.frame import overseers_only
from services.gateway.pages.language import gettext as _
from services.gateway.pages.portal.profile import zones

calendars = Blueprint("admin_calendars", __name__)
_HOME = f"{ROOT}/calendars"
_WEEKDAYS = range(1, 8)
_NEW = {f"hours-{day}": "09:00-17:00" for day in range(1, 6)}


@calendars.get("/console/admin/calendars")
@overseers_only
def list_calendars() -> str:
    """By name."""
    found = gateway().backends.calendars.list(current_caller())
    return admin_page(
        "calendars.html", "calendars", calendars=found, windows_text=windows_text, weekdays=weekday_names()
    )


@calendars.get("/console/admin/calendars/new")
@administrators_only
def new_calendar() -> str:
    """An empty form."""
    return _page(MultiDict({**_NEW, "time_zone": "Europe/London"}), {})


@calendars.post("/console/admin/calendars")
@administrators_only
def create_calendar() -> Any:
    """Makes a calendar, or with the preview's button shows its year."""
    if request.form.get("preview"):
        return _preview_page(None)

    def create() -> str:
        made = gateway().backends.calendars.create(current_caller(), _calendar())
        return address(f"{_HOME}/{made.calendar_id}", "calendar_created")

    return submitted(create, lambda problems: _page(request.form, problems))


@calendars.get("/console/admin/calendars/<calendar_id>")
@overseers_only
def show_calendar(calendar_id: str) -> str:
    """Its latest version, to change, with its year; or with `version` a former one, to read."""
    asked = whole(request.args.get("version", "")) or 0
    backend, caller = gateway().backends.calendars, current_caller()
    latest = backend.get(caller, calendar_id)
    shown = backend.get(caller, calendar_id, asked) if asked else latest
    return _page(_form_of(shown), {}, latest, shown, _year(shown, request.args.get("year", "")))


@calendars.post("/console/admin/calendars/<calendar_id>")
@administrators_only
def save_calendar(calendar_id: str) -> Any:
    """Makes the next version, or with the preview's button shows its year."""
    if request.form.get("preview"):
        return _preview_page(gateway().backends.calendars.get(current_caller(), calendar_id))

    def save() -> str:
        gateway().backends.calendars.update(current_caller(), _calendar(calendar_id))
        return address(f"{_HOME}/{calendar_id}", "calendar_saved")

    return submitted(save, lambda problems: _again(calendar_id, problems))


def _again(calendar_id: str, problems: Problems) -> str:
    latest = gateway().backends.calendars.get(current_caller(), calendar_id)
    form = MultiDict(request.form)
    if "conflict" in problems:
        form["revision"] = str(latest.revision)
    return _page(form, problems, latest, latest)


def _preview_page(latest: calendar_pb2.Calendar | None) -> Any:
    try:
        draft = _calendar(latest.calendar_id if latest else "")
        shown = _year(draft, request.form.get("year", ""))
    except Refused as refused:
        return _page(request.form, refused.problems, latest, latest), 422
    except (NotFound, PermissionDenied):
        raise
    except FairleadError as error:
        return _page(request.form, problems_of(error), latest, latest), 422
    return _page(request.form, {}, latest, latest, shown)


def _year(calendar: calendar_pb2.Calendar, asked: str) -> Year:
    wanted = whole(asked, 1970, 2999) or 0
    return laid_out(gateway().backends.previews.calendar(current_caller(), calendar, wanted))


def _calendar(calendar_id: str = "") -> calendar_pb2.Calendar:
    form = request.form
    days = own_days_of(form.get("own_days", ""))
    if isinstance(days, int):
        raise Refused(own_days=_("Line %(number)s: begin with a date such as 2026-12-24.", number=days))
    made = calendar_pb2.Calendar(
        calendar_id=calendar_id,
        name=form.get("name", "").strip(),
        time_zone=form.get("time_zone", ""),
        always_open=form.get("always_open") == "1",
        country=form.get("country", "").strip().upper(),
        subdivision=form.get("subdivision", "").strip().upper(),
        overrides=days,
        revision=whole(form.get("revision", "")) or 0,
    )
    for weekday in _WEEKDAYS:
        windows = windows_of(form.get(f"hours-{weekday}", ""))
        if windows is None:
            raise Refused(hours=_("Write hours as 09:00-12:30, 13:30-18:00."))
        if windows:
            made.hours.add(weekday=weekday, windows=windows)
    return made


def _form_of(calendar: calendar_pb2.Calendar) -> MultiDict[str, str]:
    fields = {
        "name": calendar.name,
        "time_zone": calendar.time_zone,
        "always_open": "1" if calendar.always_open else "",
        "country": calendar.country,
        "subdivision": calendar.subdivision,
        "own_days": own_days_text(calendar.overrides),
        "revision": str(calendar.revision),
    }
    hours = {f"hours-{day.weekday}": windows_text(day.windows) for day in calendar.hours}
    return MultiDict({**fields, **hours})


def _page(
    form: MultiDict[str, str],
    problems: Problems,
    latest: calendar_pb2.Calendar | None = None,
    shown: calendar_pb2.Calendar | None = None,
    year: Year | None = None,
) -> str:
    own = form.get("time_zone", "")
    differing = []
    if latest and request.method == "POST" and not (problems.keys() - {"conflict"}):
        old, new = _described(_form_of(latest)), _described(form)
        differing = [(label, old[label], new[label]) for label in old if old[label] != new[label]]
    return admin_page(
        "calendar.html",
        "calendars",
        form=form,
        calendar=latest,
        shown=shown,
        is_former=bool(latest and shown and shown.version != latest.version),
        weekdays=weekday_names(),
        zones=zones() if not own or own in zones() else [own, *zones()],
        year=year,
        differing=differing,
        problems=problems,
        once_key=next_key(problems),
    )


def _described(form: MultiDict[str, str]) -> dict[str, str]:
    """The form in words, to compare."""
    hours = {
        weekday_names()[day - 1]: form.get(f"hours-{day}", "").strip() or _("Closed") for day in _WEEKDAYS
    }
    return {
        _("Name"): form.get("name", "").strip(),
        _("Time zone"): form.get("time_zone", ""),
        _("Always open"): _("Yes") if form.get("always_open") else _("No"),
        **hours,
        _("Country"): form.get("country", "").strip().upper() or "–",
        _("Part of the country"): form.get("subdivision", "").strip().upper() or "–",
        _("Own days"): "; ".join(form.get("own_days", "").split("\n")).replace("\r", "").strip("; ") or "–",
    }
