"""fairlead.directory.v1.PersonService."""

import grpc

from chassis.errors import InvalidArgument
from chassis.rpc import caller_of
from fairlead.directory.v1 import person_pb2
from fairlead.directory.v1 import person_service_pb2 as pb
from fairlead.directory.v1.person_service_pb2_grpc import PersonServiceServicer
from services.directory.domain.person import Grant, GrantRole, Membership, MembershipRole
from services.directory.events import messages
from services.directory.use_cases import PeopleUseCases, StaffUseCases

_MEMBERSHIP_ROLES = {
    person_pb2.MEMBERSHIP_ROLE_REQUESTER: MembershipRole.REQUESTER,
    person_pb2.MEMBERSHIP_ROLE_CLIENT_MANAGER: MembershipRole.CLIENT_MANAGER,
}
_GRANT_ROLES = {
    person_pb2.GRANT_ROLE_TECHNICIAN: GrantRole.TECHNICIAN,
    person_pb2.GRANT_ROLE_DISPATCHER: GrantRole.DISPATCHER,
    person_pb2.GRANT_ROLE_PROVIDER_ADMIN: GrantRole.PROVIDER_ADMIN,
}


class PersonServicer(PersonServiceServicer):
    """People, their memberships and grants; teams."""

    def __init__(self, people: PeopleUseCases, staff: StaffUseCases) -> None:
        self._people = people
        self._staff = staff

    def CreatePerson(
        self, request: pb.CreatePersonRequest, context: grpc.ServicerContext
    ) -> person_pb2.Person:
        person = self._people.create_person(
            caller_of(context),
            provider_id=request.provider_id,
            email=request.email,
            display_name=request.display_name,
            locale=request.locale,
            time_zone=request.time_zone,
            memberships=[_membership(each) for each in request.memberships],
            grants=[_grant(each) for each in request.grants],
            skills=list(request.skills),
            languages=list(request.languages),
        )
        return messages.person(person)

    def GetPerson(self, request: pb.GetPersonRequest, context: grpc.ServicerContext) -> person_pb2.Person:
        return messages.person(self._people.get_person(caller_of(context), request.person_id))

    def BatchGetPeople(
        self, request: pb.BatchGetPeopleRequest, context: grpc.ServicerContext
    ) -> pb.BatchGetPeopleResponse:
        people = self._people.batch_get_people(caller_of(context), list(request.person_ids))
        return pb.BatchGetPeopleResponse(people=[messages.person(person) for person in people])

    def ListPeople(
        self, request: pb.ListPeopleRequest, context: grpc.ServicerContext
    ) -> pb.ListPeopleResponse:
        page = self._people.list_people(
            caller_of(context),
            request.tenant_id,
            request.staff,
            request.page_size,
            request.page_token,
            request.query,
        )
        return pb.ListPeopleResponse(
            people=[messages.person(person) for person in page.records],
            next_page_token=page.next_token,
        )

    def FindPeopleByEmail(
        self, request: pb.FindPeopleByEmailRequest, context: grpc.ServicerContext
    ) -> pb.FindPeopleByEmailResponse:
        people = self._people.find_people_by_email(caller_of(context), request.provider_id, request.email)
        return pb.FindPeopleByEmailResponse(people=[messages.person(person) for person in people])

    def EnsureRequester(
        self, request: pb.EnsureRequesterRequest, context: grpc.ServicerContext
    ) -> person_pb2.Person:
        person = self._people.ensure_requester(
            caller_of(context),
            request.tenant_id,
            request.email,
            request.display_name,
            request.verified,
            request.strangers_only,
        )
        return messages.person(person)

    def UpdatePerson(
        self, request: pb.UpdatePersonRequest, context: grpc.ServicerContext
    ) -> person_pb2.Person:
        person = self._people.update_person(
            caller_of(context),
            request.person_id,
            display_name=request.display_name,
            locale=request.locale,
            time_zone=request.time_zone,
            revision=request.revision,
            skills=list(request.skills.values) if request.HasField("skills") else None,
            languages=list(request.languages.values) if request.HasField("languages") else None,
        )
        return messages.person(person)

    def DisablePerson(
        self, request: pb.DisablePersonRequest, context: grpc.ServicerContext
    ) -> person_pb2.Person:
        return messages.person(self._people.disable_person(caller_of(context), request.person_id))

    def EnablePerson(
        self, request: pb.EnablePersonRequest, context: grpc.ServicerContext
    ) -> person_pb2.Person:
        return messages.person(self._people.enable_person(caller_of(context), request.person_id))

    def SetMembership(
        self, request: pb.SetMembershipRequest, context: grpc.ServicerContext
    ) -> person_pb2.Person:
        person = self._people.set_membership(
            caller_of(context), request.person_id, _membership(request.membership)
        )
        return messages.person(person)

    def RemoveMembership(
        self, request: pb.RemoveMembershipRequest, context: grpc.ServicerContext
    ) -> person_pb2.Person:
        person = self._people.remove_membership(caller_of(context), request.person_id, request.tenant_id)
        return messages.person(person)

    def SetGrant(self, request: pb.SetGrantRequest, context: grpc.ServicerContext) -> person_pb2.Person:
        person = self._staff.set_grant(caller_of(context), request.person_id, _grant(request.grant))
        return messages.person(person)

    def RevokeGrant(self, request: pb.RevokeGrantRequest, context: grpc.ServicerContext) -> person_pb2.Person:
        person = self._staff.revoke_grant(caller_of(context), request.person_id, _grant_role(request.role))
        return messages.person(person)

    def CreateTeam(self, request: pb.CreateTeamRequest, context: grpc.ServicerContext) -> person_pb2.Team:
        team = self._staff.create_team(
            caller_of(context), request.provider_id, request.name, list(request.person_ids)
        )
        return messages.team(team)

    def SetTeamMembers(
        self, request: pb.SetTeamMembersRequest, context: grpc.ServicerContext
    ) -> person_pb2.Team:
        team = self._staff.set_team_members(caller_of(context), request.team_id, list(request.person_ids))
        return messages.team(team)

    def ListTeams(self, request: pb.ListTeamsRequest, context: grpc.ServicerContext) -> pb.ListTeamsResponse:
        teams = self._staff.list_teams(caller_of(context))
        return pb.ListTeamsResponse(teams=[messages.team(team) for team in teams])


def _membership(message: person_pb2.Membership) -> Membership:
    if message.role not in _MEMBERSHIP_ROLES:
        raise InvalidArgument("role_invalid", "requester or client_manager?", field="membership.role")
    return Membership(message.tenant_id, _MEMBERSHIP_ROLES[message.role])


def _grant(message: person_pb2.Grant) -> Grant:
    return Grant(_grant_role(message.role), message.all_tenants, frozenset(message.tenant_ids))


def _grant_role(role: person_pb2.GrantRole) -> GrantRole:
    if role not in _GRANT_ROLES:
        raise InvalidArgument("role_invalid", "technician, dispatcher or provider_admin?", field="grant.role")
    return _GRANT_ROLES[role]
