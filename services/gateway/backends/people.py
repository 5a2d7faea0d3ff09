"""People, their memberships and grants; teams."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.rpc import call
from chassis.tenancy import Caller
from fairlead.directory.v1 import person_pb2 as person
from fairlead.directory.v1 import person_service_pb2 as messages
from fairlead.directory.v1.person_service_pb2_grpc import PersonServiceStub

Found = list[person.Person]


class People:
    """Client of fairlead.directory.v1.PersonService, the part about people."""

    def __init__(self, channel: Any) -> None:
        self._stub = PersonServiceStub(channel)

    def create(self, caller: Caller, **fields: Any) -> person.Person:
        """Fields of CreatePersonRequest: email, display_name, locale, time_zone, memberships, grants, …"""
        return call(self._stub.CreatePerson, messages.CreatePersonRequest(**fields), caller)

    def get(self, caller: Caller, person_id: str) -> person.Person:
        return call(self._stub.GetPerson, messages.GetPersonRequest(person_id=person_id), caller)

    def get_many(self, caller: Caller, person_ids: Sequence[str]) -> list[person.Person]:
        """Those that exist and are visible, in no order."""
        request = messages.BatchGetPeopleRequest(person_ids=person_ids)
        return [*call(self._stub.BatchGetPeople, request, caller).people]

    def list(self, caller: Caller, **fields: Any) -> messages.ListPeopleResponse:
        """Fields: tenant_id, staff, query, page_size, page_token."""
        return call(self._stub.ListPeople, messages.ListPeopleRequest(**fields), caller)

    def find_by_email(self, caller: Caller, email: str, provider_id: str = "") -> Found:
        """Only for a service caller; in every provider when provider_id is empty."""
        request = messages.FindPeopleByEmailRequest(provider_id=provider_id, email=email)
        return [*call(self._stub.FindPeopleByEmail, request, caller).people]

    def update(self, caller: Caller, person_id: str, **fields: Any) -> person.Person:
        """Fields: display_name, locale, time_zone, revision; empty ones stay as they are. Skills and languages are lists;
        where one is not given, it stays.
        """
        for name in ("skills", "languages"):
            if name in fields:
                fields[name] = messages.Words(values=fields[name])
        request = messages.UpdatePersonRequest(person_id=person_id, **fields)
        return call(self._stub.UpdatePerson, request, caller)

    def disable(self, caller: Caller, person_id: str) -> person.Person:
        return call(self._stub.DisablePerson, messages.DisablePersonRequest(person_id=person_id), caller)

    def enable(self, caller: Caller, person_id: str) -> person.Person:
        return call(self._stub.EnablePerson, messages.EnablePersonRequest(person_id=person_id), caller)

    def set_membership(self, caller: Caller, person_id: str, membership: person.Membership) -> person.Person:
        request = messages.SetMembershipRequest(person_id=person_id, membership=membership)
        return call(self._stub.SetMembership, request, caller)

    def remove_membership(self, caller: Caller, person_id: str, tenant_id: str) -> person.Person:
        request = messages.RemoveMembershipRequest(person_id=person_id, tenant_id=tenant_id)
        return call(self._stub.RemoveMembership, request, caller)

    def set_grant(self, caller: Caller, person_id: str, grant: person.Grant) -> person.Person:
        """Replaces the person's grant of this role."""
        request = messages.SetGrantRequest(person_id=person_id, grant=grant)
        return call(self._stub.SetGrant, request, caller)

    def revoke_grant(self, caller: Caller, person_id: str, role: person.GrantRole) -> person.Person:
        request = messages.RevokeGrantRequest(person_id=person_id, role=role)
        return call(self._stub.RevokeGrant, request, caller)


class Teams:
    """Client of fairlead.directory.v1.PersonService, the part about teams."""

    def __init__(self, channel: Any) -> None:
        self._stub = PersonServiceStub(channel)

    def create(self, caller: Caller, **fields: Any) -> person.Team:
        """Fields: name, person_ids, provider_id (operators only)."""
        return call(self._stub.CreateTeam, messages.CreateTeamRequest(**fields), caller)

    def set_members(self, caller: Caller, team_id: str, person_ids: Sequence[str]) -> person.Team:
        request = messages.SetTeamMembersRequest(team_id=team_id, person_ids=person_ids)
        return call(self._stub.SetTeamMembers, request, caller)

    def list(self, caller: Caller) -> list[person.Team]:
        return [*call(self._stub.ListTeams, messages.ListTeamsRequest(), caller).teams]
