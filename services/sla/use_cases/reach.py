"""Which rooms a caller's contracts and calendars lie in."""

from chassis.errors import InvalidArgument
from chassis.tenancy import Caller, GrantedScope, Role, Scope, SystemScope, TenantScope

_WRITERS = (Role.PROVIDER_ADMIN, Role.OPERATOR)
# Besides staff. Requesters have no business with contracts: for them there are none.
_CLIENT_READERS = frozenset({Role.CLIENT_MANAGER, Role.API_CLIENT})


def require_writer(caller: Caller) -> None:
    """Raises PermissionDenied unless the caller may change contracts and calendars."""
    caller.require(*_WRITERS)


def may_read(caller: Caller) -> bool:
    """Whether the caller may read the contracts of its tenants."""
    return caller.is_staff or not _CLIENT_READERS.isdisjoint(caller.roles)


def reach_of(caller: Caller) -> Scope:
    """The caller's tenants and its provider's own room.

    An operator without a provider reaches all. Raises NotFound for anyone else without one.
    """
    if not caller.provider_id and Role.OPERATOR in caller.roles:
        return SystemScope("an operator works for every provider")
    granted = caller.granted()
    if granted.tenant_ids is None:
        return granted
    return GrantedScope(granted.provider_id, granted.tenant_ids | {granted.provider_id})


def provider_of(caller: Caller, provider_id: str) -> str:
    """The provider that a record is made for: the caller's own; an operator names it.

    Raises InvalidArgument("provider_missing").
    """
    found = caller.provider_id or (provider_id if Role.OPERATOR in caller.roles else "")
    if not found:
        raise InvalidArgument("provider_missing", "For which provider?", field="provider_id")
    return found


def room_of(provider_id: str) -> TenantScope:
    """The provider's own room."""
    return TenantScope(provider_id, provider_id)
