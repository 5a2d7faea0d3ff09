"""What a technician does to an incident: ordinary forms, each one call to the record.

A form carries the revision it was made from, and a key that makes sending it twice count once. Done: back to the
incident (303), or for a script the incident as it stands now. Refused: the same page with the reason in words and
everything that was typed. When even the page cannot be made, a plain one gives the text back.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from chassis.errors import (
    FairleadError,
    InvalidArgument,
    InvalidState,
    NotFound,
    RevisionConflict,
    Unavailable,
)
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2
from fairlead.incidents.v1.incident_pb2 import Incident
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.auth.files import takes_files
from services.gateway.backends.words import number_of
from services.gateway.pages.attaching import take_files
from services.gateway.pages.console.frame import render, staff_only, wants_fragment
from services.gateway.pages.console.incident import Trouble, article, whole_page
from services.gateway.pages.language import gettext as _
from services.gateway.pages.signs import explain

actions = Blueprint("console_actions", __name__)
Fields = dict[str, Any]
# Notes disturb nobody's decision, so they never go stale.
_ANY_REVISION = frozenset({"note"})
STATUS = {"INVALID_ARGUMENT": 422, "UNAVAILABLE": 503, "PERMISSION_DENIED": 403, "RESOURCE_EXHAUSTED": 429}


class FilesRefused(InvalidArgument):
    """A file was not taken; the message says in the reader's language which, and why."""

    def __init__(self, message: str) -> None:
        super().__init__("files_refused", message, field="files")


@actions.post("/console/incidents/<number>/<action>")
@takes_files
@staff_only
def act(number: str, action: str) -> BaseResponse:
    """One action. Raises NotFound for an action that there is not, or an incident that the caller may not see."""
    read = FORMS.get(action)
    if read is None:
        raise NotFound("not_found", "There is no such page.")
    caller, form = current_caller(), request.form
    try:
        incident = gateway().backends.incidents.get(caller, number)
        fields = read(caller, incident, form)
        carry_out(caller, incident, action, fields, form)
    except NotFound as error:
        if error.reason == "incident_not_found":
            raise
        return _refused(caller, number, action, error)
    except FairleadError as error:
        return _refused(caller, number, action, error)
    if wants_fragment():
        return Response(article(caller, number, heading=_heading(), done=action))
    return redirect(f"/console/incidents/{incident.number}?done={action}", 303)


def carry_out(
    caller: Caller, incident: Incident, action: str, fields: Fields, form: Mapping[str, str]
) -> None:
    """One call to the record; `form` carries the revision it was made from, and the key (`once`)."""
    command = getattr(gateway().backends.incidents, action)
    revision = 0 if action in _ANY_REVISION else _revision(form)
    key = form.get("once", "")[:200]
    if action == "tell_children":
        _tell_children(caller, incident, key, fields)
        return
    command(caller, incident.incident_id, idempotency_key=key, revision=revision, **fields)


def _tell_children(caller: Caller, incident: Incident, key: str, fields: Fields) -> None:
    """Each child is told for itself. Raises InvalidState("children_refused") naming those that could not be."""
    told = gateway().backends.incidents.tell_children(
        caller, incident.incident_id, idempotency_key=key, **fields
    )
    if refused := [child.number for child in told if child.error_reason]:
        message = _("These could not be told, all others were: %(numbers)s", numbers=", ".join(refused))
        raise InvalidState("children_refused", message)


def _refused(caller: Caller, number: str, action: str, error: FairleadError) -> Response:
    status = STATUS.get(error.status, 409)
    trouble = Trouble(action, in_words(error), {**request.form})
    try:
        if wants_fragment():
            return Response(article(caller, number, _heading(), trouble), status)
        return Response(whole_page(caller, number, trouble), status)
    except Unavailable:
        if wants_fragment():
            raise error from None  # the script still has the text
        return Response(_kept_page(number, action, trouble), 503, {"Retry-After": "2"})


def _kept_page(number: str, action: str, trouble: Trouble) -> str:
    """The record is away: what was typed is given back in a form that can be sent again."""
    hidden = {
        name: value for name, value in trouble.values.items() if name not in ("csrf_token", "text", "reason")
    }
    try:
        return render(
            "pages/console/kept.html", "queue", number=number, action=action, trouble=trouble, hidden=hidden
        )
    except FairleadError:
        return render_template(
            "pages/console/kept.html", number=number, action=action, trouble=trouble, hidden=hidden,
            person=None, active="", places=[],
        )  # fmt: skip


