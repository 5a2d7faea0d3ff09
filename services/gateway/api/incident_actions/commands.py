"""The verbs of an incident's life, and what is said in it."""

# A route describes its handler: it shows in the OpenAPI document.
# ruff: noqa: D103

from __future__ import annotations

from typing import Any

from pydantic import Field

from chassis.errors import InvalidArgument
from fairlead.incidents.v1 import incident_pb2
from services.gateway.api.incident_actions.bodies import (
    Assignment,
    Classification,
    Holding,
    Merging,
    Nothing,
    Parent,
    Prioritization,
    Rated,
    Reason,
    Resolving,
    Splitting,
    TellingChildren,
    Text,
)
from services.gateway.api.incident_actions.own_routes import routes
from services.gateway.api.incidents import Incident, incident_id_of
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.api.shapes import Shape
from services.gateway.backends.words import number_of


class ToldChild(Shape):
    """What became of one child."""

    incident_id: str
    number: str
    tenant_id: str
    error_reason: str | None = Field(None, description="Left out when it was done.")


class ToldChildren(Shape):
    """A line for each child."""

    children: list[ToldChild]


_COMMAND: dict[str, Any] = {
    "scope": "incidents:write",
    "returns": Incident,
    "conflicts": True,
    "matches_revision": True,
    "idempotency": "service",
    "keeps_answer": True,
}
_OPTIONAL_BODY: dict[str, Any] = {**_COMMAND, "body_required": False}


@routes.post("/incidents/{incident_id}/replies", "Reply", body=Text, status=201, **_COMMAND)
def reply(call: Call, incident_id: str) -> Answer:
    """Public: the client reads it."""
    return _message(backends().incidents.reply, call, incident_id)


@routes.post("/incidents/{incident_id}/notes", "Add an internal note", body=Text, status=201, **_COMMAND)
def note(call: Call, incident_id: str) -> Answer:
    """Internal: the provider's staff alone read it."""
    return _message(backends().incidents.note, call, incident_id)


@routes.post("/incidents/{incident_id}/classify", "Classify", body=Classification, **_COMMAND)
def classify(call: Call, incident_id: str) -> Answer:
    body: Classification = call.body
    kind = number_of(incident_pb2.IncidentKind.DESCRIPTOR, body.kind)
    return _command(
        backends().incidents.classify,
        call,
        incident_id,
        category=body.category,
        kind=kind,
        reason=body.reason,
    )


@routes.post("/incidents/{incident_id}/prioritize", "Prioritize", body=Prioritization, **_COMMAND)
def prioritize(call: Call, incident_id: str) -> Answer:
    body: Prioritization = call.body
    if not (body.priority or (body.impact and body.urgency)):
        message = "Give a priority, or both impact and urgency."
        raise InvalidArgument("priority_required", message, field="priority")
    return _command(
        backends().incidents.prioritize,
        call,
        incident_id,
        impact=number_of(incident_pb2.Impact.DESCRIPTOR, body.impact),
        urgency=number_of(incident_pb2.Urgency.DESCRIPTOR, body.urgency),
        priority=number_of(incident_pb2.Priority.DESCRIPTOR, body.priority),
        reason=body.reason,
    )


@routes.post("/incidents/{incident_id}/assign", "Assign", body=Assignment, **_OPTIONAL_BODY)
def assign(call: Call, incident_id: str) -> Answer:
    """The names of group and assignee are looked up, so that the timeline reads well for ever."""
    body: Assignment = call.body
    group = assignee = None
    if body.assignment_group_id:
        group = backends().assignment_groups.get(call.caller, body.assignment_group_id)
    if body.assignee_id:
        assignee = backends().people.get(call.caller, body.assignee_id)
    return _command(
        backends().incidents.assign,
        call,
        incident_id,
        assignment_group_id=group.group_id if group else "",
        assignment_group_name=group.name if group else "",
        assignee_id=assignee.person_id if assignee else "",
        assignee_name=assignee.display_name if assignee else "",
        reason=body.reason,
    )


@routes.post("/incidents/{incident_id}/acknowledge", "Acknowledge", body=Nothing, **_OPTIONAL_BODY)
def acknowledge(call: Call, incident_id: str) -> Answer:
    """The assignee takes it in hand."""
    return _command(backends().incidents.acknowledge, call, incident_id)


@routes.post("/incidents/{incident_id}/hold", "Put on hold", body=Holding, **_COMMAND)
def hold(call: Call, incident_id: str) -> Answer:
    """Names whom it awaits and why; the contract says whether clocks pause."""
    awaiting = number_of(incident_pb2.AwaitedParty.DESCRIPTOR, call.body.awaiting)
    return _command(backends().incidents.hold, call, incident_id, awaiting=awaiting, reason=call.body.reason)


@routes.post("/incidents/{incident_id}/resume", "Resume", body=Reason, **_OPTIONAL_BODY)
def resume(call: Call, incident_id: str) -> Answer:
    return _command(backends().incidents.resume, call, incident_id, reason=call.body.reason)


@routes.post("/incidents/{incident_id}/resolve", "Resolve", body=Resolving, **_COMMAND)
def resolve(call: Call, incident_id: str) -> Answer:
    """Proposes a solution; the requester confirms it, or reopens."""
    return _command(backends().incidents.resolve, call, incident_id, code=call.body.code, text=call.body.text)


