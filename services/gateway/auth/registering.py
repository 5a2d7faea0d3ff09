"""Who may register which programs: what the API and the administration pages both go by."""

from chassis.errors import InvalidArgument, NotFound, PermissionDenied
from chassis.tenancy import Caller, GrantedScope, Role, Scope
from services.gateway.auth.clients import OAuthClient
from services.gateway.auth.context import gateway
from services.gateway.auth.scopes import IDENTITY_SCOPES


def administered(caller: Caller, provider_id: str | None = None) -> GrantedScope:
    """The provider whose clients the caller administers. Raises PermissionDenied, InvalidArgument, NotFound."""
    caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
    if Role.OPERATOR in caller.roles:
        if not provider_id:
            raise InvalidArgument("provider_required", "Say for which provider.", field="provider_id")
        return GrantedScope(provider_id, None)
    if provider_id not in (None, caller.provider_id):
        raise NotFound("provider_not_found", "There is no such provider.")
    return GrantedScope(caller.provider_id, None)


def own_or_all(caller: Caller) -> Scope:
    """What the caller may look at and remove. Raises PermissionDenied."""
    caller.require(Role.PROVIDER_ADMIN, Role.OPERATOR)
    if Role.OPERATOR in caller.roles:
        return gateway().auth.clients.everywhere
    return GrantedScope(caller.provider_id, None)


def register(caller: Caller, client: OAuthClient) -> tuple[OAuthClient, str]:
    """Registers a program that may do no more than the caller; returns it with its secret.

    Raises NotFound for a client organization that is not the caller's, InvalidArgument, PermissionDenied.
    """
    _refuse_more_than_own(caller, client)
    for tenant_id in sorted(client.tenant_ids or ()):
        gateway().directory.tenant(client.provider_id, tenant_id)  # of this provider, or not found
    return gateway().auth.clients.register(client)


def _refuse_more_than_own(caller: Caller, client: OAuthClient) -> None:
    if Role.OPERATOR in caller.roles:
        return
    if client.first_party:
        raise PermissionDenied("role_required", "Only the operator vouches for first-party programs.")
    if caller.tenant_ids is not None and not (
        client.tenant_ids is not None and caller.tenant_ids >= client.tenant_ids
    ):
        raise InvalidArgument("tenants_not_granted", "These are not all yours.", field="tenant_ids")
    # A person at the console is bounded by their roles alone; a token by what it was issued for, too.
    bounded = bool(caller.scopes) and "admin" not in caller.scopes
    if bounded and not set(client.scopes) <= {*caller.scopes, *IDENTITY_SCOPES}:
        raise InvalidArgument(
            "scopes_not_granted", "Your own token does not have all of these.", field="scopes"
        )
