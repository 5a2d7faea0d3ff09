"""One action on many incidents: choose, look at what it would do, do it; each row answers for itself.

It calls what the single actions call. One row that fails hides no other, and nothing is done that was not shown before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request

from chassis.errors import FairleadError, NotFound
from chassis.ids import new_id
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.console import choices, names
from services.gateway.pages.console.actions import FORMS, Fields, carry_out, in_words
from services.gateway.pages.console.frame import render, staff_only, wants_fragment
from services.gateway.pages.console.incident import done_words
from services.gateway.pages.console.offers import offers
from services.gateway.pages.language import gettext as _
from services.gateway.pages.signs import awaited_label, priority_sign, state_sign

bulk = Blueprint("console_bulk", __name__)
MOST = 100
_KEEP = "keep"
ACTIONS = ("assign", "prioritize", "hold", "resolve")


@dataclass(frozen=True)
class Line:
    """One incident of the selection. result is "" before anything was done, then "done" or "failed"."""

    number: str
    title: str = ""
    tenant_id: str = ""
    client: str = ""
    before: str = ""
    after: str = ""
    revision: int = 0
    problem: str = ""
    result: str = ""


@bulk.get("/console/bulk")
@staff_only
def choose() -> Any:
    """The form of an action, over what is selected (`number`, several). Raises NotFound where nothing of it is there."""
    caller, action = current_caller(), _action(request.args.get("action", ""))
    lines = [_line(caller, action, *one, {}) for one in _selected(caller, request.args.getlist("number"))]
    return _shown(caller, action, "edit", lines, request.args)


@bulk.post("/console/bulk")
@staff_only
def act() -> Any:
    """`step` preview shows what would happen, apply does it, edit goes back to the form."""
    caller, action, form = current_caller(), _action(request.form.get("action", "")), request.form
    step = form.get("step", "preview")
    chosen = _selected(caller, form.getlist("number"))
    if step == "edit":
        lines = [_line(caller, action, *one, {}) for one in chosen]
        return _shown(caller, action, "edit", lines, form)
    refused = _refusal(caller, action, (one for _, one in chosen if one), form)
    if refused:
        lines = [_line(caller, action, *one, {}) for one in chosen]
        return _shown(caller, action, "edit", lines, form, refused), 422
    if step == "apply":
        lines = [_applied(caller, action, *one, form) for one in chosen]
        return _shown(caller, action, "done", lines, form)
    lines = [_line(caller, action, *one, form) for one in chosen]
    return _shown(caller, action, "preview", lines, form)


def _action(name: str) -> str:
    if name not in ACTIONS:
        raise NotFound("not_found", "There is no such page.")
    return name


def _selected(caller: Caller, numbers: Iterable[str]) -> list[tuple[str, Incident | None]]:
    """Each number once, with its incident or None. Raises NotFound("incident_not_found") if none is there."""
    found: list[tuple[str, Incident | None]] = []
    for number in list(dict.fromkeys(number[:100] for number in numbers if number))[:MOST]:
        try:
            found.append((number, gateway().backends.incidents.get(caller, number)))
        except NotFound:
            found.append((number, None))
    if not any(incident for _, incident in found):
        raise NotFound("incident_not_found", "There is no such incident.")
    return found


def _refusal(caller: Caller, action: str, incidents: Iterable[Incident], form: Mapping[str, str]) -> str:
    """Why the form cannot be used as it is, "" if it can: the same reading that the single action does."""
    try:
        incident = next(iter(incidents))
        FORMS[action](caller, incident, _values(action, incident, form))
    except FairleadError as error:
        return in_words(error)
    return ""


def _line(
    caller: Caller, action: str, number: str, incident: Incident | None, form: Mapping[str, str]
) -> Line:
    """The row before anything is done; with a form also what it would become."""
    if incident is None:
        return Line(number, problem=_("There is no such incident."))
    possible = action in offers(incident, caller.person_id)
    fields = FORMS[action](caller, incident, _values(action, incident, form)) if form and possible else {}
    return Line(
        number=incident.number,
        title=incident.title or _("(no subject)"),
        tenant_id=incident.tenant_id,
        client=names.tenant_names(caller, [incident.tenant_id]).get(incident.tenant_id, ""),
        before=_before(action, incident),
        after=_after(action, fields) if fields else "",
        revision=incident.revision,
        problem="" if possible else _("Not possible: %(state)s", state=state_sign(incident.state).label),
    )


def _applied(
    caller: Caller, action: str, number: str, incident: Incident | None, form: Mapping[str, str]
) -> Line:
    line = _line(caller, action, number, incident, form)
    if line.problem or incident is None:
        return Line(**{**line.__dict__, "result": "failed"})
    values = {
        **_values(action, incident, form),
        "revision": form.get(f"revision-{line.number}", ""),
        "once": f"{form.get('once', '')[:80]}-{incident.incident_id}",
    }
    try:
        carry_out(caller, incident, action, FORMS[action](caller, incident, values), values)
    except FairleadError as error:
        return Line(**{**line.__dict__, "problem": in_words(error), "result": "failed"})
    return Line(**{**line.__dict__, "result": "done"})


def _values(action: str, incident: Incident, form: Mapping[str, str]) -> dict[str, str]:
    """The form as it would stand beside this incident: what is to be kept is the incident's own."""
    values = {**form}
    if action == "assign" and values.get("group") == _KEEP:
        values["group"] = incident.assignment_group_id
    return values


