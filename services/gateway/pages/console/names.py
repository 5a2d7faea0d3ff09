"""Names of clients, groups and people, for filters and forms."""

import threading
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from flask import current_app, g

from chassis.errors import FairleadError, NotFound
from chassis.tenancy import Caller
from fairlead.directory.v1 import person_pb2
from fairlead.directory.v1.tenant_pb2 import Tenant
from fairlead.triage.v1.rule_pb2 import AssignmentGroup
from services.gateway.auth.context import gateway

_RECENT_SECONDS = 2.0
_MOST_KEPT = 1_000


def tenant_names(caller: Caller, tenant_ids: Iterable[str]) -> dict[str, str]:
    """Id → name of those the caller may see; the id itself while the directory is away."""
    known, names = clients(caller), {}
    for tenant_id in sorted(set(tenant_ids)):
        if tenant_id in known:
            names[tenant_id] = known[tenant_id]
            continue
        if caller.tenant_ids is not None and tenant_id not in caller.tenant_ids:
            continue
        try:
            names[tenant_id] = gateway().directory.tenant(caller.provider_id, tenant_id).name
        except NotFound:
            continue
        except FairleadError:
            names[tenant_id] = tenant_id
    return names


def clients(caller: Caller) -> dict[str, str]:
    """Id → name of every client that the caller is granted, by name; {} while the directory is away."""
    return {one.tenant_id: one.name for one in _granted(caller)}


def portal_slugs(caller: Caller) -> dict[str, str]:
    """Id → what its portal is called in addresses, of every client granted; {} while the directory is away."""
    return {one.tenant_id: one.slug for one in _granted(caller)}


def _granted(caller: Caller) -> list[Tenant]:
    """By name. A page asks several times: sorted once a request."""
    known: dict[Caller, list[Tenant]] = g.setdefault("granted_clients", {})
    if caller not in known:
        try:
            found = gateway().directory.tenants(caller.provider_id)
        except FairleadError:
            return []
        granted = (one for one in found if caller.tenant_ids is None or one.tenant_id in caller.tenant_ids)
        known[caller] = sorted(granted, key=lambda one: one.name.casefold())
    return known[caller]


def groups(caller: Caller) -> list[AssignmentGroup]:
    """By name."""
    return sorted(gateway().backends.assignment_groups.list(caller), key=lambda group: group.name.casefold())


def staff(caller: Caller) -> list[person_pb2.Person]:
    """Active members of the provider's staff, by name."""
    found = gateway().backends.people.list(caller, staff=True, page_size=200).people
    active = [person for person in found if person.state != person_pb2.PERSON_STATE_DISABLED]
    return sorted(active, key=lambda person: person.display_name.casefold())


class Recent:
    """What services answered a moment ago: staff and groups to choose from, which every page of the console offers;
    articles that may help with an incident, which is drawn again after each thing that is done with it.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], tuple[float, list[Any]]] = {}
        self._lock = threading.Lock()

    def get(
        self,
        what: Hashable,
        caller: Caller,
        ask: Callable[[Caller], list[Any]],
        seconds: float = _RECENT_SECONDS,
    ) -> list[Any]:
        """What `ask` answered to somebody of the same grant within the last seconds, or answers now."""
        key = (what, caller.provider_id, caller.tenant_ids, caller.roles)
        now = time.monotonic()
        with self._lock:
            until, found = self._kept.get(key, (0.0, []))
        if until < now:
            found = ask(caller)
            with self._lock:
                if len(self._kept) > _MOST_KEPT:
                    self._kept.clear()
                self._kept[key] = (now + seconds, found)
        return found


def staff_to_choose(caller: Caller) -> list[person_pb2.Person]:
    """As `staff`, perhaps two seconds old."""
    return recent().get("staff", caller, staff)


def groups_to_choose(caller: Caller) -> list[AssignmentGroup]:
    """As `groups`, perhaps two seconds old."""
    return recent().get("groups", caller, groups)


def recent() -> Recent:
    """The app's."""
    found: Recent = current_app.extensions["recent"]
    return found
