"""One change: what is planned, how risky, who agreed, what speaks against its window, and what is done next."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, request

from chassis.errors import NotFound
from chassis.tenancy import Caller
from fairlead.incidents.v1 import change_pb2
from fairlead.triage.v1 import window_pb2
from services.gateway.auth.access import current_caller
from services.gateway.auth.context import gateway
from services.gateway.backends.busy_times import busy_times
from services.gateway.backends.words import number_of
from services.gateway.pages.console import names
from services.gateway.pages.console.admin.doing import Problems, Refused, address, submitted
from services.gateway.pages.console.admin.forms import whole
from services.gateway.pages.console.admin.frame import if_there
from services.gateway.pages.console.changes.paging import (
    HOME,
    change_page,
    shown_change,
    typed_change,
    typed_items,
    typed_window,
)
from services.gateway.pages.console.frame import staff_only
from services.gateway.pages.language import gettext as _

change_pages = Blueprint("console_change", __name__)
Act = Callable[[Caller, str, Mapping[str, str]], Any]
# Of a maintenance window.
_LONGEST_NAME, _MOST_NAMES = 120, 200
_ENDINGS = {"complete": "done", "fail": "failed", "back_out": "backed_out"}


@change_pages.get("/console/changes/<number>")
@staff_only
def show_change(number: str) -> str:
    """By its number."""
    return _page(number, {})


@change_pages.post("/console/changes/<number>/<action>")
@staff_only
def act_on_change(number: str, action: str) -> Any:
    """One step of its life. Raises NotFound for an action that there is not."""
    act = _ACTS.get(action)
    if act is None:
        raise NotFound("not_found", "There is no such page.")

    def do() -> str:
        act(current_caller(), number, request.form)
        return address(f"{HOME}/{number}", "change_saved")

    return submitted(do, lambda problems: _page(number, {**problems, "action": action}))


def _edit(caller: Caller, number: str, form: Mapping[str, str]) -> None:
    backend = gateway().backends.changes
    found = backend.get(caller, number)
    wanted = typed_change(form)
    wanted.change_id = found.change.change_id
    ids, further = typed_items(form, {one.name.casefold(): one.item_id for one in found.items})
    wanted.item_ids.extend(ids)
    backend.update(caller, wanted, _key(form), further)


def _moving(verb: str) -> Act:
    def move(caller: Caller, number: str, form: Mapping[str, str]) -> None:
        text = form.get("text", "").strip()
        gateway().backends.changes.move(caller, verb, number, text, _key(form), _revision(form))

    return move


def _decide(caller: Caller, number: str, form: Mapping[str, str]) -> None:
    reject, comment = form.get("verdict") == "reject", form.get("text", "").strip()
    gateway().backends.changes.decide(caller, number, reject, comment, _key(form))


def _appoint(caller: Caller, number: str, form: Mapping[str, str]) -> None:
    gateway().backends.changes.appoint(caller, number, form.get("person_id", "")[:100], _key(form))


def _schedule(caller: Caller, number: str, form: Mapping[str, str]) -> None:
    accepted = form.get("accept") == "1"
    gateway().backends.changes.schedule(
        caller, number, typed_window(form), accepted, _key(form), _revision(form)
    )


def _finish(caller: Caller, number: str, form: Mapping[str, str]) -> None:
    ending = number_of(change_pb2.ChangeState.DESCRIPTOR, _ENDINGS.get(form.get("ending", ""), ""))
    outcome = form.get("text", "").strip()
    gateway().backends.changes.finish(caller, number, ending, outcome, _key(form), _revision(form))


def _tie(caller: Caller, number: str, form: Mapping[str, str]) -> None:
    tie = number_of(change_pb2.ChangeTie.DESCRIPTOR, form.get("tie"))
    incident = form.get("incident", "").strip()[:100]
    gateway().backends.changes.tie(caller, number, incident, tie, form.get("untie") == "1", _key(form))


def _announce(caller: Caller, number: str, form: Mapping[str, str]) -> None:
    """During its window alerts of what it touches page nobody. For dispatchers and administrators; triage says so."""
    found = gateway().backends.changes.get(caller, number)
    change = found.change
    if not change.tenant_id or not change.HasField("window"):
        raise Refused(form=_("Only a client's change that has a window is announced."))
    called = dict.fromkeys(name for one in found.items for name in (one.name, *one.aliases))
    wanted = window_pb2.MaintenanceWindow(
        tenant_id=change.tenant_id,
        name=f"{change.number} {change.title}"[:_LONGEST_NAME],
        configuration_items=list(called)[:_MOST_NAMES],
        start_time=change.window.start_time,
        end_time=change.window.end_time,
    )
    gateway().backends.windows.create(caller, wanted)


_ACTS: dict[str, Act] = {
    "edit": _edit,
    "request": _moving("request"),
    "withdraw": _moving("withdraw"),
    "start": _moving("start"),
    "review": _moving("review"),
    "cancel": _moving("cancel"),
    "decide": _decide,
    "appoint": _appoint,
    "schedule": _schedule,
    "finish": _finish,
    "tie": _tie,
    "announce": _announce,
}


def _key(form: Mapping[str, str]) -> str:
    return form.get("once", "")[:200]


def _revision(form: Mapping[str, str]) -> int:
    return whole(form.get("revision", "")) or 0


def _page(number: str, problems: Problems) -> str:
    caller, backend = current_caller(), gateway().backends.changes
    found = backend.get(caller, number)
    change = found.change
    busy = busy_times(gateway().backends, caller, change)
    fields = shown_change(change, [one.name for one in found.items])
    return change_page(
        "change.html",
        problems,
        change=change,
        items=found.items,
        entries=list(reversed(found.entries)),
        asked=found.asked,
        conflicts=if_there(lambda: list(backend.conflicts(caller, change.change_id, busy))),
        can=set(change.allowed),
        fields={**fields, **(request.form if problems else {})},
        solved=if_there(
            lambda: list(gateway().backends.problems.list(caller, change_number=change.number).problems)
        ),
        staff=names.staff(caller) if "appoint" in change.allowed else [],
        revision=change.revision,
        announceable=bool(change.tenant_id) and change.state == change_pb2.CHANGE_STATE_SCHEDULED,
    )
