"""Whose callers may read and write the provider's own room."""

from chassis.tenancy import Caller, Role, TenantScope

_ADMINISTRATORS = (Role.PROVIDER_ADMIN, Role.OPERATOR)
_READERS = (*_ADMINISTRATORS, Role.TECHNICIAN, Role.DISPATCHER, Role.SERVICE)


def write_room(caller: Caller) -> TenantScope:
    """For administrators. Raises PermissionDenied for others."""
    caller.require(*_ADMINISTRATORS)
    return caller.provider_scope()


def read_room(caller: Caller) -> TenantScope:
    """For all staff. Raises PermissionDenied for others."""
    require_staff(caller)
    return caller.provider_scope()


def require_staff(caller: Caller) -> None:
    """Raises PermissionDenied for anybody who does not work for the provider."""
    caller.require(*_READERS)