@routes.post("/incidents/{incident_id}/confirm", "Confirm the solution", body=Nothing, **_OPTIONAL_BODY)
def confirm(call: Call, incident_id: str) -> Answer:
    """The requester agrees: it closes."""
    return _command(backends().incidents.confirm, call, incident_id)


@routes.post("/incidents/{incident_id}/close", "Close", body=Reason, **_OPTIONAL_BODY)
def close(call: Call, incident_id: str) -> Answer:
    return _command(backends().incidents.close, call, incident_id, reason=call.body.reason)


@routes.post("/incidents/{incident_id}/reopen", "Reopen", body=Reason, **_OPTIONAL_BODY)
def reopen(call: Call, incident_id: str) -> Answer:
    return _command(backends().incidents.reopen, call, incident_id, reason=call.body.reason)


@routes.post("/incidents/{incident_id}/cancel", "Cancel", body=Reason, **_OPTIONAL_BODY)
def cancel(call: Call, incident_id: str) -> Answer:
    return _command(backends().incidents.cancel, call, incident_id, reason=call.body.reason)


@routes.post("/incidents/{incident_id}/merge", "Merge into another", body=Merging, **_COMMAND)
def merge(call: Call, incident_id: str) -> Answer:
    """This one waits, the other goes on: what is said to this one is said to that one. Both are open and of one client.

    409 survivor_merged: the other one is merged itself. Whoever comes to take part in the other by it reads there what is
    said from now on.
    """
    body: Merging = call.body
    joins = {} if body.people_join is None else {"people_join": body.people_join}
    return _command(
        backends().incidents.merge, call, incident_id, into=body.into, reason=body.reason, **joins
    )


@routes.post("/incidents/{incident_id}/unmerge", "Undo a merge", body=Reason, **_OPTIONAL_BODY)
def unmerge(call: Call, incident_id: str) -> Answer:
    """It goes on as it was. What was said meanwhile stays where it was said; what is said from now on is said here again."""
    return _command(backends().incidents.unmerge, call, incident_id, reason=call.body.reason)


@routes.post(
    "/incidents/{incident_id}/dismiss-hint",
    "Say that it does not belong there",
    body=Nothing,
    **_OPTIONAL_BODY,
)
def dismiss_hint(call: Call, incident_id: str) -> Answer:
    """A stranger's mail mentions another incident (link `may_belong_to`): it has nothing to do with that one."""
    return _command(backends().incidents.dismiss_hint, call, incident_id)


@routes.post(
    "/incidents/{incident_id}/split",
    "Split off a new incident",
    body=Splitting,
    **{**_COMMAND, "status": 201},
)
def split(call: Call, incident_id: str) -> Answer:
    """Lines that speak of another matter go on in a new incident of the same client, which is answered, and stay here to be
    read. Its promises count from the first of the client's lines that go along. Staff only; merging takes it back.
    """
    body: Splitting = call.body
    return _command(
        backends().incidents.split,
        call,
        incident_id,
        entry_ids=body.entry_ids,
        title=body.title,
        participants=body.participants or [],
        default_participants=body.participants is None,
        reason=body.reason,
    )


@routes.post("/incidents/{incident_id}/parent", "Make it a child", body=Parent, **_OPTIONAL_BODY)
def set_parent(call: Call, incident_id: str) -> Answer:
    """Many incidents about one matter: each keeps its own clocks, life and words. The parent may be another client's that the
    caller is granted; no client is told of it. Staff only.
    """
    return _command(backends().incidents.set_parent, call, incident_id, parent=call.body.parent or "")


@routes.post(
    "/incidents/{incident_id}/children/tell",
    "Tell or resolve all children",
    body=TellingChildren,
    returns=ToldChildren,
    scope="incidents:write",
    conflicts=True,
    idempotency="service",
)
def tell_children(call: Call, incident_id: str) -> Answer:
    """A public reply to each child that the caller is granted, or its resolution, and a line for each. Staff only."""
    told = backends().incidents.tell_children(
        call.caller,
        incident_id_of(call, incident_id),
        text=call.body.text,
        resolution_code=call.body.resolution_code or "",
        idempotency_key=call.idempotency_key,
    )
    return {"children": ToldChild.all_of(told)}


@routes.post("/incidents/{incident_id}/rate", "Say how satisfied you are", body=Rated, **_COMMAND)
def rate(call: Call, incident_id: str) -> Answer:
    """The requester's alone (403 requester_only), once for each resolution; it may be changed for some days."""
    score, comment = call.body.score, call.body.comment
    return _command(backends().incidents.rate, call, incident_id, score=score, comment=comment)


def _message(method: Any, call: Call, incident_id: str) -> dict[str, Any]:
    body: Text = call.body
    return _command(method, call, incident_id, text=body.text, attachment_ids=body.attachment_ids)


def _command(method: Any, call: Call, incident_id: str, **fields: Any) -> dict[str, Any]:
    named = incident_id_of(call, incident_id)
    done = method(call.caller, named, idempotency_key=call.idempotency_key, revision=call.revision, **fields)
    return Incident.of(done)
