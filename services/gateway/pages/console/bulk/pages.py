"""One action on many incidents, or a macro: choose, look at what it would do, let it be done; each row answers for itself.

It calls what the single actions call. One row that fails hides no other, and nothing is done that was not shown before.
For some seconds it is held, and can be undone, wherever the browser has gone meanwhile (services/gateway/bulk).
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request

from chassis.errors import FairleadError, InvalidArgument, InvalidState, NotFound
from chassis.ids import new_id
from chassis.tenancy import Caller
from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.bulk import BulkAction, Row, RowResult, bulk_id_of
from services.gateway.bulk.action import MOST_ROWS
from services.gateway.pages.console import choices, names
from services.gateway.pages.console.actions import in_words
from services.gateway.pages.console.bulk.doing import KEEP, MACRO, action_named, chosen_macro, steps_of
from services.gateway.pages.console.bulk.lines import NOT_POSSIBLE, Chosen, Line, kept_line, line_of
from services.gateway.pages.console.frame import render, staff_only, wants_fragment
from services.gateway.pages.console.incident import done_words
from services.gateway.pages.language import gettext as _

bulk = Blueprint("console_bulk", __name__)


@bulk.get("/console/bulk")
@staff_only
def choose() -> Any:
    """The form of an action, over what is selected (`number`, several); or how one stands that was asked for (`asked`).

    Raises NotFound where nothing of it is there, and for what another asked for.
    """
    if asked := request.args.get("asked", ""):
        return _standing(current_caller(), gateway().bulk.get(current_caller(), asked))
    caller, action = current_caller(), action_named(request.args.get("action", ""))
    ready = action == MACRO and bool(request.args.get("macro"))
    form = _with_macro(caller, request.args) if ready else request.args
    chosen = _selected(caller, request.args.getlist("number"))
    lines = [line_of(caller, action, one, form if ready else {}) for one in chosen]
    return _shown(caller, action, "preview" if ready else "edit", lines, form)


@bulk.post("/console/bulk")
@staff_only
def act() -> Any:
    """`step` preview shows what would happen, apply asks for it, undo takes back what was asked, edit goes back to the form."""
    if request.form.get("step") == "undo":
        return _undo(current_caller(), request.form.get("asked", ""))
    caller, action, form = current_caller(), action_named(request.form.get("action", "")), request.form
    step = form.get("step", "preview")
    chosen = _selected(caller, form.getlist("number"))
    if action == MACRO:
        return _act_by_macro(caller, step, chosen, form)
    if step == "edit":
        lines = [line_of(caller, action, one, {}) for one in chosen]
        return _shown(caller, action, "edit", lines, form)
    refused = _refusal(caller, action, (one for _, one in chosen if one), form)
    if refused:
        lines = [line_of(caller, action, one, {}) for one in chosen]
        return _shown(caller, action, "edit", lines, form, refused), 422
    if step == "apply":
        asked = _asked(caller, action, chosen, form)
        return _standing(caller, gateway().bulk.begin(asked))
    lines = [line_of(caller, action, one, form) for one in chosen]
    return _shown(caller, action, "preview", lines, form)


def _act_by_macro(caller: Caller, step: str, chosen: list[Chosen], form: Mapping[str, str]) -> Any:
    """A macro has nothing to fill in: choosing one shows what it would do."""
    if step == "edit" or not form.get("macro"):
        refused = "" if step == "edit" else _("Choose a macro.")
        lines = [line_of(caller, MACRO, one, {}) for one in chosen]
        return _shown(caller, MACRO, "edit", lines, form, refused), 422 if refused else 200
    present = _with_macro(caller, form)
    changed = step == "apply" and form.get("macro_revision") != present["macro_revision"]
    if step == "apply" and not changed:
        return _standing(caller, gateway().bulk.begin(_asked(caller, MACRO, chosen, form)))
    lines = [line_of(caller, MACRO, one, present) for one in chosen]
    refused = _("Somebody changed the macro meanwhile. Look at it again.") if changed else ""
    return _shown(caller, MACRO, "preview", lines, present, refused), 409 if changed else 200


def _with_macro(caller: Caller, form: Mapping[str, str]) -> dict[str, str]:
    """The form with the macro as it is now. Raises NotFound("macro_not_found")."""
    macro = chosen_macro(caller, form)
    return {**form, "macro_revision": str(macro.revision), "macro_name": macro.name}


def _undo(caller: Caller, bulk_id: str) -> Any:
    """Nothing of it is done, if it is not too late; then the page says so."""
    try:
        return _standing(caller, gateway().bulk.undo(caller, bulk_id))
    except InvalidState:
        late = _("It is too late to undo it: it is being done.")
        return _standing(caller, gateway().bulk.get(caller, bulk_id), late), 409


def _selected(caller: Caller, numbers: Iterable[str]) -> list[Chosen]:
    """Each number once, with its incident or None. Raises NotFound("incident_not_found") if none is there,
    InvalidArgument("too_many_rows").
    """
    wanted = list(dict.fromkeys(number[:100] for number in numbers if number))
    if len(wanted) > MOST_ROWS:
        message = f"At most {MOST_ROWS} at once. Nothing was done; choose fewer."
        raise InvalidArgument("too_many_rows", message, field="number", limit=MOST_ROWS)
    known = gateway().backends.incidents.named(caller, wanted)
    if not known:
        raise NotFound("incident_not_found", "There is no such incident.")
    return [(number, known.get(number)) for number in wanted]


def _refusal(caller: Caller, action: str, incidents: Iterable[Incident], form: Mapping[str, str]) -> str:
    """Why the form cannot be used as it is, "" if it can: the same reading that the single action does."""
    try:
        steps_of(caller, action, next(iter(incidents)), form)
    except FairleadError as error:
        return in_words(error)
    return ""


def _asked(caller: Caller, action: str, chosen: list[Chosen], form: Mapping[str, str]) -> BulkAction:
    """What is to be done once it can be undone no more; rows that are not possible are refused already."""
    now = gateway().clock()
    rows = [_row(caller, action, one, form) for one in chosen]
    some = next(incident for _number, incident in chosen if incident)
    by_macro = action == MACRO
    return BulkAction(
        bulk_id=bulk_id_of(caller.subject, form.get("once", "")[:80] or new_id("req")),
        provider_id=caller.provider_id,
        subject=caller.subject,
        action=action,
        steps=() if by_macro else steps_of(caller, action, some, form),
        rows=tuple(rows),
        create_time=now,
        due_time=now + timedelta(seconds=gateway().settings.bulk_undo_seconds),
        name=chosen_macro(caller, form).name if by_macro else "",
    )


def _row(caller: Caller, action: str, chosen: Chosen, form: Mapping[str, str]) -> Row:
    line, incident = line_of(caller, action, chosen, form), chosen[1]
    if incident is None or line.problem:
        return Row("", line.number, 0, RowResult.REFUSED, reason=NOT_POSSIBLE, message=line.problem)
    shown = form.get(f"revision-{line.number}", "")
    known = shown.isascii() and shown.isdigit() and len(shown) < 19
    revision = int(shown) if known else line.revision
    own = line.steps if action == MACRO else ()
    return Row(incident.incident_id, line.number, revision, steps=own)


def _standing(caller: Caller, kept: BulkAction, refused: str = "") -> Any:
    """How it stands: held, running, done or undone."""
    ids = [row.incident_id for row in kept.rows if row.incident_id]
    known = (
        {one.incident_id: one for one in gateway().backends.incidents.get_many(caller, ids)} if ids else {}
    )
    lines = [kept_line(caller, row, known.get(row.incident_id)) for row in kept.rows]
    left = max(0, round((kept.due_time - gateway().clock()).total_seconds()))
    answer = _shown(caller, kept.action, kept.state.value, lines, {}, refused, kept=kept, seconds_left=left)
    if not kept.settled and not wants_fragment():
        # Without a script the page asks by itself how it stands.
        answer.headers["Refresh"] = f"{left + 1}; url=/console/bulk?asked={kept.bulk_id}"
    return answer


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
        "title": _title(action, more["kept"].name if "kept" in more else form.get("macro_name", "")),
        "said": done_words().get(action, _("Done")),
        "choices": choices,
        "me": caller.person_id,
        **(_people(caller) if action == "assign" and step == "edit" else {}),
        **(_macros(caller) if action == MACRO and step == "edit" else {}),
        **more,
    }
    if wants_fragment():
        return Response(render_template("fragments/console/bulk.html", heading=2, **values))
    return Response(render("pages/console/bulk.html", "queue", heading=1, **values))


def _people(caller: Caller) -> dict[str, Any]:
    try:
        staff, groups = names.staff(caller), names.groups(caller)
    except FairleadError:
        return {"people_choices": [], "group_choices": [(KEEP, _("Leave as it is"))]}
    mine = [(one.person_id, _("Me")) for one in staff if one.person_id == caller.person_id]
    others = [(one.person_id, one.display_name) for one in staff if one.person_id != caller.person_id]
    return {
        "people_choices": mine + others,
        "group_choices": [(KEEP, _("Leave as it is")), *((group.group_id, group.name) for group in groups)],
    }


def _macros(caller: Caller) -> dict[str, Any]:
    return {"macro_choices": [(one.macro_id, one.name) for one in gateway().macros.all(caller)]}


def _title(action: str, macro: str) -> str:
    titles = {
        "assign": _("Assign"),
        "prioritize": _("Change the priority"),
        "hold": _("Hold"),
        "resolve": _("Resolve"),
    }
    return titles.get(action) or (_("Macro: %(name)s", name=macro) if macro else _("Run a macro"))
