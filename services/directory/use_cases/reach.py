"""How far a caller reaches: from the verified caller to the scope that the stores are asked under."""

from chassis.errors import InvalidArgument, NotFound
from chassis.tenancy import Caller, GrantedScope, Role, Scope, SystemScope, TenantScope
from services.directory.ports import Tenants

DEFAULT_PAGE = 50
LARGEST_PAGE = 200


def registry_scope(caller: Caller) -> Scope:
    """For providers, tenants and brands: what the caller is granted.

    Operators, and services that act for no provider in particular, see all: they look clients up before
    a provider is known (a portal's address, a sweep over all clients).
    """
    if not caller.provider_id and not caller.roles.isdisjoint({Role.OPERATOR, Role.SERVICE}):
        return SystemScope("operators and services look clients up before a provider is known")
    return caller.granted()


def people_scope(caller: Caller) -> Scope:
    """For people: what the caller is granted; an operator, who belongs to no provider, sees all."""
    if not caller.provider_id and Role.OPERATOR in caller.roles:
        return SystemScope("an operator sets up providers and their first people")
    return caller.granted()


def administered_provider(caller: Caller, named: str) -> TenantScope:
    """The provider whose records an administrator or operator creates: their own, or the one an operator names.

    Raises PermissionDenied("role_required"), InvalidArgument where an operator names none, and
    NotFound("provider_not_found") for another provider than the caller's.
    """
    caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
    provider_id = caller.provider_id or named
    if not provider_id:
        raise InvalidArgument("provider_id_required", "An operator names the provider.", field="provider_id")
    if named and named != provider_id:
        raise NotFound("provider_not_found", "There is no such provider.")
    try:
        return TenantScope(provider_id, provider_id)
    except ValueError:
        raise NotFound("provider_not_found", "There is no such provider.") from None


def tenant_scope(caller: Caller, tenant_id: str, tenants: Tenants) -> TenantScope:
    """The scope of one existing tenant within the caller's reach. Raises NotFound("tenant_not_found")."""
    tenant = tenants.get(registry_scope(caller), tenant_id)
    return TenantScope(tenant.provider_id, tenant.tenant_id)


def require_tenants(provider_id: str, tenant_ids: frozenset[str], tenants: Tenants) -> None:
    """Raises NotFound("tenant_not_found") unless every id is that of one of the provider's tenants."""
    missing = tenants.missing(GrantedScope(provider_id, None), tenant_ids) if tenant_ids else []
    if missing:
        raise NotFound("tenant_not_found", "There is no such tenant.", tenant_id=missing[0])


def page_size(wished: int) -> int:
    """How many records a page has: 50 unless said, at most 200."""
    return min(wished, LARGEST_PAGE) if wished > 0 else DEFAULT_PAGE
