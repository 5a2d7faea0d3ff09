"""One major incident's own room: who does what, what happened, whom it touches, what they are told, and its review."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from chassis import clock
from chassis.errors import NotFound
from chassis.tenancy import Caller
from fairlead.incidents.v1 import major_incident_pb2 as pb
from fairlead.incidents.v1 import major_incident_service_pb2 as messages
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.doing import Problems, address
from services.gateway.pages.console.admin.frame import if_there
from services.gateway.pages.console.choices import resolution_choices
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.console.majors import typed
from services.gateway.pages.console.majors.doing import done_once
from services.gateway.pages.console.majors.paging import HOME, major_page, state_of
from services.gateway.pages.console.majors.report import report_of
from services.gateway.pages.console.majors.said import missing_words
from services.gateway.pages.portal.room import once_key

major_room = Blueprint("console_major_room", __name__)
_LINES = 200


@major_room.get(f"{HOME}/<major_id>")
@staff_only
def show_major(major_id: str) -> str:
    """By its number or id."""
    return _room(major_id, {})


@major_room.get(f"{HOME}/<major_id>/review.md")
@staff_only
def download_review(major_id: str) -> Response:
    """Its review as Markdown."""
    major = gateway().backends.majors.get(current_caller(), major_id)
    if not major.HasField("review"):
        raise NotFound("not_found", "There is no such page.")
    response = Response(report_of(major), content_type="text/markdown; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{major.number}-review.md"'
    return response


@major_room.post(f"{HOME}/<major_id>/<action>")
@staff_only
def change_major(major_id: str, action: str) -> Any:
    """One of its actions; `updates` with `step` preview shows what each client would read."""
    do = _ACTIONS.get(action)
    if do is None:
        raise NotFound("not_found", "There is no such page.")
    caller = current_caller()
    if action == "updates" and request.form.get("step") != "send":
        return _preview(caller, major_id)

    def act() -> str:
        number = do(caller, major_id)
        return address(f"{HOME}/{number}", _DONE[action])

    return done_once(act, lambda problems: _room(major_id, problems))


def _move(caller: Caller, major_id: str) -> str:
    state = number_of(pb.MajorState.DESCRIPTOR, request.form.get("state", ""))
    reason = request.form.get("reason", "").strip()
    return gateway().backends.majors.move(caller, major_id, state=state, reason=reason, **_once()).number


def _change(caller: Caller, major_id: str) -> str:
    changed = messages.ChangeMajorIncidentRequest(
        major_id=major_id,
        title=request.form.get("title", ""),
        summary=request.form.get("summary", ""),
        severity=number_of(pb.MajorSeverity.DESCRIPTOR, request.form.get("severity", "")),
        **_once(),
    )
    return gateway().backends.majors.change(caller, changed).number


def _give(caller: Caller, major_id: str) -> str:
    role = number_of(pb.MajorRole.DESCRIPTOR, request.form.get("role", ""))
    person_id = request.form.get("person", "")
    return (
        gateway()
        .backends.majors.give_role(caller, major_id, role=role, person_id=person_id, **_once())
        .number
    )


def _note(caller: Caller, major_id: str) -> str:
    text = request.form.get("text", "")
    return gateway().backends.majors.note(caller, major_id, text=text, **_once()).number


def _add(caller: Caller, major_id: str) -> str:
    form = request.form
    title, words = form.get("title", "").strip(), form.get("description", "").strip()
    wanted = [
        messages.NewAffectedTenant(
            tenant_id=one, title=title, description=words, incident_id=form.get("incident", "").strip()[:100]
        )
        for one in form.getlist("tenants")
    ]
    return gateway().backends.majors.add_tenants(caller, major_id, tenants=wanted, **_once()).number


def _rename(caller: Caller, major_id: str) -> str:
    tenant_id, title = request.form.get("tenant", ""), request.form.get("title", "")
    backend = gateway().backends.majors
    return backend.rename_tenant(caller, major_id, tenant_id=tenant_id, title=title, **_once()).number


def _spare(caller: Caller, major_id: str) -> str:
    tenant_id = request.form.get("tenant", "")
    return gateway().backends.majors.spare_tenant(caller, major_id, tenant_id=tenant_id, **_once()).number


def _send(caller: Caller, major_id: str) -> str:
    major = gateway().backends.majors.get(caller, major_id)
    _told(caller, major, preview_only=False)
    return major.number


def _review(caller: Caller, major_id: str) -> str:
    review = typed.review()
    return gateway().backends.majors.save_review(caller, major_id, review, **_once()).number


def _finish(caller: Caller, major_id: str) -> str:
    return gateway().backends.majors.finish_review(caller, major_id, **_once()).number


def _act(caller: Caller, major_id: str) -> str:
    return gateway().backends.majors.act(caller, major_id, typed.action(), **_once()).number


_ACTIONS: dict[str, Callable[[Caller, str], str]] = {
    "move": _move,
    "change": _change,
    "roles": _give,
    "notes": _note,
    "tenants": _add,
    "rename": _rename,
    "spare": _spare,
    "updates": _send,
    "review": _review,
    "finish": _finish,
    "actions": _act,
}
_DONE = {
    "move": "moved",
    "change": "changed",
    "roles": "role",
    "notes": "noted",
    "tenants": "tenants",
    "rename": "renamed",
    "spare": "spared",
    "updates": "sent",
    "review": "reviewed",
    "finish": "finished",
    "actions": "acted",
}


def _once() -> dict[str, Any]:
    return {"idempotency_key": once_key()}


def _told(caller: Caller, major: pb.MajorIncident, preview_only: bool) -> pb.MajorUpdate:
    touched = [one.tenant_id for one in major.affected if not one.HasField("remove_time")]
    new = typed.new_update(major.major_id, preview_only, "" if preview_only else once_key())
    return gateway().backends.majors.send_update(caller, new, typed.texts(), typed.overrides(touched))


def _preview(caller: Caller, major_id: str) -> Any:
    """What each client would read; nothing is sent, and what was typed stays."""
    shown: list[pb.MajorUpdate] = []

    def look() -> str:
        shown.append(_told(caller, gateway().backends.majors.get(caller, major_id), preview_only=True))
        return ""

    answer = done_once(look, lambda problems: _room(major_id, problems))
    return _room(major_id, {}, shown[0]) if shown else answer


def _room(major_id: str, problems: Problems, preview: pb.MajorUpdate | None = None) -> str:
    caller, backend = current_caller(), gateway().backends.majors
    major = backend.get(caller, major_id)
    touched = [one for one in major.affected if not one.HasField("remove_time")]
    ids = [one.incident_id for one in touched if one.incident_id]
    children = (
        {one.incident_id: one for one in gateway().backends.incidents.get_many(caller, ids)} if ids else {}
    )
    known = names.clients(caller)
    return major_page(
        "room.html",
        problems,
        major=major,
        here=f"{HOME}/{major.number}",
        touched=touched,
        children=children,
        others={key: name for key, name in known.items() if key not in {one.tenant_id for one in touched}},
        lines=list(reversed(if_there(lambda: backend.whole_timeline(caller, major.major_id)) or []))[:_LINES],
        updates=if_there(lambda: backend.updates(caller, major.major_id)) or [],
        templates=if_there(lambda: backend.templates(caller)) or [],
        preview=preview,
        staff=names.staff(caller),
        next_states=[state_of(one) for one in major.next_states],
        under_way=[state_of(one) for one in major.next_states if state_of(one).word in _TOLD],
        codes=resolution_choices(),
        missing=[missing_words()[one] for one in major.review.missing],
        times=typed.local_times(major.review.facts),
        spare=typed.SPARE_ACTIONS,
        is_overdue=_is_overdue,
    )


def _is_overdue(one: pb.ActionItem) -> bool:
    """As the list of all of them says it."""
    today = clock.now().date().isoformat()
    return one.state == pb.ACTION_STATE_OPEN and bool(one.due_date) and one.due_date < today


_TOLD = frozenset({"investigating", "identified", "monitoring", "resolved"})
