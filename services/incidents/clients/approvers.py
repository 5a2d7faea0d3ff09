"""Who may approve for a client: the directory's people of the moment."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

from chassis.clock import Clock
from chassis.config import Settings
from chassis.rpc import call, channel
from chassis.tenancy import TenantScope
from chassis.tokens import CallerSigner
from fairlead.directory.v1 import person_pb2
from fairlead.directory.v1.person_service_pb2 import BatchGetPeopleRequest, ListPeopleRequest
from fairlead.directory.v1.person_service_pb2_grpc import PersonServiceStub
from services.incidents.domain.approval import Approver, Roster, Step
from services.incidents.domain.catalog import CLIENT_MANAGER

_FRESH = timedelta(seconds=30)
_CACHED, _PAGE, _MOST_PAGES = 1_000, 200, 50
_Managers = tuple[Approver, ...]


class DirectoryApprovers:
    """Implements ports.Approvers. Managers are remembered for half a minute, or until it is told to forget."""

    def __init__(self, settings: Settings, signer: CallerSigner, clock: Clock) -> None:
        self._directory = PersonServiceStub(channel(settings, "directory"))
        self._signer = signer
        self._clock = clock
        self._known: OrderedDict[TenantScope, tuple[_Managers, datetime]] = OrderedDict()
        self._forgotten = 0
        self._lock = threading.Lock()

    def roster(self, scope: TenantScope, steps: Sequence[Step]) -> Roster:
        managed = any(CLIENT_MANAGER in step.roles for step in steps)
        named = {one.person_id for step in steps for one in step.people}
        return Roster(
            roles={CLIENT_MANAGER: self._managers(scope)} if managed else {},
            people=self._people(scope, named) if named else {},
        )

    def person(self, scope: TenantScope, person_id: str) -> Approver | None:
        """Somebody of the client's, or of the staff who work for it."""
        return self._people(scope, {person_id}).get(person_id) if person_id else None

    def member(self, scope: TenantScope, person_id: str) -> Approver | None:
        if not person_id:
            return None
        caller = self._signer.service_caller(self._clock(), scope.provider_id)
        answer = call(self._directory.BatchGetPeople, BatchGetPeopleRequest(person_ids=[person_id]), caller)
        return next((_approver(one) for one in answer.people if _belongs(one, scope.tenant_id)), None)

    def forget(self, _: str) -> None:
        """Somebody changed: they may be a manager of any client."""
        with self._lock:
            self._forgotten += 1
            self._known.clear()

    def _people(self, scope: TenantScope, person_ids: set[str]) -> dict[str, Approver]:
        caller = self._signer.service_caller(self._clock(), scope.provider_id)
        answer = call(self._directory.BatchGetPeople, BatchGetPeopleRequest(person_ids=person_ids), caller)
        return {one.person_id: _approver(one) for one in answer.people if _may_see(one, scope.tenant_id)}

    def _managers(self, scope: TenantScope) -> _Managers:
        now = self._clock()
        with self._lock:
            known, forgotten = self._known.get(scope), self._forgotten
        if known and now - known[1] < _FRESH:
            return known[0]
        caller = self._signer.service_caller(now, scope.provider_id)
        found: list[Approver] = []
        token = ""
        for _ in range(_MOST_PAGES):
            request = ListPeopleRequest(tenant_id=scope.tenant_id, page_size=_PAGE, page_token=token)
            answer = call(self._directory.ListPeople, request, caller)
            found += (_approver(one) for one in answer.people if _manages(one, scope.tenant_id))
            token = answer.next_page_token
            if not token:
                break
        managers = tuple(found)
        with self._lock:
            # What was asked before a change was heard of may be the old answer.
            if forgotten == self._forgotten:
                self._known[scope] = (managers, now)
                while len(self._known) > _CACHED:
                    self._known.popitem(last=False)
        return managers


def _approver(person: person_pb2.Person) -> Approver:
    return Approver(person.person_id, person.display_name or person.email)


def _manages(person: person_pb2.Person, tenant_id: str) -> bool:
    manager = person_pb2.MEMBERSHIP_ROLE_CLIENT_MANAGER
    return person.state == person_pb2.PERSON_STATE_ACTIVE and any(
        one.tenant_id == tenant_id and one.role == manager for one in person.memberships
    )


def _belongs(person: person_pb2.Person, tenant_id: str) -> bool:
    return person.state == person_pb2.PERSON_STATE_ACTIVE and any(
        one.tenant_id == tenant_id for one in person.memberships
    )


def _may_see(person: person_pb2.Person, tenant_id: str) -> bool:
    """Belongs to the client, or is staff granted it: nobody else may learn that there is anything to approve."""
    if person.state != person_pb2.PERSON_STATE_ACTIVE:
        return False
    admin = person_pb2.GRANT_ROLE_PROVIDER_ADMIN
    return any(one.tenant_id == tenant_id for one in person.memberships) or any(
        grant.all_tenants or grant.role == admin or tenant_id in grant.tenant_ids for grant in person.grants
    )
