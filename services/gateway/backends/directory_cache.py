"""What the gateway keeps in mind of the directory, for at most a minute.

Every page needs the person, the tenant and its brand. A change is seen when the entry ages out, or at once
in the process that hears the directory's event (`forget_…`).
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from chassis.clock import Clock
from chassis.tokens import CallerSigner
from fairlead.directory.v1.person_pb2 import Person
from fairlead.directory.v1.tenant_pb2 import Brand, Provider, Tenant
from services.gateway.backends.people import People
from services.gateway.backends.tenants import Tenants

_CAPACITY = 20_000
Value = TypeVar("Value")


class DirectoryCache:
    """People, tenants, brands and providers, read as the gateway itself. Raises NotFound and Unavailable."""

    def __init__(
        self, tenants: Tenants, people: People, signer: CallerSigner, clock: Clock, keep: timedelta
    ) -> None:
        self._tenants = tenants
        self._people = people
        self._signer = signer
        self._clock = clock
        self._keep = keep
        self._entries: OrderedDict[tuple[str, str], tuple[datetime, str, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def person(self, provider_id: str, person_id: str) -> Person:
        caller = self._signer.service_caller(self._clock(), provider_id)
        return self._remember(("person", person_id), provider_id, lambda: self._people.get(caller, person_id))

    def tenant(self, provider_id: str, tenant_id: str) -> Tenant:
        caller = self._signer.service_caller(self._clock(), provider_id)
        return self._remember(
            ("tenant", tenant_id), provider_id, lambda: self._tenants.get(caller, tenant_id)
        )

    def tenant_by_slug(self, slug: str) -> Tenant:
        """Before anybody has signed in: show no more than its name and brand then."""
        caller = self._signer.service_caller(self._clock(), "")
        return self._remember(("slug", slug), "", lambda: self._tenants.find_by_slug(caller, slug))

    def brand(self, provider_id: str, tenant_id: str) -> Brand:
        caller = self._signer.service_caller(self._clock(), provider_id)
        return self._remember(
            ("brand", tenant_id), provider_id, lambda: self._tenants.get_brand(caller, tenant_id)
        )

    def provider(self, provider_id: str) -> Provider:
        caller = self._signer.service_caller(self._clock(), provider_id)
        return self._remember(
            ("provider", provider_id), provider_id, lambda: self._tenants.get_provider(caller, provider_id)
        )

    def tenants(self, provider_id: str) -> list[Tenant]:
        """Every client of a provider, in the order in which they came; whoever shows them narrows to what is granted."""
        caller = self._signer.service_caller(self._clock(), provider_id)

        def load() -> list[Tenant]:
            return sorted(self._tenants.all(caller), key=lambda tenant: tenant.tenant_id)

        return self._remember(("tenants", provider_id), provider_id, load)

    def people_by_email(self, email: str) -> list[Person]:
        """In every provider; not cached, for only signing in asks."""
        return self._people.find_by_email(self._signer.service_caller(self._clock(), ""), email)

    def forget_person(self, person_id: str) -> None:
        with self._lock:
            self._entries.pop(("person", person_id), None)

    def forget_tenant(self, tenant_id: str, slug: str = "") -> None:
        with self._lock:
            for key in (("tenant", tenant_id), ("brand", tenant_id), ("slug", slug)):
                self._entries.pop(key, None)
            for key in [key for key in self._entries if key[0] == "tenants"]:
                self._entries.pop(key)

    def _remember(self, key: tuple[str, str], asker: str, load: Callable[[], Value]) -> Value:
        """The value as it was given to this provider; what another was given is not for the asker to see."""
        now = self._clock()
        with self._lock:
            kept = self._entries.get(key)
        if kept and now - kept[0] < self._keep and kept[1] == asker:
            return kept[2]
        value = load()
        with self._lock:
            self._entries[key] = (now, asker, value)
            self._entries.move_to_end(key)
            if len(self._entries) > _CAPACITY:
                self._entries.popitem(last=False)
        return value
