"""One action on many incidents: choose, look at what it would do, let it be done; each row answers for itself.

It calls what the single actions call. One row that fails hides no other, and nothing is done that was not shown before.
For some seconds it is held, and can be undone, wherever the browser has gone meanwhile (services/gateway/bulk).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request

from chassis.errors import FairleadError, InvalidState, NotFound, error_for
from chassis.ids import new_id
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.bulk import BulkAction, Row, RowResult, Step, bulk_id_of, offers
from services.gateway.pages.console import choices, names
from services.gateway.pages.console.actions import FORMS, Fields, in_words
from services.gateway.pages.console.frame import render, staff_only, wants_fragment
from services.gateway.pages.console.incident import done_words
from services.gateway.pages.language import gettext as _
from services.gateway.pages.signs import awaited_label, priority_sign, state_sign

bulk = Blueprint("console_bulk", __name__)
MOST = 100
_KEEP = "keep"
# Said of a row before anything is asked of the record; its message is in its reader's language already.
_NOT_POSSIBLE = "not_possible"
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
    """The form of an action, over what is selected (`number`, several); or how one stands that was asked for (`asked`).

    Raises NotFound where nothing of it is there, and for what another asked for.
    """
    if asked := request.args.get("asked", ""):
        return _standing(current_caller(), gateway().bulk.get(current_caller(), asked))
    caller, action = current_caller(), _action(request.args.get("action", ""))
    lines = [_line(caller, action, *one, {}) for one in _selected(caller, request.args.getlist("number"))]
    return _shown(caller, action, "edit", lines, request.args)


@bulk.post("/console/bulk")
@staff_only
def act() -> Any:
    """`step` preview shows what would happen, apply asks for it, undo takes back what was asked, edit goes back to the form."""
    if request.form.get("step") == "undo":
        return _undo(current_caller(), request.form.get("asked", ""))
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
        asked = _asked(caller, action, chosen, form)
        return _standing(caller, gateway().bulk.begin(asked))
    lines = [_line(caller, action, *one, form) for one in chosen]
    return _shown(caller, action, "preview", lines, form)


def _undo(caller: Caller, bulk_id: str) -> Any:
    """Nothing of it is done, if it is not too late; then the page says so."""
    try:
        return _standing(caller, gateway().bulk.undo(caller, bulk_id))
    except InvalidState:
        late = _("It is too late to undo it: it is being done.")
        return _standing(caller, gateway().bulk.get(caller, bulk_id), late), 409


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


def _asked(
    caller: Caller, action: str, chosen: list[tuple[str, Incident | None]], form: Mapping[str, str]
) -> BulkAction:
    """What is to be done once it can be undone no more; rows that are not possible are refused already."""
    now = gateway().clock()
    rows = [_row(_line(caller, action, *one, form), one[1], form) for one in chosen]
    some = next(incident for _number, incident in chosen if incident)
    fields = FORMS[action](caller, some, _values(action, some, form))
    keeps_group = action == "assign" and form.get("group") == _KEEP
    return BulkAction(
        bulk_id=bulk_id_of(caller.subject, form.get("once", "")[:80] or new_id("req")),
        provider_id=caller.provider_id,
        subject=caller.subject,
        action=action,
        steps=(Step(action, fields, keeps_group),),
        rows=tuple(rows),
        create_time=now,
        due_time=now + timedelta(seconds=gateway().settings.bulk_undo_seconds),
    )


def _row(line: Line, incident: Incident | None, form: Mapping[str, str]) -> Row:
    if incident is None or line.problem:
        return Row("", line.number, 0, RowResult.REFUSED, reason=_NOT_POSSIBLE, message=line.problem)
    shown = form.get(f"revision-{line.number}", "")
    known = shown.isascii() and shown.isdigit() and len(shown) < 19
    return Row(incident.incident_id, line.number, int(shown) if known else line.revision)


def _standing(caller: Caller, kept: BulkAction, refused: str = "") -> Any:
    """How it stands: held, running, done or undone."""
    ids = [row.incident_id for row in kept.rows if row.incident_id]
    known = (
        {one.incident_id: one for one in gateway().backends.incidents.get_many(caller, ids)} if ids else {}
    )
    lines = [_kept_line(caller, row, known.get(row.incident_id)) for row in kept.rows]
    left = max(0, round((kept.due_time - gateway().clock()).total_seconds()))
    answer = _shown(caller, kept.action, kept.state.value, lines, {}, refused, kept=kept, seconds_left=left)
    if not kept.settled and not wants_fragment():
        # Without a script the page asks by itself how it stands.
        answer.headers["Refresh"] = f"{left + 1}; url=/console/bulk?asked={kept.bulk_id}"
    return answer


def _kept_line(caller: Caller, row: Row, incident: Incident | None) -> Line:
    tenant_id = incident.tenant_id if incident else ""
    problem = ""
    if row.result is RowResult.REFUSED:
        error = error_for(row.status, row.reason, row.message)
        problem = row.message if row.reason == _NOT_POSSIBLE else in_words(error)
    return Line(
        number=row.number,
        title=(incident.title or _("(no subject)")) if incident else "",
        tenant_id=tenant_id,
        client=names.tenant_names(caller, [tenant_id]).get(tenant_id, "") if tenant_id else "",
        problem=problem,
        result={RowResult.DONE: "done", RowResult.REFUSED: "failed"}.get(row.result, ""),
    )


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
    caller: Caller,
    action: str,
    step: str,
    lines: list[Line],
    form: Mapping[str, str],
    refused: str = "",
    **more: Any,
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
        **more,
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