def _before(action: str, incident: Incident) -> str:
    if action == "assign":
        return incident.assignee_name or incident.assignment_group_name or _("Unassigned")
    if action == "prioritize":
        return priority_sign(incident.priority).word or "–"
    return state_sign(incident.state).label


def _after(action: str, fields: Fields) -> str:
    if action == "assign":
        named = [fields["assignee_name"], fields["assignment_group_name"]]
        return ", ".join(filter(None, named)) or _("Unassigned")
    if action == "prioritize":
        impact = word_of(incident_pb2.Impact.DESCRIPTOR, fields["impact"]) or ""
        urgency = word_of(incident_pb2.Urgency.DESCRIPTOR, fields["urgency"]) or ""
        return f"{choices.impact_label(impact)} × {choices.urgency_label(urgency)}"
    if action == "hold":
        return _("On hold: it waits for %(party)s", party=awaited_label(fields["awaiting"]))
    return state_sign("resolved").label


def _shown(
    caller: Caller, action: str, step: str, lines: list[Line], form: Mapping[str, str], refused: str = ""
) -> Any:
    values = {
        "action": action,
        "step": step,
        "lines": lines,
        "form": form,
        "refused": refused,
        "once": form.get("once") or new_id("req"),
        "problems": [line for line in lines if line.problem],
        "possible": [line for line in lines if not line.problem],
        "done": [line for line in lines if line.result == "done"],
        "failed": [line for line in lines if line.result == "failed"],
        "title": _titles()[action],
        "said": done_words()[action],
        "choices": choices,
        "me": caller.person_id,
        **(_people(caller) if action == "assign" and step == "edit" else {}),
    }
    if wants_fragment():
        return Response(render_template("fragments/console/bulk.html", heading=2, **values))
    return Response(render("pages/console/bulk.html", "queue", heading=1, **values))


def _people(caller: Caller) -> dict[str, Any]:
    try:
        staff, groups = names.staff(caller), names.groups(caller)
    except FairleadError:
        return {"people_choices": [], "group_choices": [(_KEEP, _("Leave as it is"))]}
    mine = [(one.person_id, _("Me")) for one in staff if one.person_id == caller.person_id]
    others = [(one.person_id, one.display_name) for one in staff if one.person_id != caller.person_id]
    return {
        "people_choices": mine + others,
        "group_choices": [(_KEEP, _("Leave as it is")), *((group.group_id, group.name) for group in groups)],
    }


def _titles() -> dict[str, str]:
    return {
        "assign": _("Assign"),
        "prioritize": _("Change the priority"),
        "hold": _("Hold"),
        "resolve": _("Resolve"),
    }
