"""People, their memberships, grants and passwords; teams."""

# Fields describe a model, and a route its handler; both show in the OpenAPI document. Defaults are copied by pydantic.
# ruff: noqa: D101, D103, RUF012

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from chassis.tenancy import Role
from fairlead.directory.v1 import person_pb2, person_service_pb2
from services.gateway.api import words
from services.gateway.api.contracts import Zone
from services.gateway.api.incidents import paged
from services.gateway.api.routes import Answer, Call, Routes, backends
from services.gateway.api.shapes import Body, Email, Id, Line, Locale, PageQuery, Revision, Shape, Time, fill
from services.gateway.auth.context import gateway
from services.gateway.auth.tending import disable, password_link
from services.gateway.backends.words import number_of

routes = Routes("people", "People of client organizations and of the provider's staff.")

Password = Annotated[str, StringConstraints(min_length=12, max_length=200)]


class MembershipView(Shape):
    tenant_id: str
    role: words.MembershipRole


class GrantView(Shape):
    role: words.GrantRole
    all_tenants: bool
    tenant_ids: list[str] = []


class Person(Shape):
    """Of the provider's staff, clients are shown no more than id and name."""

    person_id: str
    email: str | None = None
    display_name: str
    locale: str | None = None
    time_zone: str | None = None
    state: words.PersonState | None = None
    memberships: list[MembershipView] = []
    grants: list[GrantView] = []
    skills: list[str] = []
    languages: list[str] = []
    verified: bool
    create_time: Time | None = None
    update_time: Time | None = None
    revision: int


class PersonPage(Shape):
    people: list[Person]
    next_page_token: str | None = None


class PasswordLink(Shape):
    url: str = Field(description="Good for one use. Send it to the person and to nobody else.")
    person_id: str


class Team(Shape):
    team_id: str
    name: str
    person_ids: list[str]
    revision: int


class TeamList(Shape):
    teams: list[Team]


class Membership(Body):
    tenant_id: Id
    role: words.MembershipRole = "requester"


class MembershipChange(Body):
    role: words.MembershipRole = "requester"


class Grant(Body):
    """What a member of staff may do, and for which clients."""

    role: words.GrantRole
    all_tenants: bool = False
    tenant_ids: list[Id] = Field([], max_length=1000)


class GrantChange(Body):
    all_tenants: bool = False
    tenant_ids: list[Id] = Field([], max_length=1000)


class NewPerson(Body):
    email: Email
    display_name: Line
    locale: Locale | None = None
    time_zone: Zone | None = None
    memberships: list[Membership] = Field([], max_length=50)
    grants: list[Grant] = Field([], max_length=3)
    skills: list[Line] = Field([], max_length=50)
    languages: list[Locale] = Field([], max_length=2)
    provider_id: Id | None = Field(None, description="Only for the operator, who belongs to no provider.")


class PersonChange(Body):
    """What is left out stays as it is."""

    display_name: Line | None = None
    locale: Locale | None = None
    time_zone: Zone | None = None
    skills: list[Line] | None = Field(None, max_length=50, description="The whole list. Administrators only.")
    languages: list[Locale] | None = Field(
        None, max_length=2, description="What a member of staff speaks; the whole list. Administrators only."
    )
    revision: Revision = 0


class NewPassword(Body):
    password: Password


class PersonQuery(PageQuery):
    tenant_id: Id | None = None
    staff: bool = Field(False, description="The provider's staff alone.")
    query: str = Field("", max_length=200, description="Part of a name or mail address.")


class NewTeam(Body):
    name: Line
    person_ids: list[Id] = Field([], max_length=500)
    provider_id: Id | None = Field(None, description="Only for the operator, who belongs to no provider.")


class TeamMembers(Body):
    person_ids: list[Id] = Field(max_length=500)


_CHANGE: dict[str, Any] = {"scope": "directory:write", "returns": Person, "conflicts": True}


@routes.get("/people", "List people", scope="directory:read", query=PersonQuery, returns=PersonPage)
def list_people(call: Call) -> Answer:
    query: PersonQuery = call.query
    page = backends().people.list(
        call.caller,
        tenant_id=query.tenant_id or "",
        staff=query.staff,
        query=query.query,
        page_size=query.page_size,
        page_token=query.page_token,
    )
    return paged("people", Person.all_of(page.people), page.next_page_token)


@routes.post("/people", "Add a person", body=NewPerson, status=201, **_CHANGE)
def create_person(call: Call) -> Answer:
    """They sign in once they have a password: see password-link."""
    request = fill(person_service_pb2.CreatePersonRequest(), call.body)
    fields = {field.name: value for field, value in request.ListFields()}
    return Person.of(backends().people.create(call.caller, **fields))


