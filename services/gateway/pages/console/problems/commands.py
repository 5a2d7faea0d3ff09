"""What the forms of a problem ask for, each one call."""

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.datastructures import MultiDict

from chassis.errors import NotFound
from chassis.tenancy import Caller
from fairlead.incidents.v1 import incident_pb2, problem_pb2
from fairlead.incidents.v1.problem_service_pb2 import UpdateProblemRequest
from services.gateway.auth.context import gateway
from services.gateway.backends.words import number_of
from services.gateway.pages.console.admin.doing import Refused
from services.gateway.pages.console.admin.forms import whole
from services.gateway.pages.language import gettext as _

Form = MultiDict[str, str]
# What became of each incident, where there are several.
Give = Callable[[Caller, str, Form, str], Iterable[Any] | None]
_TEXTS = ("title", "description", "configuration_item", "cause", "workaround", "client_text")


def _edit(caller: Caller, number: str, form: Form, key: str) -> None:
    changed = UpdateProblemRequest(
        problem_id=number,
        idempotency_key=key,
        revision=whole(form.get("revision", "")) or 0,
        impact=number_of(incident_pb2.Impact.DESCRIPTOR, form.get("impact")),
        urgency=number_of(incident_pb2.Urgency.DESCRIPTOR, form.get("urgency")),
    )
    for name in _TEXTS:
        if name in form:
            # A browser ends lines as mail does.
            setattr(changed, name, form[name].replace("\r\n", "\n"))
    gateway().backends.problems.update(caller, changed)


def _assign(caller: Caller, number: str, form: Form, key: str) -> None:
    group_id = form.get("assignment_group_id", "")
    group = gateway().backends.assignment_groups.get(caller, group_id) if group_id else None
    gateway().backends.problems.assign(
        caller,
        number,
        idempotency_key=key,
        assignment_group_id=group.group_id if group else "",
        assignment_group_name=group.name if group else "",
        assignee_id=form.get("assignee_id", ""),
    )


def _resolve(caller: Caller, number: str, form: Form, key: str) -> None:
    gateway().backends.problems.resolve(
        caller,
        number,
        idempotency_key=key,
        kind=number_of(problem_pb2.SolutionKind.DESCRIPTOR, form.get("kind")),
        text=form.get("text", ""),
        change_number=form.get("change_number", ""),
    )


def _tell(caller: Caller, number: str, form: Form, key: str) -> Iterable[Any]:
    backend, chosen = gateway().backends.problems, set(form.getlist("incidents"))
    if not chosen:
        raise Refused(incident_ids=_("Choose at least one."))
    wanted = [one.incident_id for one in backend.get(caller, number).incidents if one.number in chosen]
    return backend.resolve_concerned(
        caller,
        number,
        idempotency_key=key,
        incident_ids=wanted,
        text=form.get("text", ""),
        resolution_code=form.get("code", "fixed"),
    )


def _tied(command: str) -> Give:
    def give(caller: Caller, number: str, form: Form, key: str) -> None:
        do = getattr(gateway().backends.problems, command)
        try:
            do(caller, number, idempotency_key=key, incident_id=form.get("incident", "").strip())
        except NotFound as error:
            if error.reason != "incident_not_found":
                raise
            raise Refused(incident_id=_("There is no such incident.")) from None

    return give


def _shown(withdraw: bool) -> Give:
    def give(caller: Caller, number: str, form: Form, key: str) -> None:
        gateway().backends.problems.publish(
            caller, number, idempotency_key=key, tenant_ids=form.getlist("tenant_id"), withdraw=withdraw
        )

    return give


def _plain(command: str, *fields: str) -> Give:
    def give(caller: Caller, number: str, form: Form, key: str) -> None:
        do = getattr(gateway().backends.problems, command)
        do(caller, number, idempotency_key=key, **{name: form.get(name, "") for name in fields})

    return give


COMMANDS: dict[str, Give] = {
    "edit": _edit,
    "assign": _assign,
    "note": _plain("note", "text"),
    "investigate": _plain("investigate"),
    "known-error": _plain("declare_known_error"),
    "publish": _shown(False),
    "withdraw": _shown(True),
    "link": _tied("link"),
    "unlink": _tied("unlink"),
    "resolve": _resolve,
    "tell": _tell,
    "close": _plain("close", "reason"),
    "reopen": _plain("reopen", "reason"),
    "cancel": _plain("cancel", "reason"),
}
