"""On-call schedules: who is on call now and in the next two weeks, changed by dispatchers and administrators.

Anybody of the staff may take a stretch over.
"""

from datetime import timedelta
from typing import Any, TypeVar

from flask import Blueprint, request

from fairlead.triage.v1 import on_call_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.doing import Problems, Refused, address, submitted
from services.gateway.pages.console.admin.forms import local_moment
from services.gateway.pages.console.admin.frame import if_there
from services.gateway.pages.console.frame import is_overseer, overseers_only, staff_only
from services.gateway.pages.console.on_call.paging import HOME, on_call_page
from services.gateway.pages.console.on_call.spans import drawn
from services.gateway.pages.console.on_call.typed import (
    MOST_LAYERS,
    MOST_TURNS,
    hours_text,
    schedule_of,
    unit_choices,
)
from services.gateway.pages.language import current_language
from services.gateway.pages.language import gettext as _
from services.gateway.pages.moments import current_zone

on_call_pages = Blueprint("console_on_call", __name__)
_SHOWN = timedelta(days=14)
# Places that a form offers beyond those that are taken.
_SPARE_TURNS = 3
Typed = TypeVar("Typed", on_call_pb2.OnCallOverride, on_call_pb2.OnCallAbsence)


@on_call_pages.get("/console/on-call")
@staff_only
def list_schedules() -> str:
    """Who is on call now, by every schedule."""
    return on_call_page(
        "list.html", {}, now=if_there(lambda: gateway().backends.on_call.now(current_caller()))
    )


@on_call_pages.get("/console/on-call/new")
@overseers_only
def new_schedule() -> str:
    """An empty form."""
    return _form({}, on_call_pb2.OnCallSchedule(time_zone=current_zone().key))


@on_call_pages.post("/console/on-call")
@overseers_only
def create_schedule() -> Any:
    """Makes a schedule."""

    def create() -> str:
        made = gateway().backends.on_call.create(current_caller(), schedule_of(request.form))
        return address(f"{HOME}/{made.schedule_id}", "schedule_saved")

    return submitted(create, lambda problems: _form(problems, _kept()))


@on_call_pages.get("/console/on-call/<schedule_id>")
@staff_only
def show_schedule(schedule_id: str) -> str:
    """Who is on call in the next two weeks."""
    return _schedule(schedule_id, {})


@on_call_pages.get("/console/on-call/<schedule_id>/edit")
@overseers_only
def edit_schedule(schedule_id: str) -> str:
    """Its layers, to change."""
    return _form({}, gateway().backends.on_call.get(current_caller(), schedule_id))


@on_call_pages.post("/console/on-call/<schedule_id>/edit")
@overseers_only
def save_schedule(schedule_id: str) -> Any:
    """Saves its layers."""

    def save() -> str:
        gateway().backends.on_call.update(current_caller(), schedule_of(request.form, schedule_id))
        return address(f"{HOME}/{schedule_id}", "schedule_saved")

    def again(problems: Problems) -> str:
        kept = _kept(schedule_id)
        if "conflict" in problems:
            kept.revision = gateway().backends.on_call.get(current_caller(), schedule_id).revision
        return _form(problems, kept)

    return submitted(save, again)


@on_call_pages.post("/console/on-call/<schedule_id>/remove")
@overseers_only
def remove_schedule(schedule_id: str) -> Any:
    """For good."""

    def remove() -> str:
        gateway().backends.on_call.delete(current_caller(), schedule_id)
        return address(HOME, "schedule_removed")

    return submitted(remove, lambda problems: _schedule(schedule_id, problems))


@on_call_pages.post("/console/on-call/<schedule_id>/overrides")
@staff_only
def add_override(schedule_id: str) -> Any:
    """Somebody takes a stretch over."""

    def add() -> str:
        gateway().backends.on_call.add_override(
            current_caller(), schedule_id, _filled(on_call_pb2.OnCallOverride())
        )
        return address(f"{HOME}/{schedule_id}", "override_added")

    return submitted(add, lambda problems: _schedule(schedule_id, problems))


@on_call_pages.post("/console/on-call/<schedule_id>/overrides/import")
@staff_only
def import_overrides(schedule_id: str) -> Any:
    """Somebody is on call at each event of a calendar."""

    def take() -> str:
        caller, form = current_caller(), request.form
        gateway().backends.on_call.import_overrides(
            caller,
            schedule_id,
            form.get("person_id", "") or caller.person_id,
            _document(),
            gateway().clock(),
        )
        return address(f"{HOME}/{schedule_id}", "overrides_imported")

    return submitted(take, lambda problems: _schedule(schedule_id, problems))


