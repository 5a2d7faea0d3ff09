"""The directory's names, languages and brands, remembered for two minutes and forgotten when it says so.

While NATS is away nobody says so, but then nothing new is heard of either that somebody would have to be told.
"""

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

from chassis.config import Settings
from chassis.rpc import call, channel
from chassis.tenancy import Caller
from fairlead.directory.v1 import person_pb2, person_service_pb2, tenant_service_pb2
from fairlead.directory.v1.person_service_pb2_grpc import PersonServiceStub
from fairlead.directory.v1.tenant_service_pb2_grpc import TenantServiceStub
from services.notify.domain.guard import Person, Tenant

_SECONDS = 120.0
_MOST = 10_000


class DirectoryNames:
    """ports.Directory over gRPC. Safe for threads."""

    def __init__(self, settings: Settings) -> None:
        self._tenants = TenantServiceStub(channel(settings, "directory"))
        self._people = PersonServiceStub(channel(settings, "directory"))
        self._kept: dict[tuple[str, str], tuple[float, Any]] = {}
        self._lock = threading.Lock()

    def tenant(self, caller: Caller, tenant_id: str) -> Tenant:
        kept = self._remembered((caller.provider_id, tenant_id))
        if kept is not None:
            return kept
        if tenant_id == caller.provider_id:
            return self._remember((caller.provider_id, tenant_id), self._own_room(caller))
        tenant = call(
            self._tenants.GetTenant, tenant_service_pb2.GetTenantRequest(tenant_id=tenant_id), caller
        )
        brand = call(self._tenants.GetBrand, tenant_service_pb2.GetBrandRequest(tenant_id=tenant_id), caller)
        return self._remember(
            (caller.provider_id, tenant_id),
            Tenant(
                tenant_id=tenant.tenant_id,
                provider_id=tenant.provider_id,
                slug=tenant.slug,
                name=tenant.name,
                locale=tenant.locale,
                time_zone=tenant.time_zone,
                support_address=tenant.support_address or self._shared_mailbox(caller, tenant.provider_id),
                brand={"display_name": brand.display_name, "primary_color": brand.primary_color},
            ),
        )

    def _own_room(self, caller: Caller) -> Tenant:
        """What is shared is told to staff alone, in the provider's own name."""
        request = tenant_service_pb2.GetProviderRequest(provider_id=caller.provider_id)
        provider = call(self._tenants.GetProvider, request, caller)
        return Tenant(
            tenant_id=provider.provider_id,
            provider_id=provider.provider_id,
            slug="",
            name=provider.name,
            locale="",
            time_zone="UTC",
            support_address=next(iter(provider.support_addresses), ""),
            brand={},
        )

    def _shared_mailbox(self, caller: Caller, provider_id: str) -> str:
        """The provider's own mailbox speaks for clients that have none; "" when it has none either."""
        request = tenant_service_pb2.GetProviderRequest(provider_id=provider_id)
        return next(iter(call(self._tenants.GetProvider, request, caller).support_addresses), "")

    def people(self, caller: Caller, person_ids: Iterable[str]) -> Mapping[str, Person]:
        wanted = set(person_ids)
        kept = {one: self._remembered((caller.provider_id, one)) for one in wanted}
        missing = sorted(one for one, person in kept.items() if person is None)
        if missing:
            request = person_service_pb2.BatchGetPeopleRequest(person_ids=missing)
            for found in call(self._people.BatchGetPeople, request, caller).people:
                key = (caller.provider_id, found.person_id)
                kept[found.person_id] = self._remember(key, _person(found))
        return {one: person for one, person in kept.items() if person is not None}

    def at_address(self, caller: Caller, address: str) -> Person | None:
        key = (caller.provider_id, address.lower())
        kept = self._remembered(key)
        if kept is None:
            request = person_service_pb2.FindPeopleByEmailRequest(
                provider_id=caller.provider_id, email=address
            )
            found = call(self._people.FindPeopleByEmail, request, caller).people
            kept = self._remember(key, tuple(_person(one) for one in found))
        return next(iter(kept), None)

    def forget(self, provider_id: str, ids: Iterable[str]) -> None:
        """These have changed: ask anew."""
        with self._lock:
            for one in ids:
                self._kept.pop((provider_id, one), None)

    def _remembered(self, key: tuple[str, str]) -> Any:
        with self._lock:
            until, value = self._kept.get(key, (0.0, None))
        return value if until > time.monotonic() else None

    def _remember(self, key: tuple[str, str], value: Any) -> Any:
        with self._lock:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = (time.monotonic() + _SECONDS, value)
        return value


def _person(found: person_pb2.Person) -> Person:
    everywhere = any(grant.all_tenants for grant in found.grants)
    granted = frozenset(tenant for grant in found.grants for tenant in grant.tenant_ids)
    return Person(
        person_id=found.person_id,
        provider_id=found.provider_id,
        address=found.email,
        name=found.display_name,
        locale=found.locale,
        time_zone=found.time_zone,
        active=found.state == person_pb2.PERSON_STATE_ACTIVE,
        member_of=frozenset(membership.tenant_id for membership in found.memberships),
        granted=None if everywhere else granted,
    )
