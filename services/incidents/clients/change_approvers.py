"""Who decides about changes: dispatchers and administrators who work for the client, and the client's managers."""

from collections.abc import Sequence

from chassis.clock import Clock
from chassis.config import Settings
from chassis.rpc import call, channel
from chassis.tenancy import TenantScope
from chassis.tokens import CallerSigner
from fairlead.directory.v1 import person_pb2
from fairlead.directory.v1.person_service_pb2 import ListPeopleRequest
from fairlead.directory.v1.person_service_pb2_grpc import PersonServiceStub
from services.incidents.clients.approvers import DirectoryApprovers
from services.incidents.domain.approval import Approver, Roster, Step
from services.incidents.domain.change.deciding import CHANGE_MANAGER

_PAGE, _MOST_PAGES = 200, 10


class DirectoryChangeApprovers:
    """Implements ports.ChangeApprovers. Changes are decided about seldom: the directory is asked each time."""

    def __init__(
        self, settings: Settings, signer: CallerSigner, clock: Clock, approvers: DirectoryApprovers
    ) -> None:
        self._directory = PersonServiceStub(channel(settings, "directory"))
        self._signer = signer
        self._clock = clock
        self._approvers = approvers

    def roster(self, scope: TenantScope, steps: Sequence[Step]) -> Roster:
        found = self._approvers.roster(scope, steps)
        if not any(CHANGE_MANAGER in step.roles for step in steps):
            return found
        return Roster({**found.roles, CHANGE_MANAGER: self._managers(scope)}, found.groups, found.people)

    def person(self, scope: TenantScope, person_id: str) -> Approver | None:
        return self._approvers.person(scope, person_id)

    def _managers(self, scope: TenantScope) -> tuple[Approver, ...]:
        caller = self._signer.service_caller(self._clock(), scope.provider_id)
        managers: list[Approver] = []
        token = ""
        for _ in range(_MOST_PAGES):
            request = ListPeopleRequest(staff=True, page_size=_PAGE, page_token=token)
            answer = call(self._directory.ListPeople, request, caller)
            managers += (
                Approver(one.person_id, one.display_name or one.email)
                for one in answer.people
                if _decides(one, scope)
            )
            token = answer.next_page_token
            if not token:
                break
        return tuple(managers)


def _decides(person: person_pb2.Person, scope: TenantScope) -> bool:
    """About what many clients hang on, who works for all of them decides."""
    if person.state != person_pb2.PERSON_STATE_ACTIVE:
        return False
    return any(
        grant.role == person_pb2.GRANT_ROLE_PROVIDER_ADMIN
        or (
            grant.role == person_pb2.GRANT_ROLE_DISPATCHER
            and (grant.all_tenants or scope.tenant_id in grant.tenant_ids)
        )
        for grant in person.grants
    )