@routes.get("/people/{person_id}", "Get a person", scope="directory:read", returns=Person)
def get_person(call: Call, person_id: str) -> Answer:
    return Person.of(backends().people.get(call.caller, person_id))


@routes.patch("/people/{person_id}", "Change a person", body=PersonChange, **_CHANGE)
def update_person(call: Call, person_id: str) -> Answer:
    body: PersonChange = call.body
    given = {name: value for name in type(body).model_fields if (value := getattr(body, name)) is not None}
    return Person.of(backends().people.update(call.caller, person_id, **given))


@routes.post("/people/{person_id}/disable", "Disable a person", **_CHANGE)
def disable_person(call: Call, person_id: str) -> Answer:
    """They are signed out everywhere and may not sign in."""
    return Person.of(disable(gateway(), call.caller, person_id))


@routes.post("/people/{person_id}/enable", "Enable a person", **_CHANGE)
def enable_person(call: Call, person_id: str) -> Answer:
    person = backends().people.enable(call.caller, person_id)
    gateway().directory.forget_person(person.person_id)
    return Person.of(person)


@routes.put(
    "/people/{person_id}/memberships/{tenant_id}", "Set a membership", body=MembershipChange, **_CHANGE
)
def set_membership(call: Call, person_id: str, tenant_id: str) -> Answer:
    role = number_of(person_pb2.MembershipRole.DESCRIPTOR, call.body.role)
    membership = person_pb2.Membership(tenant_id=tenant_id, role=role)
    return _changed(backends().people.set_membership(call.caller, person_id, membership))


@routes.delete("/people/{person_id}/memberships/{tenant_id}", "Remove a membership", scope="directory:write")
def remove_membership(call: Call, person_id: str, tenant_id: str) -> Answer:
    _changed(backends().people.remove_membership(call.caller, person_id, tenant_id))


@routes.put("/people/{person_id}/grants/{role}", "Set a grant", body=GrantChange, **_CHANGE)
def set_grant(call: Call, person_id: str, role: str) -> Answer:
    """Replaces the person's grant of this role: technician, dispatcher or provider_admin."""
    grant = fill(person_pb2.Grant(), call.body, role=number_of(person_pb2.GrantRole.DESCRIPTOR, role))
    return _changed(backends().people.set_grant(call.caller, person_id, grant))


@routes.delete("/people/{person_id}/grants/{role}", "Revoke a grant", scope="directory:write")
def revoke_grant(call: Call, person_id: str, role: str) -> Answer:
    number = number_of(person_pb2.GrantRole.DESCRIPTOR, role)
    _changed(backends().people.revoke_grant(call.caller, person_id, number))


@routes.post(
    "/people/{person_id}/password-link",
    "Make a one-time password link",
    scope="admin",
    returns=PasswordLink,
    status=201,
)
def make_password_link(call: Call, person_id: str) -> Answer:
    """For an invitation or a forgotten password. Former links end."""
    return {"url": password_link(gateway(), call.caller, person_id), "person_id": person_id}


@routes.put("/people/{person_id}/password", "Set a password", scope="admin", body=NewPassword, status=204)
def set_person_password(call: Call, person_id: str) -> Answer:
    """For demonstrations and migrations; people should choose their own by a link. Ends their sessions."""
    call.caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
    person = backends().people.get(call.caller, person_id)
    gateway().auth.credentials.set_password(person.provider_id, person.person_id, call.body.password)
    gateway().sessions.end_all(person.provider_id, person.person_id)


@routes.get("/teams", "List teams", scope="directory:read", returns=TeamList)
def list_teams(call: Call) -> Answer:
    return {"teams": Team.all_of(backends().teams.list(call.caller))}


@routes.post(
    "/teams",
    "Make a team",
    scope="directory:write",
    body=NewTeam,
    returns=Team,
    status=201,
    conflicts=True,
)
def create_team(call: Call) -> Answer:
    body: NewTeam = call.body
    made = backends().teams.create(
        call.caller, name=body.name, person_ids=body.person_ids, provider_id=body.provider_id or ""
    )
    return Team.of(made)


@routes.put(
    "/teams/{team_id}/members",
    "Set a team's members",
    scope="directory:write",
    body=TeamMembers,
    returns=Team,
    conflicts=True,
)
def set_team_members(call: Call, team_id: str) -> Answer:
    return Team.of(backends().teams.set_members(call.caller, team_id, call.body.person_ids))


def _changed(person: person_pb2.Person) -> dict[str, Any]:
    """What somebody may do counts at once in this process, elsewhere within the cache's time."""
    gateway().directory.forget_person(person.person_id)
    return Person.of(person)
