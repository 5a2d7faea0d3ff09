"""Macros: actions under a name, shared or one's own. They are run as bulk actions are asked for."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from chassis.errors import PermissionDenied
from chassis.tenancy import Caller
from services.gateway.api import words
from services.gateway.api.routes import Answer, Call, Routes
from services.gateway.api.shapes import Body, Id, Line, Revision, Shape, Time, Words
from services.gateway.auth.context import gateway
from services.gateway.bulk import macros

routes = Routes(
    "macros",
    "Several actions under one name, with words in each language; run one by `POST /bulk-actions`. Staff only.",
)
_HINT = "May hold {number}, {title}, {requester}, {client} and {technician}, filled for each incident."


class TextsBody(Body):
    """In one language at least; whoever reads another gets the one there is."""

    en: Words | None = None
    fr: Words | None = None


class MacroAssign(Body):
    assignee_id: Id | None = Field(None, description="A person, or `me`: whoever runs it.")
    assignment_group_id: Id | None = None


class MacroClassify(Body):
    category: str = Field(min_length=1, max_length=100)


class MacroPrioritize(Body):
    impact: words.Impact
    urgency: words.Urgency


class MacroNote(Body):
    text: Words = Field(max_length=10_000, description=f"For staff alone. {_HINT}")


class MacroReply(Body):
    text: TextsBody = Field(description=f"The one in the requester's language is sent. {_HINT}")


class MacroHold(Body):
    awaiting: words.AwaitedParty
    reason: TextsBody = Field(description=f"The client reads it. {_HINT}")


class MacroResolve(Body):
    code: words.ResolutionCode
    text: TextsBody = Field(description=f"The requester reads it. {_HINT}")


class MacroActions(Body):
    """Done in this order. Holding and resolving exclude each other."""

    assign: MacroAssign | None = None
    classify: MacroClassify | None = None
    prioritize: MacroPrioritize | None = None
    note: MacroNote | None = None
    reply: MacroReply | None = None
    hold: MacroHold | None = None
    resolve: MacroResolve | None = None


class MacroBody(Body):
    name: Line = Field(max_length=60)
    shared: bool = Field(
        False, description="Dispatchers and administrators alone may share. It is decided once."
    )
    actions: MacroActions


class MacroChange(Body):
    name: Line = Field(max_length=60)
    actions: MacroActions
    revision: Revision = 0


class Macro(Shape):
    macro_id: str
    name: str
    shared: bool
    editable: bool = Field(description="Whether you may change or remove it.")
    actions: MacroActions
    revision: int
    update_time: Time


class MacroList(Shape):
    macros: list[Macro]


@routes.get("/macros", "List macros", scope="incidents:read", returns=MacroList)
def list_macros(call: Call) -> Answer:
    """Shared ones first, each kind by name. 100 of each at most."""
    return {"macros": [_answer(call.caller, one) for one in gateway().macros.all(_staff(call))]}


@routes.post(
    "/macros",
    "Make a macro",
    scope="incidents:write",
    body=MacroBody,
    returns=Macro,
    status=201,
    conflicts=True,
)
def create_macro(call: Call) -> Answer:
    body: MacroBody = call.body
    made = _macro(body.name, body.actions, shared=body.shared)
    return _answer(call.caller, gateway().macros.create(_staff(call), made))


@routes.get("/macros/{macro_id}", "Get a macro", scope="incidents:read", returns=Macro)
def get_macro(call: Call, macro_id: str) -> Answer:
    return _answer(call.caller, gateway().macros.get(_staff(call), macro_id))


@routes.put(
    "/macros/{macro_id}",
    "Change a macro",
    scope="incidents:write",
    body=MacroChange,
    returns=Macro,
    conflicts=True,
)
def update_macro(call: Call, macro_id: str) -> Answer:
    """What was asked for by it before goes on as it was asked."""
    body: MacroChange = call.body
    present = gateway().macros.get(_staff(call), macro_id)
    changed = _macro(body.name, body.actions, present.shared, macro_id, body.revision)
    return _answer(call.caller, gateway().macros.update(call.caller, changed))


@routes.delete("/macros/{macro_id}", "Remove a macro", scope="incidents:write")
def delete_macro(call: Call, macro_id: str) -> Answer:
    gateway().macros.delete(_staff(call), macro_id)


def _staff(call: Call) -> Caller:
    if not call.caller.is_staff:
        raise PermissionDenied("role_required", "This needs the provider's staff.", roles="staff")
    return call.caller


def _macro(
    name: str, actions: MacroActions, shared: bool, macro_id: str = "", revision: int = 0
) -> macros.Macro:
    return macros.Macro(
        macro_id=macro_id,
        provider_id="",
        name=name,
        actions=tuple(_actions(actions)),
        # The store puts the caller in its place.
        owner="" if shared else "own",
        revision=revision,
    )


def _actions(body: MacroActions) -> list[macros.MacroAction]:
    found: list[macros.MacroAction] = []
    if body.assign:
        found.append(macros.Assign(body.assign.assignee_id or "", body.assign.assignment_group_id or ""))
    if body.classify:
        found.append(macros.Classify(body.classify.category))
    if body.prioritize:
        found.append(macros.Prioritize(body.prioritize.impact, body.prioritize.urgency))
    if body.note:
        found.append(macros.Note(body.note.text))
    if body.reply:
        found.append(macros.Reply(_texts(body.reply.text)))
    if body.hold:
        found.append(macros.Hold(body.hold.awaiting, _texts(body.hold.reason)))
    if body.resolve:
        found.append(macros.Resolve(body.resolve.code, _texts(body.resolve.text)))
    return found


def _texts(body: TextsBody) -> dict[str, str]:
    return body.model_dump(exclude_none=True)


def _answer(caller: Caller, macro: macros.Macro) -> dict[str, Any]:
    assert macro.update_time
    return {
        "macro_id": macro.macro_id,
        "name": macro.name,
        "shared": macro.shared,
        "editable": macros.may_write(caller, macro.shared),
        "actions": {type(one).__name__.lower(): _told(one) for one in macro.actions},
        "revision": macro.revision,
        "update_time": _moment(macro.update_time),
    }


def _told(action: macros.MacroAction) -> dict[str, Any]:
    return {name: value for name, value in vars(action).items() if value}


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
