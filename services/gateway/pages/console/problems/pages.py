"""The list of problems, and one problem with everything that can be done with it; ordinary forms."""

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

from chassis.errors import NotFound
from chassis.ids import new_id
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2, problem_pb2
from fairlead.incidents.v1.incident_pb2 import Incident
from fairlead.incidents.v1.problem_service_pb2 import CreateProblemRequest
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.words import word_of
from services.gateway.pages.console import choices, names
from services.gateway.pages.console.admin.doing import Problems, Refused, address, next_key, submitted
from services.gateway.pages.console.admin.frame import if_there
from services.gateway.pages.console.frame import render, staff_only
from services.gateway.pages.console.problems.commands import COMMANDS
from services.gateway.pages.console.problems.wording import (
    HOME,
    lines_of,
    problem_sign,
    refused_in_words,
    solution_choices,
)
from services.gateway.pages.language import gettext as _
from services.gateway.pages.portal.room import once_key

problem_pages = Blueprint("console_problems", __name__)
_NUMBER = re.compile(r"[A-Za-z0-9]{1,16}-[0-9]{1,12}")
_OPEN = (
    problem_pb2.PROBLEM_STATE_LOGGED,
    problem_pb2.PROBLEM_STATE_INVESTIGATING,
    problem_pb2.PROBLEM_STATE_KNOWN_ERROR,
)
_SHOWN = {
    "open": _OPEN,
    "known": (problem_pb2.PROBLEM_STATE_KNOWN_ERROR,),
    "resolved": (problem_pb2.PROBLEM_STATE_RESOLVED,),
    "all": (),
}
_OPEN_INCIDENTS = (
    incident_pb2.INCIDENT_STATE_NEW,
    incident_pb2.INCIDENT_STATE_ASSIGNED,
    incident_pb2.INCIDENT_STATE_IN_PROGRESS,
    incident_pb2.INCIDENT_STATE_ON_HOLD,
)


@problem_pages.get("/console/problems")
@staff_only
def list_problems() -> str:
    """Newest first; `incident` begins a new one from an incident."""
    return _list({})


@problem_pages.post("/console/problems")
@staff_only
def create_problem() -> Any:
    """Logs a problem."""

    def create() -> str:
        form = request.form
        new = CreateProblemRequest(
            title=form.get("title", "").strip(),
            description=form.get("description", ""),
            configuration_item=form.get("configuration_item", ""),
            incident_id=form.get("incident", "").strip(),
            idempotency_key=once_key(),
        )
        try:
            made = gateway().backends.problems.create(current_caller(), new)
        except NotFound:
            raise Refused(incident_id=_("There is no such incident.")) from None
        return address(f"{HOME}/{made.number}", "logged")

    return submitted(create, _list)


@problem_pages.get("/console/problems/<number>")
@staff_only
def show_problem(number: str) -> str:
    """What is known of it, its incidents, its history."""
    return _page(number, {})


@problem_pages.post("/console/problems/<number>/<command>")
@staff_only
def change_problem(number: str, command: str) -> Any:
    """One command. `back` leads to the incident that it was given from."""
    give = COMMANDS.get(command)
    if give is None:
        raise NotFound("not_found", "There is no such page.")
    told: list[Any] = []

    def do() -> str:
        told.extend(give(current_caller(), number, request.form, once_key()) or ())
        if any(one.error_reason for one in told):
            raise Refused(form=_("Some could not be resolved; look below what became of each."))
        back = request.form.get("back", "")
        if _NUMBER.fullmatch(back):
            return address(f"/console/incidents/{back}", "problem_linked")
        return address(f"{HOME}/{number}", command)

    return submitted(do, lambda problems: _page(number, _beside_its_field(command, problems), told))


def _beside_its_field(command: str, problems: Problems) -> Problems:
    """Two forms of the page have a field of the same name."""
    if command == "note" and "text" in problems:
        return {**problems, "note": problems["text"]}
    return problems


