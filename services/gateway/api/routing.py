"""Who is given how much, and what clients agreed about who works for them."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103

from __future__ import annotations

from pydantic import Field

from fairlead.triage.v1 import routing_pb2
from services.gateway.api.contracts import Zone
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Id, Revision, Shape, fill

routes = Routes("routing", "Who is given how much, and what clients agreed about who works for them.")
_DAY = r"^\d{4}-\d{2}-\d{2}$"


class AbsenceView(Shape):
    first_day: str
    last_day: str


class WorkProfile(Shape):
    person_id: str
    name: str
    load_cap: int
    pressing_cap: int
    time_zone: str
    absences: list[AbsenceView] = Field([])
    revision: int


class WorkProfileList(Shape):
    work_profiles: list[WorkProfile]


class Absence(Body):
    first_day: str = Field(pattern=_DAY)
    last_day: str = Field(pattern=_DAY, description="Included.")


class WorkProfileBody(Body):
    load_cap: int = Field(0, ge=0, le=10_000, description="Open incidents in all groups; 0: no limit.")
    pressing_cap: int = Field(0, ge=0, le=10_000, description="Open P1 and P2; 0: no limit.")
    time_zone: Zone = Field("UTC", description="Of the days below.")
    absences: list[Absence] = Field([], max_length=100)
    revision: Revision = 0


class AgreedGroupView(Shape):
    category: str | None = Field(None, description="Left out: every category that no other entry names.")
    assignment_group_id: str


class ClientRouting(Shape):
    tenant_id: str
    groups: list[AgreedGroupView] = Field([])
    preferred_ids: list[str] = Field([])
    by_history: bool
    revision: int


class ClientRoutingList(Shape):
    client_routings: list[ClientRouting]


class AgreedGroup(Body):
    category: str = Field(
        "", max_length=100, description="Left out: every category that no other entry names."
    )
    assignment_group_id: Id


class ClientRoutingBody(Body):
    groups: list[AgreedGroup] = Field([], max_length=200, description="Whom the client's contract names.")
    preferred_ids: list[Id] = Field([], max_length=200, description="Staff whom the client asked for.")
    by_history: bool = Field(
        False, description="Who resolved something for the client lately comes first among the little loaded."
    )
    revision: Revision = 0


@routes.get("/work-profiles", "List work profiles", scope="rules:read", returns=WorkProfileList)
def list_work_profiles(call: Call) -> Answer:
    """Of the members of staff of whom something was said."""
    return {"work_profiles": WorkProfile.all_of(backends().routing.profiles(call.caller))}


@routes.get("/work-profiles/{person_id}", "Get a work profile", scope="rules:read", returns=WorkProfile)
def get_work_profile(call: Call, person_id: str) -> Answer:
    return WorkProfile.of(backends().routing.profile(call.caller, person_id))


@routes.put(
    "/work-profiles/{person_id}",
    "Say how much somebody is given",
    scope="rules:write",
    body=WorkProfileBody,
    returns=WorkProfile,
    conflicts=True,
)
def save_work_profile(call: Call, person_id: str) -> Answer:
    """Limits over all of their groups, and the days on which they are given nothing."""
    wanted = fill(routing_pb2.WorkProfile(), call.body, person_id=person_id)
    return WorkProfile.of(backends().routing.save_profile(call.caller, wanted))


@routes.get("/client-routings", "List what clients agreed", scope="rules:read", returns=ClientRoutingList)
def list_client_routings(call: Call) -> Answer:
    """Of the clients that the caller is granted and with whom something was agreed."""
    return {"client_routings": ClientRouting.all_of(backends().routing.clients(call.caller))}


@routes.get(
    "/tenants/{tenant_id}/routing", "Get what a client agreed", scope="rules:read", returns=ClientRouting
)
def get_client_routing(call: Call, tenant_id: str) -> Answer:
    return ClientRouting.of(backends().routing.client(call.caller, tenant_id))


@routes.put(
    "/tenants/{tenant_id}/routing",
    "Say what a client agreed",
    scope="rules:write",
    body=ClientRoutingBody,
    returns=ClientRouting,
    conflicts=True,
)
def save_client_routing(call: Call, tenant_id: str) -> Answer:
    """Which groups and people work for it."""
    wanted = fill(routing_pb2.ClientRouting(), call.body, tenant_id=tenant_id)
    return ClientRouting.of(backends().routing.save_client(call.caller, wanted))