def _document() -> str:
    """The file that was chosen; a script may send its text."""
    chosen = request.files.get("calendar")
    return chosen.read().decode("utf-8", "replace") if chosen else request.form.get("calendar", "")


@on_call_pages.post("/console/on-call/<schedule_id>/overrides/<override_id>/remove")
@staff_only
def remove_override(schedule_id: str, override_id: str) -> Any:
    """One that has begun ends now."""

    def remove() -> str:
        gateway().backends.on_call.remove_override(current_caller(), schedule_id, override_id)
        return address(f"{HOME}/{schedule_id}", "override_removed")

    return submitted(remove, lambda problems: _schedule(schedule_id, problems))


@on_call_pages.post("/console/on-call/<schedule_id>/absences")
@staff_only
def add_absence(schedule_id: str) -> Any:
    """Somebody is unavailable, by every schedule."""

    def add() -> str:
        gateway().backends.on_call.add_absence(
            current_caller(), _filled(on_call_pb2.OnCallAbsence(), "away_")
        )
        return address(f"{HOME}/{schedule_id}", "absence_added")

    return submitted(add, lambda problems: _schedule(schedule_id, problems))


@on_call_pages.post("/console/on-call/<schedule_id>/absences/<absence_id>/remove")
@staff_only
def remove_absence(schedule_id: str, absence_id: str) -> Any:
    """One that has begun ends now."""

    def remove() -> str:
        gateway().backends.on_call.remove_absence(current_caller(), absence_id)
        return address(f"{HOME}/{schedule_id}", "absence_removed")

    return submitted(remove, lambda problems: _schedule(schedule_id, problems))


def _filled(typed: Typed, prefix: str = "") -> Typed:
    """With whom, when and why; whoever names nobody means themselves."""
    form = request.form
    typed.reason = form.get(f"{prefix}reason", "").strip()[:200]
    typed.person.person_id = form.get(f"{prefix}person_id", "") or current_caller().person_id
    for field in ("start_time", "end_time"):
        try:
            moment = local_moment(form.get(prefix + field, ""), current_zone().key)
        except ValueError:
            moment = None
        if moment is None:
            raise Refused(**{prefix + field: _("A date and a time are needed.")})
        getattr(typed, field).FromDatetime(moment)
    return typed


def _kept(schedule_id: str = "") -> on_call_pb2.OnCallSchedule:
    """What was typed, as far as it can be read."""
    try:
        return schedule_of(request.form, schedule_id)
    except Refused:
        return on_call_pb2.OnCallSchedule(
            schedule_id=schedule_id,
            name=request.form.get("name", ""),
            time_zone=request.form.get("time_zone", ""),
        )


def _schedule(schedule_id: str, problems: Problems) -> str:
    caller, backend = current_caller(), gateway().backends.on_call
    schedule = backend.get(caller, schedule_id)
    now = gateway().clock()
    shifts = backend.shifts(caller, schedule_id, now, now + _SHOWN)
    return on_call_page(
        "schedule.html",
        problems,
        schedule=schedule,
        shifts=drawn(shifts),
        coming=[one for one in schedule.overrides if one.end_time.ToSeconds() > now.timestamp()],
        away=[one for one in schedule.absences if one.end_time.ToSeconds() > now.timestamp()],
        staff=names.staff(caller) if is_overseer(caller) else [],
        me=caller.person_id,
        zone=current_zone().key,
    )


def _form(problems: Problems, schedule: on_call_pb2.OnCallSchedule) -> str:
    layers = [*schedule.layers][:MOST_LAYERS]
    spare = on_call_pb2.OnCallLayer(turn_count=1, turn_unit=on_call_pb2.TURN_UNIT_WEEKS)
    if len(layers) < MOST_LAYERS:
        layers.append(spare)
    shown = [
        {
            "layer": layer,
            "turns": [*(one.person_id for one in layer.people), *[""] * _SPARE_TURNS][:MOST_TURNS],
            "hours": hours_text(layer.restrictions, current_language()),
            "unit": on_call_pb2.TurnUnit.Name(layer.turn_unit).removeprefix("TURN_UNIT_").lower(),
        }
        for layer in layers
    ]
    return on_call_page(
        "edit.html",
        problems,
        schedule=schedule,
        layers=shown,
        staff=names.staff(current_caller()),
        units=unit_choices(),
    )
