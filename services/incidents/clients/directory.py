"""What this service asks of others: the directory, for a tenant's number prefix and a person's grants."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

from chassis.clock import Clock
from chassis.config import Settings
from chassis.rpc import call, channel
from chassis.tenancy import TenantScope
from chassis.tokens import CallerSigner
from fairlead.directory.v1 import person_pb2
from fairlead.directory.v1.person_service_pb2 import BatchGetPeopleRequest
from fairlead.directory.v1.person_service_pb2_grpc import PersonServiceStub
from fairlead.directory.v1.tenant_service_pb2 import GetTenantRequest
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub
from services.incidents.ports import StaffMember

_CACHED = 10_000
_FRESH = timedelta(minutes=5)
_STAFF_FRESH = timedelta(seconds=30)
# As many as the directory answers at once.
_MOST_PEOPLE = 200


class DirectoryTenants:
    """Implements ports.Tenants: asks once, then remembers for five minutes or until it is told to forget."""

    def __init__(self, settings: Settings, signer: CallerSigner, clock: Clock) -> None:
        self._directory = TenantServiceStub(channel(settings, "directory"))
        self._signer = signer
        self._clock = clock
        self._known: OrderedDict[TenantScope, tuple[str, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def number_prefix(self, scope: TenantScope) -> str:
        now = self._clock()
        with self._lock:
            known = self._known.get(scope)
        if known and now - known[1] < _FRESH:
            return known[0]
        # A suspended tenant keeps its prefix: its mail is still taken.
        caller = self._signer.service_caller(now, scope.provider_id)
        tenant = call(self._directory.GetTenant, GetTenantRequest(tenant_id=scope.tenant_id), caller)
        with self._lock:
            self._known[scope] = (tenant.number_prefix, now)
            if len(self._known) > _CACHED:
                self._known.popitem(last=False)
        return tenant.number_prefix

    def forget(self, tenant_id: str) -> None:
        with self._lock:
            for scope in [scope for scope in self._known if scope.tenant_id == tenant_id]:
                del self._known[scope]


class DirectoryStaff:
    """Implements ports.Staff: asks in batches, remembers for half a minute or until it is told to forget."""

    def __init__(self, settings: Settings, signer: CallerSigner, clock: Clock) -> None:
        self._directory = PersonServiceStub(channel(settings, "directory"))
        self._signer = signer
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[StaffMember | None, datetime]] = OrderedDict()
        self._forgotten = 0
        self._lock = threading.Lock()

    def members(self, provider_id: str, person_ids: Iterable[str]) -> dict[str, StaffMember]:
        now, wanted = self._clock(), set(person_ids)
        with self._lock:
            known = {one: self._known.get((provider_id, one)) for one in wanted}
            forgotten = self._forgotten
        found = {one: kept[0] for one, kept in known.items() if kept and now - kept[1] < _STAFF_FRESH}
        missing = sorted(wanted - found.keys())
        caller = self._signer.service_caller(now, provider_id)
        for start in range(0, len(missing), _MOST_PEOPLE):
            wanted_now = missing[start : start + _MOST_PEOPLE]
            request = BatchGetPeopleRequest(person_ids=wanted_now)
            answer = call(self._directory.BatchGetPeople, request, caller)
            asked = dict.fromkeys(wanted_now) | {one.person_id: _staff_member(one) for one in answer.people}
            found |= asked
            self._remember(provider_id, asked, now, forgotten)
        return {one: member for one, member in found.items() if member is not None}

    def forget(self, person_id: str) -> None:
        """They changed, or what they are granted did."""
        with self._lock:
            self._forgotten += 1
            for key in [key for key in self._known if key[1] == person_id]:
                del self._known[key]

    def _remember(
        self, provider_id: str, asked: dict[str, StaffMember | None], now: datetime, forgotten: int
    ) -> None:
        with self._lock:
            if forgotten != self._forgotten:
                return  # what was asked before a change was heard of may be the old answer
            self._known.update({(provider_id, one): (member, now) for one, member in asked.items()})
            while len(self._known) > _CACHED:
                self._known.popitem(last=False)


def _staff_member(person: person_pb2.Person) -> StaffMember | None:
    if not person.grants or person.state != person_pb2.PERSON_STATE_ACTIVE:
        return None
    whole = any(
        grant.all_tenants or grant.role == person_pb2.GRANT_ROLE_PROVIDER_ADMIN for grant in person.grants
    )
    named = frozenset(tenant for grant in person.grants for tenant in grant.tenant_ids)
    return StaffMember(person.person_id, person.display_name, None if whole else named)
