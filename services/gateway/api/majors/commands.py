"""Declaring and changing major incidents, and telling their clients."""

# A route describes its handler; it shows in the OpenAPI document.
# ruff: noqa: D103

from __future__ import annotations

from typing import Any

from fairlead.incidents.v1 import major_incident_pb2
from fairlead.incidents.v1 import major_incident_service_pb2 as messages
from services.gateway.api.majors.bodies import (
    Declaration,
    MajorChange,
    MajorNote,
    Movement,
    NewTenants,
    Renaming,
    RoleBody,
    Sparing,
    UpdateBody,
)
from services.gateway.api.majors.own_routes import routes
from services.gateway.api.majors.shapes import MajorIncident, MajorUpdate
from services.gateway.api.routes import Answer, Call, backends
from services.gateway.api.shapes import fill
from services.gateway.backends.words import number_of

COMMAND: dict[str, Any] = {
    "scope": "incidents:write",
    "returns": MajorIncident,
    "conflicts": True,
    "matches_revision": True,
    "idempotency": "service",
}


def guards(call: Call) -> dict[str, Any]:
    """What keeps a command from being done twice, or to what has moved on."""
    return {"idempotency_key": call.idempotency_key, "revision": call.revision}


@routes.post(
    "/major-incidents",
    "Declare a major incident",
    scope="incidents:write",
    body=Declaration,
    returns=MajorIncident,
    status=201,
    conflicts=True,
    idempotency="service",
)
def declare_major_incident(call: Call) -> Answer:
    """From an incident. The clients of its children are touched by it as well. 409 incident_in_major."""
    new = messages.DeclareMajorIncidentRequest(idempotency_key=call.idempotency_key)
    return MajorIncident.of(backends().majors.declare(call.caller, fill(new, call.body)))


@routes.patch(
    "/major-incidents/{major_id}",
    "Change title, summary or severity",
    scope="incidents:write",
    body=MajorChange,
    returns=MajorIncident,
    conflicts=True,
    matches_revision=True,
)
def change_major_incident(call: Call, major_id: str) -> Answer:
    changed = messages.ChangeMajorIncidentRequest(major_id=major_id, revision=call.revision)
    return MajorIncident.of(backends().majors.change(call.caller, fill(changed, call.body)))


@routes.post("/major-incidents/{major_id}/move", "Move it to another state", body=Movement, **COMMAND)
def move_major_incident(call: Call, major_id: str) -> Answer:
    """409 major_transition_not_allowed; for closed: review_unfinished, actions_unfinished."""
    state = number_of(major_incident_pb2.MajorState.DESCRIPTOR, call.body.state)
    moved = backends().majors.move(
        call.caller, major_id, state=state, reason=call.body.reason, **guards(call)
    )
    return MajorIncident.of(moved)


@routes.post("/major-incidents/{major_id}/roles", "Give somebody a role", body=RoleBody, **COMMAND)
def give_major_role(call: Call, major_id: str) -> Answer:
    role = number_of(major_incident_pb2.MajorRole.DESCRIPTOR, call.body.role)
    changed = backends().majors.give_role(
        call.caller, major_id, role=role, person_id=call.body.person_id or "", **guards(call)
    )
    return MajorIncident.of(changed)


@routes.post("/major-incidents/{major_id}/notes", "Write into its timeline", body=MajorNote, **COMMAND)
def note_major_incident(call: Call, major_id: str) -> Answer:
    """Internal."""
    return MajorIncident.of(
        backends().majors.note(call.caller, major_id, text=call.body.text, **guards(call))
    )


@routes.post("/major-incidents/{major_id}/tenants", "Add clients that it touches", body=NewTenants, **COMMAND)
def add_affected_tenants(call: Call, major_id: str) -> Answer:
    """Each gets an incident of its own, opened or adopted, once; those that are there stay as they are."""
    wanted = [fill(messages.NewAffectedTenant(), one) for one in call.body.tenants]
    changed = backends().majors.add_tenants(call.caller, major_id, tenants=wanted, **guards(call))
    return MajorIncident.of(changed)


@routes.post(
    "/major-incidents/{major_id}/tenants/{tenant_id}/rename",
    "Change the words for one client",
    body=Renaming,
    **COMMAND,
)
def rename_affected_tenant(call: Call, major_id: str, tenant_id: str) -> Answer:
    changed = backends().majors.rename_tenant(
        call.caller, major_id, tenant_id=tenant_id, title=call.body.title, **guards(call)
    )
    return MajorIncident.of(changed)


@routes.post(
    "/major-incidents/{major_id}/tenants/{tenant_id}/spare",
    "Say that it does not touch a client after all",
    body=Sparing,
    body_required=False,
    **COMMAND,
)
def spare_tenant(call: Call, major_id: str, tenant_id: str) -> Answer:
    """Its incident goes on by itself."""
    changed = backends().majors.spare_tenant(
        call.caller, major_id, tenant_id=tenant_id, reason=call.body.reason, **guards(call)
    )
    return MajorIncident.of(changed)


@routes.post(
    "/major-incidents/{major_id}/updates",
    "Tell the clients",
    body=UpdateBody,
    **{**COMMAND, "returns": MajorUpdate},
)
def send_major_update(call: Call, major_id: str) -> Answer:
    """Every client that it touches, each on its own incident, in its language and words; or only a preview. Where one
    word is wrong, nobody is told anything. 403 grant_missing: it touches a client that the caller is not granted.
    """
    body: UpdateBody = call.body
    state = number_of(major_incident_pb2.MajorState.DESCRIPTOR, body.state)
    new = messages.SendMajorUpdateRequest(
        major_id=major_id,
        template_id=body.template_id or "",
        state=state,
        next_update_minutes=body.next_update_minutes,
        resolution_code=body.resolution_code,
        preview_only=body.preview_only,
        **guards(call),
    )
    return MajorUpdate.of(
        backends().majors.send_update(call.caller, new, body.texts.by_language(), body.overrides)
    )
