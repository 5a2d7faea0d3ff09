"""What the directory knows of clients as readers: their names, languages, zones, and who watches for them."""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta

from chassis.clock import Clock
from chassis.config import Settings
from chassis.rpc import call, channel
from chassis.tenancy import TenantScope
from chassis.tokens import CallerSigner
from fairlead.directory.v1 import person_pb2, tenant_pb2
from fairlead.directory.v1.person_service_pb2 import ListPeopleRequest
from fairlead.directory.v1.person_service_pb2_grpc import PersonServiceStub
from fairlead.directory.v1.tenant_service_pb2 import (
    GetTenantRequest,
    ListMailDomainsRequest,
    ListTenantsRequest,
)
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub
from services.incidents.domain.incident import PARTICIPANTS_KEPT, Party
from services.incidents.domain.major.wording import Reader

_CACHED = 10_000
_FRESH = timedelta(minutes=5)
_PAGE, _MOST_PAGES = 200, 10


class DirectoryClients:
    """Implements ports.majors.Clients: remembers readers for five minutes or until it is told to forget."""

    def __init__(self, settings: Settings, signer: CallerSigner, clock: Clock) -> None:
        self._tenants = TenantServiceStub(channel(settings, "directory"))
        self._people = PersonServiceStub(channel(settings, "directory"))
        self._signer = signer
        self._clock = clock
        self._known: OrderedDict[tuple[str, str], tuple[Reader, datetime]] = OrderedDict()
        self._listed: dict[str, tuple[list[Reader], datetime]] = {}
        self._lock = threading.Lock()

    def readers(self, provider_id: str, tenant_ids: Iterable[str]) -> dict[str, Reader]:
        return {one: self._reader(provider_id, one) for one in tenant_ids}

    def neighbors(self, provider_id: str) -> list[Reader]:
        now = self._clock()
        with self._lock:
            known = self._listed.get(provider_id)
        if known and now - known[1] < _FRESH:
            return known[0]
        caller = self._signer.service_caller(now, provider_id)
        found: list[Reader] = []
        token = ""
        for _ in range(_MOST_PAGES):
            page = call(
                self._tenants.ListTenants, ListTenantsRequest(page_size=_PAGE, page_token=token), caller
            )
            found += [_reader_of(one, ()) for one in page.tenants]
            token = page.next_page_token
            if not token:
                break
        with self._lock:
            self._listed[provider_id] = (found, now)
        return found

    def managers(self, scope: TenantScope) -> list[Party]:
        caller = self._signer.service_caller(self._clock(), scope.provider_id)
        found: list[person_pb2.Person] = []
        token = ""
        while True:
            request = ListPeopleRequest(tenant_id=scope.tenant_id, page_size=_PAGE, page_token=token)
            page = call(self._people.ListPeople, request, caller)
            found += [one for one in page.people if _watches(one, scope.tenant_id)]
            token = page.next_page_token
            if not token or len(found) >= PARTICIPANTS_KEPT:
                break
        found.sort(key=lambda one: one.person_id)
        return [Party(one.email, one.display_name, one.person_id) for one in found[:PARTICIPANTS_KEPT]]

    def administrators(self, provider_id: str) -> list[str]:
        caller = self._signer.service_caller(self._clock(), provider_id)
        found: list[str] = []
        token = ""
        for _ in range(_MOST_PAGES):
            request = ListPeopleRequest(staff=True, page_size=_PAGE, page_token=token)
            page = call(self._people.ListPeople, request, caller)
            found += [one.person_id for one in page.people if _administers(one)]
            token = page.next_page_token
            if not token:
                break
        return sorted(found)

    def forget(self, tenant_id: str) -> None:
        """The tenant changed: ask again."""
        with self._lock:
            self._listed.clear()
            for key in [key for key in self._known if key[1] == tenant_id]:
                del self._known[key]

    def _reader(self, provider_id: str, tenant_id: str) -> Reader:
        now = self._clock()
        with self._lock:
            known = self._known.get((provider_id, tenant_id))
        if known and now - known[1] < _FRESH:
            return known[0]
        caller = self._signer.service_caller(now, provider_id)
        tenant = call(self._tenants.GetTenant, GetTenantRequest(tenant_id=tenant_id), caller)
        domains = call(self._tenants.ListMailDomains, ListMailDomainsRequest(tenant_id=tenant_id), caller)
        reader = _reader_of(tenant, tuple(one.domain for one in domains.mail_domains))
        with self._lock:
            self._known[provider_id, tenant_id] = (reader, now)
            if len(self._known) > _CACHED:
                self._known.popitem(last=False)
        return reader


def _reader_of(tenant: tenant_pb2.Tenant, domains: tuple[str, ...]) -> Reader:
    locale, zone = tenant.locale or "en", tenant.time_zone or "UTC"
    return Reader(tenant.tenant_id, tenant.name, locale, zone, domains, tenant.number_prefix)


def _administers(person: person_pb2.Person) -> bool:
    return person.state == person_pb2.PERSON_STATE_ACTIVE and any(
        one.role == person_pb2.GRANT_ROLE_PROVIDER_ADMIN for one in person.grants
    )


def _watches(person: person_pb2.Person, tenant_id: str) -> bool:
    return person.state == person_pb2.PERSON_STATE_ACTIVE and any(
        one.tenant_id == tenant_id and one.role == person_pb2.MEMBERSHIP_ROLE_CLIENT_MANAGER
        for one in person.memberships
    )