def in_words(error: FairleadError) -> str:
    """Why an action was refused, in the reader's language."""
    if isinstance(error, FilesRefused) or error.reason == "children_refused":
        return error.message
    if isinstance(error, RevisionConflict):
        return _(
            "Somebody changed this incident meanwhile. Nothing was sent: look at what is new, then send again."
        )
    own = {
        "value_missing": _("Something is missing: please fill it in."),
        "text_missing": _("Write something first."),
        "not_the_assignee": _("Only the person it is assigned to can take it in hand."),
        "person_not_found": _("There is no such person."),
        "priority_required": _("Choose both impact and urgency."),
    }
    return own.get(error.reason) or explain(error)


def _revision(form: Mapping[str, str]) -> int:
    value = form.get("revision", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def _heading() -> int:
    return 2 if request.form.get("heading") == "2" else 1


def _text(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    text = form.get("text", "").replace("\r\n", "\n").strip()
    if not text:
        raise InvalidArgument("text_missing", "Write something first.", field="text")
    return {"text": text}


def _message(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    """The words, and the files that come with them; those are kept even when the words are missing."""
    taken = take_files(caller, form.get("once", "")[:100], incident_id=incident.incident_id)
    if taken.problem:
        raise FilesRefused(taken.problem)
    return {**_text(caller, incident, form), "attachment_ids": taken.ids}


def _nothing(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    return {}


def _reason(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    return {"reason": form.get("reason", "").strip()}


def _assign(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    """`to` is "me"; otherwise `group` and `person` are ids, each may be empty. Names are looked up, to be kept."""
    backends = gateway().backends
    to_me = form.get("to") == "me"
    group_id = incident.assignment_group_id if to_me else form.get("group", "")
    person_id = caller.person_id if to_me else form.get("person", "")
    group_name = incident.assignment_group_name if to_me else ""
    if group_id and not to_me:
        group_name = backends.assignment_groups.get(caller, group_id).name
    person_name = backends.people.get(caller, person_id).display_name if person_id else ""
    return {
        "assignment_group_id": group_id,
        "assignment_group_name": group_name,
        "assignee_id": person_id,
        "assignee_name": person_name,
        "reason": form.get("reason", "").strip(),
    }


def _hold(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    awaiting = number_of(incident_pb2.AwaitedParty.DESCRIPTOR, form.get("awaiting"))
    return {"awaiting": awaiting, "reason": form.get("reason", "").strip()}


def _resolve(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    return {"code": form.get("code", ""), **_text(caller, incident, form)}


def _classify(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    kind = number_of(incident_pb2.IncidentKind.DESCRIPTOR, form.get("kind"))
    category = form.get("category", "").strip()
    return {"category": category, "kind": kind or incident.kind, "reason": form.get("reason", "").strip()}


def _prioritize(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    impact = number_of(incident_pb2.Impact.DESCRIPTOR, form.get("impact"))
    urgency = number_of(incident_pb2.Urgency.DESCRIPTOR, form.get("urgency"))
    if not impact or not urgency:
        raise InvalidArgument("priority_required", "Give both impact and urgency.", field="impact")
    return {"impact": impact, "urgency": urgency, "reason": form.get("reason", "").strip()}


def _split(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    people = form.get("people", "").split()
    return {
        "entry_ids": form.get("lines", "").split(),
        "title": form.get("title", "").strip(),
        "participants": people,
        "default_participants": not people,
        "reason": form.get("reason", "").strip(),
    }


def _merge(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    """`into` is the other one's number; `join` is ticked where its people are to take part there."""
    reason = form.get("reason", "").strip()
    return {"into": form.get("into", "")[:100], "people_join": form.get("join") == "yes", "reason": reason}


def _parent(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    return {"parent": form.get("parent", "").strip()[:100]}


def _children(caller: Caller, incident: Incident, form: Mapping[str, str]) -> Fields:
    return {"resolution_code": form.get("code", ""), **_text(caller, incident, form)}


FORMS: dict[str, Callable[[Caller, Incident, Mapping[str, str]], Fields]] = {
    "reply": _message,
    "note": _message,
    "acknowledge": _nothing,
    "assign": _assign,
    "hold": _hold,
    "resume": _reason,
    "resolve": _resolve,
    "close": _reason,
    "reopen": _reason,
    "cancel": _reason,
    "classify": _classify,
    "prioritize": _prioritize,
    "merge": _merge,
    "split": _split,
    "unmerge": _reason,
    "dismiss_hint": _nothing,
    "set_parent": _parent,
    "tell_children": _children,
}
