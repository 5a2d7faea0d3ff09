"""Names of clients, groups and people, for filters and forms."""

from collections.abc import Iterable

from chassis.errors import FairleadError, NotFound
from chassis.tenancy import Caller
from fairlead.directory.v1 import person_pb2
from fairlead.triage.v1.rule_pb2 import AssignmentGroup
from services.gateway.auth.context import gateway


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
    try:
        found = gateway().directory.tenants(caller.provider_id)
    except FairleadError:
        return {}
    granted = [one for one in found if caller.tenant_ids is None or one.tenant_id in caller.tenant_ids]
    return {one.tenant_id: one.name for one in sorted(granted, key=lambda one: one.name.casefold())}


def groups(caller: Caller) -> list[AssignmentGroup]:
    """By name."""
    return sorted(gateway().backends.assignment_groups.list(caller), key=lambda group: group.name.casefold())


def staff(caller: Caller) -> list[person_pb2.Person]:
    """Active members of the provider's staff, by name."""
    found = gateway().backends.people.list(caller, staff=True, page_size=200).people
    active = [person for person in found if person.state != person_pb2.PERSON_STATE_DISABLED]
    return sorted(active, key=lambda person: person.display_name.casefold())
