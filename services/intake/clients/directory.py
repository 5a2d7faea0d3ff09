"""The directory service: which client a mail belongs to, and who its people are."""

from collections.abc import Callable, Sequence
from typing import Any

from google.protobuf.message import Message

from chassis.config import Settings
from chassis.errors import AlreadyExists, FairleadError, InvalidArgument, InvalidState, NotFound, Unavailable
from chassis.rpc import call, channel
from chassis.tokens import CallerSigner
from fairlead.directory.v1 import (
    person_pb2,
    person_service_pb2,
    person_service_pb2_grpc,
    tenant_pb2,
    tenant_service_pb2,
    tenant_service_pb2_grpc,
)
from services.intake.clients.memory import Remembered
from services.intake.domain.filing import NewPerson, Place
from services.intake.domain.submission import Party
from services.intake.ports import Client, Clock, Person

_PEOPLE_SECONDS = 300.0
_NEW_PERSON = {
    tenant_pb2.NEW_PERSON_POLICY_HOLD: NewPerson.HOLD,
    tenant_pb2.NEW_PERSON_POLICY_REJECT: NewPerson.REJECT,
}


class DirectoryClient:
    """See ports.Directory. Answers are remembered for half a minute, people for five, and forgotten when the directory says
    so: every request names somebody, and most of them write again before long.
    """

    def __init__(self, settings: Settings, signer: CallerSigner, clock: Clock) -> None:
        there = channel(settings, "directory")
        self._tenants = tenant_service_pb2_grpc.TenantServiceStub(there)
        self._people = person_service_pb2_grpc.PersonServiceStub(there)
        self._signer = signer
        self._clock = clock
        self._places: Remembered[Place | None] = Remembered()
        self._clients: Remembered[Client] = Remembered()
        self._persons: Remembered[Person] = Remembered(_PEOPLE_SECONDS)

    def forget(self) -> None:
        """What was remembered may be wrong now."""
        for memory in (self._places, self._clients, self._persons):
            memory.forget()

    def place(self, sender: str, recipients: Sequence[str], mentioned: Sequence[str]) -> Place | None:
        key = (sender.lower(), frozenset(recipients), frozenset(mentioned))
        return self._places.get(key, lambda: self._place(sender, recipients, mentioned))

    def _place(self, sender: str, recipients: Sequence[str], mentioned: Sequence[str]) -> Place | None:
        request = tenant_service_pb2.ResolveMailRequest(
            sender=sender, recipients=recipients, mentioned=mentioned
        )
        try:
            answer = self._ask(self._tenants.ResolveMail, request, "")
        except (NotFound, InvalidArgument):
            return None
        if not answer.provider_id:
            return None
        return Place(
            answer.provider_id,
            answer.tenant_id,
            answer.person_id,
            frozenset(answer.outsiders),
            answer.staff_person_id,
            answer.staff_tenant_id,
            tuple(answer.candidate_tenant_ids),
            _NEW_PERSON.get(answer.new_person_policy, NewPerson.CREATE),
        )

    def client(self, provider_id: str, tenant_id: str) -> Client:
        return self._clients.get((provider_id, tenant_id), lambda: self._client(provider_id, tenant_id))

    def _client(self, provider_id: str, tenant_id: str) -> Client:
        request = tenant_service_pb2.GetTenantRequest(tenant_id=tenant_id)
        tenant = self._ask(self._tenants.GetTenant, request, provider_id)
        if provider_id not in ("", tenant.provider_id):
            raise NotFound("tenant_not_found", "There is no such tenant.")
        active = tenant.state == tenant_pb2.TENANT_STATE_ACTIVE
        return Client(tenant.tenant_id, tenant.provider_id, active)

    def person(self, provider_id: str, person_id: str) -> Person:
        def ask() -> Person:
            request = person_service_pb2.GetPersonRequest(person_id=person_id)
            return _person(self._ask(self._people.GetPerson, request, provider_id))

        return self._persons.get((provider_id, person_id), ask)

    def requester(
        self, provider_id: str, tenant_id: str, party: Party, verified: bool, strangers_only: bool = False
    ) -> Person:
        def ask() -> Person:
            request = person_service_pb2.EnsureRequesterRequest(
                tenant_id=tenant_id,
                email=party.address,
                display_name=party.name,
                verified=verified,
                strangers_only=strangers_only,
            )
            return _person(self._ask(self._people.EnsureRequester, request, provider_id))

        key = (provider_id, tenant_id, party.address.lower(), verified, strangers_only)
        return self._persons.get(key, ask)

    def _ask(self, method: Callable[..., Any], request: Message, provider_id: str) -> Any:
        caller = self._signer.service_caller(self._clock(), provider_id)
        try:
            return call(method, request, caller)
        except (NotFound, InvalidArgument, InvalidState, AlreadyExists, Unavailable):
            raise
        except FairleadError as error:
            # A fault on its side, or ours: for whoever waits the same as if it were down, and tried again.
            raise Unavailable(
                "directory_unavailable", "The directory cannot answer.", cause=error.reason
            ) from error


def _person(person: person_pb2.Person) -> Person:
    return Person(
        person_id=person.person_id,
        address=person.email,
        name=person.display_name,
        tenant_ids=frozenset(membership.tenant_id for membership in person.memberships),
    )