def _list(problems: Problems) -> str:
    caller, shown = current_caller(), request.args.get("show", "open")
    shown = shown if shown in _SHOWN else "open"
    words = request.args.get("q", "").strip()[:200]
    backend = gateway().backends.problems
    return _rendered(
        "list.html",
        problems,
        {"logged": _("Logged.")},
        found=if_there(
            lambda: backend.list(
                caller, states=_SHOWN[shown], words=words, page_token=request.args.get("page", "")[:2000]
            )
        ),
        show=shown,
        q=words,
        incident=request.values.get("incident", "")[:40],
        tabs=[
            ("open", _("Open")),
            ("known", _("Known errors")),
            ("resolved", _("Resolved")),
            ("all", _("All")),
        ],
    )


def _page(number: str, problems: Problems, told: list[Any] | None = None) -> str:
    caller, backend, form = current_caller(), gateway().backends.problems, request.form
    problem = backend.get(caller, number)
    entries = if_there(lambda: backend.whole_timeline(caller, problem.problem_id)) or []
    clients = names.tenant_names(caller, [one.tenant_id for one in problem.incidents])
    asked = request.path.endswith("/edit")
    return _rendered(
        "problem.html",
        problems,
        _done(),
        problem=problem,
        typed=lambda name: form.get(name, "") if asked and name in form else getattr(problem, name),
        lines=lines_of(entries),
        clients=clients,
        clients_concerned=sorted(clients.items(), key=lambda item: item[1].casefold()),
        published={one.tenant_id for one in problem.publications},
        solutions=solution_choices(),
        solution_word=word_of(problem_pb2.SolutionKind.DESCRIPTOR, problem.solution.kind) or "fix",
        impact_word=_word(incident_pb2.Impact, problem.impact),
        urgency_word=_word(incident_pb2.Urgency, problem.urgency),
        open_incidents=[
            (one.number, _told_line(one.incident, clients))
            for one in problem.incidents
            if one.incident.state in _OPEN_INCIDENTS
        ],
        chosen_incidents=form.getlist("incidents") or [one.number for one in problem.incidents],
        told=told or [],
        refused_in_words=refused_in_words,
        **_people(caller),
    )


def _word(enum: Any, number: int) -> str:
    return word_of(enum.DESCRIPTOR, number) or ""


def _told_line(incident: Incident, clients: dict[str, str]) -> str:
    """Which incident, whose, and who is told."""
    people = [one.name or one.address for one in (incident.requester, *incident.participants)]
    client = clients.get(incident.tenant_id, "")
    return f"{incident.number} {incident.title} ({client}): {', '.join(filter(None, people))}"


def _people(caller: Caller) -> dict[str, Any]:
    people = if_there(lambda: names.staff_to_choose(caller)) or []
    groups = if_there(lambda: names.groups_to_choose(caller)) or []
    return {
        "people_choices": [(person.person_id, person.display_name) for person in people],
        "group_choices": [(group.group_id, group.name) for group in groups],
    }


def _done() -> dict[str, str]:
    """What is said after each command."""
    return {
        "logged": _("Logged."),
        "edit": _("Saved."),
        "assign": _("Assigned."),
        "note": _("Note added. Only staff can see it."),
        "investigate": _("Somebody looks for the cause."),
        "known-error": _("It is a known error now."),
        "publish": _("Published: the client reads the workaround on its incidents."),
        "withdraw": _("Withdrawn: the client reads it no more."),
        "link": _("Linked."),
        "unlink": _("Unlinked."),
        "resolve": _("Resolved. Its incidents are still as they were: you may resolve them below."),
        "tell": _("Resolved, each for itself. Their requesters are asked to confirm."),
        "close": _("Closed."),
        "reopen": _("Reopened."),
        "cancel": _("Canceled."),
    }


def _rendered(
    template: str, problems: Problems, said: dict[str, str], **values: Callable[..., Any] | Any
) -> str:
    return render(
        f"pages/console/problems/{template}",
        "problems",
        home=HOME,
        done=said.get(request.args.get("done", ""), ""),
        values=request.form,
        problems=problems,
        once_key=next_key(problems) if request.method == "POST" else new_id("req"),
        problem_sign=problem_sign,
        choices=choices,
        **values,
    )
